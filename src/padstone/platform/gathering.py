"""Rows that wait to be written together: what a message adds to a table that only grows.

A statement for every row is most of the time that a row costs. Inside of ``gathering`` the rows of many
messages are kept until the transaction ends, or until somebody asks the database for something that they may
change.

A row that others refer to at once needs its id at once. A server is asked for many ids ahead; an embedded
database writes such a row in less time than it takes to put it by.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import (
    AutoField,
    BinaryField,
    CharField,
    DateTimeField,
    ForeignKey,
    IntegerField,
    TextField,
)

from padstone.platform.columns import InstantField, WordField
from padstone.platform.pinned import all_rows, asking_aside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import Field, Model

Row = tuple[Any, ...]

_WORTH_COPYING = 8
"""So many rows go to PostgreSQL by COPY: a long statement is put together in Python, value by value."""
_LONG_BYTES = 4_096
"""Where a value has more, it goes beside the statement. Django writes it into the statement's text, two
digits a byte, and PostgreSQL reads it from there.
"""
_NUMBERED_AS_WRITTEN = 3
"""Rows of a table that a transaction writes one by one, before it asks for ids ahead."""
_MOST_IDS = 1_024
"""Ids that are asked for at once."""
_AS_THEY_ARE = (AutoField, IntegerField, CharField, TextField, BinaryField)


@dataclass(slots=True)
class IdsAhead:
    """Ids that a server has given out to nobody else, for the rows of one transaction. What is left of them
    is left out: ids grow with the journal, and the next transaction may be another process's.
    """

    _ids: dict[type[Model], deque[int]] = field(default_factory=dict)
    _asked: Counter[type[Model]] = field(default_factory=Counter)

    def next(self, model: type[Model]) -> int | None:
        """None for the first of a table: where few come, each is numbered as it is written. Then as many as
        there were by now are asked for, so that fewer are left out than are taken.
        """
        ids = self._ids.setdefault(model, deque())
        if not ids and self._asked[model] >= _NUMBERED_AS_WRITTEN:
            count = min(self._asked[model], _MOST_IDS)
            with asking_aside():
                ids.extend([pk for (pk,) in all_rows(_ids_ahead(model), [count])])
        self._asked[model] += 1
        return ids.popleft() if ids else None


class Change(NamedTuple):
    """New values of these columns, by the ids of their rows."""

    names: tuple[str, ...]
    values: dict[int, Row]


@dataclass(slots=True)
class Gathered:
    """Rows by their table, in the order in which they came.

    ``numbered`` are those that have their ids, with them, and ``changes`` what is to be changed of such rows.
    """

    ids: IdsAhead = field(default_factory=IdsAhead)
    rows: dict[type[Model], list[Row]] = field(default_factory=dict)
    numbered: dict[type[Model], list[Row]] = field(default_factory=dict)
    changes: dict[type[Model], list[Change]] = field(default_factory=dict)

    def add(self, model: type[Model], row: Row) -> None:
        self.rows.setdefault(model, []).append(row)

    def add_numbered(self, model: type[Model], row: Row) -> None:
        self.numbered.setdefault(model, []).append(row)

    def change(self, model: type[Model], change: Change) -> None:
        changes = self.changes.setdefault(model, [])
        if changes and changes[-1].names == change.names:
            changes[-1].values.update(change.values)
        else:
            changes.append(change)

    def take(self, others: Gathered) -> None:
        """What the others hold comes after what is here."""
        for here, there in ((self.rows, others.rows), (self.numbered, others.numbered)):
            for model, rows in there.items():
                here.setdefault(model, []).extend(rows)
        for model, changes in others.changes.items():
            for one in changes:
                self.change(model, one)
        others.rows, others.numbered, others.changes = {}, {}, {}

    def write(self) -> None:
        self.write_numbered()
        gathered, self.rows = self.rows, {}
        for model, rows in gathered.items():
            _insert(model, rows)

    def write_numbered(self) -> None:
        """What may be asked for without notice."""
        if not self.numbered and not self.changes:
            return
        (numbered, self.numbered), (changed, self.changes) = (self.numbered, {}), (self.changes, {})
        for model, rows in numbered.items():
            _insert(model, rows, with_id=True)
        for model, changes in changed.items():
            for one in changes:
                _update(model, one)


def row_of(model: type[Model], values: dict[str, Any]) -> Row:
    """The row as the database takes it. Every column has a value but the id, which the database gives."""
    converters = _converters(model, connection.vendor)
    if len(values) != len(converters) - 1:
        raise TypeError(f"{model.__name__} has the columns {', '.join(converters)}")
    return _converted(_without_id(model, connection.vendor), values)


def numbered_row_of(model: type[Model], pk: int, values: dict[str, Any]) -> Row:
    """The same with its id."""
    return _converted(_converters(model, connection.vendor).items(), {**values, model._meta.pk.attname: pk})


def change_of(model: type[Model], pk: int, values: dict[str, Any]) -> Change:
    """Of one row, as the database takes it; ``values`` by their attributes."""
    converters = _converters(model, connection.vendor)
    return Change(tuple(values), {pk: _converted([(name, converters[name]) for name in values], values)})


def _converted(
    converters: Iterable[tuple[str, Callable[[Any], Any] | None]], values: Mapping[str, Any]
) -> Row:
    return tuple([values[name] if convert is None else convert(values[name]) for name, convert in converters])


def insert(rows: Sequence[Model]) -> None:
    """Insert rows of one table that have their ids, at once: what bulk_create does, with less ado."""
    if not rows:
        return
    model = type(rows[0])
    converters = _converters(model, connection.vendor).items()
    _insert(
        model,
        [
            tuple(
                [
                    getattr(row, name) if convert is None else convert(getattr(row, name))
                    for name, convert in converters
                ]
            )
            for row in rows
        ],
        with_id=True,
    )


def insert_one(model: type[Model], row: Row) -> int:
    """Insert a row without id, and answer the id that the database gives it."""
    ((pk,),) = all_rows(_insert_one(model), row)
    return int(pk)


@cache
def _insert_one(model: type[Model]) -> str:
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    places = ", ".join(["%s"] * len(columns))
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({places}) "  # noqa: S608 - our own names
        f"RETURNING {model._meta.pk.column}"
    )


def update_one(model: type[Model], change: Change) -> None:
    ((pk, row),) = change.values.items()
    all_rows(_update_one(model, change.names), [*row, pk])


@cache
def _ids_ahead(model: type[Model]) -> str:
    table, column = model._meta.db_table, model._meta.pk.column
    return (
        "SELECT nextval(ids.name) FROM generate_series(1, %s), "  # noqa: S608 - our own names
        f"(SELECT pg_get_serial_sequence('{table}', '{column}')::regclass AS name OFFSET 0) AS ids"
    )


@cache
def _update_one(model: type[Model], names: tuple[str, ...]) -> str:
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    sets = ", ".join(f"{columns[name]} = %s" for name in names)
    return f"UPDATE {model._meta.db_table} SET {sets} WHERE {model._meta.pk.column} = %s"  # noqa: S608 - our own names


def _update(model: type[Model], change: Change) -> None:
    """One statement for all rows of PostgreSQL's."""
    columns = zip(*change.values.values(), strict=True)
    all_rows(_update_together(model, change.names), [list(change.values), *map(list, columns)])


