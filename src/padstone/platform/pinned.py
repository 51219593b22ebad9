"""Statements whose plan is written down, and not left to a planner.

A planner knows how many rows a table has, not what the rows mean: it takes an interval join for a ninth of a
table, and reads the whole of it. What is asked of tables that grow for ever is therefore said once for each
database, in words that leave it one order of joining: SQLite keeps the order of a ``CROSS JOIN``, PostgreSQL
does not look behind the ``OFFSET 0`` of a lateral subquery. Keys go in as one parameter, however many there
are, so that the text of a statement, and with it its plan, never changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from padstone.platform.columns import microseconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        with connection.cursor() as cursor:
            cursor.execute(self.text, parameters(asked))
            rows: list[Row] = cursor.fetchall()
        return rows

    def batches(self, **asked: Any) -> Iterator[list[Row]]:
        """Some thousand rows at a time, as they are asked for; the rest waits in the database. Whoever stops
        asking closes the generator, and with it the question.
        """
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.text, parameters(asked))
            while rows := cursor.fetchmany(_AT_ONCE):
                yield rows


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
