from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

MadeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def factory_file(
    made_once: MadeOnce, empty_books: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Path:
    """A database file of a factory with all kinds of evidence. Copy it before you harm it."""
    from tests.evidence.factory_file import make  # noqa: PLC0415 - Django is not set up yet when this is read

    with django_db_blocker.unblock():
        return made_once("factory.sqlite3", lambda path: make(path, empty_books))


@pytest.fixture(scope="session")
def unguarded_file(factory_file: Path, made_once: MadeOnce) -> Path:
    """That factory, after somebody who may do everything in the database removed all guards."""

    def remove_guards(path: Path) -> None:
        shutil.copy(factory_file, path)
        with closing(sqlite3.connect(path)) as books, books:
            books.execute("BEGIN")
            for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                books.execute(f"DROP TRIGGER {name}")

    return made_once("unguarded.sqlite3", remove_guards)
