"""What failed units share stands above what all units share."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from padstone.features.genealogy.shared_causes import _chance, common_causes
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid
from tests.properties.shop import Placer, Shop
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db


def built() -> tuple[list[str], list[str]]:
    """Twelve boards; the last three hold parts of a reel that no other has. Answers those and the rest."""
    shop = Shop()
    good, bad = shop.receive("GOOD", "10K", "L1"), shop.receive("BAD", "10K", "L2")
    other = shop.receive("OTHER", "LED", "L3")
    placer = Placer(shop, "Placer1")
    placer.load("SLOT1", good)
    placer.load("SLOT2", other)
    for number in range(12):
        if number == 9:
            placer.load("SLOT1", bad)
        panel = shop.panel(f"P{number}", 1)
        work = placer.start(panel, WorkOrderIdentifier={"WorkOrderId": "WO-1"})
        work.place("R1", "SLOT1")
        work.place("D1", "SLOT2")
        work.complete()
    build(shop.messages)
    names = [unit.name for unit in shop.units]
    return names[9:], names[:9]


@pytest.mark.parametrize("given", [True, False])
def test_the_reel_that_the_failed_ones_share_comes_first(given: bool) -> None:
    failed, rest = built()
    found = common_causes(AUDITOR, failed, beside=rest if given else None)
    assert (found.units, found.others) == (3, 9)
    first = found.causes[:2]
    assert {(one.kind, one.name) for one in first} == {("package", "BAD"), ("lot", "L2")}
    assert {(one.among, one.beside) for one in first} == {(3, 0)}
    assert first[0].chance == pytest.approx(1 / comb(12, 3))
    station = next(one for one in found.causes if one.kind == "station")
    assert (station.name, station.among, station.beside, station.chance) == ("Placer1", 3, 9, 1.0)
    assert ("location", "Placer1 SLOT2") in {(one.kind, one.name) for one in found.causes}


@pytest.mark.parametrize(
    ("among", "units", "having", "all_units"), [(3, 5, 4, 20), (1, 5, 4, 20), (0, 2, 1, 9)]
)
def test_the_chance_is_the_upper_tail(among: int, units: int, having: int, all_units: int) -> None:
    tail = sum(
        Fraction(comb(having, hit) * comb(all_units - having, units - hit), comb(all_units, units))
        for hit in range(among, min(units, having) + 1)
    )
    assert _chance(among, units, having, all_units) == pytest.approx(float(tail))


def test_what_cannot_be_compared_is_refused() -> None:
    failed, _ = built()
    for asked in ([], ["NOBODY"], [*failed, "NOBODY"]):
        with pytest.raises(Invalid):
            common_causes(AUDITOR, asked)
    with pytest.raises(Forbidden):
        common_causes(Actor(ActorKind.PERSON, "visitor", frozenset()), failed)
