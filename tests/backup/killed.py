"""Run as a program: ``killed.py DATA TARGET N`` makes a backup, and dies by SIGKILL at the N-th step of it.

``link`` and ``linked`` for N: just before, and just after, the file gets its name. ``count``: prints how many
steps there are.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from padstone.platform.backup.create import create
from padstone.platform.backup.sqlite import Sqlite

LINK = os.link


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(data: Path, target: Path, at: str) -> None:
    steps = 0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal steps
        steps += 1
        if str(steps) == at:
            die()

    def link(source: Any, to: Any) -> None:
        if at == "link":
            die()
        LINK(source, to)
        if at == "linked":
            die()

    os.link = link  # type: ignore[assignment]  # the moment in which it gets its name
    create(target, Sqlite(data / "padstone.sqlite3"), data, with_secrets=False, tell=tell)
    if at == "count":
        print(steps)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
