"""Small databases, and Padstone's own commands in processes of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

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
def newly_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a Padstone with an account, to be copied."""
    folder = tmp_path_factory.mktemp("made") / "data"
    run_padstone(folder, "migrate")
    run_padstone(folder, "user", "create-admin")
    return folder


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
