"""Boards that were crossed out, on panels that were otherwise as ever: no recall names them."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from padstone.features.genealogy.models import Deviation
from padstone.features.recall.queries import Suspect, survey
from tests.properties.shop import Panel, Placer, Shop, bench
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db

PLACER = "Placer1"


class Floor(NamedTuple):
    shop: Shop
    panels: list[Panel]


@pytest.fixture
def floor(db: None) -> Floor:
    """Three panels of two boards; the second board of the second panel was crossed out. R1 to R3 come from
    SLOT1, and so does R4, but for that of the third panel's first board.
    """
    shop = Shop()
    placer = Placer(shop, PLACER)
    placer.load("SLOT1", shop.receive("USUAL", "10K", "L1"))
    placer.load("SLOT2", shop.receive("OTHER", "10K", "L2"))
    panels = [shop.panel(f"P{number}", 2) for number in range(3)]
    for number, panel in enumerate(panels):
        work = placer.start(panel, bad=(2,) if number == 1 else ())
        for board in (1,) if number == 1 else (1, 2):
            work.place("R1 R2 R3", "SLOT1", unit=board)
            work.place("R4", "SLOT2" if (number, board) == (2, 1) else "SLOT1", unit=board)
        work.complete()
    build(shop.messages)
    kinds = {str(row.kind) for row in Deviation.objects.all()}
    assert kinds == {"position_skipped", "placed_otherwise"}
    return Floor(shop, panels)


@pytest.mark.parametrize(
    "suspect",
    [Suspect(lot="L1"), Suspect(station=PLACER), Suspect(station=PLACER, location="SLOT1")],
    ids=["lot", "station", "location"],
)
def test_a_board_that_was_crossed_out_holds_nothing(floor: Floor, suspect: Suspect) -> None:
    found = survey(AUDITOR, suspect)
    units = list(found.units("certain"))
    assert [unit.unit for unit in units] == ["P0-S1", "P0-S2", "P1-S1", "P2-S1", "P2-S2"]
    assert found.certain == len(units)
    elsewhere = 0 if suspect == Suspect(station=PLACER) else 1
    assert sum(len(unit.installations) for unit in units) == 5 * 4 - elsewhere


def test_one_part_from_elsewhere(floor: Floor) -> None:
    (unit,) = survey(AUDITOR, Suspect(lot="L2")).units("certain")
    assert [(one.unit, one.designator) for one in unit.installations] == [("P2-S1", "R4")]


def test_what_hands_put_on_it_is_all_it_holds(floor: Floor) -> None:
    shop, before = floor.shop, len(floor.shop.messages)
    repair = bench(shop, floor.panels[1])
    repair.place_by_hand("R2", shop.reels["USUAL"], unit=2)
    repair.complete()
    build(shop.messages[before:])
    *_, crossed_out = survey(AUDITOR, Suspect(lot="L1", station="Bench")).units("certain")
    assert [(one.unit, one.designator) for one in crossed_out.installations] == [("P1-S2", "R2")]
    by_unit = {unit.unit: unit for unit in survey(AUDITOR, Suspect(lot="L1")).units("certain")}
    assert [one.designator for one in by_unit["P1-S2"].installations] == ["R2"]