@cache
def _update_together(model: type[Model], names: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = [str(fields[name].column) for name in names]
    arrays = ", ".join(f"%s::{fields[name].db_type(connection)}[]" for name in names)
    return (
        f"UPDATE {model._meta.db_table} SET {', '.join(f'{name} = told.{name}' for name in columns)} "  # noqa: S608 - our own names
        f"FROM unnest(%s::bigint[], {arrays}) AS told (pk, {', '.join(columns)}) "
        f"WHERE {model._meta.db_table}.{model._meta.pk.column} = told.pk"
    )


def _insert(model: type[Model], rows: Sequence[Row], *, with_id: bool = False) -> None:
    columns = [str(field.column) for field in model._meta.concrete_fields if with_id or not field.primary_key]
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES "  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(head + one, rows)
            return
        if len(rows) >= _WORTH_COPYING:
            _copy(cursor, f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN", rows)
            return
        if not any(isinstance(value, bytes) and len(value) > _LONG_BYTES for row in rows for value in row):
            cursor.execute(head + ", ".join([one] * len(rows)), [value for row in rows for value in row])
            return
    import psycopg  # noqa: PLC0415 - where SQLite is used it need not be read

    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as beside:
        beside.executemany(head + one, rows)


def _copy(cursor: Any, statement: str, rows: Sequence[Row]) -> None:
    """Django does not know this way: what the database refuses would not be its error."""
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@cache
def _without_id(model: type[Model], vendor: str) -> tuple[tuple[str, Callable[[Any], Any] | None], ...]:
    own = model._meta.pk.attname
    return tuple(one for one in _converters(model, vendor).items() if one[0] != own)


@cache
def _converters(model: type[Model], vendor: str) -> dict[str, Callable[[Any], Any] | None]:
    """How each value becomes what the database takes, by the attribute; None: it stays what it is."""
    return {field.attname: _converter(field) for field in model._meta.concrete_fields}


def _converter(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    kind = field.target_field if isinstance(field, ForeignKey) else field
    if isinstance(kind, InstantField | WordField):
        return partial(kind.get_db_prep_save, connection=connection)
    if isinstance(kind, _AS_THEY_ARE):
        return None
    if isinstance(kind, DateTimeField):  # always aware: get_prep_value has nothing to add
        return connection.ops.adapt_datetimefield_value
    return partial(field.get_db_prep_save, connection=connection)
