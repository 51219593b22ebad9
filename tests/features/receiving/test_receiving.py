"""Packages come in: booked where all is well, held where anything is off, and never twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from padstone.features.materials.lookups import packages
from padstone.features.receiving.commands import decide_supplier, receive
from padstone.features.receiving.models import Receipt, SeenNumber
from padstone.features.receiving.queries.desk import in_hand
from padstone.features.receiving.queries.orders import purchase_order, purchase_orders
from padstone.features.stock.commands import close_location, return_to_supplier
from padstone.features.stock.lookups import open_holds, positions
from padstone.kernel.errors import Conflict, Invalid, NotFound
from tests.features.receiving.conftest import ANNA, BERND, label, reel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("goods_in")]


D = Decimal


def test_a_good_reel_is_on_the_books_in_store_and_on_its_order_line() -> None:
    done = receive(ANNA, labels=[reel()], location="A-1")
    assert (done.part, done.lot, done.date_code, done.quantity) == (
        "100-001",
        "LA0001",
        "2610",
        Decimal(5000),
    )
    assert (done.location, done.held, done.order, done.line) == ("A-1", False, "PO-1", 1)
    assert [one for one in done.findings if one.holds] == []
    row = packages([done.package])[done.package]
    position = positions([row.pk])[row.pk]
    assert position.location is not None
    assert (position.location.code, position.quantity) == ("A-1", D(5000))
    assert (row.manufacturer, row.lot and row.lot.supplier and row.lot.supplier.name) == ("Yageo", "Mouser")
    assert purchase_order(ANNA, "PO-1").lines[0].received == 5000


def test_the_same_number_of_its_supplier_is_refused_in_plain_words() -> None:
    first = receive(ANNA, labels=[reel()], location="A-1")
    with pytest.raises(Conflict) as refused:
        receive(BERND, labels=[reel()], location="A-2")
    assert refused.value.code == "received_before"
    assert first.package in refused.value.reason
    assert "by anna" in refused.value.reason
    assert Receipt.objects.count() == 1


def test_the_same_request_sent_again_does_nothing_and_answers_the_same() -> None:
    first = receive(ANNA, labels=[reel()], location="A-1", key="k1")
    again = receive(ANNA, labels=[reel()], location="A-1", key="k1")
    assert again.repeated
    assert (again.package, again.location, again.held) == (first.package, first.location, first.held)
    assert Receipt.objects.count() == 1


def test_the_makers_and_the_distributors_label_are_one_package() -> None:
    bag = label("1PRC0402FR-0710KL", "KPO-1", "Q5000")
    maker = label("1PRC0402FR-0710KL", "1TLA0007", "9D2610", "SYG77")
    with pytest.raises(Invalid) as refused:
        receive(ANNA, labels=[bag], location="A-1")
    assert refused.value.reason == "Still to be said: lot, date code."
    done = receive(ANNA, labels=[bag, maker], location="A-1")
    assert (done.lot, done.quantity, done.held) == ("LA0007", D(5000), False)
    assert list(SeenNumber.objects.values_list("kind", "number")) == [("serial", "YG77")]


def test_labels_that_differ_wait_for_a_person_and_the_decision_is_kept() -> None:
    other = label("1PRC0402FR-0710KL", "Q4000")
    with pytest.raises(Invalid, match="quantity"):
        receive(ANNA, labels=[reel(), other], location="A-1")
    done = receive(ANNA, labels=[reel(), other], location="A-1", said={"quantity": "4000"})
    assert done.quantity == 4000
    assert not done.held
    assert [one.rule for one in done.findings if one.rule == "labels_differed"] == ["labels_differed"]


def test_what_is_off_is_held_in_the_quarantine_wherever_it_was_to_go() -> None:
    done = receive(ANNA, labels=[reel(_1V="Fenghua", _1P="RC-02W103JT", P="100-001")], location="A-1")
    assert (done.location, done.held) == ("CAGE", True)
    row = packages([done.package])[done.package]
    assert {one.reason for one in open_holds([row.pk])[row.pk]} == {"part"}
    assert "maker_part_not_approved" in [one.rule for one in done.findings]


def test_an_unknown_part_is_taken_in_under_its_makers_number_and_held() -> None:
    done = receive(ANNA, labels=[reel(_1P="ZZ-9")], location="A-1")
    assert (done.part, done.held) == ("ZZ-9", True)
    assert {"part_unknown", "part_not_ordered"} <= {one.rule for one in done.findings}


def test_a_place_that_nobody_knows_leaves_nothing_behind() -> None:
    with pytest.raises(NotFound):
        receive(ANNA, labels=[reel()], location="nowhere")
    with pytest.raises(Invalid, match="where"):
        receive(ANNA, labels=[reel()])
    assert not Receipt.objects.exists()
    assert not SeenNumber.objects.exists()
    assert not receive(ANNA, labels=[reel()], location="A-1").held


def test_a_split_delivery_fills_its_line_and_more_is_held() -> None:
    for number in range(1, 5):
        assert not receive(ANNA, labels=[reel(number)], location="A-1").held
    assert purchase_order(ANNA, "PO-1").lines[0].state == "delivered"
    fifth = receive(ANNA, labels=[reel(5)], location="A-1")
    assert fifth.held
    assert "more_than_ordered" in [one.rule for one in fifth.findings]
    assert purchase_order(ANNA, "PO-1").lines[0].state == "over"
    assert [one.state for one in purchase_orders(ANNA)] == ["over"]


def test_one_reel_too_large_for_its_order_does_not_hold_the_next() -> None:
    assert receive(ANNA, labels=[reel(1, Q="900000")], location="A-1").held
    assert not receive(ANNA, labels=[reel(2)], location="A-1").held


def test_the_same_makers_number_under_another_part_is_suspicious() -> None:
    receive(ANNA, labels=[reel()], location="A-1")
    done = receive(
        ANNA,
        labels=[reel(_1P="STM32F103C8T6", _1V="STMicroelectronics")],
        location="A-1",
        said={"sealed_on": "-"},
    )
    assert "number_known_elsewhere" in [one.rule for one in done.findings]


def test_without_a_place_for_it_it_is_held_where_it_is_put() -> None:
    close_location(ANNA, code="CAGE")
    strange = reel(1, _1P="ZZ-9")
    asked = in_hand(ANNA, [strange], {})
    assert (asked.held, asked.goes_to) == (True, "")
    done = receive(ANNA, labels=[strange], location="A-2")
    assert (done.held, done.location) == (True, "A-2")


def test_a_label_of_another_supplier_than_the_orders_is_held() -> None:
    receive(ANNA, labels=[reel(1, _14K="011", _11K="12")], location="A-1")
    decide_supplier(ANNA, supplier="Digi-Key", approval="approved", tier="authorised", why="Franchised.")
    done = receive(ANNA, labels=[reel(2, _30P="311-10KTR-ND")], location="A-1")
    assert [one.rule for one in done.findings if one.holds] == ["supplier_differs"]


def test_two_reels_of_one_lot_are_never_taken_for_one() -> None:
    with pytest.raises(Conflict, match="another package"):
        receive(ANNA, labels=[reel(1), reel(1, _3S="YG999999")], location="A-1")


def test_a_label_of_ours_is_no_new_package() -> None:
    done = receive(ANNA, labels=[reel()], location="A-1")
    with pytest.raises(Conflict, match="label of ours"):
        receive(
            ANNA, labels=[label(f"9S{done.package}", "P100-001", "Q5000", "1TX", "9D2610")], location="A-1"
        )


def test_what_goes_back_to_the_supplier_is_expected_again() -> None:
    reels = [receive(ANNA, labels=[reel(number)], location="A-1") for number in range(4)]
    assert (received_of_line(), state_of_line()) == (D(20_000), "delivered")
    return_to_supplier(ANNA, package=reels[0].package, why="wound the wrong way")
    return_to_supplier(ANNA, package=reels[1].package, why="a sample", quantity=D(1_000))
    assert (received_of_line(), state_of_line()) == (D(14_000), "part")
    again = receive(ANNA, labels=[reel(9)], location="A-1")
    assert (again.line, [one.rule for one in again.findings if one.holds]) == (1, [])
    assert received_of_line() == 19_000


def received_of_line() -> Decimal:
    return purchase_order(ANNA, "PO-1").lines[0].received


def state_of_line() -> str:
    return purchase_order(ANNA, "PO-1").lines[0].state
