"""Two people at each command at the same moment, on a database of their own. Prints what became of it.

``python -m tests.features.stock.racers``, with the address of a migrated database in the surroundings.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")

import django

django.setup()

from django.db import connection, connections  # noqa: E402  (after the setup)

from padstone.features.materials.commands import PackageFacts, receive_package  # noqa: E402
from padstone.features.parts.commands import import_bom  # noqa: E402
from padstone.features.parts.lookups import revision  # noqa: E402
from padstone.features.production.commands import plan_work_order  # noqa: E402
from padstone.features.stock import commands  # noqa: E402
from padstone.features.stock.models import Movement, Position  # noqa: E402
from padstone.features.stock.queries.verify import verify_ledger  # noqa: E402
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind  # noqa: E402
from padstone.kernel.errors import Refusal  # noqa: E402

PEOPLE = [Actor(ActorKind.PERSON, name, EVERYTHING) for name in ("anna", "bernd")]
ANNA = PEOPLE[0]
D = Decimal
Race = Callable[[Actor, int, int], object]
"""Of an actor, the version that he saw, and his place: 0 or 1."""

RACES: dict[str, Race] = {
    "move": lambda who, seen, n: commands.move(who, package="move", to=("C", "B")[n], seen=seen),
    "count": lambda who, seen, n: commands.count(who, package="count", quantity=D(90 - n), seen=seen),
    "split": lambda who, seen, n: commands.split(
        who, package="split", new=f"split-{n}", quantity=D(60), seen=seen
    ),
    "split, unseen": lambda who, seen, n: commands.split(
        who, package="split, unseen", new=f"unseen-{n}", quantity=D(60)
    ),
    "join": lambda who, seen, n: commands.join(who, package="join", into=f"into-{n}", seen=seen),
    "scrap": lambda who, seen, n: commands.scrap(who, package="scrap", quantity=D(70), why="bent", seen=seen),
    "scrap, unseen": lambda who, seen, n: commands.scrap(
        who, package="scrap, unseen", quantity=D(70), why="bent"
    ),
    "spoil": lambda who, seen, n: commands.spoil(who, package="spoil", quantity=D(70), why="fell", seen=seen),
    "return": lambda who, seen, n: commands.return_to_supplier(who, package="return", why="x", seen=seen),
    "write_off": lambda who, seen, n: commands.write_off(
        who, package="write_off", quantity=D(7), why="x", seen=seen
    ),
    "reserve": lambda who, seen, n: commands.reserve(who, package="reserve", order=f"WO-{n}"),
    "unreserve": lambda who, seen, n: commands.unreserve(who, package="unreserve", seen=seen),
    "release": lambda who, seen, n: commands.release_hold(who, package="release", why="fine"),
    "dispose": lambda who, seen, n: commands.dispose(who, package="dispose", how="scrapped", why="bad"),
    "book_in": lambda who, seen, n: commands.book_in(
        who, arrivals=[commands.Arrival(package="book_in", location=("A", "B")[n])]
    ),
}
TWINS: dict[str, Race] = {
    "hold": lambda who, seen, n: commands.hold(who, packages=["hold"], reason="label"),
    "same key": lambda who, seen, n: commands.spoil(
        who, package="same key", quantity=D(5), why="fell", key="one and the same"
    ),
    "same place": lambda who, seen, n: commands.move(who, package="same place", to="B"),
    "first move": lambda who, seen, n: commands.move(who, package="first move", to="B"),
}
"""Both want the same, and both are served: it is done once."""
NOT_BOOKED_IN = frozenset({"book_in", "first move"})


def main() -> None:
    _set_up()
    told = {name: _race(name, race) for name, race in (RACES | TWINS).items()}
    broken = [f"{one.package}: {one.what}" for one in verify_ledger(ANNA)]
    moved = {
        name: Movement.objects.filter(package__identifier=name).exclude(kind="booked_in").count()
        for name in RACES | TWINS
    }
    json.dump({"told": told, "broken": broken, "moved": moved}, sys.stdout)


def _set_up() -> None:
    for code in ("A", "B", "C"):
        commands.define_location(ANNA, code=code, kind="shelf")
    bill = b"part_number,designators,quantity\n100-001,R1,1\n"
    import_bom(ANNA, product="P", revision="A", content=bill, file_name="p.csv")
    row = revision("P", "A")
    assert row is not None
    for number in ("WO-0", "WO-1"):
        plan_work_order(ANNA, number=number, revision_id=row.pk, quantity=4)
    names = [*RACES, *TWINS, "into-0", "into-1"]
    for name in names:
        facts = PackageFacts(identifier=name, part_number="100-001", lot="L-1", initial_quantity=D(100))
        receive_package(ANNA, facts=facts)
    arrivals = [commands.Arrival(package=name, location="A") for name in names if name not in NOT_BOOKED_IN]
    commands.book_in(ANNA, arrivals=arrivals)
    commands.reserve(ANNA, package="unreserve", order="WO-0")
    commands.hold(ANNA, packages=["release", "dispose"], reason="label")


def _race(name: str, race: Race) -> list[list[Any]]:
    """What each of the two was told: [whether it was done, the code or the answer's ``changed``]."""
    position = Position.objects.filter(package__identifier=name).first()
    seen = position.version if position else 0
    start = Barrier(2)

    def run(place: int) -> list[Any]:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            done = race(PEOPLE[place], seen, place)
        except Refusal as refusal:
            return [False, refusal.code, str(refusal)]
        finally:
            connections.close_all()
        return [True, getattr(done, "changed", done if isinstance(done, int) else True), ""]

    with ThreadPoolExecutor(2) as both:
        return list(both.map(run, (0, 1)))


if __name__ == "__main__":
    main()
