"""Spans answer as one row for every placement would: unit by unit, package by package, station by station."""

from __future__ import annotations

from random import Random

import pytest

from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.queries import (
    installations_at_station,
    installations_of_packages,
    installations_of_unit,
)
from padstone.features.materials.lookups import packages
from padstone.features.recall.queries import Suspect, recall
from padstone.kernel.errors import NotFound
from tests.properties.books import clean_books, interpreted, rows_of, searched, told, true
from tests.properties.histories import Shift
from tests.properties.shop import Row, Shop
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db


def delivered(shop: Shop, chance: Random) -> list[bytes]:
    """The messages as a network brings them: some late, some twice."""
    messages = [
        (index + chance.choice((0, 0, 0, 0, 3, 20)), body) for index, body in enumerate(shop.messages)
    ]
    messages += [(index + chance.randrange(30), body) for index, body in messages if chance.randrange(8) == 0]
    return [body for _, body in sorted(messages, key=lambda message: message[0])]


def check_units(shop: Shop) -> None:
    for unit in shop.units:
        assert told(installations_of_unit(AUDITOR, unit.name)) == true(rows_of(shop, unit=unit.name))


def check_packages(shop: Shop) -> None:
    ids = {identifier: row.pk for identifier, row in packages(shop.reels).items()}
    for reel in shop.reels:
        found = installations_of_packages(AUDITOR, [ids[reel]])
        rows = rows_of(shop, reels=frozenset({reel}))
        assert sorted((i.unit, i.designator, i.certainty) for i in found) == sorted(
            (row.unit.name, row.designator, certainty(row)) for row in rows
        )


def certainty(row: Row) -> str:
    return "certain" if len(row.reels) == 1 else "possible"


def check_stations(shop: Shop, chance: Random) -> None:
    times = sorted({row.at for row in shop.rows if row.at is not None})
    for station in {row.station for row in shop.rows}:
        first, last = chance.choice(times), chance.choice(times) + 1_000_000
        since, until = instant_of(min(first, last)), instant_of(max(first, last))
        found = installations_at_station(AUDITOR, station, since, until)
        assert told(found) == true(
            row
            for row in shop.rows
            if row.station == station and row.at is not None and since <= instant_of(row.at) < until
        )


def check_recalls(shop: Shop) -> None:
    for lot in {reel.lot for reel in shop.reels.values()} - {""}:
        report = recall(AUDITOR, Suspect(lot=lot))
        suspect = {reel for reel in shop.reels.values() if reel.lot == lot}
        certain = {row.unit.name for row in shop.rows if suspect.issuperset(row.reels)}
        touched = {row.unit.name for row in shop.rows if suspect.intersection(row.reels)}
        assert {unit.unit for unit in report.certain} == certain
        assert {unit.unit for unit in report.possible} == touched - certain
        assert report.packages == tuple(sorted(reel.identifier for reel in suspect))


@searched(10)
def test_every_answer_is_that_of_the_rows(seed: int) -> None:
    chance = Random(seed)
    shop = Shift(chance).run()
    with clean_books():
        interpreted(delivered(shop, chance))
        check_units(shop)
        check_packages(shop)
        check_stations(shop, chance)
        check_recalls(shop)


@searched(20)
def test_machines_that_name_no_package_are_told_by_what_was_loaded(seed: int) -> None:
    """In the order of sending: whatever is loaded late may have been what a machine placed from, and cannot
    be waited for.
    """
    shop = Shift(Random(seed), named=False).run()
    with clean_books():
        interpreted(shop.messages)
        check_units(shop)
        check_packages(shop)


def test_a_package_nobody_has_heard_of_is_not_found() -> None:
    with pytest.raises(NotFound):
        recall(AUDITOR, Suspect(package="REEL-0"))
