"""A database to try things in: for a while, everything that asks for the default one gets an empty one of its
own.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils.connection import ConnectionProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

BOOKS = "books"
"""The alias under which the real database is asked while another stands in its place."""

_PRAGMAS = "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"


@contextmanager
def snapshot() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own that sees the database as it is now, whatever is written meanwhile. To read
    from.
    """
    books = connections[DEFAULT_DB_ALIAS].copy()
    try:
        with books.cursor() as cursor:
            if books.vendor == "postgresql":
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            else:
                cursor.execute("BEGIN DEFERRED")
            cursor.execute("SELECT COUNT(*) FROM journal_head")
        yield books
    finally:
        books.close()


@contextmanager
def scratch_database(books: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Within the block the default database of this thread is an empty SQLite file that vanishes afterwards,
    with all tables and without guards; ``books`` is asked as ``using(BOOKS)``.
    """
    with TemporaryDirectory(prefix="padstone-scratch-") as folder:
        scratch = DatabaseWrapper(
            {
                **books.settings_dict,
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": Path(folder) / "scratch.sqlite3",
                "OPTIONS": {"init_command": _PRAGMAS},
            },
            DEFAULT_DB_ALIAS,
        )
        before = connections[DEFAULT_DB_ALIAS]
        # ``django.db.connection`` is whatever is the default: within the block that is not the books.
        real = before if isinstance(books, ConnectionProxy) else books
        connections[DEFAULT_DB_ALIAS], connections[BOOKS] = scratch, real
        try:
            with scratch.schema_editor() as editor:
                for model in apps.get_models():
                    editor.create_model(model)
            yield scratch
        finally:
            scratch.close()
            connections[DEFAULT_DB_ALIAS] = before
            del connections[BOOKS]
