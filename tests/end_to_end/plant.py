"""A Padstone with data of its own whose ingest processes a test starts and kills, and its books."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

VICTIM = Path(__file__).with_name("victim.py")
ROOT = VICTIM.parents[2]
PATIENCE_S = 600.0


class Plant:
    """On SQLite in its folder, with a copy of ``books`` if there are any; on PostgreSQL where ``database``
    is an address.
    """

    def __init__(
        self, folder: Path, *, books: Path | None = None, brokers: str = "", database: str = ""
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._database = database
        self._running: list[subprocess.Popen[bytes]] = []
        self._said = folder / "said.txt"
        self._environment = {
            **os.environ,
            "PADSTONE_DATA": str(folder),
            "PADSTONE_DATABASE_URL": database,
            "PADSTONE_BROKERS": brokers,
            "PADSTONE_LOG_LEVEL": "INFO",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        }
        if books is not None and not database:
            shutil.copy(books, folder)
        elif not database:
            self._run("-m", "padstone.config.main", "migrate")

    def ingestd(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self._said.open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "padstone.config.main", "ingestd", "--amqp-port", "0", *arguments],
                env=self._environment,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self._running.append(process)
        return process

    def says(self, pattern: str, times: int = 1) -> re.Match[str]:
        """Wait until its processes have said so, so often in all."""
        end = time.monotonic() + PATIENCE_S
        while len(found := list(re.finditer(pattern, self.said()))) < times:
            assert time.monotonic() < end, self.said()[-3000:]
            assert any(process.poll() is None for process in self._running), self.said()[-3000:]
            time.sleep(0.05)
        return found[-1]

    def said(self) -> str:
        return self._said.read_text(errors="replace") if self._said.exists() else ""

    def wait_for(self, messages: int) -> None:
        """Until so many are on the books."""
        end = time.monotonic() + PATIENCE_S
        while (done := self.done()) < messages:
            assert time.monotonic() < end, f"{done} of {messages}\n{self.said()[-3000:]}"
            time.sleep(0.1)

    def wait_until_stored(self, messages: int) -> None:
        """Until so many are in the inbox, each once."""
        end = time.monotonic() + PATIENCE_S
        while self.stored() < messages:
            assert time.monotonic() < end, self.said()[-3000:]
            time.sleep(0.02)

    def done(self) -> int:
        return self._count("state = 'done'")

    def stored(self) -> int:
        return self._count("state <> 'repeated'")

    def _count(self, condition: str) -> int:
        asked = f"SELECT count(*) FROM ingest_message WHERE {condition}"
        if self._database:
            with psycopg.connect(self._database) as connection:
                row = connection.execute(asked).fetchone()
                return int(row[0]) if row else 0
        with closing(sqlite3.connect(self._folder / "padstone.sqlite3", timeout=60)) as connection:
            return int(connection.execute(asked).fetchone()[0])

    def report(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._run(str(VICTIM), "report"))
        return told

    def close(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
            process.wait()

    def _run(self, *arguments: str) -> bytes:
        ran = subprocess.run(
            [sys.executable, *arguments],
            env=self._environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=PATIENCE_S,
        )
        return ran.stdout


class Planting(Protocol):
    """Set a plant up in a folder; when the block ends, its processes are gone."""

    def __call__(
        self, folder: Path, *, brokers: str = "", database: str = ""
    ) -> AbstractContextManager[Plant]: ...


@contextmanager
def planted(
    folder: Path, *, books: Path | None = None, brokers: str = "", database: str = ""
) -> Iterator[Plant]:
    found = Plant(folder, books=books, brokers=brokers, database=database)
    try:
        yield found
    finally:
        found.close()
