"""Backups of a Padstone at work, and backups that are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from padstone.platform.backup import archive
from padstone.platform.backup.facts import silent
from padstone.platform.backup.staging import PREFIX
from tests.backup.conftest import Padstone, environment_of, small_database

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AT_LENGTH = bool(os.environ.get("PADSTONE_PROVE")) or os.environ.get("HYPOTHESIS_PROFILE") == "prove"
KILLS, BACKUPS = (20, 4) if AT_LENGTH else (3, 2)
UNITS = 96 * BACKUPS
"""More than the line can build in the time."""


@contextmanager
def program(data: Path, name: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """One of the programs here, in a process of its own; it does not outlive the block."""
    with subprocess.Popen(
        [sys.executable, str(HERE / name), *map(str, arguments)],
        env=environment_of(
            data, {"DJANGO_SETTINGS_MODULE": "padstone.config.settings", "PYTHONPATH": str(ROOT)}
        ),
        cwd=data,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said_by(data: Path, name: str, *arguments: object, code: int = 0) -> str:
    with program(data, name, *arguments) as process:
        out, _ = process.communicate(timeout=300)
    assert process.returncode == code
    return out


def books_of(data: Path, *arguments: object) -> Any:
    return json.loads(said_by(data, "books_of.py", *arguments))


def messages_of(units: int) -> bytes:
    from padstone.simulator.world import Settings, run  # noqa: PLC0415 - Django is not set up yet when this is read

    return b"\n".join(body for _, body in run(Settings(units=units, panel_up=4)).messages)


def test_a_backup_of_a_line_at_full_speed_holds_what_a_replay_of_its_messages_gives(
    padstone: Padstone, tmp_path: Path
) -> None:
    live, out = tmp_path / "live", tmp_path / "out"
    out.mkdir()
    padstone(live, "migrate")
    (tmp_path / "messages").write_bytes(messages_of(UNITS))
    with program(live, "at_full_speed.py", tmp_path / "messages", tmp_path / "stop") as line:
        assert line.stdout is not None
        assert line.stdout.readline() == "at work\n"
        for number in range(BACKUPS):
            padstone(live, "backup", "create", out / f"{number}.tar.zst")
        (tmp_path / "stop").touch()
        out_of_work, _ = line.communicate(timeout=60)
    assert (line.returncode, out_of_work) == (0, "")
    inboxes = [archive.read_head(file).facts.heads["inbox"].number for file in sorted(out.iterdir())]
    assert inboxes == sorted(set(inboxes)), "each was taken of another moment"

    for file in out.iterdir():
        restored, fresh = tmp_path / f"restored-{file.stem}", tmp_path / f"fresh-{file.stem}"
        padstone(restored, "backup", "restore", file, "--into", restored)
        padstone(fresh, "migrate")
        replayed = books_of(fresh, "replay", restored / "padstone.sqlite3")
        assert books_of(restored) == replayed
        assert replayed["units"]


@pytest.mark.parametrize("moment", ["random", "link", "linked"])
def test_a_killed_backup_leaves_no_file_that_claims_to_be_whole_and_is_not(
    moment: str, tmp_path: Path
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    small_database(data, batches=3_000)
    out.mkdir()
    steps = int(said_by(data, "killed.py", data, tmp_path, "count"))
    chance = random.Random()
    moments = chance.sample(range(1, steps + 1), KILLS) if moment == "random" else [moment]
    for at in moments:
        said_by(data, "killed.py", data, out / f"{at}.tar.zst", at, code=-signal.SIGKILL)
        assert list(data.glob(f"{PREFIX}*")), "it died at work"
        for file in out.glob("*.tar.zst"):
            assert archive.read(file, None, silent).facts.rows["ingest_batch"] == 3_000
    assert [file.name for file in out.glob("*.tar.zst")] == (["linked.tar.zst"] if moment == "linked" else [])

    said_by(data, "killed.py", data, out / "next.tar.zst", "never")
    left = [path.name for folder in (data, out) for path in folder.iterdir() if path.name.startswith(PREFIX)]
    assert left == []
