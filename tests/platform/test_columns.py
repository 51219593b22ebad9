"""Narrow columns give back what they were given, and keep its order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Field
from hypothesis import given
from hypothesis import strategies as st

from padstone.platform.columns import (
    IdentityField,
    InstantField,
    PositionsField,
    WordField,
    microseconds_of,
)


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def there_and_back(field: Field[object, object], value: object) -> object:
    stored = field.get_db_prep_save(value, connection)
    return field.from_db_value(stored, None, connection)  # type: ignore[attr-defined]  # ours have it


INSTANTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)


@given(one=INSTANTS, other=INSTANTS)
def test_an_instant_comes_back_to_the_microsecond_and_in_its_order(one: datetime, other: datetime) -> None:
    assert there_and_back(InstantField(), one) == one
    assert (microseconds_of(one) < microseconds_of(other)) == (one < other)


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    elsewhere = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert there_and_back(InstantField(), elsewhere) == elsewhere


@pytest.mark.parametrize("field", [InstantField(), IdentityField(), WordField(Colour), PositionsField()])
def test_nothing_stays_nothing(field: Field[object, object]) -> None:
    assert there_and_back(field, None) is None


@given(uuid=st.uuids())
def test_a_uuid_comes_back_and_is_short_on_sqlite(uuid: UUID) -> None:
    assert there_and_back(IdentityField(), uuid) == uuid
    if connection.vendor == "sqlite":
        assert IdentityField().get_db_prep_save(str(uuid), connection) == uuid.bytes


ANY_NUMBERS = st.lists(st.integers(0, 2**31 - 1), max_size=20)
RUNS = st.integers(0, 50).map(lambda count: list(range(count)))


@given(numbers=ANY_NUMBERS | RUNS)
def test_positions_come_back_in_the_order_given(numbers: list[int]) -> None:
    assert there_and_back(PositionsField(), numbers) == numbers


def test_a_whole_panel_is_one_run() -> None:
    assert PositionsField().get_prep_value([1, 2, 3, 4]) == "1-4"
    assert PositionsField().get_prep_value([2, 5, 6, 7]) == "2,5-7"


def test_a_word_is_its_place_and_comes_back_as_the_word() -> None:
    field = WordField(Colour)
    assert [field.get_prep_value(colour) for colour in Colour] == [0, 1]
    assert there_and_back(field, "green") is Colour.GREEN
    with pytest.raises(KeyError):
        field.get_prep_value("blue")


def test_a_migration_names_the_words_in_their_order() -> None:
    assert WordField(Colour).deconstruct()[2] == [["red", "green"]]
