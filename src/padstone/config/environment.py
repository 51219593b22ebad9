"""What the surroundings say: the data folder, the database, the secrets. Read from the environment or from
files.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def data_folder() -> Path:
    """Where the embedded database, the secret key and exports live: ``PADSTONE_DATA``, or ``padstone-data``
    here.
    """
    folder = Path(os.environ.get("PADSTONE_DATA", "padstone-data")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """``PADSTONE_SECRET_KEY``, or one made on first use and kept in the data folder, readable by its owner
    alone.
    """
    if given := os.environ.get("PADSTONE_SECRET_KEY"):
        return given
    path = data_folder() / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def allowed_hosts() -> list[str]:
    """Names the web answers to: ``PADSTONE_HOSTS``, comma-separated; this machine alone if not given."""
    given = os.environ.get("PADSTONE_HOSTS", "localhost,127.0.0.1,[::1]")
    return [host.strip() for host in given.split(",") if host.strip()]


def database() -> dict[str, Any]:
    """Django's description of the database: ``PADSTONE_DATABASE_URL`` (postgresql://…), or SQLite."""
    url = os.environ.get("PADSTONE_DATABASE_URL", "")
    return _postgresql(url) if url else _sqlite(data_folder() / "padstone.sqlite3")


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


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"PADSTONE_DATABASE_URL must begin with postgresql://, not {parts.scheme}://"
        raise ValueError(message)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "OPTIONS": {},
    }
