from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from padstone.ingest.delivery import Delivery
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.adapters.amqp.inlet import Inlet


class Link:
    """As much of Proton's as an inlet asks for."""

    def __init__(self) -> None:
        from proton import Endpoint  # noqa: PLC0415 (where Proton is absent the test skips)

        self.state = Endpoint.LOCAL_ACTIVE
        self.credit = 0
        self.drain_mode = False

    def flow(self, credit: int) -> None:
        self.credit += credit

    def drain(self, credit: int) -> None:
        self.drain_mode = True
        self.credit = 0


class Transfer:
    def __init__(self) -> None:
        self.local = self
        self.state: Any = None

    def update(self, state: Any) -> None:
        self.state = state

    def settle(self) -> None: ...


class Peer:
    gone = False
    credential = 0


class Keeper:
    def __init__(self) -> None:
        self.batches: list[list[bytes]] = []
        self.outcomes: deque[Any] = deque()

    def keep(self, batch: list[tuple[Delivery, int]]) -> None:
        self.batches.append([delivery.body for delivery, _ in batch])


class Scene:
    def __init__(self) -> None:
        from padstone.adapters.amqp.intake import Intake  # noqa: PLC0415 (as above)

        self.keeper = Keeper()
        self.intake = Intake(self.keeper, batch_messages=8, batch_bytes=100)  # type: ignore[arg-type] # a stand-in
        self.now = 0.0

    def inlet(self) -> Inlet:
        from padstone.adapters.amqp.inlet import Inlet  # noqa: PLC0415 (as above)

        return Inlet(Peer(), Link(), window=50)  # type: ignore[arg-type] # a stand-in

    def arrive(self, inlet: Inlet, *bodies: bytes, size_bytes: int = 1) -> list[Transfer]:
        from padstone.adapters.amqp.inlet import Arrival  # noqa: PLC0415 (as above)

        transfers = []
        for body in bodies:
            delivery = Delivery("amqp", "", body, "", None, clock.now())
            transfers.append(Transfer())
            self.intake.add(Arrival(inlet, transfers[-1], size_bytes, delivery, presettled=False))
        return transfers

    def batch(self, *, fails: bool = False) -> list[bytes]:
        """The next batch, which is then kept or fails."""
        done = len(self.keeper.batches)
        self.intake.hand_over()
        assert len(self.keeper.batches) == done + 1
        batch = self.keeper.batches[-1]
        from padstone.adapters.amqp.keeper import Outcome  # noqa: PLC0415 (as above)

        unkept = frozenset(range(len(batch))) if fails else frozenset()
        self.keeper.outcomes.append(Outcome(unkept, denied=frozenset()))
        self.intake.settle(self.now)
        return batch

    def resume(self) -> None:
        self.now += 100
        self.intake.end_holds(self.now)


@pytest.fixture
def scene(require_service: Callable[[str], str]) -> Scene:
    require_service("proton")
    return Scene()


def test_inlets_take_turns(scene: Scene) -> None:
    a, b = scene.inlet(), scene.inlet()
    scene.arrive(a, *[b"a"] * 12)
    scene.arrive(b, *[b"b"] * 3)
    assert scene.batch() == [b"a"] * 8
    assert scene.batch() == [b"b"] * 3 + [b"a"] * 4
    assert scene.intake.idle


def test_one_batch_at_a_time(scene: Scene) -> None:
    inlet = scene.inlet()
    scene.arrive(inlet, b"1")
    scene.intake.hand_over()
    scene.arrive(inlet, b"2")
    scene.intake.hand_over()
    assert scene.keeper.batches == [[b"1"]]


def test_a_batch_ends_at_its_bytes_but_takes_one_message_at_least(scene: Scene) -> None:
    inlet = scene.inlet()
    scene.arrive(inlet, b"1", b"2", b"3", size_bytes=50)
    scene.arrive(inlet, b"4", size_bytes=1_000)
    assert [scene.batch(), scene.batch(), scene.batch()] == [[b"1", b"2"], [b"3"], [b"4"]]
    assert scene.intake.waiting_bytes == 0


def test_a_suspect_gets_batches_of_its_own_until_they_are_whole_again(scene: Scene) -> None:
    good, bad = scene.inlet(), scene.inlet()
    scene.arrive(bad, *[b"bad"] * 8)
    assert scene.batch(fails=True) == [b"bad"] * 8
    scene.arrive(good, b"good")
    scene.resume()
    scene.arrive(bad, *[b"bad"] * 20)
    assert scene.batch() == [b"good"]
    scene.arrive(good, b"good")
    assert scene.batch() == [b"bad"] * 4
    scene.arrive(good, b"good")
    assert scene.batch() == [b"good"] * 2
    scene.arrive(good, b"good")
    assert scene.batch() == [b"bad"] * 8
    assert scene.batch() == [b"good"] + [b"bad"] * 7


def test_a_suspect_is_tried_with_less_and_less(scene: Scene) -> None:
    inlet = scene.inlet()
    sizes = []
    for _ in range(5):
        scene.resume()
        scene.arrive(inlet, *[b"x"] * 8)
        sizes.append(len(scene.batch(fails=True)))
    assert sizes == [8, 4, 2, 1, 1]


def test_a_failure_gives_back_all_that_waits_and_what_still_comes(scene: Scene) -> None:
    from proton import Delivery as States  # noqa: PLC0415 (where Proton is absent the test skips)

    inlet = scene.inlet()
    first = scene.arrive(inlet, *[b"x"] * 10)
    scene.batch(fails=True)
    late = scene.arrive(inlet, b"late")
    assert [t.state for t in first] == [States.MODIFIED] * 8 + [States.RELEASED] * 2
    assert [t.state for t in late] == [States.RELEASED]
    assert scene.intake.waiting_bytes == 0
    assert scene.intake.idle
    scene.resume()
    assert scene.arrive(inlet, b"again")[0].state is None
    assert scene.batch() == [b"again"]
