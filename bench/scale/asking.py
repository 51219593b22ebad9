"""The questions put to one engine: right answers, cold times and memory; and warm ones, one at a time."""

from __future__ import annotations

import json
import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from questions import Answer, Questions, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

COLD = 3
"""Questions of each kind that are asked of a cold engine."""


BARE_FETCH = "bare fetch"
"""As many rows as a certificate has, by their primary keys, in the plainest way."""


class Engine(Protocol):
    """Answers as the engine gives them, all rows fetched; ``units`` and ``placements`` make them
    comparable. ``with_times``: it was told when each part was placed.
    """

    with_times: bool

    def lot_units(self, lot: int) -> Any: ...
    def lot_placements(self, lot: int) -> Any: ...
    def certificate(self, unit: int) -> Any: ...
    def slot_window(self, window: Window) -> Any: ...
    def nozzle_window(self, window: Window) -> Any: ...
    def units(self, answer: Any) -> Answer: ...
    def placements(self, answer: Any) -> Answer: ...
    def forget(self) -> None:
        """Everything that is in memory: connections, caches, the files' pages."""


@runtime_checkable
class Fetching(Protocol):
    def fetch(self, count: int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """Questions of one kind, put to one engine. ``true`` are the right answers, once ``comparable``."""

    ask: Callable[[Any], Any]
    asked: Sequence[Any]
    true: Sequence[Answer] = ()
    comparable: Callable[[Any], Answer] | None = None

    def took(self, number: int) -> Took:
        one = self.asked[number % len(self.asked)]
        began, busy = time.perf_counter(), time.process_time()
        self.ask(one)
        return (time.perf_counter() - began) * 1_000, (time.process_time() - busy) * 1_000


Took = tuple[float, float]
"""Milliseconds: by the clock, and of this process's processor time."""


def kinds_of(engine: Engine, questions: Questions) -> dict[str, Kind]:
    slots, nozzles = (
        (questions.units_of_slots, questions.units_of_nozzles)
        if engine.with_times
        else (questions.units_of_slots_untimed, questions.units_of_nozzles_untimed)
    )
    units, placements = engine.units, engine.placements
    return {
        "lot → units": Kind(engine.lot_units, questions.lots, questions.units_of_lots, units),
        "lot → placements": Kind(
            engine.lot_placements, questions.lots, questions.placements_of_lots, placements
        ),
        "certificate": Kind(engine.certificate, questions.units, questions.placements_of_units, placements),
        "slot window": Kind(engine.slot_window, questions.slots, slots, units),
        "nozzle window": Kind(engine.nozzle_window, questions.nozzles, nozzles, units),
    }


def check(engine: Engine, questions: Questions, *, cold: bool) -> dict[str, Any]:
    """Of each kind how many answers are wrong, how many rows one has, and, if wanted, the milliseconds of the
    first question to an engine that has forgotten everything.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, kind in kinds_of(engine, questions).items():
        assert kind.comparable is not None
        times = []
        for number in range(COLD if cold else 0):
            engine.forget()
            times.append(kind.took(number)[0])
        answers = [kind.comparable(kind.ask(one)) for one in kind.asked]
        found[name] = {
            "cold": median(times) if times else None,
            "rows": round(median(answer.count for answer in answers)),
            "wrong": sum(answer != right for answer, right in zip(answers, kind.true, strict=True)),
        }
    return {"measured": found, "peak memory MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def answer_in_turn(engine: Engine, questions: Questions, asked: Iterable[str]) -> None:
    """Say how long each question took, as it is asked: a line with its kind and its number."""
    kinds = kinds_of(engine, questions)
    if isinstance(engine, Fetching):
        kinds[BARE_FETCH] = Kind(engine.fetch, [answer.count for answer in questions.placements_of_units])
    print(json.dumps(list(kinds)), flush=True)
    for line in asked:
        name, number = json.loads(line)
        print(json.dumps(kinds[name].took(number) if name in kinds else None), flush=True)


def drop_pages(paths: Iterable[Path]) -> None:
    """Have the system forget what it holds of these files."""
    os.sync()
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else (path,):
            if file.is_file():
                descriptor = os.open(file, os.O_RDONLY)
                try:
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                finally:
                    os.close(descriptor)
