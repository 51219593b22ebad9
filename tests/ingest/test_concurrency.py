"""Several processes at once: each message once, one chain, one journal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from padstone.ingest.interpret import Interpreter
from tests.ingest.factory import Factory, books
from tests.ingest.process import MESSAGES, PANELS, messages
from tests.postgresql import migrated, new_database

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def surroundings(
    request: pytest.FixtureRequest, tmp_path: Path, require_service: Callable[[str], str]
) -> Iterator[dict[str, str]]:
    """A database of its own that several processes may use, and how they are told of it."""
    here = {
        **os.environ,
        "PADSTONE_DATA": str(tmp_path),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    here.pop("PADSTONE_DATABASE_URL", None)
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_books"), tmp_path)
        yield here
        return
    url = require_service("postgresql")
    with new_database(url, like=migrated(url)) as own:
        yield here | {"PADSTONE_DATABASE_URL": own}


def run(surroundings: dict[str, str], *roles: str) -> list[Any]:
    """Start a process for each role, let them begin together, and answer what each says at its end."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.ingest.process", role],
            env=surroundings,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for role in roles
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=300)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0] * len(roles)
    return [json.loads(output) for output in outputs]


@pytest.mark.long
@pytest.mark.parametrize(
    "surroundings", [pytest.param("sqlite", marks=pytest.mark.proof), "postgresql"], indirect=True
)
def test_two_deliver_the_same_and_two_interpret_it_while_one_reads_and_one_archives(
    surroundings: dict[str, str], alone: dict[str, int]
) -> None:
    first, second, *_, reader, archivist = run(
        surroundings, *("deliver", "deliver"), *("interpret", "interpret"), "read", "archive"
    )
    (found,) = run(surroundings, "look")

    assert first["received"] + second["received"] == MESSAGES
    assert first["repeated"] + second["repeated"] == MESSAGES
    assert found["states"] == {"done": MESSAGES, "repeated": MESSAGES}
    assert found["journal"] == list(range(1, MESSAGES + 1))
    assert found["broken"] == []
    assert (reader["answers"] > 0, reader["went_back"]) == (True, 0)
    assert archivist["batches"] > 0
    assert found["placements"] == [[["C1", "R1"], ["C2", "R1"]]] * PANELS
    counted = {
        "production_flowevent": PANELS,
        "production_panel": PANELS,
        "production_worktransaction": PANELS,
        "genealogy_pass": PANELS,
        "genealogy_materialspan": 1,
        "materials_materialpackage": 1,
        "sites_endpoint": 2,
    }
    assert {table: found["books"][table] for table in counted} == counted
    assert {table: rows for table, rows in found["books"].items() if rows} == alone


@pytest.fixture
def alone(db: None) -> dict[str, int]:
    """What the same messages come to in one process."""
    factory = Factory()
    for body in messages(factory):
        factory.deliver(body, door="file")
    Interpreter().all()
    return {table: rows for table, rows in books().items() if rows}
