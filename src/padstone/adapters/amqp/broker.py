"""Where a broker is, and how one logs in there: read from an address that may hold a secret.

Nothing here needs Proton, so that a setting is refused in words even where AMQP is not installed.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

PORT, TLS_PORT = 5672, 5671
CONTAINER = "padstone"

_KNOWN = frozenset({"subscribe", "requests", "ca", "certificate", "key", "container", "durable", "insecure"})
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, repr=False)
class Broker:
    """A broker, the addresses there that are subscribed to, and the address where an endpoint takes requests
    (`requests`, in which {handle} stands for its handle; "" where nobody is asked through this broker).

    Its `str` and `repr` hold no secret.
    """

    host: str
    port: int
    addresses: tuple[str, ...]
    is_tls: bool = False
    user: str = ""
    password: str = ""
    ca: Path | None = None
    certificate: tuple[Path, Path] | None = None
    container: str = CONTAINER
    durable: bool = True
    requests: str = ""

    @classmethod
    def read(cls, url: str) -> Broker:
        """From ``amqps://user:password@host:port?subscribe=ADDRESS&...``. A refusal (ValueError) says what is
        wrong without showing any of it: there is a password in it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
            options = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)
        except ValueError:
            raise ValueError(
                "a broker's address reads amqps://user:password@host?subscribe=ADDRESS"
            ) from None
        if parts.scheme not in {"amqp", "amqps"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("a broker's address reads amqps://user:password@host?subscribe=ADDRESS")
        if unknown := sorted(options.keys() - _KNOWN):
            raise ValueError(f"a broker's address knows no {', '.join(unknown)}: {', '.join(sorted(_KNOWN))}")
        addresses = tuple(dict.fromkeys(address for address in options.get("subscribe", ()) if address))
        if not addresses:
            raise ValueError("a broker's address names what to subscribe to: ?subscribe=/amq/queue/cfx")
        is_tls = parts.scheme == "amqps"
        broker = cls(
            host=parts.hostname,
            port=port or (TLS_PORT if is_tls else PORT),
            addresses=addresses,
            is_tls=is_tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ca=_file(options, "ca"),
            certificate=_certificate(options),
            container=_one(options, "container") or CONTAINER,
            durable=_flag(options, "durable", default=True),
            requests=_one(options, "requests"),
        )
        broker._check(insecure=_flag(options, "insecure", default=False))
        return broker

    def _check(self, *, insecure: bool) -> None:
        if self.password and not self.is_tls and not insecure and self.host not in _THIS_MACHINE:
            raise ValueError(
                f"without TLS anybody on the way to {self.host} can read the password: write amqps://, or "
                "add insecure=1"
            )
        if (self.certificate or self.ca) and not self.is_tls:
            raise ValueError("certificates need TLS: write amqps://")
        if self.requests and "{handle}" not in self.requests:
            raise ValueError(
                "requests= names an address with {handle} in it, where the endpoint's handle goes"
            )

    @property
    def name(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'amqps' if self.is_tls else 'amqp'}://{host}:{self.port}"

    def __repr__(self) -> str:
        return self.name

    def context(self) -> ssl.SSLContext | None:
        """What TLS is spoken with; None without TLS. OSError where a file is unusable."""
        if not self.is_tls:
            return None
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate is not None:
            context.load_cert_chain(*self.certificate)
        return context


def _one(options: Mapping[str, Sequence[str]], name: str) -> str:
    given = options.get(name, ())
    if len(given) > 1:
        raise ValueError(f"a broker's address has one {name}")
    return given[0] if given else ""


def _file(options: Mapping[str, Sequence[str]], name: str) -> Path | None:
    given = _one(options, name)
    return Path(given) if given else None


def _certificate(options: Mapping[str, Sequence[str]]) -> tuple[Path, Path] | None:
    certificate, key = _file(options, "certificate"), _file(options, "key")
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise ValueError("certificate and key belong together")
    return certificate, key


def _flag(options: Mapping[str, Sequence[str]], name: str, *, default: bool) -> bool:
    given = _one(options, name)
    if given not in {"", "0", "1"}:
        raise ValueError(f"{name} is 0 or 1")
    return given == "1" if given else default
