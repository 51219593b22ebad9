"""What the feeders hold now, from the comings and goings that machines told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from padstone.features.materials.commands import Load, PackageFacts, receive_package, record_loads
from padstone.features.materials.queries import find, loaded_now, package_card, similar
from padstone.features.sites.commands import assign_station, register_feeder_location
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, NotFound
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Placer:
    """A placer with one feeder, told of in the words of its operator."""

    def __init__(self) -> None:
        self.station = assign_station(AUDITOR, handle="P.1.1", name="Placer 1", kind="placer", line="Line 1")
        self.location = register_feeder_location(
            AUDITOR, station_id=self.station.pk, identifier="L7", name="SLOT7", feeder_lane=0
        )
        self.minute = 0

    def tell(self, kind: str, package: str) -> None:
        self.minute += 1
        row = receive_package(
            AUDITOR, facts=PackageFacts(identifier=package, part_number="R-10K", lot="LOT-1")
        )
        load = Load(
            package_id=row.pk,
            station_id=self.station.pk,
            location_id=self.location,
            kind=kind,
            feeder="F-1",
            at=START + timedelta(minutes=self.minute),
        )
        record_loads(AUDITOR, loads=[load], journal_no=self.minute)

    def holds(self) -> list[tuple[str, bool]]:
        return [(one.package, one.spliced) for one in loaded_now(AUDITOR, station="Placer 1")]


@pytest.fixture
def placer() -> Placer:
    return Placer()


def test_a_loaded_reel_is_there_until_it_is_unloaded(placer: Placer) -> None:
    placer.tell("loaded", "A")
    assert placer.holds() == [("A", False)]
    placer.tell("unloaded", "A")
    assert placer.holds() == []


def test_a_spliced_reel_hangs_behind_until_the_first_runs_out(placer: Placer) -> None:
    placer.tell("loaded", "A")
    placer.tell("spliced", "B")
    assert placer.holds() == [("A", False), ("B", True)]
    placer.tell("depleted", "A")
    assert placer.holds() == [("B", True)]


def test_a_new_reel_takes_the_place_of_one_that_nobody_said_left(placer: Placer) -> None:
    placer.tell("loaded", "A")
    placer.tell("loaded", "B")
    assert placer.holds() == [("B", False)]


def test_a_long_history_changes_nothing(placer: Placer) -> None:
    for number in range(20):
        placer.tell("loaded", f"R{number}")
        placer.tell("depleted", f"R{number}")
    placer.tell("loaded", "LAST")
    assert placer.holds() == [("LAST", False)]


def test_what_is_loaded_names_part_lot_and_since_when(placer: Placer) -> None:
    placer.tell("loaded", "A")
    (one,) = loaded_now(AUDITOR, line="Line 1")
    assert (one.station, one.location, one.feeder) == ("Placer 1", "SLOT7", "F-1")
    assert (one.part, one.lot, one.since) == ("R-10K", "LOT-1", START + timedelta(minutes=1))
    assert loaded_now(AUDITOR, line="Line 2") == ()
    assert loaded_now(AUDITOR, line="") == ()


def test_a_package_is_found_before_a_lot_of_the_same_name(placer: Placer) -> None:
    placer.tell("loaded", "LOT-1")
    placer.tell("loaded", "A")
    assert find(AUDITOR, "LOT-1") == ("package", "LOT-1")
    receive_package(AUDITOR, facts=PackageFacts(identifier="C", part_number="R-10K", lot="LOT-2"))
    assert find(AUDITOR, "LOT-2") == ("lot", "LOT-2")
    assert find(AUDITOR, "LOT-3") is None
    assert similar(AUDITOR, "LOT-") == (("package", "LOT-1"), ("lot", "LOT-1"), ("lot", "LOT-2"))


def test_a_card_tells_each_place_in_order(placer: Placer) -> None:
    placer.tell("loaded", "A")
    placer.tell("depleted", "A")
    assert [(line.kind, line.location) for line in package_card(AUDITOR, "A").load_events] == [
        ("loaded", "SLOT7"),
        ("depleted", "SLOT7"),
    ]
    with pytest.raises(NotFound, match="No reel, tray or stick B"):
        package_card(AUDITOR, "B")


def test_nobody_without_the_right_sees_material(placer: Placer) -> None:
    nobody = Actor(ActorKind.PERSON, "nobody")
    for ask in (lambda: package_card(nobody, "A"), lambda: loaded_now(nobody), lambda: find(nobody, "A")):
        with pytest.raises(Forbidden):
            ask()
