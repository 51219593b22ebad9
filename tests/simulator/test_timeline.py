"""Simulated time: who waits for what, and in which order they go on."""

from __future__ import annotations

from padstone.simulator.timeline import Belt, Process, Timeline, Turn


def test_a_thing_put_on_a_belt_wakes_the_one_that_waits() -> None:
    timeline = Timeline()
    belt: Belt[str] = Belt(timeline)
    got: list[tuple[int, str]] = []

    def taker() -> Process:
        for _ in range(2):
            thing = yield from belt.take()
            got.append((timeline.now, thing))

    def putter() -> Process:
        yield 5
        belt.put("a")
        belt.put_later("b", 7)
        yield 0

    timeline.start(taker())
    timeline.start(putter())
    list(timeline.run())
    assert got == [(5, "a"), (12, "b")]


def test_patience_ends_the_waiting_once() -> None:
    timeline = Timeline()
    belt: Belt[str] = Belt(timeline)
    seen: list[tuple[int, bool]] = []

    def waiter() -> Process:
        for patience in (3, 10):
            there = yield from belt.wait(patience)
            seen.append((timeline.now, there))
        yield 20
        seen.append((timeline.now, bool(len(belt))))

    def putter() -> Process:
        yield 5
        belt.put("a")

    timeline.start(waiter())
    timeline.start(putter())
    list(timeline.run())
    assert seen == [(3, False), (5, True), (25, True)]


def test_turns_are_taken_in_the_order_of_asking() -> None:
    timeline = Timeline()
    head = Turn(timeline)
    order: list[tuple[int, str]] = []

    def worker(name: str, begin: int) -> Process:
        yield begin
        for _ in range(2):
            yield from head.acquire()
            order.append((timeline.now, name))
            yield 10
            head.release()

    timeline.start(worker("a", 0))
    timeline.start(worker("b", 1))
    list(timeline.run())
    assert order == [(0, "a"), (10, "b"), (20, "a"), (30, "b")]


def test_what_is_in_the_background_does_not_keep_it_going() -> None:
    timeline = Timeline()

    def forever() -> Process:
        while True:
            yield 10

    def once() -> Process:
        yield 25

    timeline.start(forever(), background=True)
    timeline.start(once())
    assert list(timeline.run())[-1] == 25
