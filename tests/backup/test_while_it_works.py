"""Backups of a Padstone at work, and backups that are killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from padstone.platform.backup import archive
from padstone.platform.backup.facts import silent
from padstone.platform.backup.staging import PREFIX
from tests.backup.conftest import SMALL, NewDatabase, Padstone, environment_of, small_database

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATH = os.pathsep.join(map(str, (ROOT / "src", ROOT)))
AT_LENGTH = bool(os.environ.get("PADSTONE_PROVE")) or os.environ.get("HYPOTHESIS_PROFILE") == "prove"
KILLS, BACKUPS = (20, 4) if AT_LENGTH else (3, 1)
UNITS = 256 * BACKUPS
"""More than the line can build in the time."""


@contextmanager
def program(
    data: Path, name: str, *arguments: object, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """One of the programs here, in a process of its own; it does not outlive the block."""
    own = {"DJANGO_SETTINGS_MODULE": "padstone.config.settings", "PYTHONPATH": PATH}
    with subprocess.Popen(
        [sys.executable, str(HERE / name), *map(str, arguments)],
        env=environment_of(data, {**own, **(environment or {})}),
        cwd=data,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said_by(
    data: Path, name: str, *arguments: object, code: int = 0, environment: Mapping[str, str] | None = None
) -> str:
    with program(data, name, *arguments, environment=environment) as process:
        out, _ = process.communicate(timeout=300)
    assert process.returncode == code
    return out


def books_of(data: Path, environment: Mapping[str, str], *arguments: object) -> Any:
    return json.loads(said_by(data, "books_of.py", *arguments, environment=environment))


def messages_of(units: int) -> bytes:
    from padstone.simulator.world import Settings, run  # noqa: PLC0415 - Django is not set up yet when this is read

    return b"\n".join(body for _, body in run(Settings(units=units, panel_up=4)).messages)


def longest_wait(waits: Path, spans: list[tuple[float, float]]) -> str:
    """How long a commit took at most, while a backup was made and otherwise."""
    during, otherwise = [0.0], [0.0]
    for line in waits.read_text().splitlines():
        begun, took = map(float, line.split())
        in_one = any(begun < end and begun + took > start for start, end in spans)
        (during if in_one else otherwise).append(took)
    return (
        f"longest commit while a backup was made: {max(during):.3f} s (of {len(during) - 1}); "
        f"otherwise: {max(otherwise):.3f} s (of {len(otherwise) - 1})"
    )


@pytest.mark.long
@pytest.mark.parametrize(
    "new_database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.proof)], indirect=True
)
def test_a_backup_of_a_line_at_full_speed_holds_what_a_replay_of_its_messages_gives(
    padstone: Padstone,
    new_database: NewDatabase,
    tmp_path: Path,
    empty_books: Path,
    figure: Callable[[str], None],
) -> None:
    live, out, waits = tmp_path / "live", tmp_path / "out", tmp_path / "waits"
    out.mkdir()
    database = new_database()
    live.mkdir()
    shutil.copy(empty_books, live)
    padstone(live, "migrate", **database)
    (tmp_path / "messages").write_bytes(messages_of(UNITS))
    spans = []
    arguments = (tmp_path / "messages", tmp_path / "stop", waits)
    with program(live, "at_full_speed.py", *arguments, environment=database) as line:
        assert line.stdout is not None
        assert line.stdout.readline() == "at work\n"
        for number in range(BACKUPS):
            begun = time.monotonic()
            padstone(live, "backup", "create", out / f"{number}.tar.zst", **database)
            spans.append((begun, time.monotonic()))
        (tmp_path / "stop").touch()
        out_of_work, _ = line.communicate(timeout=60)
    assert (line.returncode, out_of_work) == (0, "")
    kind = "PostgreSQL" if database else "SQLite"
    inboxes = [archive.read_head(file).facts.heads["inbox"].number for file in sorted(out.iterdir())]
    assert inboxes == sorted(set(inboxes)), "each was taken of another moment"

    checked = 0
    for file in sorted(out.iterdir())[0 if AT_LENGTH else -1 :]:
        restored, fresh = tmp_path / f"restored-{file.stem}", tmp_path / f"fresh-{file.stem}"
        back, new = new_database(), new_database()
        padstone(restored, "backup", "restore", file, *(() if back else ("--into", restored)), **back)
        assert "The evidence is intact." in padstone(restored, "audit", "verify", "--deep", **back)
        fresh.mkdir()
        shutil.copy(empty_books, fresh)
        padstone(fresh, "migrate", **new)
        source = back.get("PADSTONE_DATABASE_URL") or restored / "padstone.sqlite3"
        replayed = books_of(fresh, new, "replay", source)
        assert books_of(restored, back) == replayed
        assert replayed["units"]
        checked += 1
    figure(f"{kind}: {checked} of {checked} backups at full speed hold what a replay of their messages gives")
    figure(f"{kind}: {longest_wait(waits, spans)}")


def a_small_one(data: Path, database: dict[str, str]) -> tuple[int, tuple[str, ...]]:
    """Fill a database a little: how many batches it holds, and what killed.py is told of it."""
    if not database:
        small_database(data, batches=3_000)
        return 3_000, ()
    data.mkdir()
    url = database["PADSTONE_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(SMALL.encode())
    return 500, (url,)


@pytest.mark.parametrize("moment", ["step", "instant", "link", "linked"])
def test_a_killed_backup_leaves_no_file_that_claims_to_be_whole_and_is_not(
    moment: str, new_database: NewDatabase, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    database = new_database()
    batches, url = a_small_one(data, database)
    out.mkdir()
    counted = said_by(data, "killed.py", data, tmp_path / "whole.tar.zst", "count", *url)
    steps, seconds = counted.removeprefix("begun\n").split()
    chance = random.Random()
    whole = 0
    for number in range(KILLS if moment in {"step", "instant"} else 1):
        file = out / f"{number}.tar.zst"
        if moment == "instant":
            kill_at_some_instant(data, file, chance.random() * float(seconds), *url)
        else:
            at = chance.randrange(1, int(steps) + 1) if moment == "step" else moment
            said_by(data, "killed.py", data, file, at, *url, code=-signal.SIGKILL)
            assert list(data.glob(f"{PREFIX}*")), "it died at work"
        if file.exists():
            whole += 1
            assert archive.read(file, None, silent).facts.rows["ingest_batch"] == batches
    if moment != "instant":
        assert whole == (moment == "linked")
    kind = "PostgreSQL" if database else "SQLite"
    if moment in {"step", "instant"}:
        figure(
            f"{kind}: {KILLS} of {KILLS} kills at a random {moment} left nothing that claims to be whole, "
            f"and is not ({whole} came too late)"
        )

    said_by(data, "killed.py", data, out / "next.tar.zst", "never", *url)
    left = [path.name for folder in (data, out) for path in folder.iterdir() if path.name.startswith(PREFIX)]
    assert left == []


def kill_at_some_instant(data: Path, file: Path, seconds: float, *url: str) -> None:
    with program(data, "killed.py", data, file, "never", *url) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(seconds)  # the moment is what is random here; nothing waits for anything
        process.kill()
