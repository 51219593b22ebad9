"""Warm questions, put to all engines in turns.

A machine is at times half as quick as at others. What is compared is therefore asked at the same time: each
question of one engine after the other, each in a process of its own, again and again.
"""

from __future__ import annotations

import json
import subprocess
from contextlib import ExitStack
from statistics import median
from typing import TYPE_CHECKING, Any, Self

from asking import BARE_FETCH
from rich.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EACH, ROUNDS = 8, 4
"""Questions of a kind, and how often each is asked."""
TOGETHER = (
    ("lot → units",),
    ("lot → placements",),
    ("certificate", BARE_FETCH),
    ("slot window",),
    ("nozzle window",),
)
"""Kinds, and those whose times are held against each other side by side."""


class Asked:
    """A process with one engine, that answers a question at a time."""

    def __init__(self, command: Sequence[str], surroundings: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.kinds: list[str] = self._said()

    def _said(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("an engine fell silent")
        return json.loads(line)

    def took(self, kind: str, number: int) -> tuple[float, float]:
        """Milliseconds: by the clock, and of that process's processor time."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([kind, number]) + "\n")
        self._process.stdin.flush()
        wall, busy = self._said()
        return wall, busy

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def in_turns(commands: Mapping[Any, tuple[Sequence[str], Mapping[str, str]]]) -> dict[Any, dict[str, Any]]:
    """By engine and kind: the median and the longest time, and the processor time's median; milliseconds.
    ``commands``: how to start each engine's process, and with which surroundings.
    """
    times: dict[Any, dict[str, list[tuple[float, float]]]] = {key: {} for key in commands}
    with ExitStack() as stack, Progress(transient=True) as bar:
        engines = {key: stack.enter_context(Asked(*how)) for key, how in commands.items()}
        task = bar.add_task("in turns", total=len(TOGETHER) * (ROUNDS + 1))
        for kinds in TOGETHER:
            for a_round in range(ROUNDS + 1):
                for number in range(EACH):
                    for key, engine in engines.items():
                        for kind in kinds:
                            if kind in engine.kinds:
                                took = engine.took(kind, number)
                                if a_round:  # in the first, each becomes warm
                                    times[key].setdefault(kind, []).append(took)
                bar.advance(task)
    return {
        key: {
            kind: {
                "warm": median(wall for wall, _ in some),
                "warm_busy": median(busy for _, busy in some),
                "worst": max(wall for wall, _ in some),
            }
            for kind, some in of_engine.items()
        }
        for key, of_engine in times.items()
    }
