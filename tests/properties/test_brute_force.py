"""Spans answer as one row for every placement would: unit by unit, package by package, station by station."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from padstone.features.certificate.queries import panel_certificate
from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.package_history import package_history
from padstone.features.genealogy.queries import (
    CERTAIN,
    POSSIBLE,
    installations_at_station,
    installations_of_packages,
    installations_of_unit,
)
from padstone.features.materials.lookups import packages
from padstone.features.recall.queries import Suspect, recall, survey
from padstone.kernel.errors import NotFound
from tests.properties.books import clean_books, interpreted, rows_of, searched, told, true
from tests.properties.histories import Shift
from tests.properties.shop import Reel, Row, Shop
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


def check_suspects(shop: Shop, chance: Random) -> None:
    """What a place, a tool, a lane, a time and a material have in common, in any combination."""
    for _ in range(12):
        one = chance.choice(shop.rows)
        asked = {
            "location": one.location,
            "feeder": feeder_of(shop, one),
            "head": one.head,
            "nozzle": one.nozzle,
            "lane": chance.choice((1, 2)),
            "since": instant_of(one.at or 0) - timedelta(seconds=chance.randrange(60)),
            "until": instant_of(one.at or 0) + timedelta(seconds=1 + chance.randrange(60)),
            "lot": one.reels[0].lot,
            "package": one.reels[0].identifier,
        }
        kept = {name: value for name, value in asked.items() if value and chance.randrange(3) == 0}
        suspect = Suspect(station=one.station, **kept)  # type: ignore[arg-type]  # each is of its own type
        check_survey(shop, suspect)


def check_survey(shop: Shop, suspect: Suspect) -> None:
    found = survey(AUDITOR, suspect)
    rows = [row for row in shop.rows if is_meant(shop, suspect, row)]
    certain = {row.unit.name for row in rows if all(is_of(suspect, reel) for reel in row.reels)}
    expected = (certain, {row.unit.name for row in rows} - certain)
    units = {word: list(found.units(word)) for word in (CERTAIN, POSSIBLE)}
    assert tuple({unit.unit for unit in units[word]} for word in (CERTAIN, POSSIBLE)) == expected, suspect
    assert (found.certain, found.possible) == tuple(map(len, expected))
    assert sorted(
        (one.unit, one.designator, one.installed_at, one.package)
        for word in (CERTAIN, POSSIBLE)
        for unit in units[word]
        for one in unit.installations
    ) == sorted(
        (row.unit.name, row.designator, instant_of(row.at or 0), reel.identifier)
        for row in rows
        for reel in row.reels
        if is_of(suspect, reel)
    )
    first = found.page(CERTAIN, limit=1)
    rest = found.page(CERTAIN, after=first.next or 0, limit=1000) if first.next else None
    assert [*first.units, *(rest.units if rest else ())] == units[CERTAIN]


def is_of(suspect: Suspect, reel: Reel) -> bool:
    return suspect.lot in {"", reel.lot} and suspect.package in {"", reel.identifier}


def is_meant(shop: Shop, suspect: Suspect, row: Row) -> bool:
    at = instant_of(row.at or 0)
    return (
        any(is_of(suspect, reel) for reel in row.reels)
        and row.station == suspect.station
        and suspect.location in {"", row.location}
        and suspect.head in {"", row.head}
        and suspect.nozzle in {"", row.nozzle}
        and suspect.lane in {None, row.lane}
        and (not suspect.feeder or feeder_of(shop, row) == suspect.feeder)
        and (suspect.since is None or at >= suspect.since)
        and (suspect.until is None or at < suspect.until)
    )


def feeder_of(shop: Shop, row: Row) -> str:
    """The feeder that was put to the row's location last before it, and nowhere else since."""
    at = instant_of(row.at or 0)
    before = [one for one in shop.mountings if instant_of(one.at) <= at]
    there = [one for one in before if (one.station, one.location) == (row.station, row.location)]
    if not there:
        return ""
    since = before[before.index(there[-1]) :]
    moved = any(one.feeder == there[-1].feeder and one.location != row.location for one in since)
    elsewhere = any(one.feeder == there[-1].feeder and one.station != row.station for one in since)
    return "" if moved or elsewhere else there[-1].feeder


def check_histories(shop: Shop) -> None:
    for reel in shop.reels:
        history = package_history(AUDITOR, reel)
        rows = rows_of(shop, reels=frozenset({reel}))
        certain = [row for row in rows if len(row.reels) == 1]
        assert (history.pieces, history.doubtful) == (len(certain), len(rows) - len(certain))
        assert history.units == len({row.unit.name for row in rows})
        assert history.by_hand == sum(not row.location for row in certain)
        assert sum(feed.pieces for feed in history.feeds) + history.otherwise == sum(
            bool(row.location) for row in certain
        )


def check_panels(shop: Shop) -> None:
    """Of the panels that machines knew by more than a board's serial."""
    for panel in sorted({unit.panel for unit in shop.units}):
        known = panel_certificate(AUDITOR, panel)
        assert [unit.unit for unit in known.units] == [
            unit.name for unit in shop.units if unit.panel == panel
        ]
        for unit in known.units:
            assert told([*unit.installations, *unit.removed]) == true(rows_of(shop, unit=unit.unit))


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
        check_suspects(shop, chance)
        check_histories(shop)
        check_panels(shop)


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
