"""The archive through its doors: the command line, the daily job, the doctor and the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.db import OperationalError
from django.template.loader import render_to_string

from padstone.config.main import main
from padstone.config.wiring import WIRING
from padstone.entrypoints.cli.checkup import archive as checkup
from padstone.entrypoints.cli.checkup.finding import Deployment, Level
from padstone.entrypoints.ingestd import archiving
from padstone.entrypoints.ingestd.ports import Exposure
from padstone.ingest.archive import reading
from padstone.ingest.archive.moving import Moved
from padstone.ingest.archive.queries import archive_card
from padstone.kernel.errors import Conflict
from padstone.platform.objects.port import StoreUnreachable
from tests.shop_floor import AUDITOR, deliver

DEPLOYMENT = Deployment(
    WIRING, "127.0.0.1", None, None, insecure=False, amqp_host="127.0.0.1", amqp=Exposure()
)


@pytest.fixture
def place(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Some messages, and a folder for the archive."""
    monkeypatch.setattr(settings, "ARCHIVE", tmp_path / "archive")
    monkeypatch.setattr(settings, "ARCHIVE_AFTER_DAYS", None)
    deliver([b"one", b"two"])
    reading.forget_what_was_read()
    yield tmp_path / "archive"
    reading.forget_what_was_read()


def padstone(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def levels() -> list[Level]:
    return [finding.level for finding in checkup.archive(DEPLOYMENT)]


class TestCommands:
    def test_move_says_what_it_would_do_and_does_it(self, place: Path) -> None:
        assert padstone("archive", "move").exit_code == 3  # it is not said how old
        assert "batches" in padstone("archive", "move", "--older-than", "0", "--dry-run").output
        assert not place.exists()
        assert padstone("archive", "move", "--older-than", "1").exit_code == 0
        assert not place.exists()
        assert padstone("archive", "move", "--older-than", "0").exit_code == 0
        assert json.loads(padstone("archive", "show", "--format", "json").stdout)["batches"] == 1
        assert padstone("inbox", "bytes", "1").stdout == "one"

    def test_the_age_may_come_from_the_settings(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "ARCHIVE_AFTER_DAYS", 30)
        assert padstone("archive", "move").exit_code == 0
        assert not place.exists()

    def test_verify_names_what_is_damaged_and_ends_with_one(self, place: Path) -> None:
        padstone("archive", "move", "--older-than", "0")
        assert padstone("archive", "verify").exit_code == 0
        (file,) = place.rglob("*.block")
        file.chmod(0o600)
        file.write_bytes(file.read_bytes()[:-1])
        stray = place / "blocks" / "00" / "stray.block"
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"")
        told = padstone("archive", "verify")
        assert told.exit_code == 1
        assert f"BROKEN block blocks/{file.parent.name}/{file.name}: it is damaged" in told.output
        assert "1 objects belong to no block" in told.output
        found = json.loads(padstone("archive", "verify", "--format", "json").stdout)
        assert found["look"]["bad"][0]["batches"] == []  # its end is missing, and no batch lies there
        audited = padstone("audit", "verify")
        assert audited.exit_code == 1
        assert file.name in audited.output


class TestEveryDay:
    @pytest.mark.parametrize(
        ("error", "pause_s"),
        [
            (None, archiving.EVERY_S),
            (Conflict("archived_meanwhile", "It was done."), archiving.EVERY_S),
            (StoreUnreachable("there", "no"), archiving.AFTER_A_FAULT_S),
            (OperationalError("locked"), archiving.AFTER_A_FAULT_S),
            (RuntimeError("a bug"), archiving.AFTER_A_FAULT_S),
        ],
    )
    def test_it_goes_on_whatever_happens(
        self, error: Exception | None, pause_s: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        called = Event()

        def archive(actor: object, **arguments: object) -> Moved:
            assert arguments["older_than"] == timedelta(days=90)
            called.set()
            if error is not None:
                raise error
            return Moved()

        monkeypatch.setattr(archiving, "archive", archive)
        monkeypatch.setattr(archiving, "connection", SimpleNamespace(close=lambda: None))
        archivist = archiving.Archivist(timedelta(days=90), first_s=0)
        archivist.start()
        assert called.wait(30)
        archivist.stop()
        assert archivist._move() == pause_s


class TestDoctor:
    def test_it_looks_for_the_newest_block_and_for_the_last_look(self, place: Path) -> None:
        assert levels() == [Level.FINE]
        padstone("archive", "move", "--older-than", "0")
        assert levels() == [Level.FINE, Level.WARNING]  # nobody has read it yet
        padstone("archive", "verify")
        assert levels() == [Level.FINE]
        (file,) = place.rglob("*.block")
        file.unlink()
        assert levels() == [Level.FAULT]
        padstone("archive", "verify")
        file.write_bytes(bytes(archive_card(AUDITOR).size_bytes))
        assert levels() == [Level.FINE, Level.FAULT]  # it is back, and when somebody looked it was not


def test_the_page_says_where_the_bytes_are(place: Path) -> None:
    def page() -> str:
        return render_to_string("web/audit.html", {"archive": archive_card(AUDITOR), "verbs": ()})

    assert "All 1 batches are in the database" in page()
    padstone("archive", "move", "--older-than", "0")
    assert "Nobody has read the archive yet" in page()
    padstone("archive", "verify")
    assert "1 block was whole" in page()
    (file,) = place.rglob("*.block")
    file.unlink()
    padstone("archive", "verify")
    assert "1 block is missing or damaged" in page()
    assert file.name in page()
