"""Opening stock: what a thousand packages cost however many there are, what it takes to go on after a kill,
and how long it takes to find one of them.

    OPENING_ROWS=100000 python bench/opening_stock.py

Processor time is this process's own; on PostgreSQL the server's comes on top. The last measure imports in a
process that is killed (SIGKILL) half-way, imports the same file again, and counts what is there.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from inside.database import on_each_database

ROWS = int(os.environ.get("OPENING_ROWS", "10000"))
PARTS, PLACES, LOTS_OF_A_PART, SUPPLIERS = 4_000, 2_000, 5, 20
ASKED = 50
HEADER = "package,part,description,quantity,location,lot,supplier,date code,expiry date,codes,owner"


def row(number: int) -> str:
    part = number * 7919 % PARTS
    lot = f"L{part}-{number % LOTS_OF_A_PART}"
    code = f"M{number:08d}"
    owner = "Acme" if number % 10 == 0 else ""
    return (
        f"R{number:07d},{part:06d}-00,Resistor {part} ohm 0402,{100 + number % 4900},A-{number % PLACES:04d},"
        f"{lot},Supplier {part % SUPPLIERS},2{number % 10}{number % 52 + 1:02d},2030-01-31,{code},{owner}"
    )


def table(rows: int) -> bytes:
    return "\n".join([HEADER, *map(row, range(rows))]).encode()


def quantity(rows: int) -> Decimal:
    return sum((Decimal(100 + number % 4900) for number in range(rows)), Decimal(0))


def a_hundredth_of_it() -> None:
    report(*imported(max(ROWS // 100, 1)))


def a_tenth_of_it() -> None:
    report(*imported(max(ROWS // 10, 1)))


def all_of_it() -> None:
    report(*imported(ROWS))
    search_times(ROWS)


def killed_half_way() -> None:
    from django.db import connection

    from padstone.features.stock.models import Position

    connection.close()
    child = os.fork()
    if not child:
        imported(ROWS)
        os._exit(0)
    try:
        while Position.objects.count() < ROWS // 2:
            if os.waitpid(child, os.WNOHANG) != (0, 0):
                raise SystemExit("the import ended before it could be killed")
            time.sleep(0.05)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    there = Position.objects.count()
    opened, spent = imported(ROWS)
    print(f"    killed with {there:,} of {ROWS:,} packages in store")
    print(f"    again: {opened.added:,} added, {opened.known:,} known, {spent:.1f} s of processor time")
    check(opened, there)


def check(opened: Any, there: int) -> None:
    """Nothing is doubled, nothing is left out, and the ledger holds."""
    from django.db.models import Sum

    from padstone.features.materials.models import MaterialPackage
    from padstone.features.stock.models import Movement, PackageCode, Position
    from padstone.features.stock.queries.verify import verify_ledger
    from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

    assert (opened.added, opened.known, opened.left_out) == (ROWS - there, there, 0), opened
    for model in (MaterialPackage, Position, Movement, PackageCode):
        assert model.objects.count() == ROWS, (model, model.objects.count())
    for model in (Position, Movement):
        assert model.objects.aggregate(of=Sum("quantity"))["of"] == quantity(ROWS)
    assert verify_ledger(Actor(ActorKind.PERSON, "bench", EVERYTHING)) == ()
    print(f"    {ROWS:,} packages, codes and movements, {quantity(ROWS):,} pieces, and the ledger holds")


def imported(rows: int) -> tuple[Any, float]:
    from padstone.features.design.domain.sources import Source
    from padstone.features.stock.opening.importing import Wishes, import_opening
    from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

    actor = Actor(ActorKind.PERSON, "bench", EVERYTHING)
    source = Source("opening.csv", table(rows))
    began = time.process_time()
    opened = import_opening(actor, source=source, wishes=Wishes(register=True), tell=lambda *told: None)
    return opened, time.process_time() - began


def report(opened: Any, spent: float) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = spent / opened.rows * 1000
    print(f"    {opened.added:,} packages: {each:.3f} s of processor time for each 1,000, {most:.0f} MiB")


def search_times(rows: int) -> None:
    from padstone.features.stock.queries.search import search
    from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

    reader = Actor(ActorKind.PERSON, "bench", EVERYTHING)
    ways: dict[str, Callable[[int], str]] = {
        "its own": lambda number: f"R{number:07d}",
        "its maker's": lambda number: f"M{number:08d}",
        "its lot's": lambda number: row(number).split(",")[5],
        "its part's": lambda number: row(number).split(",")[1],
        "its location's": lambda number: row(number).split(",")[4],
        "no": lambda number: f"nobody-{number}",
    }
    for name, code in ways.items():
        codes = [code(number * (rows // ASKED)) for number in range(ASKED)]
        search(reader, codes[0])
        began = time.process_time()
        found = sum(len(search(reader, one).packages) for one in codes)
        spent = time.process_time() - began
        print(f"    found by {name} code: {spent / ASKED * 1000:.1f} ms, {found / ASKED:.0f} packages each")


if __name__ == "__main__":
    on_each_database(sys.argv[0], a_hundredth_of_it, a_tenth_of_it, all_of_it, killed_half_way)
