"""Suspect by place, tool, lane and time: also what a pass did otherwise than usual, and what hands placed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from padstone.features.certificate.queries import panel_certificate
from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.models import Deviation, Pass
from padstone.features.genealogy.package_history import package_history
from padstone.features.production.models import Panel, WorkOrder
from padstone.features.recall.queries import Suspect, survey
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from padstone.platform.journal.known import newest_journal_no
from tests.properties.shop import SECOND, Placer, Shop, bench
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db

PLACER = "Placer1"
PANELS = 4


class Floor:
    """Four panels of one board each. R1 to R8 come from SLOT1; on the third panel R1 came from SLOT4, from
    which nothing else ever came, and R2 was put on by hand afterwards.
    """

    def __init__(self) -> None:
        self.shop = Shop()
        self.usual = self.shop.receive("USUAL", "10K", "L1")
        self.other = self.shop.receive("OTHER", "10K", "L2")
        self.placer = Placer(self.shop, PLACER)
        self.placer.load("SLOT1", self.usual, feeder="F1")
        self.placer.load("SLOT4", self.other, feeder="F4")
        for number in range(PANELS):
            self._build(number)
        build(self.shop.messages)

    def _build(self, number: int) -> None:
        panel = self.shop.panel(f"P{number}", 1)
        work = self.placer.start(panel, lane=1 + number % 2)
        work.place("R1", "SLOT4" if number == 2 else "SLOT1")
        work.place("R2 R3 R4 R5 R6 R7 R8", "SLOT1")
        work.complete()
        if number == 2:
            repair = bench(self.shop, panel)
            repair.place_by_hand("R2", self.other)
            repair.complete()

    def window(self, panel: str) -> dict[str, datetime]:
        times = [row.at for row in self.shop.rows if row.unit.panel == panel and row.at and row.location]
        return {"since": instant_of(min(times)), "until": instant_of(max(times)) + timedelta(microseconds=1)}


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    yield Floor()
    assert Deviation.objects.count() == 1, "the third panel repeats the others' template"


def units(**suspect: object) -> list[str]:
    found = survey(AUDITOR, Suspect(**suspect))  # type: ignore[arg-type]  # each is of its own type
    assert found.possible == 0
    return [unit.unit for unit in found.units("certain")]


def test_a_place_that_one_pass_alone_used(floor: Floor) -> None:
    assert units(location="SLOT4") == ["P2-S1"]
    assert units(station=PLACER, location="UID-SLOT4", **floor.window("P2")) == ["P2-S1"]
    assert units(station=PLACER, location="SLOT4", **floor.window("P1")) == []
    assert units(feeder="F4") == ["P2-S1"]
    assert units(station=PLACER, location="SLOT1", **floor.window("P2")) == ["P2-S1"]


def test_a_feeder_where_it_was_and_when(floor: Floor) -> None:
    assert units(feeder="F1") == ["P0-S1", "P1-S1", "P2-S1", "P3-S1"]
    shop, before = floor.shop, len(floor.shop.messages)
    floor.placer.load("SLOT1", floor.usual, feeder="F9")
    floor._build(4)
    floor.placer.load("SLOT4", floor.other, feeder="F1")
    floor._build(5)
    build(shop.messages[before:])
    assert units(feeder="F9") == ["P4-S1", "P5-S1"]
    assert units(feeder="F1") == ["P0-S1", "P1-S1", "P2-S1", "P3-S1"]
    assert units(feeder="F1", location="SLOT4") == []


def test_a_lane_and_a_time(floor: Floor) -> None:
    assert units(station=PLACER, lane=1) == ["P0-S1", "P2-S1"]
    assert units(lot="L1", lane=2) == ["P1-S1", "P3-S1"]
    window = floor.window("P3")
    assert units(station=PLACER, **window) == ["P3-S1"]
    assert units(station=PLACER, since=window["until"]) == []


def test_the_window_is_cut_within_a_pass(floor: Floor) -> None:
    """The first of a panel's parts alone lies in it."""
    first = floor.window("P1")["since"]
    found = survey(AUDITOR, Suspect(station=PLACER, since=first, until=first + timedelta(seconds=1)))
    (unit,) = found.units("certain")
    assert [(one.unit, one.designator) for one in unit.installations] == [("P1-S1", "R1")]


def test_what_hands_placed_has_a_station_and_a_lane_and_no_place(floor: Floor) -> None:
    assert units(station="Bench") == ["P2-S1"]
    assert units(station="Bench", lane=1) == ["P2-S1"]
    assert units(station="Bench", lane=2) == []
    assert units(station="Bench", nozzle="1 N0402") == []
    assert units(lot="L2", station="Bench") == ["P2-S1"]
    assert units(lot="L2", lane=2) == []


def test_a_head_and_a_nozzle(floor: Floor) -> None:
    rows = [row for row in floor.shop.rows if row.location == "SLOT4"]
    assert units(location="SLOT4", head=rows[0].head, nozzle=rows[0].nozzle) == ["P2-S1"]
    assert units(location="SLOT4", nozzle="9 N9999") == []
    assert units(station=PLACER, nozzle="9 N9999") == []


def test_what_was_not_known_yet_is_left_out(floor: Floor) -> None:
    number = Pass.objects.order_by("sequence")[1].journal_no
    found = survey(AUDITOR, Suspect(station=PLACER), as_of=number)
    assert (found.as_of, found.certain) == (number, 2)
    assert number < newest_journal_no()


def test_the_history_of_a_package(floor: Floor) -> None:
    usual, other = (package_history(AUDITOR, reel) for reel in ("USUAL", "OTHER"))
    assert (usual.pieces, usual.units, usual.otherwise, usual.by_hand) == (PANELS * 8 - 1, PANELS, 0, 0)
    assert [(feed.location, feed.passes, feed.units, feed.pieces) for feed in usual.feeds] == [
        ("SLOT1", PANELS, PANELS, PANELS * 8 - 1)
    ]
    assert usual.feeds[0].first_at == instant_of(
        min(row.at for row in floor.shop.rows if row.at) // SECOND * SECOND
    )
    assert usual.next is None
    assert (other.pieces, other.units, other.otherwise, other.by_hand) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("suspect", "refusal", "code"),
    [
        ({"nozzle": "1 N0402"}, Invalid, "nothing_asked"),
        ({"station": "Nowhere"}, NotFound, "unknown_station"),
        ({"station": PLACER, "location": "SLOT9"}, NotFound, "unknown_location"),
        ({"feeder": "F0"}, NotFound, "unknown_feeder"),
        ({"lot": "L1", "station": "Nowhere"}, NotFound, "unknown_station"),
    ],
)
def test_what_cannot_be_asked(
    floor: Floor, suspect: dict[str, Any], refusal: type[Refusal], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        survey(AUDITOR, Suspect(**suspect))
    assert refused.value.code == code


def test_a_client_has_the_certificates_of_its_own_panels_alone(floor: Floor) -> None:
    order = WorkOrder.objects.create(number="WO", client="Acme", opened_at=floor.window("P1")["since"])
    Panel.objects.filter(identifier="P1").update(work_order=order)
    client = Actor(ActorKind.PERSON, "cleo", frozenset({"view_own_orders"}), client="Acme")
    (unit,) = panel_certificate(client, "P1").units
    assert len(unit.installations) == 8
    with pytest.raises(NotFound):
        panel_certificate(client, "P2")
    for ask in (
        lambda: survey(client, Suspect(station=PLACER)),
        lambda: package_history(client, "USUAL"),
    ):
        with pytest.raises(Forbidden):
            ask()
