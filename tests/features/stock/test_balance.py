"""The mass balance over the simulator's day, against its ledger of the truth."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from padstone.features.materials.lookups import packages
from padstone.features.stock import commands
from padstone.features.stock.domain.findings import findings
from padstone.features.stock.domain.sheet import Sheet
from padstone.features.stock.queries.verify import verify_ledger
from padstone.features.stock.sheets import sheets_of
from padstone.kernel import clock
from padstone.simulator import faults, world
from padstone.simulator.ledger import Ledger
from tests.features.stock.conftest import ANNA
from tests.shop_floor import build

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("units", "seed"), [(8, 5), *(pytest.param(200, seed, marks=pytest.mark.proof) for seed in (1, 2))]
)
def test_every_package_of_the_day_balances_and_none_is_suspected(units: int, seed: int) -> None:
    run = world.run(world.Settings(units=units, seed=seed))
    build([message for _, message in run.messages])
    book_in({name: one.announced for name, one in run.ledger.packages.items()})
    before = by_name(run.ledger)
    assert wrong_before_counting(run.ledger, before) == []
    assert findings(list(before.values())) == ()
    for name, truth in run.ledger.packages.items():
        left = truth.held - truth.placed - truth.rejected
        commands.count(ANNA, package=name, quantity=Decimal(left))
    after = by_name(run.ledger)
    assert wrong_after_counting(run.ledger, after) == []
    assert findings(list(after.values())) == ()
    assert verify_ledger(ANNA) == ()


def book_in(received: dict[str, int]) -> None:
    commands.define_location(ANNA, code="STORE", kind="warehouse")
    arrivals = [
        commands.Arrival(package=name, location="STORE", quantity=Decimal(pieces))
        for name, pieces in received.items()
    ]
    for first in range(0, len(arrivals), 500):
        commands.book_in(ANNA, arrivals=arrivals[first : first + 500])


def test_every_seeded_fault_is_named_and_nothing_else() -> None:
    run = world.run(world.Settings(units=24, seed=1))
    day = faults.erring(run.messages, run.ledger)
    announced = [one for one in day.messages if b"MaterialsInitialized" in one]
    build(announced)
    book_in(day.received)
    build(day.messages[: day.middle])
    with clock.clock_at(datetime.fromisoformat(day.middle_at)):
        commands.scrap(ANNA, package=day.scrapped, why="bent")
        commands.hold(ANNA, packages=[day.held], reason="recall")
    build(day.messages[day.middle :])
    package, new, pieces = day.split
    commands.split(ANNA, package=package, new=new, quantity=Decimal(pieces))
    name, mistyped = day.mistyped
    commands.count(ANNA, package=name, quantity=Decimal(mistyped))
    for name, left in day.left.items():
        commands.count(ANNA, package=name, quantity=Decimal(left))
    rows = packages([*day.received, new])
    sheets = sheets_of([row.pk for row in rows.values()])
    told = findings(list(sheets.values()))
    named = {(one.cause.value, *sorted({one.package, one.other} - {""})) for one in told}
    assert named == {(fault.cause, *sorted(fault.packages)) for fault in day.faults}, told
    assert len(day.faults) >= 10
    assert verify_ledger(ANNA) == ()


def by_name(ledger: Ledger) -> dict[str, Sheet]:
    rows = packages(list(ledger.packages))
    sheets = sheets_of([row.pk for row in rows.values()])
    return {name: sheets[rows[name].pk] for name in ledger.packages}


def wrong_before_counting(ledger: Ledger, sheets: dict[str, Sheet]) -> list[str]:
    found = []
    for name, truth in ledger.packages.items():
        sheet = sheets[name]
        used = truth.placed + truth.rejected
        told = sheet.placed + sheet.spoiled
        if not told <= used <= told + sheet.doubtful:
            found.append(f"{name}: {told} to {told + sheet.doubtful} used, truly {used}")
        exact = sheet.placed == truth.placed and sheet.spoiled == truth.rejected
        if not sheet.doubtful and not exact:
            found.append(
                f"{name}: {sheet.placed} and {sheet.spoiled}, truly {truth.placed}, {truth.rejected}"
            )
        if sheet.difference or sheet.received != truth.announced:
            found.append(f"{name}: received {sheet.received}, difference {sheet.difference}")
    return found


def wrong_after_counting(ledger: Ledger, sheets: dict[str, Sheet]) -> list[str]:
    found = []
    for name, truth in ledger.packages.items():
        sheet = sheets[name]
        left = truth.held - truth.placed - truth.rejected
        if sheet.on_hand != left or sheet.difference or sheet.missing or sheet.doubtful:
            found.append(f"{name}: {sheet}, truly {truth}")
    return found
