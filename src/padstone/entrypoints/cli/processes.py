"""Keeps a few processes of Padstone's own alive, and ends them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Thread
from types import FrameType

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
WELL_AFTER_S = 30.0
"""A child that lived so long was well: its next pause is the first again."""
PATIENCE_S = 30.0

COMMAND_LINE = (sys.executable, "-m", "padstone.config.main")


@dataclass(slots=True)
class Child:
    """A ``padstone`` command that should always run. ``environment`` is added to ours (for what no list of
    processes may show, such as a password); ``stop_signal`` is how it is asked to end.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S


class Keeper:
    """Starts children, starts again those that die, and ends all of them on SIGTERM or Ctrl-C."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self._children = children
        self._say = say
        self._news: SimpleQueue[Child | None] = SimpleQueue()
        self._ending = False

    def run(self) -> None:
        """Until a signal ends it. Returns when every child has ended."""
        self.start()
        self.keep()

    def start(self) -> None:
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        for child in self._children:
            self._start(child)

    @property
    def is_ending(self) -> bool:
        return self._ending

    def keep(self) -> None:
        """Watch the children until a signal; then end them, last one first."""
        due: dict[str, float] = {}
        try:
            while not self._ending:
                self._start_what_is_due(due)
                wait_s = max(0.0, min(due.values()) - time.monotonic()) if due else None
                try:
                    died = self._news.get(timeout=wait_s)
                except Empty:
                    continue
                if died is None or self._ending:
                    break
                due[died.name] = time.monotonic() + self._mourn(died)
        finally:
            self._end_all()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        self._news.put(None)

    def _start_what_is_due(self, due: dict[str, float]) -> None:
        for child in self._children:
            if due.get(child.name, float("inf")) <= time.monotonic():
                del due[child.name]
                self._start(child)

    def _start(self, child: Child) -> None:
        child.started_at = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - our own command line
            [*COMMAND_LINE, *child.arguments],
            env=os.environ | dict(child.environment),
            stdin=subprocess.DEVNULL,
            # Ctrl-C reaches a whole terminal group: the children are told by us, in order, and never twice.
            start_new_session=True,
        )
        Thread(target=self._wait_for, args=(child, child.process), daemon=True).start()

    def _wait_for(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        process.wait()
        self._news.put(child)

    def _mourn(self, child: Child) -> float:
        """Say that a child died, and after how many seconds it starts again."""
        code = child.process.returncode if child.process else None
        if time.monotonic() - child.started_at > WELL_AFTER_S:
            child.pause_s = FIRST_PAUSE_S
        pause_s, child.pause_s = child.pause_s, min(child.pause_s * 2, LONGEST_PAUSE_S)
        self._say(f"{child.name} ended ({_in_words(code)}); starting it again in {pause_s:.0f} s")
        return pause_s

    def _end_all(self) -> None:
        running = [
            child for child in reversed(self._children) if child.process and child.process.poll() is None
        ]
        for child in running:
            if child.process:
                child.process.send_signal(child.stop_signal)
                try:
                    child.process.wait(PATIENCE_S)
                except subprocess.TimeoutExpired:
                    self._say(f"{child.name} did not end within {PATIENCE_S:.0f} s and was killed")
                    child.process.kill()
                    child.process.wait()


def _in_words(code: int | None) -> str:
    if code is None:
        return "unknown"
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
