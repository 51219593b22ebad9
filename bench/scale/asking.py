"""The questions put to one engine: right answers, warm and cold times, and memory."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

from questions import Answer, Questions, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

COLD = 3
"""Questions of each kind that are asked of a cold engine."""


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


@dataclass(slots=True)
class Measured:
    """Milliseconds: by the clock, and of this process's processor time."""

    warm: float
    warm_busy: float
    worst: float
    cold: float | None
    rows: int
    wrong: int


@dataclass(slots=True)
class Report:
    engine: str
    measured: dict[str, Measured] = field(default_factory=dict)
    more: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ask_all(name: str, engine: Engine, questions: Questions, *, cold: bool) -> Report:
    report = Report(name)
    slots, nozzles = (
        (questions.units_of_slots, questions.units_of_nozzles)
        if engine.with_times
        else (questions.units_of_slots_untimed, questions.units_of_nozzles_untimed)
    )
    for kind, ask, asked, true, comparable in (
        ("lot → units", engine.lot_units, questions.lots, questions.units_of_lots, engine.units),
        (
            "lot → placements",
            engine.lot_placements,
            questions.lots,
            questions.placements_of_lots,
            engine.placements,
        ),
        (
            "certificate",
            engine.certificate,
            questions.units,
            questions.placements_of_units,
            engine.placements,
        ),
        ("slot window", engine.slot_window, questions.slots, slots, engine.units),
        ("nozzle window", engine.nozzle_window, questions.nozzles, nozzles, engine.units),
    ):
        report.measured[kind] = _measured(ask, asked, true, comparable, engine.forget if cold else None)
    report.more["peak memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return report


def _measured(
    ask: Callable[[Any], Any],
    asked: Iterable[Any],
    true: Iterable[Answer],
    comparable: Callable[[Any], Answer],
    forget: Callable[[], None] | None,
) -> Measured:
    asked = tuple(asked)
    cold = []
    if forget is not None:
        for one in asked[:COLD]:
            forget()
            cold.append(_took(ask, one)[0])
    answers = [comparable(ask(one)) for one in asked]
    wrong = sum(answer != right for answer, right in zip(answers, true, strict=True))
    times = [_took(ask, one) for one in asked]
    return Measured(
        warm=median(wall for wall, _ in times),
        warm_busy=median(busy for _, busy in times),
        worst=max(wall for wall, _ in times),
        cold=median(cold) if cold else None,
        rows=round(median(answer.count for answer in answers)),
        wrong=wrong,
    )


def _took(ask: Callable[[Any], Any], one: Any) -> tuple[float, float]:
    began, busy = time.perf_counter(), time.process_time()
    ask(one)
    return (time.perf_counter() - began) * 1_000, (time.process_time() - busy) * 1_000


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
