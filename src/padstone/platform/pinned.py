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
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections

from padstone.platform.columns import microseconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

_AT_ONCE = 2_000
"""Rows that are taken from the database at once."""

_FEW = 4_000
"""As many as take PostgreSQL less time to give at once than to be asked for in batches."""

Row = tuple[Any, ...]


class Asked(NamedTuple):
    """A question with its values, not yet put to the database. ``finish`` makes what is read of its rows;
    ``seldom``: see ``platform.together``. ``in_binary``: PostgreSQL sends long bytes as they are, and not
    spelled out in digits; for columns of bytes and numbers.
    """

    text: str
    taken: Mapping[str, Any] | Sequence[Any]
    finish: Callable[[list[Row]], list[Row]] | None = None
    seldom: bool = False
    in_binary: bool = False


@dataclass(frozen=True, slots=True)
class Pinned:
    """One question in the words of each database.

    A parameter is a number, a text, an instant (of an InstantField), a list of numbers or a list of rows of
    numbers. SQLite gets a list as JSON, for ``json_each(%(keys)s)``; PostgreSQL a list of numbers as the
    text of an array, for ``%(keys)s::bigint[]``, and a list of rows as one array for each column,
    ``%(keys_0)s::bigint[]``, ``%(keys_1)s::bigint[]`` ...
    """

    name: str
    sqlite: str
    postgresql: str

    @property
    def text(self) -> str:
        """The statement for the database in use."""
        return self.sqlite if in_use().vendor == "sqlite" else self.postgresql

    def asked(self, **values: Any) -> Asked:
        """The question with these values, to be asked with others (see ``platform.together``)."""
        return Asked(self.text, parameters(values))

    def rows(self, **values: Any) -> list[Row]:
        """All rows at once: for a question with few."""
        return all_answers([self.asked(**values)])[0]

    def batches(self, **asked: Any) -> Iterator[list[Row]]:
        """Some thousand rows at a time, as they are asked for; the rest waits in the database. Whoever stops
        asking closes the generator, and with it the question.
        """
        taken = parameters(asked)
        if in_use().vendor == "postgresql":
            # Rows that wait there take five ways there and back. Mostly there are few: one way, and no wait.
            few = all_rows(f"{self.text}\nLIMIT {_FEW + 1}", taken)
            if len(few) <= _FEW:
                yield few
                return
        with connection.chunked_cursor() as cursor:
            cursor.execute(self.text, taken)
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


def all_answers(several: Sequence[Asked]) -> list[list[Row]]:
    """The rows of each question: on PostgreSQL all are sent at once, and one wait is for all of them."""
    remembered = _remembered.get()
    if remembered is None:
        return _answers(several)
    keys = [(one.text, repr(one.taken)) for one in several]
    new = {key: one for key, one in zip(keys, several, strict=True) if key not in remembered}
    remembered.update(zip(new, _answers(list(new.values())), strict=True))
    return [remembered[key] for key in keys]


def _answers(several: Sequence[Asked]) -> list[list[Row]]:
    found = _fetched(several)
    return [
        rows if one.finish is None else one.finish(rows) for one, rows in zip(several, found, strict=True)
    ]


def all_rows(text: str, taken: Mapping[str, Any] | Sequence[Any], *, in_binary: bool = False) -> list[Row]:
    """The rows of a statement, as Django's cursor gives them; none of one that only changes."""
    return _fetched([Asked(text, taken, in_binary=in_binary)])[0]


_held_back: ContextVar[Callable[[], None] | None] = ContextVar("held_back", default=None)


@contextmanager
def told_before_asking(tell: Callable[[], None]) -> Iterator[None]:
    """Within the block ``tell`` is called before each statement that the database in use gets, Django's own
    among them: for what is held back, and must be there when somebody asks.
    """
    token = _held_back.set(tell)
    try:
        with in_use().execute_wrapper(_telling):
            yield
    finally:
        _held_back.reset(token)


@contextmanager
def asking_aside() -> Iterator[None]:
    """Within the block nobody is told: for what is asked of nothing that may be held back."""
    token = _held_back.set(None)
    try:
        yield
    finally:
        _held_back.reset(token)


def _telling(execute: Callable[..., Any], *statement: Any) -> Any:
    """As Django wants it who is to be told of each statement."""
    _tell_what_is_held_back()
    return execute(*statement)


def _tell_what_is_held_back() -> None:
    tell = _held_back.get()
    if tell is not None:
        tell()


def _fetched(several: Sequence[Asked]) -> list[list[Row]]:
    """As Django's cursor gives them, but fetched without it, unless somebody listens to what is asked.

    On SQLite its wrapping of a statement takes four times as long as the statement, where that finds a row or
    two. PostgreSQL plans a statement anew each time that Django sends it; prepared it is planned a few times.
    """
    database = in_use()
    _tell_what_is_held_back()
    if database.queries_logged or any(one is not _telling for one in database.execute_wrappers):
        return [_by_django(database, one) for one in several]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        if database.vendor == "sqlite":
            execute = database.connection.execute
            return [execute(_for_sqlite_alone(one.text), one.taken).fetchall() for one in several]
        return _from_postgresql(database.connection, several)


def in_use() -> BaseDatabaseWrapper:
    """What ``django.db.connection`` stands for here: to look it up once takes less than at each use."""
    return connections[DEFAULT_DB_ALIAS]


def _by_django(database: BaseDatabaseWrapper, one: Asked) -> list[Row]:
    with database.cursor() as cursor:
        cursor.execute(one.text, one.taken)
        rows: list[Row] = cursor.fetchall() if cursor.description else []
    return rows


def _from_postgresql(database: Any, several: Sequence[Asked]) -> list[list[Row]]:
    import psycopg  # noqa: PLC0415 - where SQLite is used it need not be installed

    if database.prepare_threshold is None:
        database.prepare_threshold = 0
    cursors = [psycopg.Cursor(database) for _ in several]
    if len(several) == 1:
        cursors[0].execute(several[0].text, several[0].taken, binary=several[0].in_binary)
    else:
        with database.pipeline():
            for cursor, one in zip(cursors, several, strict=True):
                cursor.execute(one.text, one.taken, binary=one.in_binary)
    # One that only changes has no row to be at. To ask for its description takes as long as to fetch.
    return [cursor.fetchall() if cursor.rownumber is not None else [] for cursor in cursors]


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
    if in_use().vendor == "sqlite":
        return {name: _for_sqlite(value) for name, value in asked.items()}
    taken: dict[str, Any] = {}
    for name, value in asked.items():
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            columns = enumerate(zip(*value, strict=True))
            taken.update({f"{name}_{place}": _for_postgresql(column) for place, column in columns})
        else:
            taken[name] = _for_postgresql(value) if isinstance(value, list) else value
    return taken


def _for_postgresql(numbers: Sequence[Any]) -> str:
    """An array as the server writes it: psycopg takes ten times as long to write one of some hundred."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return microseconds_of(value)
    return json.dumps(value) if isinstance(value, list) else value


def in_parts(keys: Sequence[Any], size: int = _AT_ONCE) -> Iterator[list[Any]]:
    """As many as one statement takes at once."""
    for first in range(0, len(keys), size):
        yield list(keys[first : first + size])
