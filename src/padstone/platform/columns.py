"""Columns that are narrow on both databases.

SQLite has neither instants nor UUIDs, and Django writes both as text there: 26 and 32 characters, in the row
and once more in every index that holds them. In tables with a row for every pass of every panel that is most
of what they weigh. What Python sees is the same as with Django's own fields.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    _DateTimeField = models.DateTimeField[Any, Any]
    _UUIDField = models.UUIDField[Any, Any]
    _SmallIntegerField = models.SmallIntegerField[Any, Any]
    _PositionsField = models.Field[Any, list[int]]
else:  # only the stubs know that fields are generic
    _DateTimeField, _UUIDField = models.DateTimeField, models.UUIDField
    _SmallIntegerField, _PositionsField = models.SmallIntegerField, models.Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds_of(instant: datetime) -> int:
    """An aware instant, counted from 1970 in UTC; exact, before it as well."""
    return (instant - _EPOCH) // _MICROSECOND


class InstantField(_DateTimeField):
    """An aware instant: microseconds from 1970 on SQLite, a timestamp on PostgreSQL.

    It can be compared, ordered, and its least and greatest be found, on both. What Django works out of a
    DateTimeField in SQL (a date, an hour, a difference) it cannot of this one on SQLite.
    """

    def get_internal_type(self) -> str:
        return "InstantField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bigint" if connection.vendor == "sqlite" else "timestamp with time zone"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if not isinstance(value, datetime):
            value = self.get_prep_value(value)
        if value is None or connection.vendor != "sqlite" or hasattr(value, "resolve_expression"):
            return value
        return microseconds_of(value)

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return _EPOCH + timedelta(microseconds=value) if isinstance(value, int) else value


class IdentityField(_UUIDField):
    """A UUID: its sixteen bytes on SQLite, PostgreSQL's own type there."""

    def get_internal_type(self) -> str:
        return "IdentityField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "blob" if connection.vendor == "sqlite" else "uuid"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        if value is None or hasattr(value, "resolve_expression"):
            return value
        uuid = value if isinstance(value, UUID) else self.to_python(value)
        return uuid.bytes if connection.vendor == "sqlite" else uuid

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return UUID(bytes=bytes(value)) if isinstance(value, bytes | memoryview) else value


class WordField(_SmallIntegerField):
    """One of a few words, kept as its place in their order. A new word goes to the end, and none is ever
    taken out: the places are what was written.
    """

    def __init__(self, words: Iterable[str], **options: Any) -> None:
        self.words = tuple(words)
        self._places = {str(word): place for place, word in enumerate(self.words)}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [[str(word) for word in self.words], *args], kwargs

    def to_python(self, value: Any) -> Any:
        return value if value is None else self.words[self._places[str(value)]]

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return self._places[str(value)]

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else self.words[value]


class PositionsField(_PositionsField):
    """A list of whole numbers from 0 on, kept as the runs that it is made of: ``1-4`` or ``2,5-7``. In Python
    it is a list, in the order in which it was given.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else ",".join(_runs(value))

    def to_python(self, value: Any) -> Any:
        return _listed(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        return self.to_python(value)


def _runs(numbers: Iterable[int]) -> Iterator[str]:
    first = last = None
    for number in numbers:
        if last is not None and number == last + 1:
            last = number
            continue
        if last is not None:
            yield f"{first}-{last}" if first != last else f"{first}"
        first = last = number
    if last is not None:
        yield f"{first}-{last}" if first != last else f"{first}"


def _listed(text: str) -> list[int]:
    numbers: list[int] = []
    for run in filter(None, text.split(",")):
        first, _, last = run.partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers
