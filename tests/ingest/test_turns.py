"""Several interpreters take turns at the same books: what one remembers, another may have changed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import transaction as database

from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Flag, Message
from tests.ingest.factory import (
    COMPLETED,
    INITIALIZED,
    INSTALLED,
    PLACER,
    RECEIPT,
    STARTED,
    Factory,
    books,
    completed,
    installed,
    received,
    started,
)
from tests.ingest.test_repeating import report

PANELS = 6
PLACERS = (PLACER, "SMT.PLACER.2")
"""Both are at one place of the line until somebody says otherwise: each panel is placed at both."""

Step = bytes | tuple[int, int]
"""A message that is delivered, or which interpreter takes so many."""


def story(factory: Factory, chance: Random) -> list[Step]:
    """Panels through two placers, out of order now and then, told twice, and reels that come late."""
    told: list[tuple[float, str, Any, str]] = [
        (chance.uniform(0, 3), INITIALIZED, received("R1"), RECEIPT),
        (chance.uniform(0, 20), INITIALIZED, received("R2"), RECEIPT),
    ]
    for panel in range(PANELS):
        for machine, source in enumerate(PLACERS):
            number = panel * 2 + machine
            at = 4.0 * panel + chance.uniform(0, 3)
            reel = "R2" if panel == PANELS - 2 else "R1"
            placed = installed(number, *_at(report(panel, reel, 1002 - panel), machine))
            told += [
                (at + chance.uniform(-2, 1), STARTED, started(number, f"P{panel}", (1, 2)), source),
                (at + 1, INSTALLED, placed, source),
                (at + chance.uniform(0.5, 5), COMPLETED, completed(number), source),
            ]
            if chance.random() < 0.4:  # by whoever: the work says which station it is of
                told.append((at + chance.uniform(1, 9), INSTALLED, placed, chance.choice(PLACERS)))
    steps: list[Step] = []
    for _, name, body, source in sorted(told, key=lambda one: one[0]):
        steps.append(factory.envelope(name, body, Source=source))
        if chance.random() < 0.7:
            steps.append((chance.randrange(2), chance.randint(1, 4)))
    return [*steps, (0, 3), (1, 100), (0, 100)]


def _at(materials: list[dict[str, Any]], machine: int) -> list[dict[str, Any]]:
    """The same parts under names that the machine alone uses."""
    for material in materials:
        for component in material["InstalledComponents"]:
            component["ReferenceDesignator"] += f"_{machine}"
    return materials


def outcome(factory: Factory, steps: list[Step], interpreters: list[Interpreter]) -> Any:
    for step in steps:
        if isinstance(step, bytes):
            factory.deliver(step, door="file")
        else:
            who, most = step
            interpreters[who % len(interpreters)].some(most)
    interpreters[0].all()
    return (
        books(),
        list(Message.objects.order_by("pk").values_list("state", "code", "journal_no")),
        sorted(Flag.objects.values_list("message__message_id", "code")),
        [factory.certificate(f"P{panel}:{at}").installations for panel in range(PANELS) for at in (1, 2)],
    )


@pytest.mark.parametrize(
    "seed", [3, 4, *(pytest.param(seed, marks=pytest.mark.proof) for seed in range(5, 40))]
)
def test_two_in_turns_come_to_the_same_as_one(factory: Factory, seed: int) -> None:
    steps = story(factory, Random(seed))
    before = database.savepoint()
    alone = outcome(factory, steps, [Interpreter()])
    database.savepoint_rollback(before)
    together = outcome(factory, steps, [Interpreter(), Interpreter()])
    assert together == alone
    placed = [len(one) for one in alone[3]]
    assert placed == [4] * len(placed)
