"""Two people receive at the same moment, on a database of their own. Prints what became of it.

``python -m tests.features.receiving.racers``, with the address of a migrated database in the surroundings.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "padstone.config.settings")

import django

django.setup()

from django.db import connection, connections  # noqa: E402  (after the setup)

from padstone.features.receiving.commands import Received, receive  # noqa: E402
from padstone.features.receiving.models import Receipt, SeenNumber  # noqa: E402
from padstone.features.stock.models import Position  # noqa: E402
from padstone.kernel.errors import Refusal  # noqa: E402
from tests.features.receiving.conftest import ANNA, BERND, reel, set_up  # noqa: E402


@dataclass(frozen=True)
class Told:
    """What one of the racers was told: the code of the package, or the refusal's."""

    package: str
    held: bool
    refused: str
    reason: str


def main() -> None:
    set_up(resistors=20_000)
    told = {
        "same reel": race(
            lambda: receive(ANNA, labels=[reel(1)], location="A-1"),
            lambda: receive(BERND, labels=[reel(1)], location="A-2"),
            lambda: receive(ANNA, labels=[reel(1)], location="A-2"),
            lambda: receive(BERND, labels=[reel(1)], location="A-1"),
        ),
        "same request": race(*[lambda: receive(ANNA, labels=[reel(2)], location="A-1", key="k")] * 2),
        "other part": race(  # the new part, supplier and lot are put on the books by both at once
            lambda: receive(ANNA, labels=[reel(3, _1P="NEW-1")], location="A-1"),
            lambda: receive(BERND, labels=[reel(4, _1P="NEW-1")], location="A-1"),
        ),
        "last place": race(
            lambda: receive(ANNA, labels=[reel(5, Q="10000")], location="A-1"),
            lambda: receive(BERND, labels=[reel(6, Q="10000")], location="A-1"),
        ),
    }
    json.dump(
        {
            "told": {name: [vars(one) for one in answers] for name, answers in told.items()},
            "receipts": Receipt.objects.count(),
            "numbers": SeenNumber.objects.count(),
            "positions": Position.objects.count(),
        },
        sys.stdout,
    )


def race(*acts: Callable[[], Received]) -> list[Told]:
    start = Barrier(len(acts))

    def run(act: Callable[[], Received]) -> Told:
        connection.ensure_connection()
        start.wait(timeout=30)
        try:
            done = act()
        except Refusal as refusal:
            return Told("", held=False, refused=refusal.code, reason=refusal.reason)
        finally:
            connections.close_all()
        return Told(done.package, held=done.held, refused="", reason="")

    with ThreadPoolExecutor(len(acts)) as all_of_them:
        return list(all_of_them.map(run, acts))


if __name__ == "__main__":
    main()
