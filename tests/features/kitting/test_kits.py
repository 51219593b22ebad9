"""A kit from its shortages to its return: commands and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from padstone.features.kitting import commands
from padstone.features.kitting.domain.words import KitState
from padstone.features.kitting.models import Pick, PickEnd
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.kitting.queries.outlook import outlook
from padstone.features.kitting.queries.scanning import what_was_scanned
from padstone.features.stock import commands as stock
from padstone.features.stock.queries.cards import package_stock
from padstone.features.stock.queries.verify import verify_ledger
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from tests.features.kitting.conftest import ANNA, BERND, HANDLER, Store

pytestmark = pytest.mark.django_db
Orders = Callable[..., None]
D = Decimal


@contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code
    for word in words:
        assert word in str(caught.value), str(caught.value)


def pick(package: str, location: str, **other: object) -> commands.Picked:
    return commands.pick(HANDLER, order="WO-1", package=package, location=location, **other)  # type: ignore[arg-type]  # of a table


class TestTheList:
    def test_it_says_what_is_needed_and_leaves_out_what_is_not(self, stocked: Orders) -> None:
        card = kit_card(ANNA, "WO-1")
        assert [(one.lines, one.part, one.wanted) for one in card.lines] == [
            ((1,), "100-001", D(20)),
            ((2,), "200-001", D(11)),  # 10 and 2.5 percent
            ((3,), "300-001", D(10)),
        ]
        assert [(one.line, one.why[:12]) for one in card.left_out] == [
            (5, "Fitted in EU"),
            (6, "The bill nam"),
        ]
        assert [(one.package, one.location) for one in card.to_fetch] == [
            ("U1", "A-1"),
            ("R1", "A-2"),
            ("C1", "A-10"),
        ]
        assert card.state is KitState.PLANNED

    def test_an_approved_alternate_is_named_a_proposed_one_is_none(
        self, store: Store, stocked: Orders
    ) -> None:
        stock.hold(ANNA, packages=["R1"], reason="label")
        store("R8", part="100-008", quantity=100)
        (line,) = kit_card(ANNA, "WO-1").short
        assert [(one.package, one.why[:22]) for one in line.barred] == [("R1", "It is in quarantine si")]
        store("R9", part="100-009", quantity=100)
        card = kit_card(ANNA, "WO-1")
        (fetch,) = [one for one in card.to_fetch if one.wanted == "100-001"]
        assert (fetch.package, fetch.part) == ("R9", "100-009")
        assert "Approved by anna" in fetch.instead
        assert "Same datasheet." in fetch.instead

    def test_an_order_without_a_bill_has_no_kit(self, orders: Orders) -> None:
        with refused("work_order_unknown"):
            kit_card(ANNA, "WO-9")


class TestShortages:
    def test_they_are_known_before_a_kit_is_begun(self, store: Store, orders: Orders) -> None:
        orders("WO-1", quantity=10)
        store("R1", quantity=15)
        (order,) = outlook(ANNA, "WO-1").orders
        assert (order.state, order.lines, order.short) == (KitState.SHORT, 3, 3)
        short = {one.part: one.short for one in outlook(ANNA, "WO-1").shortages}
        assert short == {"100-001": D(5), "200-001": D(11), "300-001": D(10)}

    def test_what_the_earlier_take_is_not_there_for_the_later(self, store: Store, orders: Orders) -> None:
        orders("LATE", quantity=10, due="2026-12-20")
        orders("SOON", quantity=10, due="2026-12-01")
        orders("SOME-DAY", quantity=10)
        store("R1", quantity=50)
        store("C1", part="200-001", quantity=500)
        store("U1", part="300-001", quantity=500)
        found = outlook(ANNA)
        assert [(one.order, one.short) for one in found.orders] == [("SOON", 0), ("LATE", 0), ("SOME-DAY", 1)]
        (part,) = found.shortages
        assert (part.part, part.short) == ("100-001", D(10))
        assert [one.order for one in part.orders] == ["SOME-DAY"]
        assert outlook(ANNA, "SOME-DAY").shortages == ()

    def test_what_is_laid_aside_for_a_later_order_stays_his_and_what_he_leaves_is_free(
        self, store: Store, orders: Orders
    ) -> None:
        orders("SOON", quantity=10, due="2026-12-01")
        orders("LATE", quantity=10, due="2026-12-20")
        store("R1", quantity=30)
        stock.reserve(ANNA, package="R1", order="LATE")
        short = {one.part: [(of.order, of.short) for of in one.orders] for one in outlook(ANNA).shortages}
        assert short["100-001"] == [("SOON", D(20))]
        stock.unreserve(ANNA, package="R1")
        stock.reserve(ANNA, package="R1", order="SOON")
        short = {one.part: [(of.order, of.short) for of in one.orders] for one in outlook(ANNA).shortages}
        assert short["100-001"] == [("LATE", D(10))]


class TestPicking:
    def test_it_reserves_the_package_and_brings_it_to_the_kit(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        assert kit_card(ANNA, "WO-1").state is KitState.PICKING
        done = pick("R1", "A-2", key="k-1")
        assert (done.quantity, done.source, done.location, done.proposed) == (D(5000), "A-2", "T-1", True)
        now = package_stock(ANNA, "R1")
        assert (now.location, now.reserved_for) == ("T-1", "WO-1")
        assert pick("R1", "A-2", key="k-1").repeated
        assert Pick.objects.count() == 1
        pick("C1", "A-10")
        pick("U1", "A-1")
        card = kit_card(ANNA, "WO-1")
        assert (card.state, card.done, card.to_fetch) == (KitState.COMPLETE, 3, ())
        assert verify_ledger(ANNA) == ()

    def test_a_wrong_package_is_refused_with_what_to_take_instead(
        self, store: Store, stocked: Orders
    ) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        store("X1", part="999-001")
        store("B1", part="300-001", owner="Brook", quantity=50)
        with refused("not_for_this_kit", "999-001", "Take U1 from A-1 instead."):
            pick("X1", "A-1")
        with refused("not_for_this_kit", "It belongs to Brook".lower()[:5], "Take U1 from A-1"):
            pick("B1", "A-1")
        with refused("package_unknown"):
            pick("NOPE", "A-1")
        assert Pick.objects.count() == 0

    def test_the_location_is_held_against_the_books(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        with refused("not_where_the_books_say", "R1 is at A-2, not at A-1"):
            pick("R1", "A-1")
        assert package_stock(ANNA, "R1").reserved_for == ""

    def test_another_as_good_does_and_the_list_follows(self, store: Store, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        store("R2", quantity=6000)
        assert [one.package for one in kit_card(ANNA, "WO-1").to_fetch if one.wanted == "100-001"] == ["R1"]
        assert not pick("R2", "A-1").proposed
        assert [one.package for one in kit_card(ANNA, "WO-1").to_fetch if one.wanted == "100-001"] == []
        with refused("not_for_this_kit", "enough of 100-001 is at hand"):
            pick("R1", "A-2")

    def test_what_must_be_used_first_is_said_when_another_is_taken(
        self, store: Store, stocked: Orders
    ) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        expires("R1", days=40)
        store("R2", quantity=6000)
        assert "R1 at A-2 must be used first" in pick("R2", "A-1").hint

    def test_an_alternate_only_where_the_part_itself_falls_short(self, store: Store, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        store("R9", part="100-009", quantity=100)
        store("R8", part="100-008", quantity=100)
        with refused("not_for_this_kit", "100-009 may stand in only where 100-001 falls short"):
            pick("R9", "A-1")
        stock.scrap(ANNA, package="R1", why="bent")
        with refused("not_for_this_kit", "100-008", "wants none"):
            pick("R8", "A-1")
        done = pick("R9", "A-1")
        assert (done.wanted, done.part) == ("100-001", "100-009")
        assert "Approved by anna" in done.instead

    def test_what_may_not_be_used_is_not_picked(self, store: Store, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        stock.hold(ANNA, packages=["R1"], reason="damaged")
        with refused("not_for_this_kit", "in quarantine"):
            pick("R1", "A-2")
        expires("C1", days=-1)
        with refused("not_for_this_kit", "its shelf life is over"):
            pick("C1", "A-10")

    def test_what_was_picked_and_is_held_since_does_not_count_any_more(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        pick("R1", "A-2")
        stock.hold(ANNA, packages=["R1"], reason="recall")
        card = kit_card(ANNA, "WO-1")
        assert (card.state, [one.part for one in card.short]) == (KitState.SHORT, ["100-001"])
        assert card.picks[0].state == "unfit"

    def test_nobody_takes_what_is_in_anothers_kit(self, stocked: Orders) -> None:
        stocked("WO-2", client="Herzfeld")
        for order in ("WO-1", "WO-2"):
            commands.begin_kit(HANDLER, order=order, location="T-1")
        pick("R1", "A-2")
        with refused("picked_already", "hans picked it"):
            pick("R1", "T-1")
        with refused("not_for_this_kit", "it is reserved for WO-1"):
            commands.pick(BERND, order="WO-2", package="R1", location="T-1")

    def test_what_somebody_freed_in_the_store_can_be_picked_again(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        pick("R1", "A-2")
        stock.unreserve(ANNA, package="R1")
        assert kit_card(ANNA, "WO-1").picks[0].state == "freed"
        pick("R1", "T-1")
        assert [one.state for one in kit_card(ANNA, "WO-1").picks] == ["freed", "in_kit"]

    def test_without_a_kit_or_a_right_nothing_is_picked(self, stocked: Orders) -> None:
        with refused("kit_not_begun"):
            pick("R1", "A-2")
        reader = Actor(ActorKind.PERSON, "rita", frozenset({"view_factory"}))
        with pytest.raises(Forbidden):
            commands.begin_kit(reader, order="WO-1", location="T-1")
        with pytest.raises(NotFound):
            commands.begin_kit(HANDLER, order="WO-1", location="NOWHERE")
        with pytest.raises(Invalid):
            commands.begin_kit(HANDLER, order="WO-1", location="CAGE")


class TestReturning:
    @pytest.fixture
    def issued(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        for package, location in (("R1", "A-2"), ("C1", "A-10"), ("U1", "A-1")):
            pick(package, location)
        commands.issue_kit(HANDLER, order="WO-1")

    def test_the_count_books_the_difference_and_frees_the_package(self, issued: None) -> None:
        assert kit_card(ANNA, "WO-1").state is KitState.ISSUED
        done = commands.give_back(HANDLER, package="R1", quantity=D(4900), location="A-1", key="b-1")
        assert (done.most, done.difference, done.location, done.how) == (D(5000), D(-100), "A-1", "counted")
        now = package_stock(ANNA, "R1")
        assert (now.location, now.reserved_for, now.most) == ("A-1", "", D(4900))
        assert "Back from the kit of WO-1." in [one.why for one in now.history]
        assert commands.give_back(HANDLER, package="R1", quantity=D(1), location="A-2", key="b-1").repeated
        assert package_stock(ANNA, "R1").most == D(4900)

    def test_when_all_is_back_or_used_up_the_kit_is_returned(self, issued: None) -> None:
        commands.give_back(HANDLER, package="R1", quantity=D(4980), location="A-1")
        commands.give_back(HANDLER, package="C1", location="A-10")
        done = commands.give_back(HANDLER, package="U1", quantity=D(0))
        assert (done.how, done.closed, done.location) == ("used_up", True, "")
        card = kit_card(ANNA, "WO-1")
        assert (card.state, card.lines, card.to_fetch) == (KitState.RETURNED, (), ())
        assert [one.state for one in card.picks] == ["counted", "untouched", "used_up"]
        assert outlook(ANNA).orders == ()
        with refused("kit_closed"):
            pick("R1", "A-1")
        assert verify_ledger(ANNA) == ()

    def test_what_is_used_up_by_the_books_is_closed_at_once(self, issued: None) -> None:
        stock.spoil(ANNA, package="C1", quantity=D(100), why="fell")
        assert commands.close_used_up(HANDLER, order="WO-1") == ("C1",)
        assert package_stock(ANNA, "C1").location == ""
        assert commands.close_used_up(HANDLER, order="WO-1") == ()

    def test_without_a_count_only_what_nobody_used(self, issued: None) -> None:
        stock.spoil(ANNA, package="R1", quantity=D(1), why="fell")
        with refused("count_missing"):
            commands.give_back(HANDLER, package="R1", location="A-1")
        with refused("location_missing"):
            commands.give_back(HANDLER, package="R1", quantity=D(10))
        with refused("not_in_a_kit"):
            commands.give_back(HANDLER, package="R9", quantity=D(10), location="A-1")
        assert PickEnd.objects.count() == 0

    def test_a_kit_with_something_in_it_is_not_closed(self, issued: None) -> None:
        with pytest.raises(Conflict):
            commands.close_kit(HANDLER, order="WO-1")

    def test_a_kit_that_was_never_used_is_closed_and_begun_again(self, stocked: Orders) -> None:
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        pick("R1", "A-2")
        assert not commands.give_back(HANDLER, package="R1", location="A-2").closed
        commands.close_kit(HANDLER, order="WO-1", why="Put off.")
        assert kit_card(ANNA, "WO-1").state is KitState.PLANNED
        commands.begin_kit(HANDLER, order="WO-1", location="T-1")
        assert kit_card(ANNA, "WO-1").state is KitState.PICKING


class TestScanning:
    def test_a_scan_is_a_location_a_package_or_an_order(self, stocked: Orders) -> None:
        stock.add_codes(ANNA, package="R1", codes=["YG-77"])
        found = [what_was_scanned(ANNA, text) for text in ("A-1", "R1", "YG-77", "WO-1")]
        assert [(one.kind, one.key) for one in found] == [
            ("location", "A-1"),
            ("package", "R1"),
            ("package", "R1"),
            ("order", "WO-1"),
        ]
        with refused("nothing_named"):
            what_was_scanned(ANNA, "something else")

    def test_the_makers_label_names_the_package(self, stocked: Orders) -> None:
        stock.add_codes(ANNA, package="R1", codes=["YG000077"])
        label = "[)>\x1e06\x1d1PRC0402\x1dQ5000\x1d3SYG000077\x1e\x04"
        assert what_was_scanned(ANNA, label).key == "R1"


def expires(package: str, days: int) -> None:
    from padstone.features.materials.models import MaterialPackage  # noqa: PLC0415 - what a label said

    MaterialPackage.objects.filter(identifier=package).update(expires_at=clock.now() + timedelta(days=days))
