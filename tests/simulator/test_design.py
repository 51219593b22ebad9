"""The built-in product, its set-up, and the files they are exported to."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from padstone.simulator.design import heart_monitor
from padstone.simulator.export import export_design
from padstone.simulator.feeders import SetupError, check_setup, plan_setup, setup_from_csv, setup_to_csv
from padstone.simulator.line import pulse_line
from padstone.simulator.world import Settings, run

PRODUCT = heart_monitor()
PLACERS = pulse_line().of_kind("placer")
SLOTS = plan_setup(PRODUCT, PLACERS)


def test_the_heart_monitor_has_parts_on_both_sides() -> None:
    assert PRODUCT.sides == ("bottom", "top")
    assert 110 <= len(PRODUCT.placements) <= 130
    assert len(PRODUCT.placement_by_designator) == len(PRODUCT.placements)
    assert len(PRODUCT.designators_on("bottom")) > 20


def test_every_designator_has_one_location() -> None:
    fed = [d for slot in SLOTS for d in slot.designators]
    assert sorted(fed) == sorted(PRODUCT.placement_by_designator)


def test_a_set_up_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SetupError, match="no location feeds"):
        check_setup(PRODUCT, SLOTS[1:])
    with pytest.raises(SetupError, match="is fed from"):
        check_setup(PRODUCT, [*SLOTS, SLOTS[0]])
    with pytest.raises(SetupError, match="takes PS-"):
        check_setup(PRODUCT, [replace(SLOTS[0], part_number="PS-200100"), *SLOTS[1:]])


def test_a_set_up_survives_its_file_and_runs() -> None:
    again = setup_from_csv(setup_to_csv(SLOTS), PRODUCT, PLACERS)
    assert [(s.station, s.identifier, s.lane, s.designators, s.change) for s in again] == [
        (s.station, s.identifier, s.lane, s.designators, s.change) for s in SLOTS
    ]
    assert len(run(Settings(units=4, slots=again)).ledger.installations) >= 4 * len(PRODUCT.placements)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Placer 1", "Placer 9", "unknown station"),
        (",grey", ",glue", "no way to change"),
        (",1,", ",x,", "lane"),
    ],
)
def test_a_broken_set_up_file_is_refused(old: str, new: str, reason: str) -> None:
    with pytest.raises(SetupError, match=reason):
        setup_from_csv(setup_to_csv(SLOTS).replace(old, new), PRODUCT, PLACERS)


def test_the_design_is_exported_in_the_plain_form(tmp_path: Path) -> None:
    export_design(tmp_path, PRODUCT, pulse_line(), SLOTS)
    rows = list(csv.DictReader((tmp_path / "bom.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["part_number", "description", "manufacturer", "mpn", "quantity", "designators"]
    listed = [d for row in rows for d in row["designators"].split(",")]
    assert sorted(listed) == sorted(PRODUCT.placement_by_designator)
    assert all(int(row["quantity"]) == len(row["designators"].split(",")) for row in rows)
    line = json.loads((tmp_path / "line.json").read_text())
    assert [s["kind"] for s in line["stations"]] == [
        "printer", "spi", "placer", "placer", "oven", "aoi", "test", "repair"
    ]  # fmt: skip
    assert all(s["handle"].count(".") == 2 for s in line["stations"])
