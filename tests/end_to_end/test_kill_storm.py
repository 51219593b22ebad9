"""Padstone is killed at random moments and started again: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from padstone.simulator import world

VICTIM = Path(__file__).with_name("victim.py")
ROOT = VICTIM.parents[2]


@pytest.mark.long
def test_facts_after_kills_are_those_of_an_unbroken_run(
    tmp_path: Path, empty_books: Path, proving: bool
) -> None:
    kills, units = (30, 300) if proving else (3, 24)
    messages = tmp_path / "messages.ndjson"
    run = world.run(world.Settings(units=units))
    messages.write_bytes(b"\n".join(message for _, message in run.messages))
    chance = random.Random(20)

    survived = _storm(tmp_path / "storm", empty_books, messages, kills, chance)
    unbroken = _storm(tmp_path / "calm", empty_books, messages, 0, chance)

    assert survived["states"] == {"done": len(run.messages)}
    assert survived == unbroken


def _storm(folder: Path, books: Path, messages: Path, kills: int, chance: random.Random) -> dict[str, Any]:
    folder.mkdir()
    work = (str(VICTIM), "run", str(messages), str(folder / "acked"))
    shutil.copy(books, folder)
    for kill in range(kills):
        with _start(folder, *work) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.01, 0.7))
            process.kill()
        assert process.returncode == -9, f"the work was done before kill {kill + 1}: too little of it"
        if chance.random() < 0.3:  # the sender has lost its memory as well, and begins again
            (folder / "acked").unlink(missing_ok=True)
    _padstone(folder, *work)
    told: dict[str, Any] = json.loads(_padstone(folder, str(VICTIM), "report"))
    return told


def _padstone(folder: Path, *arguments: str) -> bytes:
    with _start(folder, *arguments) as process:
        out, _ = process.communicate(timeout=900)
    assert process.returncode == 0
    return out


def _start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={
            **os.environ,
            "PADSTONE_DATA": str(folder),
            "PADSTONE_DATABASE_URL": "",
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
        },
        stdout=subprocess.PIPE,
    )
