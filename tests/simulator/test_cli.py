"""``padstone simulate`` from the outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from padstone.cfx import parse_instant
from padstone.simulator import ledger
from padstone.simulator.cli import simulate
from padstone.simulator.world import Settings, run


def call(*arguments: object) -> Result:
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments])


def test_a_run_into_a_folder_with_its_ledger(tmp_path: Path) -> None:
    done = call(
        "--to", f"file:{tmp_path}/all.ndjson", "--units", 60, "--scenario", "heart-monitor-recall",
        "--ledger", tmp_path / "truth.jsonl", "--start", "2026-03-02T06:00:00+01:00",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "is in 20 units" in done.output
    truth = ledger.read(tmp_path / "truth.jsonl")
    assert len(truth.units_with_lot(truth.header.suspect_lot)) == 20
    sent = (tmp_path / "all.ndjson").read_bytes().splitlines()
    expected = [text for _, text in run(Settings(units=60, scenario="heart-monitor-recall")).messages]
    assert sorted(sent) == sorted(expected)


def test_without_a_start_the_run_ends_about_now(tmp_path: Path) -> None:
    done = call("--to", f"file:{tmp_path}/all.ndjson", "--units", 4)
    assert done.exit_code == 0, done.output
    stamps = [json.loads(line)["TimeStamp"] for line in (tmp_path / "all.ndjson").read_text().splitlines()]
    last = max(parse_instant(stamp).utc for stamp in stamps)
    assert timedelta(0) <= datetime.now(UTC) - last < timedelta(hours=1)


def test_a_product_from_files(tmp_path: Path) -> None:
    assert call("--export-design", tmp_path).exit_code == 0
    done = call(
        "--bom", tmp_path / "bom.csv", "--placement", tmp_path / "placements.csv", "--product", "Other One",
        "--setup", tmp_path / "setup.csv", "--units", 5, "--panel-up", 2, "--to", f"file:{tmp_path}/out",
        "--suspect-lot", "BAD1", "--suspect-units", 1, "--ledger", tmp_path / "truth.jsonl",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    truth = ledger.read(tmp_path / "truth.jsonl")
    assert truth.header.product == "Other One"
    assert len({unit.panel for unit in truth.units.values()}) == 3
    assert len(truth.units_with_lot("BAD1")) == 1
    assert len(list((tmp_path / "out").iterdir())) == 8


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "say where the messages go"),
        (("--to", "ftp://x"), "no place to send to"),
        (("--to", "file:x", "--bom", __file__), "both --bom and --placement"),
        (("--to", "file:x", "--start", "2026-03-02T06:00:00"), "needs a zone"),
        (("--to", "file:x", "--start", "yesterday"), "yesterday"),
        (("--to", "file:x", "--pace", "slow"), "slow"),
        (("--to", "file:x", "--units", "8", "--suspect-lot", "A"), "need an order of 60"),
    ],
)
def test_what_makes_no_run_is_refused(
    arguments: tuple[str, ...], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(*arguments)
    assert done.exit_code != 0
    assert reason in done.output
    assert not (tmp_path / "x").exists()
