"""The embedded database has one ingest process: the second is told which, and a dead one holds nothing."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from padstone.config.main import main
from padstone.entrypoints.ingestd import turns
from padstone.platform.backup.folder import pick

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def embedded() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("this is about the embedded database")


def claimed_by_another(folder: Path) -> int:
    """The id of a process that has claimed it, and lives until it is killed."""
    child = os.fork()
    if not child:
        turns.only_one(folder)
        while True:
            signal.pause()
    while (claim := turns.claimed_by(folder)) is None or claim.pid != child:
        time.sleep(0.01)  # until the other process says so: there is nothing else to wait for
    return child


def test_the_second_is_told_which_process_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = claimed_by_another(tmp_path)
    try:
        with pytest.raises(turns.AnotherRuns, match=f"process {child} on {os.uname().nodename}"):
            turns.only_one(tmp_path)
        monkeypatch.setenv("PADSTONE_DATA", str(tmp_path))
        for command in (["ingestd", "--no-amqp"], ["archive", "compact"]):
            said = CliRunner().invoke(main, command)
            assert said.exit_code == 1
            assert f"process {child} on" in said.output
            assert "PostgreSQL, where several share the work" in said.output
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_one_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    child = claimed_by_another(tmp_path)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lock = turns.only_one(tmp_path)
    assert lock is not None
    try:
        assert turns.claimed_by(tmp_path) == turns.Claim(os.getpid(), os.uname().nodename)
    finally:
        os.close(lock)
    assert pick(tmp_path, with_secrets=False).files == {}  # the claim is of no use on another machine


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"pid": null, "host": ""}', "{}"])
def test_a_claim_that_cannot_be_read_names_nobody(text: str, tmp_path: Path) -> None:
    (tmp_path / "ingestd.lock").write_text(text)
    assert turns.claimed_by(tmp_path) is None
