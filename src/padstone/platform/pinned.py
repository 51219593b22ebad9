"""Statements whose plan is written down, and not left to a planner.

A planner knows how many rows a table has, not what the rows mean: it takes an interval join for a ninth of a
table, and reads the whole of it. What is asked of tables that grow for ever is therefore said once for each
database, in words that leave it one order of joining: SQLite keeps the order of a ``CROSS JOIN``, PostgreSQL
does not look behind the ``OFFSET 0`` of a lateral subquery. Keys go in as one parameter, however many there
are, so that the text of a statement, and with it its plan, never changes.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from padstone.platform.columns import microseconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_AT_ONCE = 2_000
"""Rows that are taken from the database at once."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Pinned:
    """One question in the words of each database.

    A parameter is a number, a text, an instant (of an InstantField), a list of numbers or a list of rows of
    numbers. SQLite gets a list as JSON, for ``json_each(%(keys)s)``; PostgreSQL a list of numbers as an array
    and a list of rows as one array for each column, ``%(keys_0)s``, ``%(keys_1)s`` ...
    """

    name: str
    sqlite: str
    postgresql: str

    @property
    def text(self) -> str:
        """The statement for the database in use."""
        return self.sqlite if connection.vendor == "sqlite" else self.postgresql

    def rows(self, **asked: Any) -> list[Row]:
        """All rows at once: for a question with few."""
        remembered = _remembered.get()
        if remembered is None:
            return all_rows(self.text, parameters(asked))
        question = (self.name, repr(sorted(asked.items())))
        if question not in remembered:
            remembered[question] = all_rows(self.text, parameters(asked))
        return remembered[question]

    def batches(self, **asked: Any) -> Iterator[list[Row]]:
        """Some thousand rows at a time, as they are asked for; the rest waits in the database. Whoever stops
        asking closes the generator, and with it the question.
        """
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.text, parameters(asked))
            while rows := cursor.fetchmany(_AT_ONCE):
                yield rows


_remembered: ContextVar[dict[tuple[str, str], list[Row]] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Within the block the same question is asked once: for a page that several features answer from the same
    rows, and during which nothing is written.
    """
    token = _remembered.set({})
    try:
        yield
    finally:
        _remembered.reset(token)


def all_rows(text: str, taken: Mapping[str, Any] | Sequence[Any], *, in_binary: bool = False) -> list[Row]:
    """The rows of a statement, as Django's cursor gives them; none of one that only changes. ``in_binary``:
    PostgreSQL sends long bytes as they are, and not spelled out in digits; for columns of bytes and numbers.

    They are fetched without that cursor, unless somebody listens to what is asked. On SQLite its wrapping of
    a statement takes four times as long as the statement, where that finds a row or two. PostgreSQL plans a
    statement anew each time that Django sends it; prepared it is planned a few times.
    """
    if connection.queries_logged or connection.execute_wrappers:
        with connection.cursor() as cursor:
            cursor.execute(text, taken)
            rows: list[Row] = cursor.fetchall() if cursor.description else []
        return rows
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            return list(connection.connection.execute(_for_sqlite_alone(text), taken))
        return _from_postgresql(connection.connection, text, taken, in_binary=in_binary)


def _from_postgresql(
    database: Any, text: str, taken: Mapping[str, Any] | Sequence[Any], *, in_binary: bool
) -> list[Row]:
    import psycopg  # noqa: PLC0415 - where SQLite is used it need not be installed

    if database.prepare_threshold is None:
        database.prepare_threshold = 0
    with psycopg.Cursor(database) as cursor:
        cursor.execute(text, taken, binary=in_binary)
        rows: list[Row] = cursor.fetchall() if cursor.description else []
    return rows


@lru_cache(maxsize=512)
def _for_sqlite_alone(text: str) -> str:
    """A statement with SQLite's own marks of parameters."""
    names = set(_NAMED.findall(text))
    if names:
        return text % {name: f":{name}" for name in names}
    return text.replace("%s", "?").replace("%%", "%")


_NAMED = re.compile(r"%\((\w+)\)s")


def parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """The parameters as the database in use takes them."""
    taken: dict[str, Any] = {}
    for name, value in asked.items():
        if connection.vendor == "sqlite":
            taken[name] = _for_sqlite(value)
        elif isinstance(value, list) and value and isinstance(value[0], tuple):
            taken.update(
                {f"{name}_{place}": list(column) for place, column in enumerate(zip(*value, strict=True))}
            )
        else:
            taken[name] = value
    return taken


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return microseconds_of(value)
    return json.dumps(value) if isinstance(value, list) else value


def in_parts(keys: Sequence[Any], size: int = _AT_ONCE) -> Iterator[list[Any]]:
    """As many as one statement takes at once."""
    for first in range(0, len(keys), size):
        yield list(keys[first : first + size])
