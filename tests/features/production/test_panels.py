"""Whose identifier it is: panels, carriers and serials, as machines mix them."""

from __future__ import annotations

from typing import Any

import pytest

from padstone.features.production.lookups import must_unit
from padstone.features.production.models import Panel, Unit
from padstone.ingest.models import Message, State
from padstone.kernel.errors import NotYetKnown
from tests.ingest.factory import (
    AOI,
    ARRIVED,
    STARTED,
    Factory,
    books,
    codes,
    placed,
    placements,
    started,
)


def units() -> dict[str, tuple[str, int]]:
    rows = Unit.objects.select_related("panel").order_by("pk")
    return {unit.identifier: (unit.panel.identifier, unit.position) for unit in rows}


class TestCarrier:
    """One identifier for all positions: the panel's, or that of the carrier it travels on."""

    def test_panel_and_position_are_the_unit(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.start(1, "CARRIER5566", (1, 2))
        factory.install(
            1, placed("CARRIER5566", 1, "R1", "C1"), placed("CARRIER5566", 2, "R2", "C1", slot="F2")
        )
        assert units() == {
            "CARRIER5566:1": ("CARRIER5566", 1),
            "CARRIER5566:2": ("CARRIER5566", 2),
        }
        assert placements(factory, "CARRIER5566:1") == [("C1", "R1")]
        assert placements(factory, "CARRIER5566:2") == [("C1", "R2")]

    def test_without_primary_identifier(self, factory: Factory) -> None:
        line = factory.tell(STARTED, started(1, None, [("CARRIER5566", 1), ("CARRIER5566", 2)]))
        assert (line.state, codes(line)) == (State.DONE, [])
        assert units() == {
            "CARRIER5566:1": ("CARRIER5566", 1),
            "CARRIER5566:2": ("CARRIER5566", 2),
        }

    def test_the_shared_identifier_may_be_another_than_the_panels(self, factory: Factory) -> None:
        factory.tell(STARTED, started(1, "P1", [("CARRIER", 1), ("CARRIER", 2)]))
        assert units() == {"P1:1": ("P1", 1), "P1:2": ("P1", 2)}

    def test_one_position_of_it_alone_is_that_position(self, factory: Factory) -> None:
        """A test fixture takes one board of the panel."""
        factory.receive("R1")
        factory.start(1, "P1", (1, 2))
        for number, position in ((2, 2), (3, 1)):
            factory.start(number, "P1", (position,))
            factory.install(number, placed("P1", position, "R1", f"C{position}"))
        assert units() == {"P1:1": ("P1", 1), "P1:2": ("P1", 2)}
        assert placements(factory, "P1:2") == [("C2", "R1")]
        assert placements(factory, "P1:1") == [("C1", "R1")]

    def test_its_first_position_told_of_alone_is_not_the_whole(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1", (1,))
        waiting = factory.install(2, placed("P1", 2, "R1", "C2"))
        factory.start(2, "P1", (2,))
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        assert units() == {"P1": ("P1", 1), "P1:2": ("P1", 2)}
        assert placements(factory, "P1:2") == [("C2", "R1")]
        assert placements(factory, "P1") == []

    def test_a_position_nobody_has_told_of_waits(self, factory: Factory) -> None:
        factory.start(1, "P1", (1,))
        with pytest.raises(NotYetKnown):
            must_unit("P1", 2, None)

    def test_positions_that_begin_with_zero(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.start(1, "P1", (0, 1))
        factory.install(1, placed("P1", 0, "R1", "C1"), placed("P1", 1, "R2", "C1", slot="F2"))
        assert placements(factory, "P1:0") == [("C1", "R1")]
        assert placements(factory, "P1:1") == [("C1", "R2")]

    def test_positions_that_are_all_zero_are_none(self, factory: Factory) -> None:
        factory.tell(STARTED, started(1, "P1", [("A", 0), ("B", 0)]))
        assert units() == {"A": ("P1", 1), "B": ("P1", 2)}

    def test_a_status_goes_to_its_position(self, factory: Factory) -> None:
        marks = [
            {"UnitIdentifier": "P1", "PositionNumber": 1, "Status": "Pass"},
            {"UnitIdentifier": "P1", "PositionNumber": 2, "Status": "Skip"},
        ]
        factory.start(1, "P1", marks)
        (first,), (second,) = factory.certificate("P1:1").passes, factory.certificate("P1:2").passes
        assert (first.unit_status, second.unit_status) == ("", "Skip")


class TestAlone:
    def test_a_board_without_a_panel_is_its_own(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.tell(STARTED, started(1, None, [("S1", 1)]))
        factory.install(1, placed("S1", 1, "R1", "C1"), placed("S1", None, "R1", "C2"))
        assert units() == {"S1": ("S1", 1)}
        assert placements(factory, "S1") == [("C1", "R1"), ("C2", "R1")]

    def test_by_its_panels_name_and_position_or_without(self, factory: Factory) -> None:
        factory.start(1, "S1")
        unit = Unit.objects.get()
        for position in (None, 0, 1):
            assert must_unit("S1", position, None) == unit

    def test_units_first_seen_alone_are_brought_home(self, factory: Factory) -> None:
        """A marker knows serials, the printer then reads the panel."""
        for number, serial in enumerate(("S1", "S2"), start=1):
            factory.tell(STARTED, started(number, None, [(serial, 1)]))
            factory.complete(number)
        line = factory.start(3, "P1", [("S1", 1), ("S2", 2)])
        assert (line.state, codes(line)) == (State.DONE, [])
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}
        assert len(factory.certificate("S2").passes) == 2

    def test_with_what_was_placed_on_them(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.tell(STARTED, started(1, None, [("S1", 1)]))
        factory.install(1, placed("S1", 1, "R1", "C1"))
        factory.tell(STARTED, started(2, None, [("S2", 1)]))
        factory.install(2, placed("S2", 1, "R2", "C1"))
        factory.start(3, "P1", [("S2", 1), ("S1", 2)])
        assert units() == {"S1": ("P1", 2), "S2": ("P1", 1)}
        assert placements(factory, "S1") == [("C1", "R1")]
        assert placements(factory, "S2") == [("C1", "R2")]
        factory.install(3, placed("S2", 1, "R2", "C9"))
        assert placements(factory, "S2") == [("C1", "R2"), ("C9", "R2")]

    def test_some_alone_and_some_new(self, factory: Factory) -> None:
        factory.tell(STARTED, started(1, None, [("S1", 1)]))
        factory.start(2, "P1", [("S1", 1), ("S2", 2)])
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}

    def test_a_serial_alone_and_a_position_without_one_stay_two(self, factory: Factory) -> None:
        """They may well be one board; but both have a history, and neither is rewritten."""
        factory.start(1, "P1", (1, 2))
        factory.complete(1)
        factory.tell(STARTED, started(2, None, [("S1", 1)]))
        line = factory.start(3, "P1", [("S1", 1), ("S2", 2)])
        assert (line.state, codes(line)) == (State.DONE, ["unit_known_twice"])
        assert units() == {"P1:1": ("P1", 1), "S2": ("P1", 2), "S1": ("S1", 1)}


class TestSerials:
    def test_serials_from_the_first_station_on(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        factory.install(1, placed("S2", 2, "R1", "C1"), placed("S1", None, "R1", "C1"))
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}
        assert placements(factory, "S2") == [("C1", "R1")]

    def test_late_serials_name_the_units_that_are_there(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1", (1, 2))
        factory.install(1, placed("P1", 2, "R1", "C1"))
        factory.start(2, "P1", [("S1", 1), ("S2", 2)], Source=AOI)
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}
        assert placements(factory, "S2") == [("C1", "R1")]
        factory.install(1, placed("P1", 1, "R1", "C1"))
        assert placements(factory, "S1") == [("C1", "R1")]

    def test_a_unit_that_left_its_panel_is_known_by_its_serial(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        line = factory.start(2, "S2", [("S2", 1)], Source=AOI)
        assert codes(line) == ["panel_at_two_stations"]
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}
        assert len(factory.certificate("S2").passes) == 2
        assert len(factory.certificate("S1").passes) == 1

    def test_without_a_panel_the_books_know_it(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        factory.complete(1)
        line = factory.tell(STARTED, started(2, None, [("S1", 1), ("S2", 2), ("S3", 3)]))
        assert (line.state, codes(line)) == (State.DONE, [])
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2), "S3": ("P1", 3)}

    def test_a_serial_at_a_taken_position(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        before = books()
        line = factory.start(2, "P1", [("S1", 1), ("S9", 2)])
        assert (line.state, line.code) == (State.REJECTED, "position_taken")
        assert all(word in line.reason for word in ("P1", "S2", "S9", "barcode"))
        assert books() == before
        assert factory.works()

    def test_a_serial_of_another_panel(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        before = books()
        line = factory.start(2, "P2", [("S1", 1), ("S9", 2)])
        assert (line.state, line.code) == (State.REJECTED, "unit_of_another_panel")
        assert books() == before

    def test_a_whole_panel_under_another_name_is_the_one_on_the_books(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        factory.complete(1)
        line = factory.start(2, "TRAY-7", [("S1", 1), ("S2", 2)])
        assert (line.state, codes(line)) == (State.DONE, ["unit_on_other_panel"])
        assert "TRAY-7" in line.flags[0].reason
        assert not Panel.objects.filter(identifier="TRAY-7").exists()

    def test_units_of_two_panels_together(self, factory: Factory) -> None:
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        factory.start(2, "P2", [("T1", 1), ("T2", 2)])
        line = factory.tell(STARTED, started(3, None, [("S1", 1), ("T1", 2)]))
        assert line.state == State.DONE
        assert "units_of_several_panels" in codes(line)

    @pytest.mark.parametrize("turned", [[("S1", 2), ("S2", 1)], [("S2", 1), ("S1", 2)]])
    def test_a_panel_that_was_turned_around(self, factory: Factory, turned: list[Any]) -> None:
        """The books know the serials; a station that counts from the other side changes nothing."""
        factory.receive("R1")
        factory.start(1, "P1", [("S1", 1), ("S2", 2)])
        factory.complete(1)
        factory.start(2, "P1", turned)
        factory.install(2, placed("S1", 2, "R1", "C1"))
        assert units() == {"S1": ("P1", 1), "S2": ("P1", 2)}
        assert placements(factory, "S1") == [("C1", "R1")]

    def test_a_serial_that_is_another_units_stand_in_name(self, factory: Factory) -> None:
        factory.tell(STARTED, started(1, None, [("P1:2", 1)]))
        line = factory.start(2, "P1", (1, 2))
        assert (line.state, line.code) == (State.REJECTED, "unit_name_taken")
        assert "P1:2" in line.reason
        assert factory.works()

    def test_a_unit_of_another_panel_in_a_report(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1")
        factory.start(2, "P2")
        line = factory.install(1, placed("P2", 1, "R1", "C1"))
        assert (line.state, line.code) == (State.REJECTED, "unit_of_another_panel")
        assert placements(factory, "P2") == []


def test_arrival_without_units_and_late_units(factory: Factory) -> None:
    line = factory.tell(ARRIVED, {"PrimaryIdentifier": "P1", "Units": []})
    assert (line.state, codes(line)) == (State.DONE, [])
    factory.start(1, "P1", (1, 2))
    assert units() == {"P1:1": ("P1", 1), "P1:2": ("P1", 2)}
