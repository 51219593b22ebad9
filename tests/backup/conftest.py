"""Small databases, and Padstone's own commands in processes of their own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import postgresql

PADSTONE = (sys.executable, "-m", "padstone.config.main")
CLEAN = {
    "PADSTONE_DATABASE_URL": "",
    "PADSTONE_DATABASE_URL_FILE": "",
    "PADSTONE_SECRET_KEY": "",
    "PADSTONE_SECRET_KEY_FILE": "",
}

Padstone = Callable[..., str]

SCHEMA = """
CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT);
CREATE TABLE django_session (session_key TEXT, session_data TEXT);
CREATE TABLE journal_head (name TEXT PRIMARY KEY, number INTEGER, seal BLOB);
CREATE TABLE ingest_batch (id INTEGER PRIMARY KEY, compressed BLOB, seal BLOB);
INSERT INTO django_migrations (app, name) VALUES ('ingest', '0001_initial');
"""


SMALL = """
CREATE TABLE django_migrations (id serial PRIMARY KEY, app text, name text);
CREATE TABLE django_session (session_key text, session_data text);
CREATE TABLE journal_head (name text PRIMARY KEY, number bigint, seal bytea);
CREATE TABLE ingest_batch (id bigint PRIMARY KEY, compressed bytea, seal bytea);
INSERT INTO django_migrations (app, name) VALUES ('ingest', '0001_initial');
INSERT INTO django_session VALUES ('stolen-session-key', 'x');
INSERT INTO ingest_batch
    SELECT n, sha256(n::text::bytea), sha256(n::text::bytea) FROM generate_series(1, 500) n;
INSERT INTO journal_head SELECT 'inbox', id, seal FROM ingest_batch ORDER BY id DESC LIMIT 1;
"""
"""As SCHEMA, for PostgreSQL, with 500 batches."""


def described(url: str) -> dict[str, object]:
    """The database at a URL, in Django's words."""
    parts = urlsplit(url)
    return {
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
    }


def environment_of(data: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return os.environ | CLEAN | {"PADSTONE_DATA": str(data)} | dict(more or {})


def run_padstone(data: Path, *arguments: object, code: int = 0, **environment: str) -> str:
    """``padstone`` on a data folder, in a process of its own; what it printed. It must end with ``code``."""
    ended = subprocess.run(
        [*PADSTONE, *map(str, arguments)],
        env=environment_of(data, environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == code, ended.stdout
    return ended.stdout


@pytest.fixture
def padstone() -> Padstone:
    return run_padstone


@pytest.fixture(scope="session")
def newly_made(tmp_path_factory: pytest.TempPathFactory, empty_books: Path) -> Path:
    """The data folder of a Padstone with an account, to be copied."""
    folder = tmp_path_factory.mktemp("made") / "data"
    folder.mkdir(0o700)
    shutil.copy(empty_books, folder)
    run_padstone(folder, "user", "create-admin")
    return folder


NewDatabase = Callable[[], dict[str, str]]
"""Makes an empty database; the environment that leads to it."""


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(
    request: pytest.FixtureRequest, require_service: Callable[[str], str]
) -> Iterator[NewDatabase]:
    """On each kind of database. SQLite's is made in the data folder by whoever comes first."""
    if request.param == "sqlite":
        yield dict
        return
    server = require_service("postgresql")
    with ExitStack() as made:
        yield lambda: {"PADSTONE_DATABASE_URL": made.enter_context(postgresql.new_database(server))}


def small_database(folder: Path, batches: int = 3) -> Path:
    """A database with a chain of so many batches, and somebody's session."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "padstone.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.executescript(SCHEMA)
        connection.execute("INSERT INTO django_session VALUES ('stolen-session-key', 'x')")
        connection.execute("BEGIN")
        for number in range(1, batches + 1):
            seal = number.to_bytes(32, "big")
            connection.execute("INSERT INTO ingest_batch VALUES (?, ?, ?)", (number, os.urandom(2000), seal))
            connection.execute("INSERT OR REPLACE INTO journal_head VALUES ('inbox', ?, ?)", (number, seal))
        connection.execute("COMMIT")
    return path


def batches_in(path: Path) -> list[tuple[int, bytes]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, compressed FROM ingest_batch ORDER BY id").fetchall()
