"""Run a measurement in a process of its own for each database: settings are read once in a process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

UNITS = int(os.environ.get("BENCH_UNITS", "200"))


def on_each_database(script: str, *measures: Callable[[], None]) -> None:
    """Each on empty books of its own, on SQLite, and on PostgreSQL where PADSTONE_TEST_POSTGRES_URL names a
    database whose owner may create others. BENCH_ONLY takes those alone whose name or database holds the
    word.
    """
    if "--inside" in sys.argv:
        _on_empty_books(measures[int(sys.argv[-1])])
        return
    only = os.environ.get("BENCH_ONLY", "")
    elsewhere = os.environ.get("PADSTONE_TEST_POSTGRES_URL")
    for url in ("", elsewhere) if elsewhere else ("",):
        for number, measure in enumerate(measures):
            if all(word in f"{measure.__name__} {url or 'sqlite'}" for word in only.split()):
                with tempfile.TemporaryDirectory(prefix="padstone-bench-") as folder:
                    _in_a_process_of_its_own(script, number, folder, url)


def _in_a_process_of_its_own(script: str, number: int, folder: str, url: str) -> None:
    surroundings = {"PADSTONE_DATA": folder, "PADSTONE_DATABASE_URL": url}
    surroundings["DJANGO_SETTINGS_MODULE"] = "padstone.config.settings"
    subprocess.run(
        [sys.executable, script, "--inside", str(number)], env={**os.environ, **surroundings}, check=True
    )


def _on_empty_books(measure: Callable[[], None]) -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    # A file, as in use: SQLite in memory would neither write nor wait.
    connection.settings_dict["TEST"]["NAME"] = _scratch_name(connection.vendor)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"\n{connection.vendor}, {measure.__name__.replace('_', ' ')}", flush=True)
        measure()
    finally:
        teardown_databases(databases, verbosity=0)


def _scratch_name(vendor: str) -> str | None:
    return str(Path(os.environ["PADSTONE_DATA"]) / "bench.sqlite3") if vendor == "sqlite" else None


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Watch:
    """How long was spent inside a function."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def on(self, owner: object, name: str) -> Iterator[None]:
        real = getattr(owner, name)

        def timed(*args: object, **kwargs: object) -> object:
            started = time.perf_counter()
            try:
                return real(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - started

        with mock.patch.object(owner, name, timed):
            yield
