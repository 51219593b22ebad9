"""What the surroundings say: the data folder, the database, the secrets. Read from the environment or from
files.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from padstone.adapters.amqp.broker import Broker
from padstone.kernel.errors import Invalid
from padstone.platform.discretion import is_open_to_others
from padstone.platform.objects.place import Place, read_place

SECRETS: Final = (
    "PADSTONE_SECRET_KEY",
    "PADSTONE_DATABASE_URL",
    "PADSTONE_OIDC_CLIENT_SECRET",
    "PADSTONE_BROKERS",
    "PADSTONE_ARCHIVE_SECRET_KEY",
)
"""What is never shown. Each may stand in the variable, or in the file that the variable with _FILE names."""


def secret(name: str) -> str:
    """A secret: the variable ``name``, or the content of the file that ``name``_FILE names; "" if neither is
    given.

    Refuses (Invalid) both at once, a file that cannot be read, is empty, or that others may read or change.
    """
    given, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if given and file:
        raise Invalid(
            "secret_given_twice",
            "{name} and {name}_FILE are both given.",
            field=name,
            way_out="Keep one; the file is safer, for processes pass their environment on.",
            name=name,
        )
    return _secret_in(name, Path(file)) if file else given


def _secret_in(name: str, path: Path) -> str:
    try:
        found = path.read_text().strip()
        is_open = is_open_to_others(path)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(
            "secret_file_unreadable",
            "{name}_FILE names {path}, which cannot be read ({why}).",
            field=f"{name}_FILE",
            name=name,
            path=path,
            why=type(error).__name__,
        ) from error
    if is_open:
        raise Invalid(
            "secret_file_open",
            "{path} holds a secret, and others may read or change it.",
            field=f"{name}_FILE",
            way_out=f"chmod 600 {path}",
            path=path,
        )
    if not found:
        raise Invalid("secret_file_empty", "{path} holds no secret.", field=f"{name}_FILE", path=path)
    return found


def secret_files() -> tuple[Path, ...]:
    """The files that secrets are read from, those that exist."""
    named = [Path(file) for name in SECRETS if (file := os.environ.get(f"{name}_FILE"))]
    own = data_folder() / "secret-key"
    if not (os.environ.get("PADSTONE_SECRET_KEY") or os.environ.get("PADSTONE_SECRET_KEY_FILE")):
        named.append(own)
    return tuple(path for path in named if path.exists())


def data_folder() -> Path:
    """Where the embedded database, the secret key and exports live: ``PADSTONE_DATA``, or ``padstone-data``
    here. Made if need be, for its owner alone.
    """
    folder = Path(os.environ.get("PADSTONE_DATA", "padstone-data")).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """``PADSTONE_SECRET_KEY`` or its file, or one made on first use and kept in the data folder, readable by
    its owner alone.
    """
    if given := secret("PADSTONE_SECRET_KEY"):
        return given
    path = data_folder() / "secret-key"
    if not path.exists():
        _make_key(path)
    return path.read_text().strip()


def _make_key(path: Path) -> None:
    """Whole from its first instant; of two processes that begin together, both end with the same key."""
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(new, path)
    new.unlink()


def allowed_hosts() -> list[str]:
    """Names the web answers to: ``PADSTONE_HOSTS``, comma-separated; this machine alone if not given."""
    given = os.environ.get("PADSTONE_HOSTS", "localhost,127.0.0.1,[::1]")
    return [host.strip() for host in given.split(",") if host.strip()]


def is_behind_proxy() -> bool:
    """``PADSTONE_BEHIND_PROXY=1``: all requests come through a proxy that speaks TLS and says so in
    X-Forwarded-Proto, which it overwrites.
    """
    return os.environ.get("PADSTONE_BEHIND_PROXY", "") == "1"


_A_DAY_S: Final = 86_400


def heartbeat_s() -> int:
    """``PADSTONE_HEARTBEAT_S``: the seconds between two heartbeats of an endpoint that has not told its own
    HeartbeatFrequency; 60 if not given.
    """
    return _seconds("PADSTONE_HEARTBEAT_S", "60", "heartbeat_setting_invalid")


def question_s() -> int:
    """``PADSTONE_QUESTION_S``: the seconds that a person's question of the web may take in the database; 60
    if not given.
    """
    return _seconds("PADSTONE_QUESTION_S", "60", "question_setting_invalid")


def _seconds(name: str, default: str, code: str) -> int:
    given = os.environ.get(name, "").strip() or default
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= _A_DAY_S):
        raise Invalid(
            code, "{name} is not a number of seconds from 1 to {most}.", field=name, name=name, most=_A_DAY_S
        )
    return int(given)


_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def requires_second_factor() -> bool:
    """Whether roles that want a second factor must have one: ``PADSTONE_REQUIRE_SECOND_FACTOR`` is 1 or 0; if
    it is not given, yes as soon as Padstone answers to anything but this machine (``PADSTONE_HOSTS``).
    """
    given = os.environ.get("PADSTONE_REQUIRE_SECOND_FACTOR", "").strip()
    if given not in {"", "0", "1"}:
        raise Invalid(
            "second_factor_setting_invalid",
            "PADSTONE_REQUIRE_SECOND_FACTOR is neither 1 nor 0.",
            field="PADSTONE_REQUIRE_SECOND_FACTOR",
        )
    return given == "1" if given else not _THIS_MACHINE.issuperset(allowed_hosts())


def company_login() -> dict[str, Any]:
    """The company's own login by OpenID Connect, as allauth takes it; empty where none is set up.

    ``PADSTONE_OIDC_SERVER`` is its address (https), ``PADSTONE_OIDC_CLIENT_ID`` and
    ``PADSTONE_OIDC_CLIENT_SECRET`` (or its file) what it knows Padstone by, ``PADSTONE_OIDC_NAME`` what
    people call it.
    """
    server = os.environ.get("PADSTONE_OIDC_SERVER", "").strip()
    if not server:
        return {}
    client_id = os.environ.get("PADSTONE_OIDC_CLIENT_ID", "").strip()
    if not client_id or not server.startswith("https://"):
        raise Invalid(
            "company_login_incomplete",
            "PADSTONE_OIDC_SERVER is not an https address, or PADSTONE_OIDC_CLIENT_ID is missing.",
            field="PADSTONE_OIDC_SERVER",
            way_out="Give both, as the company's login tells them; see docs/how-to/manage-people.md.",
        )
    return {
        "provider_id": "company",
        "name": os.environ.get("PADSTONE_OIDC_NAME", "").strip() or "Company login",
        "client_id": client_id,
        "secret": secret("PADSTONE_OIDC_CLIENT_SECRET"),
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }


def company_login_claim() -> str:
    """The claim that names a person at the company: ``PADSTONE_OIDC_CLAIM``, else preferred_username."""
    return os.environ.get("PADSTONE_OIDC_CLAIM", "").strip() or "preferred_username"


def archive_place() -> Place:
    """Where old messages' exact bytes go: ``PADSTONE_ARCHIVE``, a folder or s3://..., else ``archive`` in the
    data folder. Keys of an S3-compatible store are ``PADSTONE_ARCHIVE_ACCESS_KEY`` and
    ``PADSTONE_ARCHIVE_SECRET_KEY`` (or its file).
    """
    return read_place(
        os.environ.get("PADSTONE_ARCHIVE", "").strip() or str(data_folder() / "archive"),
        access_key=os.environ.get("PADSTONE_ARCHIVE_ACCESS_KEY", "").strip(),
        secret_key=secret("PADSTONE_ARCHIVE_SECRET_KEY"),
    )


_LONGEST_AGE_DAYS: Final = 36_500


def archive_after_days() -> int | None:
    """``PADSTONE_ARCHIVE_AFTER_DAYS``: the age at which bytes go to the archive by themselves, once a day;
    None if it is not given.
    """
    given = os.environ.get("PADSTONE_ARCHIVE_AFTER_DAYS", "").strip()
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= _LONGEST_AGE_DAYS):
        raise Invalid(
            "archive_age_invalid",
            "PADSTONE_ARCHIVE_AFTER_DAYS is not a number of days from 1 to {most}.",
            field="PADSTONE_ARCHIVE_AFTER_DAYS",
            most=_LONGEST_AGE_DAYS,
        )
    return int(given)


def brokers() -> tuple[Broker, ...]:
    """The brokers that messages are fetched from: ``PADSTONE_BROKERS`` or its file, one address or several,
    apart by white space; in the file, a line that begins with # is passed over.

    A refusal (Invalid) shows nothing of an address: there may be a password in it.
    """
    lines = (line.strip() for line in secret("PADSTONE_BROKERS").splitlines())
    urls = [url for line in lines if not line.startswith("#") for url in line.split()]
    found = []
    for number, url in enumerate(urls, start=1):
        try:
            found.append(Broker.read(url))
        except ValueError as error:
            raise Invalid(
                "broker_address_invalid",
                "PADSTONE_BROKERS, address {number}: {why}.",
                field="PADSTONE_BROKERS",
                way_out="docs/how-to/connect-a-broker.md has examples.",
                number=number,
                why=error,
            ) from None
    return tuple(found)


def cfx_handle() -> str:
    """What Padstone is called among the machines, as a CFX handle: ``PADSTONE_CFX_HANDLE``."""
    return os.environ.get("PADSTONE_CFX_HANDLE", "").strip() or "Padstone.Padstone.1"


def database() -> dict[str, Any]:
    """Django's description of the database: ``PADSTONE_DATABASE_URL`` (postgresql://…) or its file, or
    SQLite.
    """
    url = secret("PADSTONE_DATABASE_URL")
    return database_at(url) if url else _sqlite(data_folder() / "padstone.sqlite3")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A writer takes its lock at the start: two writers queue, and none fails half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # WAL: readers never wait for the writer. FULL: a commit survives a power cut, not only a crash.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
        },
    }


_TOLD_TO_POSTGRESQL = (
    # It takes 20 ms and more to compile a statement that runs for two: what an interval may hold is guessed
    # for the whole of a growing table, and by that guess it is always worth while.
    "-c jit=off",
    # To remember what a key led to takes longer than to follow it once more.
    "-c enable_memoize=off",
    # A prepared statement has one plan: its keys are one parameter, its order of joining is written down.
    "-c plan_cache_mode=force_generic_plan",
)
"""How a server's planner is to go about Padstone's statements: see ``platform.pinned``."""


def database_at(url: str) -> dict[str, Any]:
    """Django's description of the PostgreSQL database at an address; what stands behind its ``?`` (sslmode,
    sslrootcert ...) goes to libpq; its ``options`` come after Padstone's own, and win. A refusal (Invalid)
    shows nothing of the address: there is a password in it.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in {"postgres", "postgresql"} or parts.fragment or not parts.path.lstrip("/"):
        raise _no_address()
    options["options"] = " ".join([*_TOLD_TO_POSTGRESQL, options.get("options", "")]).strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host or ""),
        "PORT": port or "",
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }


def _no_address() -> Invalid:
    return Invalid(
        "database_url_invalid",
        "PADSTONE_DATABASE_URL is no address of a PostgreSQL database.",
        field="PADSTONE_DATABASE_URL",
        way_out="postgresql://user:password@host:5432/name?sslmode=verify-full; in the password write %40 "
        "for @, %2F for /, %3A for :, %23 for #, %3F for ? and %25 for %.",
    )
