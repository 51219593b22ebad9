"""The ledger agrees with itself, and with what the messages say as far as they can say it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from padstone.simulator import ledger
from padstone.simulator.design import heart_monitor
from padstone.simulator.ledger import Ledger
from padstone.simulator.world import Run, Settings, run
from tests.simulator.read_back import read_back

EVERY_SHAPE = {
    "one package at two locations",
    "two lanes at one location",
    "spliced onto another",
    "exact splice",
    "splice with grey zone",
    "chain without grey zone",
    "grey zone above zero",
    "last of the grey zone, reported with zero",
    "two packages on one unit at one location",
    "two panels at once",
    "exchanged in mid-panel",
    "bad mark",
    "scrapped unit",
    "rejected",
    "picked again from another location",
    "placed by hand",
    "given up by the machine, placed by hand",
}


def check_packages(truth: Ledger) -> None:
    placed = Counter(i.truth for i in truth.installations)
    for package in truth.packages.values():
        assert package.placed == placed[package.package]
        assert package.placed + package.rejected <= package.held <= package.announced


def check_units(truth: Ledger, designators: set[str]) -> None:
    active: dict[str, Counter[str]] = {unit: Counter() for unit in truth.units}
    for installation in truth.installations:
        if installation.is_active:
            active[installation.unit][installation.designator] += 1
    for serial, unit in truth.units.items():
        if unit.state == "good":
            assert active[serial] == Counter(designators), serial
        elif unit.state == "skipped":
            assert not active[serial]
        else:
            assert unit.state == "scrapped"


def test_no_package_gives_more_than_it_holds_and_every_unit_is_whole(small_run: Run) -> None:
    truth = small_run.ledger
    check_packages(truth)
    check_units(truth, set(heart_monitor().placement_by_designator))
    assert {unit.state for unit in truth.units.values()} == {"good", "skipped", "scrapped"}


@pytest.mark.parametrize(("units", "seed"), [(1, 1), (3, 7), (8, 2), (13, 5), (100, 11)])
def test_any_size_and_seed_is_consistent(units: int, seed: int) -> None:
    done = run(Settings(units=units, seed=seed))
    assert len(done.ledger.units) == units
    check_packages(done.ledger)
    check_units(done.ledger, set(heart_monitor().placement_by_designator))
    _check_read_back(done)


def _check_read_back(done: Run) -> None:
    told = read_back(done.messages)
    assert [
        (s.unit, s.designator, list(s.packages), s.station, s.location, s.lane, s.head, s.nozzle, s.removed)
        for s in sorted(told.seen, key=lambda s: (s.at, s.unit, s.designator))
    ] == [
        (i.unit, i.designator, i.packages, i.station, i.location, i.lane, i.head, i.nozzle, not i.is_active)
        for i in sorted(done.ledger.installations, key=lambda i: (i.installed_at, i.unit, i.designator))
    ]
    assert told.announced.keys() == done.ledger.packages.keys()
    for identifier, detail in told.announced.items():
        package = done.ledger.packages[identifier]
        assert (detail["ManufacturerLotCode"], detail["Vendor"]) == (package.lot, package.supplier)
        assert detail["Quantity"] == package.announced


def test_the_messages_tell_what_the_ledger_says_a_machine_can_know(small_run: Run) -> None:
    _check_read_back(small_run)


def test_the_truth_is_among_the_candidates_and_a_possible_one_may_be_either(small_run: Run) -> None:
    sides: Counter[int] = Counter()
    for installation in small_run.ledger.installations:
        assert installation.truth in installation.packages
        assert len(installation.packages) == {"certain": 1, "possible": 2}[installation.certainty]
        if installation.certainty == "possible":
            sides[installation.packages.index(installation.truth)] += 1
    assert sides[0] > 0
    assert sides[1] > 0


def test_every_shape_of_report_occurs_in_a_small_order(small_run: Run) -> None:
    assert EVERY_SHAPE - read_back(small_run.messages).shapes == set()


def test_a_reel_wanders_from_one_placer_to_the_other(small_run: Run) -> None:
    def placers(places: list[str]) -> set[str]:
        return {place.split("/")[0] for place in places if place.startswith("Kestrelworks")}

    assert any(len(placers(p.places)) == 2 for p in small_run.ledger.packages.values())


def test_units_count_what_was_done_to_them(small_run: Run) -> None:
    units = small_run.ledger.units.values()
    good = [unit for unit in units if unit.state == "good"]
    assert all(
        (u.spi_inspections, u.aoi_inspections, u.reflow_passes, u.tests_passed) == (2, 2, 2, 1) for u in good
    )
    assert any(unit.tests_failed for unit in good)
    assert any(unit.false_calls for unit in good)
    assert any(unit.defects_confirmed for unit in good)
    assert any(i.replaced for i in small_run.ledger.installations)


def test_a_ledger_is_read_as_it_was_written(small_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    small_run.ledger.write(path)
    again = ledger.read(path)
    assert list(map(repr, again.records())) == list(map(repr, small_run.ledger.records()))


def test_what_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text('{"record": "unit"}\n')
    with pytest.raises(ValueError, match="first line"):
        ledger.read(path)
