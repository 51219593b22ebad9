"""A board with other numbers than its bill names: rightly so by an approved alternate or a merge, or not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from padstone.features.genealogy.completeness import trace_of
from padstone.features.parts.commands import (
    Scope,
    allow_alternate,
    decide_alternate,
    import_bom,
    merge_parts,
    withdraw_alternate,
)
from padstone.features.parts.lookups import revision
from padstone.features.parts.models import Product
from padstone.features.production.commands import plan_work_order
from padstone.features.production.lookups import unit_with_panel
from padstone.features.setup.queries import required_setup
from padstone.features.sites.commands import assign_station
from padstone.features.sites.models import Station
from padstone.kernel import clock
from tests.ingest.factory import AOI, AUDITOR, NOON, PLACER, installed, placed, started

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

BILL = b"part_number,designators,quantity\n100-001,R1 R2,2\n100-002,C1,1\n"


@pytest.fixture
def board(factory: Factory) -> Factory:
    """A board whose R1 holds 100-009 where the bill names 100-001."""
    with clock.clock_at(NOON):
        import_bom(AUDITOR, product="P", revision="A", content=BILL, file_name="p.csv")
        Product.objects.update(client="Herzfeld")
        bill = revision("P", "A")
        assert bill is not None
        plan_work_order(AUDITOR, number="WO-1", revision_id=bill.pk, quantity=9)
        factory.receive("REEL-1")
        factory.receive("REEL-9", part="100-009")
        factory.receive("REEL-2", part="100-002")
        assign_station(AUDITOR, handle=PLACER, name=PLACER, kind="placer", line="L1", place_in_line=1)
        assign_station(AUDITOR, handle=AOI, name=AOI, kind="aoi", line="L1", place_in_line=2)
        order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}}
        factory.tell("CFX.Production.WorkStarted", started(1, "P-1", (1,), **order))
        parts = (("REEL-9", "R1", "F1"), ("REEL-1", "R2", "F2"), ("REEL-2", "C1", "F3"))
        report = installed(1, *(placed("P-1", 1, reel, name, slot=slot) for reel, name, slot in parts))
        assert factory.tell("CFX.Production.Assembly.MaterialsInstalled", report).state == "done"
        factory.complete(1)
    return factory


def allow(**scope: Any) -> int:
    number = allow_alternate(
        AUDITOR, part="100-001", other="100-009", reason="Shortage.", scope=Scope(**scope)
    )
    decide_alternate(AUDITOR, number=number, approved=True)
    return number


def judged(factory: Factory) -> tuple[list[str], list[tuple[str, str, str]]]:
    known = factory.certificate("P-1")
    rightly = [(one.designator, one.part, one.why) for one in known.stood_in]
    return [one.designator for one in known.unexpected], rightly


Judgement = tuple[list[str], list[tuple[str, str, str]]]
RIGHT: Judgement = ([], [("R1", "100-009", "alternate")])
WRONG: Judgement = (["R1"], [])


@pytest.mark.django_db
class TestAlternates:
    def test_nobody_allowed_it(self, board: Factory) -> None:
        allow_alternate(AUDITOR, part="100-001", other="100-009", reason="Proposed, and no more.")

        assert judged(board) == WRONG

    @pytest.mark.parametrize(
        ("scope", "answer"),
        [
            ({}, RIGHT),
            ({"client": "Herzfeld"}, RIGHT),
            ({"client": "Somebody else"}, WRONG),
            ({"product": "P", "revision": "A"}, RIGHT),
            ({"product": "P", "revision": "A", "line_number": 1}, RIGHT),
            ({"product": "P", "revision": "A", "line_number": 2}, WRONG),
            ({"valid_until": date(2026, 5, 3)}, WRONG),
            ({"valid_from": date(2026, 5, 4), "valid_until": date(2026, 5, 4)}, RIGHT),
            ({"valid_from": date(2026, 5, 5)}, WRONG),
        ],
        ids=str,
    )
    def test_it_holds_within_its_scope(self, board: Factory, scope: dict[str, Any], answer: Any) -> None:
        allow(**scope)

        assert judged(board) == answer

    def test_the_certificate_says_who_allowed_it_and_why(self, board: Factory) -> None:
        allow(product="P")

        (one,) = board.certificate("P-1").stood_in
        assert (one.expected_part, one.approved_by, one.scope, one.reason) == (
            "100-001",
            "auditor",
            "P",
            "Shortage.",
        )

    def test_what_was_withdrawn_before_it_was_fitted_is_no_alternate(self, board: Factory) -> None:
        with clock.clock_at(NOON.replace(day=1)):
            withdraw_alternate(AUDITOR, number=allow(), why="It is back.")

        assert judged(board) == WRONG

    def test_what_was_withdrawn_later_was_one_then(self, board: Factory) -> None:
        with clock.clock_at(NOON.replace(day=9)):
            withdraw_alternate(AUDITOR, number=allow(), why="It is back.")

        assert judged(board) == RIGHT

    def test_an_alternate_may_be_mounted_where_it_may_stand_at_every_place_of_the_feeder(
        self, board: Factory
    ) -> None:
        allow(product="P", revision="A", line_number=1)
        station = Station.objects.get(name=PLACER)

        with clock.clock_at(NOON):
            needs = required_setup(AUDITOR, station.pk, PLACER).requirements
        assert {(one.part, one.alternates) for one in needs} == {
            ("100-001", ("100-009",)),
            ("100-002", ()),
        }

    def test_the_next_station_takes_the_board(self, board: Factory) -> None:
        unit, station = unit_with_panel("P-1"), Station.objects.get(name=AOI)
        assert unit is not None
        assert trace_of(AUDITOR, unit, station.pk).reasons == ("R1 holds 100-009 instead of 100-001.",)

        allow()
        assert trace_of(AUDITOR, unit, station.pk).reasons == ()


@pytest.mark.django_db
class TestMerged:
    def test_two_numbers_of_one_part_are_one_part(self, board: Factory) -> None:
        merge_parts(AUDITOR, duplicate="100-009", into="100-001", why="The same reel, twice on the books.")

        assert judged(board) == ([], [("R1", "100-009", "merged")])

    def test_also_where_the_bill_names_the_older_one(self, board: Factory) -> None:
        merge_parts(AUDITOR, duplicate="100-001", into="100-009", why="The same reel, twice on the books.")

        # R2 and the bill agree in the older number; R1 holds the newer one.
        assert judged(board) == ([], [("R1", "100-009", "merged")])

    def test_an_alternate_of_the_older_number_is_one_of_the_part(self, board: Factory) -> None:
        allow()
        merge_parts(AUDITOR, duplicate="100-001", into="100-002", why="One part.")

        assert judged(board) == RIGHT
