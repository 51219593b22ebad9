"""Rows of a statement of the house as objects, many at once.

Django builds an object by asking field after field, and whether somebody wants to be told of it. Where a
batch of messages reads some hundred rows that takes several times as long as the statement.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.base import ModelState

from padstone.platform.pinned import all_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from django.db.models import Model

M = TypeVar("M", bound="Model")


def columns_of(model: type[Model], alias: str) -> str:
    """All columns of a table, as a statement names them that calls it by this alias."""
    return ", ".join(f"{alias}.{field.column}" for field in model._meta.concrete_fields)


def rows_with(statement: str, column: str, keys: Collection[Any]) -> list[tuple[Any, ...]]:
    """What a statement answers that ends with WHERE, for the rows whose column is one of the keys. These are
    as the database takes them.
    """
    if connection.vendor == "postgresql":
        return all_rows(f"{statement} {column} = ANY(%s)", [list(keys)])
    return all_rows(f"{statement} {column} IN ({', '.join(['%s'] * len(keys))})", list(keys))


def fetched(model: type[M], rows: Iterable[Sequence[Any]]) -> list[M]:
    """The objects of rows that hold the columns of ``columns_of``; what comes after these is left alone.

    They are what a query of Django's answers, but that no signal tells of them.
    """
    names, converters = _reading(model, connection.vendor)
    found = []
    for row in rows:
        one = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        values = one.__dict__
        values["_state"] = state
        values.update(zip(names, row))  # noqa: B905 - the row may be longer
        for name, convert in converters:
            values[name] = convert(values[name])
        found.append(one)
    return found


@cache
def _reading(
    model: type[Model], vendor: str
) -> tuple[tuple[str, ...], tuple[tuple[str, Callable[[Any], Any]], ...]]:
    """The attributes, and what makes those of them that need it of what the database gives."""
    fields = model._meta.concrete_fields
    columns = [(field, field.get_col(model._meta.db_table)) for field in fields]
    converters = [
        (field.attname, _alone(convert, column))
        for field, column in columns
        for convert in (*connection.ops.get_db_converters(column), *field.get_db_converters(connection))
    ]
    return tuple(field.attname for field in fields), tuple(converters)


def _alone(convert: Callable[[Any, Any, Any], Any], column: Any) -> Callable[[Any], Any]:
    return lambda value: convert(value, column, connection)
