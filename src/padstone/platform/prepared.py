"""Statements that Django writes once.

To write a statement takes Django longer than a database to answer it, where the answer is a few rows of one
unit, and a certificate asks for a dozen such answers. Here the first who asks has the statement written; from
then on only its values change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from padstone.platform.among import as_one
from padstone.platform.columns import microseconds_of
from padstone.platform.pinned import Asked, all_answers, in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    Row = tuple[Any, ...]
    Rows = QuerySet[Any, Row]
    Convert = Callable[[Any], Any]

EVERYTHING = 2**62
"""As a journal number: whatever is on the books."""


@dataclass(frozen=True, slots=True)
class _Written:
    """``taken``: each parameter of the statement, as the name of a value and how it is converted, or as a
    constant. ``converters``: what a column goes through, by its place.
    """

    text: str
    taken: Sequence[tuple[str, Convert] | tuple[None, Any]]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def finish(self, rows: list[Row]) -> list[Row]:
        """The rows as ``values_list`` gives them."""
        return [_converted(row, self) for row in rows]


class Prepared:
    """A queryset of ``values_list`` whose values are named: whole numbers, texts, aware instants, or lists of
    numbers or texts for ``among``.

    It is built once for each kind of database, with stand-ins: what it says must be the same whatever the
    values, so none of them may be None, and a list only what something is among.
    """

    def __init__(self, build: Callable[..., Rows], kinds: dict[str, type]) -> None:
        self._build, self._kinds = build, kinds
        self._written: dict[str, _Written] = {}

    def rows(self, **values: Any) -> list[Row]:
        """All rows at once, as ``values_list`` gives them."""
        return all_answers([self.asked(**values)])[0]

    def asked(self, **values: Any) -> Asked:
        """The question with these values, to be asked with others (see ``platform.together``)."""
        written = self._written.get(in_use().vendor) or self._write()
        taken = [convert if name is None else convert(values[name]) for name, convert in written.taken]
        return Asked(written.text, taken, written.finish if written.converters else None)

    def seldom(self, **values: Any) -> Asked:
        """The same of a question whose answer is nearly always that there is nothing."""
        return self.asked(**values)._replace(seldom=True)

    def _write(self) -> _Written:
        """For the database in use; it is kept."""
        stand_ins = {name: _stand_in(kind, number) for number, (name, kind) in enumerate(self._kinds.items())}
        compiler = self._build(**stand_ins).query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        known: dict[Any, tuple[str, Convert]] = {}
        for name, value in stand_ins.items():
            if isinstance(value, datetime):
                known[connection.ops.adapt_datetimefield_value(value)] = (
                    name,
                    connection.ops.adapt_datetimefield_value,
                )
                known[microseconds_of(value)] = (name, microseconds_of)
            if isinstance(value, list):
                known[_key(as_one(value, connection))] = (name, lambda keys: as_one(keys, connection))
            else:
                known[value] = (name, _as_it_is)
        taken = [known.get(_key(value), (None, value)) for value in parameters]
        missing = stand_ins.keys() - {name for name, _ in taken}
        if missing:
            raise AssertionError(f"the statement says nothing of {', '.join(sorted(missing))}")
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        written = _Written(text, taken, [(place, *rest) for place, rest in converters.items()])
        self._written[connection.vendor] = written
        return written


def prepared(**kinds: type) -> Callable[[Callable[..., Rows]], Prepared]:
    """Makes a function that builds a queryset a :class:`Prepared`; ``kinds`` are those of its values."""
    return lambda build: Prepared(build, kinds)


def _stand_in(kind: type, number: int) -> int | str | datetime | list[int]:
    """A value that nobody asks for, and that is like no other."""
    if kind is list:
        return [-1_000_003 - number]
    if kind is int:
        return -1_000_003 - number
    if kind is str:
        return f"stand-in {number}"
    return datetime(2, 1, 1, tzinfo=UTC) + timedelta(days=number)


def _key(parameter: Any) -> Any:
    return tuple(parameter) if isinstance(parameter, list) else parameter


def _as_it_is(value: Any) -> Any:
    return value


def _converted(row: Row, written: _Written) -> Row:
    values = list(row)
    for place, converters, expression in written.converters:
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return tuple(values)
