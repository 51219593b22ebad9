"""Rows that wait to be written together: what a message adds to a table that only grows.

A statement for every row is most of the time that a row costs. Inside of ``gathering`` the rows of many
messages are kept until the transaction ends, or until somebody asks the database for something that they may
change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any

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
from padstone.platform.pinned import all_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, Model

    Row = tuple[Any, ...]

_WORTH_COPYING = 8
"""So many rows go to PostgreSQL by COPY: a long statement is put together in Python, value by value."""
_LONG_BYTES = 4_096
"""Where a value has more, it goes beside the statement. Django writes it into the statement's text, two
digits a byte, and PostgreSQL reads it from there.
"""
_AS_THEY_ARE = (AutoField, IntegerField, CharField, TextField, BinaryField)


@dataclass(slots=True)
class Gathered:
    """Rows by their table, in the order in which they came."""

    rows: dict[type[Model], list[Row]] = field(default_factory=dict)

    def add(self, model: type[Model], row: Row) -> None:
        self.rows.setdefault(model, []).append(row)

    def take(self, others: Gathered) -> None:
        """What the others hold comes after what is here."""
        for model, rows in others.rows.items():
            self.rows.setdefault(model, []).extend(rows)
        others.rows = {}

    def write(self) -> None:
        gathered, self.rows = self.rows, {}
        for model, rows in gathered.items():
            _insert(model, rows)


def row_of(model: type[Model], values: dict[str, Any]) -> Row:
    """The row as the database takes it. Every column has a value but the id, which the database gives."""
    converters = _converters(model, connection.vendor)
    if len(values) != len(converters) - 1:
        raise TypeError(f"{model.__name__} has the columns {', '.join(converters)}")
    return tuple(
        [
            values[name] if convert is None else convert(values[name])
            for name, convert in _without_id(model, connection.vendor)
        ]
    )


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


def update_one(model: type[Model], pk: int, values: dict[str, Any]) -> None:
    """Set these columns of a row, by their attributes."""
    converters = _converters(model, connection.vendor)
    row = [
        value if (convert := converters[name]) is None else convert(value) for name, value in values.items()
    ]
    all_rows(_update_one(model, tuple(values)), [*row, pk])


@cache
def _update_one(model: type[Model], names: tuple[str, ...]) -> str:
    columns = {field.attname: field.column for field in model._meta.concrete_fields}
    sets = ", ".join(f"{columns[name]} = %s" for name in names)
    return f"UPDATE {model._meta.db_table} SET {sets} WHERE {model._meta.pk.column} = %s"  # noqa: S608 - our own names


def _insert(model: type[Model], rows: Sequence[Row], *, with_id: bool = False) -> None:
    columns = [str(field.column) for field in model._meta.concrete_fields if with_id or not field.primary_key]
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES "  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(head + one, rows)
            return
        if len(rows) >= _WORTH_COPYING:
            with cursor.copy(f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        if not any(isinstance(value, bytes) and len(value) > _LONG_BYTES for row in rows for value in row):
            cursor.execute(head + ", ".join([one] * len(rows)), [value for row in rows for value in row])
            return
    import psycopg  # noqa: PLC0415 - where SQLite is used it need not be read

    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as beside:
        beside.executemany(head + one, rows)


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
