"""Two people pick and bring back at the same moment, on a database of their own. Prints what became of it.

``python -m tests.features.kitting.racers``, with the address of a migrated database in the surroundings.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")

import django

django.setup()

from django.db import connection, connections  # noqa: E402  (after the setup)

from padstone.features.kitting import commands  # noqa: E402
from padstone.features.kitting.models import Kit, Pick, PickEnd  # noqa: E402
from padstone.features.materials.commands import PackageFacts, receive_package  # noqa: E402
from padstone.features.materials.lookups import packages  # noqa: E402
from padstone.features.stock.commands import Arrival, book_in, define_location, reserve  # noqa: E402
from padstone.features.stock.queries.verify import verify_ledger  # noqa: E402
from padstone.kernel.errors import Refusal  # noqa: E402
from tests.features.kitting.conftest import ANNA, BERND, plan, set_up  # noqa: E402

D = Decimal
PEOPLE = (ANNA, BERND)
REELS = ("one kit", "two kits", "two reels, 1", "two reels, 2", "back", "back, same key")


def main() -> None:
    for code in ("A", "B"):
        define_location(ANNA, code=code, kind="shelf")
    set_up()
    for number in ("WO-0", "WO-1", "WO-2", "WO-3"):
        plan(number, quantity=10)
    for name in REELS:
        facts = PackageFacts(identifier=name, part_number="100-001", initial_quantity=D(60))
        receive_package(ANNA, facts=facts)
    book_in(ANNA, arrivals=[Arrival(package=name, location="A") for name in REELS])
    told = {
        "begin": race(lambda n: commands.begin_kit(PEOPLE[n], order="WO-0", location=("A", "B")[n])),
    }
    for number in ("WO-1", "WO-2", "WO-3"):
        commands.begin_kit(ANNA, order=number, location="B")
    told |= {
        "one kit": race(lambda n: _pick(n, "WO-0", "one kit")),
        "two kits": race(lambda n: _pick(n, f"WO-{n + 1}", "two kits")),
        "enough": race(lambda n: _pick(n, "WO-3", f"two reels, {n + 1}")),
    }
    _put_in("WO-1", "back")
    told["back"] = race(
        lambda n: commands.give_back(PEOPLE[n], package="back", quantity=D(50 - n), location="A")
    )
    _put_in("WO-1", "back, same key")
    told["back, same key"] = race(
        lambda n: commands.give_back(
            PEOPLE[n], package="back, same key", quantity=D(50), location="A", key="k"
        )
    )
    json.dump(
        {
            "told": told,
            "kits": Kit.objects.count(),
            "picks": Pick.objects.count(),
            "ends": PickEnd.objects.count(),
            "broken": [one.package for one in verify_ledger(ANNA)],
        },
        sys.stdout,
    )


def _pick(place: int, order: str, package: str) -> object:
    return commands.pick(PEOPLE[place], order=order, package=package, location="A")


def _put_in(order: str, package: str) -> None:
    """It is in the kit, whether that needed it or not."""
    reserve(ANNA, package=package, order=order)
    kit, row = Kit.objects.get(order__number=order), packages([package])[package]
    Pick.objects.create(
        kit=kit,
        package_id=row.pk,
        wanted_id=row.part_id,
        quantity=D(60),
        source_id=kit.location_id,
        proposed=True,
        at=kit.begun_at,
        by="anna",
    )


def race(act: Callable[[int], object]) -> list[list[object]]:
    """What each of the two was told: [whether it was done, the refusal's code, its words]."""
    start = Barrier(2)

    def run(place: int) -> list[object]:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            done = act(place)
        except Refusal as refusal:
            return [False, refusal.code, str(refusal)]
        finally:
            connections.close_all()
        return [True, getattr(done, "repeated", False), ""]

    with ThreadPoolExecutor(2) as both:
        return list(both.map(run, (0, 1)))


if __name__ == "__main__":
    main()
