"""What the product answers, held against what truly happened. `make prove` builds the full numbers."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest

from padstone.features.recall.queries import Suspect, recall
from padstone.simulator import bom_files, world
from padstone.simulator.ledger import Ledger
from padstone.simulator.scenarios import SUSPECT_LOT
from tests.shop_floor import AUDITOR, build, differences

pytestmark = pytest.mark.django_db

# The reference scenario takes about a minute: once in the gate, on the embedded database.
AT_THE_GATE = (
    os.environ.get("PADSTONE_REQUIRE_SERVICES") == "1" and os.environ.get("PADSTONE_TESTS_ON") != "postgresql"
)


def test_recall_names_exactly_the_boards_that_hold_the_lot_and_where(proving: bool) -> None:
    units = 500 if proving or AT_THE_GATE else 60
    run = world.run(world.Settings(units=units, scenario="heart-monitor-recall"))
    build([message for _, message in run.messages])

    report = recall(AUDITOR, Suspect(lot=SUSPECT_LOT))

    assert report.units_built == units
    assert report.possible == ()
    assert {
        unit.unit: {installation.designator for installation in unit.installations} for unit in report.certain
    } == _truly_with_lot(run.ledger)
    assert len(report.certain) == 20
    assert differences(run.ledger) == []


def _truly_with_lot(ledger: Ledger) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in ledger.installations:
        if one.lot == SUSPECT_LOT:
            found[one.unit].add(one.designator)
    return dict(found)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_certificate_equals_the_ledger(seed: int, proving: bool) -> None:
    run = world.run(world.Settings(units=500 if proving else 24, seed=seed))
    build([message for _, message in run.messages])
    assert differences(run.ledger) == []


def test_a_real_design_is_built_and_every_certificate_equals_the_ledger(
    reference_data: Path, proving: bool
) -> None:
    folder = reference_data / "bom" / "beaglebone"
    product, findings = bom_files.product_from_files(
        folder / "BBB_BOM.csv", folder / "BeagleBone_Black_RevC_ASSY_XY_210222.xlsx"
    )
    assert len(product.placements) > 300, findings
    run = world.run(world.Settings(units=200 if proving else 8, product=product))
    build([message for _, message in run.messages])
    assert differences(run.ledger) == []
