"""Run as a program: ``killed.py DATA TARGET N [URL]`` makes a backup of the data folder's database, or of the
PostgreSQL database at URL, and dies by SIGKILL at the N-th step of it.

``link`` and ``linked`` for N: just before, and just after, the file gets its name. ``count``: prints how many
steps there are, and how many seconds they took. ``never``: goes through to the end. It says "begun" before.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from padstone.platform.backup.create import create
from padstone.platform.backup.database import Database
from padstone.platform.backup.postgresql import Postgresql
from padstone.platform.backup.sqlite import Sqlite
from tests.backup.conftest import described

LINK = os.link


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(data: Path, database: Database, target: Path, at: str) -> None:
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
    print("begun", flush=True)
    begun = time.monotonic()
    create(target, database, data, with_secrets=False, tell=tell)
    if at == "count":
        print(steps, time.monotonic() - begun)


if __name__ == "__main__":
    folder, file, moment, *url = sys.argv[1:]
    here = Postgresql(described(url[0])) if url else Sqlite(Path(folder) / "padstone.sqlite3")
    run(Path(folder), here, Path(file), moment)
