"""The mass balance over the simulator's day, against its ledger of the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pytest

from padstone.cfx import encode_envelope
from padstone.features.materials.lookups import packages
from padstone.features.stock import commands
from padstone.features.stock.domain.findings import Finding, findings
from padstone.features.stock.domain.sheet import Sheet
from padstone.features.stock.queries.balance import FindingLine, balance_of_house
from padstone.features.stock.queries.verify import verify_ledger
from padstone.features.stock.sheets import sheets_of
from padstone.kernel import clock
from padstone.simulator import faults, world
from padstone.simulator.ledger import Ledger
from tests.features.stock.conftest import ANNA
from tests.shop_floor import build

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Day:
    """A run's messages, and what truly was left of each package when the line stood empty between the two
    sides, after ``empty`` messages.
    """

    messages: list[bytes]
    ledger: Ledger
    empty: int
    left_then: dict[str, int]


def day(units: int, seed: int) -> Day:
    running = world.build(world.Settings(units=units, seed=seed))
    messages: list[bytes] = []
    empty, left_then = 0, dict[str, int]()
    for _, envelope in running:
        if not empty and running.finished_panels * 2 == running.total_panels:
            empty, left_then = len(messages), left(running.ledger)
        messages.append(encode_envelope(envelope))
    assert empty
    return Day(messages, running.ledger, empty, left_then)


def left(ledger: Ledger) -> dict[str, int]:
    return {name: one.held - one.placed - one.rejected for name, one in ledger.packages.items()}


@pytest.mark.parametrize(
    ("units", "seed"), [(4, 5), *(pytest.param(200, seed, marks=pytest.mark.proof) for seed in (1, 2, 3))]
)
def test_every_package_of_the_day_balances_and_none_is_suspected(
    units: int, seed: int, figure: Callable[[str], None]
) -> None:
    """Every other package is counted while the line stands empty, and all of them in the end."""
    run = day(units, seed)
    build(run.messages[: run.empty])
    book_in({name: run.ledger.packages[name].announced for name in run.left_then})
    for name in list(run.left_then)[::2]:
        commands.count(ANNA, package=name, quantity=Decimal(run.left_then[name]))
    build(run.messages[run.empty :])
    later = {name: one.announced for name, one in run.ledger.packages.items() if name not in run.left_then}
    book_in(later)
    before = by_name(run.ledger)
    assert wrong_before_counting(run.ledger, before) == []
    assert findings(list(before.values())) == ()
    for name, pieces in left(run.ledger).items():
        commands.count(ANNA, package=name, quantity=Decimal(pieces))
    after = by_name(run.ledger)
    assert wrong_after_counting(run.ledger, after) == []
    assert findings(list(after.values())) == ()
    assert verify_ledger(ANNA) == ()
    figure(what_it_was(run, before, len(list(run.left_then)[::2])))


def what_it_was(run: Day, before: dict[str, Sheet], counted: int) -> str:
    records = run.ledger.packages.values()
    repaired = sum(len(unit.repairs) for unit in run.ledger.units.values())
    return (
        f"{len(run.messages):,} messages of {len(run.ledger.units)} units, {len(before)} packages, "
        f"{sum(one.placed for one in records):,} pieces placed, {sum(one.rejected for one in records):,} "
        f"thrown away, {sum(one.doubtful for one in before.values())} in doubt at "
        f"{sum(one.doubtful > 0 for one in before.values())} packages, {repaired} repairs, {counted} counts "
        f"in between and {len(before)} in the end: all balance, none is suspected"
    )


def book_in(received: dict[str, int]) -> None:
    commands.define_location(ANNA, code="STORE", kind="warehouse")
    arrivals = [
        commands.Arrival(package=name, location="STORE", quantity=Decimal(pieces))
        for name, pieces in received.items()
    ]
    for first in range(0, len(arrivals), 500):
        commands.book_in(ANNA, arrivals=arrivals[first : first + 500])


@pytest.mark.parametrize(
    ("units", "seed"), [(24, 1), *(pytest.param(200, seed, marks=pytest.mark.proof) for seed in (1, 2, 3))]
)
def test_every_seeded_fault_is_named_and_nothing_else(
    units: int, seed: int, figure: Callable[[str], None]
) -> None:
    run = world.run(world.Settings(units=units, seed=seed))
    erring = faults.erring(run.messages, run.ledger)
    announced = [one for one in erring.messages if b"MaterialsInitialized" in one]
    build(announced)
    book_in(erring.received)
    build(erring.messages[: erring.middle])
    with clock.clock_at(datetime.fromisoformat(erring.middle_at)):
        commands.scrap(ANNA, package=erring.scrapped, why="bent")
        commands.hold(ANNA, packages=[erring.held], reason="recall")
    build(erring.messages[erring.middle :])
    package, new, pieces = erring.split
    commands.split(ANNA, package=package, new=new, quantity=Decimal(pieces))
    name, mistyped = erring.mistyped
    commands.count(ANNA, package=name, quantity=Decimal(mistyped))
    for name, left in erring.left.items():
        commands.count(ANNA, package=name, quantity=Decimal(left))
    rows = packages([*erring.received, new])
    sheets = sheets_of([row.pk for row in rows.values()])
    seeded = {(fault.cause, *sorted(fault.packages)) for fault in erring.faults}
    assert len(seeded) >= 10
    assert named(findings(list(sheets.values()))) == seeded
    assert named(found_by_the_page()) == seeded
    assert verify_ledger(ANNA) == ()
    healthy = len(rows) - len({name for fault in erring.faults for name in fault.packages})
    figure(f"{len(erring.faults)} of {len(erring.faults)} faults named, none of {healthy} healthy packages")


def found_by_the_page() -> list[FindingLine]:
    """All that the house's balance names, looked through to its end."""
    found: list[FindingLine] = []
    after: int | None = 0
    while after is not None:
        page = balance_of_house(ANNA, after=after)
        found += page.findings
        assert len(page.lines) <= 2 * len(page.findings)
        after = page.next
    return found


def named(told: Iterable[Finding | FindingLine]) -> set[tuple[str, ...]]:
    return {(str(one.cause), *sorted({one.package, one.other} - {""})) for one in told}


def by_name(ledger: Ledger) -> dict[str, Sheet]:
    rows = packages(list(ledger.packages))
    sheets = sheets_of([row.pk for row in rows.values()])
    return {name: sheets[rows[name].pk] for name in ledger.packages}


def wrong_before_counting(ledger: Ledger, sheets: dict[str, Sheet]) -> list[str]:
    """Of a package that was counted the pieces that are left are known, of another the pieces that went: it
    came with a few less than its label says.
    """
    found = []
    for name, truth in ledger.packages.items():
        sheet = sheets[name]
        used, there = truth.placed + truth.rejected, truth.held - truth.placed - truth.rejected
        told = sheet.placed + sheet.spoiled
        if sheet.counts:
            if not sheet.on_hand - sheet.doubtful <= there <= sheet.on_hand:
                found.append(f"{name}: {sheet.on_hand} less {sheet.doubtful} left, truly {there}")
        elif not told <= used <= told + sheet.doubtful:
            found.append(f"{name}: {told} to {told + sheet.doubtful} used, truly {used}")
        elif not sheet.doubtful and (sheet.placed != truth.placed or sheet.spoiled != truth.rejected):
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
