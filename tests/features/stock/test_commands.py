"""What each command does to the ledger, what it refuses, and that it does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection

from padstone.features.materials.lookups import packages, with_descendants
from padstone.features.production.commands import plan_work_order
from padstone.features.stock import commands
from padstone.features.stock.fitness import unfit
from padstone.features.stock.models import Hold, HoldEnd, Movement, Position, Reservation
from padstone.features.stock.queries.verify import verify_ledger
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from tests.features.stock.conftest import ANNA, BERND

pytestmark = pytest.mark.django_db
Store = Callable[..., None]
D = Decimal


def position(name: str) -> Position:
    return Position.objects.select_related("location").get(package__identifier=name)


def where(name: str) -> tuple[str, Decimal]:
    row = position(name)
    return (row.location.code if row.location else "", row.quantity)


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.code == code)


class TestMoving:
    def test_a_move_takes_all_of_it_and_scanning_again_does_nothing(self, store: Store) -> None:
        store("R1")
        done = commands.move(ANNA, package="R1", to="A-2")
        assert (done.location, done.quantity, done.changed) == ("A-2", D(100), True)
        again = commands.move(BERND, package="R1", to="A-2")
        assert (again.changed, again.version) == (False, done.version)
        assert [row.kind for row in Movement.objects.order_by("pk")] == ["booked_in", "moved"]
        assert verify_ledger(ANNA) == ()

    def test_who_saw_it_before_it_changed_is_told_what_changed(self, store: Store) -> None:
        store("R1")
        seen = position("R1").version
        commands.move(ANNA, package="R1", to="A-2", seen=seen)
        with refused("package_changed") as told:
            commands.move(BERND, package="R1", to="A-10", seen=seen)
        assert "R1 was changed in the meantime: moved by anna" in str(told.value)
        assert "it is at A-2 now" in str(told.value)
        assert where("R1") == ("A-2", D(100))

    def test_the_same_request_sent_again_adds_nothing(self, store: Store) -> None:
        store("R1")
        for _ in range(2):
            commands.spoil(ANNA, package="R1", quantity=D(5), why="fell", key="k-1")
        assert where("R1") == ("A-1", D(95))
        store("R2")
        with refused("key_taken"):
            commands.spoil(ANNA, package="R2", quantity=D(5), why="fell", key="k-1")

    def test_what_is_unknown_is_not_found(self, store: Store) -> None:
        store("R1")
        with refused("package_unknown"):
            commands.move(ANNA, package="R9", to="A-2")
        with refused("location_unknown"):
            commands.move(ANNA, package="R1", to="A-3")

    def test_a_reel_is_booked_in_once(self, store: Store) -> None:
        store("R1")
        arrivals = [commands.Arrival(package="R1", location="A-2", quantity=D(7))]
        with refused("in_store_already"):
            commands.book_in(BERND, arrivals=arrivals)
        told = commands.book_in(BERND, arrivals=arrivals, skip_known=True)
        assert (told.added, told.known) == (0, ("R1",))
        assert where("R1") == ("A-1", D(100))

    def test_what_may_not_be_used_is_not_brought_to_a_line(self, store: Store) -> None:
        store("R1")
        commands.hold(BERND, packages=["R1"], reason="label", why="two labels", to="CAGE")
        with refused("package_unfit") as told:
            commands.move(ANNA, package="R1", to="L1")
        assert "two labels" in str(told.value)
        assert where("R1") == ("CAGE", D(100))


class TestHolding:
    def test_it_lasts_until_a_person_disposes_of_it_and_says_why(self, store: Store) -> None:
        store("R1")
        assert commands.hold(ANNA, packages=["R1"], reason="damaged") == 1
        assert commands.hold(BERND, packages=["R1"], reason="damaged") == 0
        pk = packages(["R1"])["R1"].pk
        assert [one.code for one in unfit([pk], clock.now())[pk]] == ["quarantine"]
        with refused("why_missing"):
            commands.release_hold(BERND, package="R1", why=" ")
        job = Actor(ActorKind.JOB, "job", EVERYTHING)
        with pytest.raises(Forbidden):
            commands.release_hold(job, package="R1", why="it looks good")
        commands.release_hold(BERND, package="R1", why="looked at, good")
        assert unfit([pk], clock.now()) == {}
        assert [(end.how, end.by) for end in HoldEnd.objects.all()] == [("released", "bernd")]
        with refused("package_not_held"):
            commands.release_hold(ANNA, package="R1", why="me too")

    def test_what_is_split_off_is_held_too(self, store: Store) -> None:
        store("R1")
        commands.hold(ANNA, packages=["R1"], reason="counterfeit")
        commands.split(ANNA, package="R1", new="R1a", quantity=D(40))
        assert Hold.objects.filter(package__identifier="R1a", end=None).count() == 1
        with refused("never_to_the_supplier"):
            commands.dispose(BERND, package="R1a", how="returned", why="away with it")
        commands.dispose(BERND, package="R1a", how="scrapped", why="destroyed")
        assert (where("R1"), where("R1a")) == (("A-1", D(60)), ("", D(0)))
        assert verify_ledger(ANNA) == ()

    def test_what_is_held_is_not_scrapped_by_the_way(self, store: Store) -> None:
        store("R1")
        commands.hold(ANNA, packages=["R1"], reason="recall")
        with refused("package_held"):
            commands.scrap(ANNA, package="R1", why="old")


class TestCounting:
    def test_a_count_is_true_and_what_is_short_is_missing(self, store: Store) -> None:
        store("R1")
        done = commands.count(ANNA, package="R1", quantity=D(60))
        assert done.quantity == D(60)
        assert position("R1").missing == D(40)
        commands.count(BERND, package="R1", quantity=D(100))
        assert position("R1").missing == D(0)
        assert verify_ledger(ANNA) == ()

    def test_who_may_writes_off_what_is_short_with_a_reason(self, store: Store) -> None:
        store("R1")
        with refused("why_missing"):
            commands.count(ANNA, package="R1", quantity=D(60), accepted=True)
        handler = Actor(ActorKind.PERSON, "handler", frozenset({"move_stock"}))
        with pytest.raises(Forbidden):
            commands.count(handler, package="R1", quantity=D(60), accepted=True, why="label was wrong")
        commands.count(ANNA, package="R1", quantity=D(60), accepted=True, why="label was wrong")
        assert position("R1").missing == D(0)

    def test_an_empty_one_is_nowhere_until_it_is_found_again(self, store: Store) -> None:
        store("R1")
        commands.count(ANNA, package="R1", quantity=D(0))
        assert where("R1") == ("", D(0))
        with refused("package_gone"):
            commands.move(ANNA, package="R1", to="A-2")
        assert commands.count(ANNA, package="R1", quantity=D(30), to="A-2").location == "A-2"
        assert position("R1").missing == D(70)
        assert verify_ledger(ANNA) == ()

    @pytest.mark.parametrize("text", ["-1", "NaN", "Infinity", "1e12"])
    def test_an_impossible_number_is_refused(self, store: Store, text: str) -> None:
        store("R1")
        with pytest.raises(Invalid):
            commands.count(ANNA, package="R1", quantity=D(text))


class TestDividing:
    def test_both_ends_of_a_split_and_what_a_recall_makes_of_it(self, store: Store) -> None:
        store("R1", owner="Herzfeld")
        made = commands.split(ANNA, package="R1", new="R1a", quantity=D(40), to="A-2", key="s")
        assert (made.location, made.quantity, made.owner) == ("A-2", D(40), "Herzfeld")
        again = commands.split(ANNA, package="R1", new="R1a", quantity=D(40), to="A-2", key="s")
        assert not again.changed
        assert (where("R1"), where("R1a")) == (("A-1", D(60)), ("A-2", D(40)))
        ids = packages(["R1", "R1a"])
        assert with_descendants([ids["R1"].pk]) == {ids["R1"].pk, ids["R1a"].pk}
        with refused("in_store_already"):
            commands.split(ANNA, package="R1", new="R1a", quantity=D(1))
        with refused("too_few_pieces"):
            commands.split(ANNA, package="R1", new="R1b", quantity=D(61))
        assert verify_ledger(ANNA) == ()

    def test_only_what_is_alike_is_joined(self, store: Store) -> None:
        store("R1", "R2")
        store("R3", lot="L-2")
        store("R4", part="100-002")
        store("R5", owner="Herzfeld")
        for other in ("R3", "R4", "R5"):
            with refused("not_alike"):
                commands.join(ANNA, package="R1", into=other)
        assert commands.join(ANNA, package="R1", into="R2").quantity == D(200)
        assert where("R1") == ("", D(0))
        with refused("too_few_pieces"):
            commands.join(ANNA, package="R1", into="R2")
        assert verify_ledger(ANNA) == ()


class TestLeaving:
    def test_each_way_out_has_its_account(self, store: Store) -> None:
        store("R1")
        commands.scrap(ANNA, package="R1", quantity=D(1), why="bent")
        commands.spoil(ANNA, package="R1", quantity=D(2), why="fell")
        commands.return_to_supplier(ANNA, package="R1", quantity=D(3), why="wrong")
        commands.write_off(ANNA, package="R1", quantity=D(4), why="gone")
        commands.write_off(ANNA, package="R1", quantity=D(5), why="leader", account="counted_away")
        rows = Movement.objects.exclude(kind="booked_in").order_by("pk")
        assert [(row.to_account, row.quantity) for row in rows] == [
            ("scrapped", D(1)),
            ("spoiled", D(2)),
            ("returned", D(3)),
            ("missing", D(4)),
            ("counted_away", D(5)),
        ]
        commands.scrap(ANNA, package="R1", why="the rest")
        assert where("R1") == ("", D(0))
        assert verify_ledger(ANNA) == ()

    def test_more_than_there_is_does_not_go(self, store: Store) -> None:
        store("R1")
        with refused("too_few_pieces"):
            commands.scrap(ANNA, package="R1", quantity=D(101), why="all of it")


class TestReserving:
    @pytest.fixture(autouse=True)
    def orders(self, db: None) -> None:
        for number, client in (("WO-1", ""), ("WO-2", "Herzfeld")):
            plan(number, client)

    def test_one_order_has_it(self, store: Store) -> None:
        store("R1")
        assert commands.reserve(ANNA, package="R1", order="WO-1").reserved_for == "WO-1"
        assert not commands.reserve(BERND, package="R1", order="WO-1").changed
        with refused("reserved_already"):
            commands.reserve(BERND, package="R1", order="WO-2")
        commands.unreserve(ANNA, package="R1")
        assert not commands.unreserve(ANNA, package="R1").changed
        commands.reserve(BERND, package="R1", order="WO-2")
        assert Reservation.objects.count() == 3

    def test_a_clients_own_is_for_his_orders_alone(self, store: Store) -> None:
        store("R1", owner="Herzfeld")
        with refused("of_another_client"):
            commands.reserve(ANNA, package="R1", order="WO-1")
        commands.reserve(ANNA, package="R1", order="WO-2")


def plan(number: str, client: str) -> None:
    from padstone.features.parts.commands import import_bom  # noqa: PLC0415
    from padstone.features.parts.lookups import revision  # noqa: PLC0415

    if revision("P", "A") is None:
        bill = b"part_number,designators,quantity\n100-001,R1,1\n"
        import_bom(ANNA, product="P", revision="A", content=bill, file_name="p.csv")
    row = revision("P", "A")
    assert row is not None
    plan_work_order(ANNA, number=number, revision_id=row.pk, quantity=4, client=client)


class TestLocations:
    def test_one_code_is_one_place(self, store: Store) -> None:
        with refused("location_known_otherwise"):
            commands.define_location(ANNA, code="A-1", kind="rack", parent="W1")
        commands.define_location(ANNA, code="A-1", kind="shelf", parent="W1", name="Top", restricted=True)
        with refused("unknown_location_kind"):
            commands.define_location(ANNA, code="A-4", kind="hole")

    def test_what_holds_something_is_not_closed(self, store: Store) -> None:
        store("R1")
        with refused("location_in_use"):
            commands.close_location(ANNA, code="A-1")
        commands.close_location(ANNA, code="A-2")
        with pytest.raises(NotFound):
            commands.move(ANNA, package="R1", to="A-2")

    def test_the_air_is_measured_within_reason(self, store: Store) -> None:
        commands.log_condition(ANNA, location="DRY", celsius=D("23.5"), humidity_percent=D("4.2"))
        for celsius, humidity in ((None, None), (D(500), None), (None, D(101))):
            with pytest.raises(Invalid):
                commands.log_condition(ANNA, location="DRY", celsius=celsius, humidity_percent=humidity)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stock_movement SET quantity = 1",
        "DELETE FROM stock_movement",
        (
            "INSERT INTO stock_movement (package_id, kind, from_account, to_account, quantity, at, "
            "recorded_at, by, why) SELECT package_id, kind, 'received', 'stored', 1, at, recorded_at, by, "
            "why FROM stock_movement"
        ),
    ],
    ids=["change", "delete", "nowhere"],
)
def test_the_ledger_only_grows_and_each_movement_ends_somewhere(store: Store, statement: str) -> None:
    store("R1")
    with connection.cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute(statement)


def test_a_position_that_was_tampered_with_is_found(store: Store) -> None:
    store("R1", "R2")
    Position.objects.filter(package__identifier="R2").update(quantity=101)
    assert [(one.package, one.what) for one in verify_ledger(ANNA)] == [("R2", "quantity")]
