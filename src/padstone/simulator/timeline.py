"""Simulated time: processes that wait for a while, for a thing on a belt, or for their turn.

Processes are generators. The timeline resumes them in the order of time, and those of one instant in the
order they were scheduled, so that a run is repeatable to the byte. Time is an integer number of microseconds
since the start.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

SECOND = 1_000_000

T = TypeVar("T")


@dataclass(slots=True)
class _Sleeper:
    """A process that waits; ``woken`` makes the loser of signal and time-out a no-operation."""

    process: Process
    background: bool
    woken: bool = False


class Signal:
    """Something to wait for. ``fire`` wakes the one that has waited longest."""

    __slots__ = ("_sleepers", "_timeline")

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._sleepers: deque[_Sleeper] = deque()

    def fire(self) -> None:
        while self._sleepers:
            sleeper = self._sleepers.popleft()
            if not sleeper.woken:
                sleeper.woken = True
                self._timeline.schedule(self._timeline.now, sleeper.process, background=sleeper.background)
                return

    def add(self, sleeper: _Sleeper) -> None:
        self._sleepers.append(sleeper)


@dataclass(frozen=True, slots=True)
class Await:
    """What a process yields to wait for a signal, with the patience in microseconds (None: for ever)."""

    signal: Signal
    patience: int | None = None


Step: TypeAlias = int | Await
Process: TypeAlias = Generator[Step, None, None]


@dataclass(order=True, slots=True)
class _Due:
    at: int
    number: int
    process: Process = field(compare=False)
    background: bool = field(compare=False)
    sleeper: _Sleeper | None = field(compare=False, default=None)


class Timeline:
    """The clock and the queue of what happens next. It is over when no process in the foreground is left."""

    def __init__(self) -> None:
        self.now = 0
        self._queue: list[_Due] = []
        self._number = 0
        self._foreground = 0

    def start(self, process: Process, *, background: bool = False) -> None:
        """Let the process begin now. Processes in the background do not keep the timeline going."""
        if not background:
            self._foreground += 1
        self.schedule(self.now, process, background=background)

    def schedule(
        self, at: int, process: Process, *, background: bool, sleeper: _Sleeper | None = None
    ) -> None:
        self._number += 1
        heapq.heappush(self._queue, _Due(at, self._number, process, background, sleeper))

    def run(self) -> Iterator[int]:
        """Resume one process after another; yields the time after each."""
        while self._queue and self._foreground:
            due = heapq.heappop(self._queue)
            if due.sleeper is not None:
                if due.sleeper.woken:
                    continue
                due.sleeper.woken = True
            self.now = due.at
            self._resume(due)
            yield self.now

    def _resume(self, due: _Due) -> None:
        try:
            step = next(due.process)
        except StopIteration:
            if not due.background:
                self._foreground -= 1
            return
        if isinstance(step, int):
            self.schedule(self.now + step, due.process, background=due.background)
            return
        sleeper = _Sleeper(due.process, due.background)
        step.signal.add(sleeper)
        if step.patience is not None:
            at = self.now + step.patience
            self.schedule(at, due.process, background=due.background, sleeper=sleeper)


class Belt(Generic[T]):
    """Things in a row between two stations: the first in is the first out."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._things: deque[T] = deque()
        self._filled = Signal(timeline)

    def __len__(self) -> int:
        return len(self._things)

    def put(self, thing: T) -> None:
        self._things.append(thing)
        self._filled.fire()

    def put_later(self, thing: T, delay: int) -> None:
        """Put it after the delay, as a conveyor does."""

        def carry() -> Process:
            yield delay
            self.put(thing)

        self._timeline.start(carry(), background=True)

    def wait(self, patience: int) -> Generator[Step, None, bool]:
        """Wait for a thing, no longer than the patience; says whether there is one."""
        if not self._things:
            yield Await(self._filled, patience)
        return bool(self._things)

    def take(self) -> Generator[Step, None, T]:
        while not self._things:
            yield Await(self._filled)
        return self._things.popleft()


class Turn:
    """One at a time, in the order of asking: the head of a placer between its two lanes."""

    def __init__(self, timeline: Timeline) -> None:
        self._free = True
        self._released = Signal(timeline)
        self._waiting = 0

    def acquire(self) -> Generator[Step, None, None]:
        if not self._free or self._waiting:
            self._waiting += 1
            yield Await(self._released)
            self._waiting -= 1
        self._free = False

    def release(self) -> None:
        self._free = True
        self._released.fire()
