"""How much a sender may have under way, whatever it makes of its credit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

pytest.importorskip("proton", reason="python-qpid-proton is not installed")

from padstone.adapters.amqp.inlet import Arrival, Inlet, Refused

WINDOW = 10


class Machine:
    name = "Bench"
    gone = False
    credential = 0

    def shut_out(self) -> None:
        """It is not."""


@dataclass
class Link:
    """What proton counts: credit that is not used up; below zero where the sender sent too many."""

    credit: int = 0
    state: int = 2  # locally active
    granted: list[int] = field(default_factory=list)

    def flow(self, count: int) -> None:
        self.credit += count
        self.granted.append(count)


class Transfer:
    def update(self, state: Any) -> None:
        """Nobody is told."""

    def settle(self) -> None:
        """Nobody is told."""


def came(inlet: Inlet, link: Link, count: int) -> list[Arrival]:
    link.credit -= count
    arrivals = [
        Arrival(inlet, Transfer(), 1, Refused("Bench", "", ""), presettled=False) for _ in range(count)
    ]
    for arrival in arrivals:
        inlet.add(arrival)
    return arrivals


def test_credit_is_given_when_the_last_is_used_up() -> None:
    link = Link()
    inlet = Inlet(Machine(), link, WINDOW)
    inlet.top_up()
    arrivals = came(inlet, link, 6)
    for arrival in arrivals:
        inlet.accepted(arrival)
    inlet.top_up()
    assert link.granted == [WINDOW]
    came(inlet, link, 4)
    inlet.top_up()
    assert link.granted == [WINDOW, WINDOW - 4]


def test_who_sends_more_than_it_may_gets_nothing_until_that_is_settled() -> None:
    link = Link()
    inlet = Inlet(Machine(), link, WINDOW)
    inlet.top_up()
    arrivals = came(inlet, link, 3 * WINDOW)
    for arrival in arrivals[: 2 * WINDOW]:
        inlet.accepted(arrival)
        inlet.top_up()
    assert link.granted == [WINDOW]
    inlet.accepted(arrivals[-1])
    inlet.top_up()
    assert link.credit == 1, "as many as are settled, whatever it sent too many"
