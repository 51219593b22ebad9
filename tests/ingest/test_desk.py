"""The desk: what it lists, what may be done about it, and what that costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from padstone.ingest.commands import dismiss, dismiss_all, replay
from padstone.ingest.desk import (
    Wanted,
    attention,
    count_wanted,
    desk,
    dispositions,
    kept_kinds,
    on_desk,
    open_by_endpoint,
    replay_card,
    replays,
)
from padstone.ingest.interpret import retry
from padstone.ingest.models import Disposition, Message, Replayed
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.audit.models import AuditLine
from tests.ingest.factory import (
    AOI,
    AUDITOR,
    COMPLETED,
    HEARTBEAT,
    INSTALLED,
    NOON,
    PLACER,
    Factory,
    completed,
    installed,
    placed,
)

NOBODY = Actor(ActorKind.PERSON, "visitor", frozenset())
READER = Actor(ActorKind.PERSON, "reader", frozenset({"view_factory"}))
HOUSE_JOB = Actor(ActorKind.JOB, "job", frozenset({"*"}))
KEPT = "CFX.ResourcePerformance.EnergyConsumed"


@pytest.fixture
def told(factory: Factory) -> Factory:
    """Two that wait, two that were rejected, one that cannot be read, one kept, one on the books."""
    with clock.clock_at(NOON):
        factory.tell(HEARTBEAT, {})
        factory.complete(1)
        factory.complete(2, Source=AOI)
    with clock.clock_at(NOON + timedelta(hours=1)):
        factory.tell("Nothing", {}, Source=AOI)
        factory.tell("Nothing", {})
        factory.deliver(b"no message", sender="gateway-3")
        factory.tell(KEPT, {})
    return factory


def ids(wanted: Wanted) -> list[int]:
    return [line.id for line in desk(AUDITOR, wanted)]


class TestWhatItLists:
    def test_all_that_waits_for_a_person_newest_first(self, told: Factory) -> None:
        assert [line.state for line in desk(AUDITOR, Wanted())] == [
            "rejected",
            "rejected",
            "rejected",
            "waiting",
            "waiting",
        ]
        assert ids(Wanted()) == sorted(ids(Wanted()), reverse=True)

    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (Wanted(state="waiting"), 2),
            (Wanted(state="failed"), 0),
            (Wanted(state="rejected", endpoint=AOI), 1),
            (Wanted(endpoint="gateway-3"), 1),
            (Wanted(code="unknown_transaction"), 2),
            (Wanted(kind=COMPLETED), 2),
            (Wanted(kind="workcompleted"), 2),
            (Wanted(kind="Completed"), 0),
            (Wanted(text="nobody HAS reported"), 2),
            (Wanted(text="00000002-0000"), 1),
            (Wanted(text="100%"), 0),
            (Wanted(since=NOON + timedelta(minutes=1)), 3),
            (Wanted(until=NOON + timedelta(minutes=1)), 2),
            (Wanted(since=NOON, until=NOON), 0),
            (Wanted(state="kept"), 1),
            (Wanted(state="kept", kind=KEPT), 1),
            (Wanted(state="kept", kind=COMPLETED), 0),
            (Wanted(state="done"), 2),
            (Wanted(state="done", endpoint=AOI), 0),
            (Wanted(state="doubted"), 1),
            (Wanted(state="repeated"), 0),
            (Wanted(state="dismissed"), 0),
        ],
    )
    def test_what_is_asked_for(self, told: Factory, wanted: Wanted, count: int) -> None:
        assert len(ids(wanted)) == count

    def test_a_state_there_is_not(self, db: None) -> None:
        with pytest.raises(Invalid):
            desk(AUDITOR, Wanted(state="lost"))

    def test_pages_are_the_whole(self, told: Factory) -> None:
        found: list[int] = []
        before = None
        while page := desk(AUDITOR, Wanted(), limit=2, before=before):
            found += [line.id for line in page]
            before = page[-1].id
        assert found == ids(Wanted())

    def test_counted(self, told: Factory) -> None:
        there = on_desk(AUDITOR)
        assert (there.waiting, there.rejected, there.failed, there.done, there.kept) == (2, 3, 0, 2, 1)
        assert there.attention == attention(AUDITOR) == 5
        assert {one.value: one.count for one in there.endpoints} == {PLACER: 2, AOI: 2, "gateway-3": 1}
        assert {one.value: one.count for one in there.codes}["unknown_transaction"] == 2
        assert [(one.value, one.count) for one in kept_kinds(AUDITOR)] == [(KEPT, 1)]
        of_aoi = open_by_endpoint(AUDITOR, AOI)
        assert (of_aoi[AOI].waiting, of_aoi[AOI].rejected) == (1, 1)
        assert of_aoi == {AOI: open_by_endpoint(AUDITOR)[AOI]}

    def test_who_may_not_look_sees_nothing(self, told: Factory) -> None:
        asks: list[Callable[[], object]] = [
            lambda: desk(NOBODY, Wanted()),
            lambda: on_desk(NOBODY),
            lambda: attention(NOBODY),
            lambda: open_by_endpoint(NOBODY),
            lambda: count_wanted(NOBODY, Wanted()),
            lambda: dispositions(NOBODY, 1),
            lambda: replays(NOBODY),
            lambda: replay_card(NOBODY, 1),
        ]
        for ask in asks:
            with pytest.raises(Forbidden):
                ask()


class TestReplay:
    def test_all_that_are_wanted_in_their_order_with_a_result_each(self, factory: Factory) -> None:
        waiting = [
            factory.tell(INSTALLED, installed(number, placed(f"P{number}", 1, "R1", "C1")))
            for number in (1, 2)
        ]
        broken = factory.tell("Nothing", {})
        unreadable = factory.line(factory.deliver(b"no message")[0])
        assert count_wanted(AUDITOR, Wanted()) == (4, unreadable.id)
        number = replay(AUDITOR, wanted=Wanted())
        card = replay_card(AUDITOR, number)
        assert [line.message for line in card.messages] == [
            *(line.id for line in waiting),
            broken.id,
            unreadable.id,
        ]
        assert card.now == {"received": 3}
        assert (card.refused, card.messages[-1].refused) == (1, "nothing_to_retry")
        factory.interpret()
        card = replay_card(AUDITOR, number)
        assert card.now == {"waiting": 2, "rejected": 1}
        assert [(line.was, line.state) for line in card.messages][-2:] == [("rejected", "rejected")] * 2
        assert Message.objects.get(pk=broken.id).attempts == 2

    def test_it_leaves_one_audit_line(self, told: Factory) -> None:
        number = replay(AUDITOR, wanted=Wanted(code="unknown_transaction", endpoint=AOI))
        line = AuditLine.objects.get(verb="replay_messages")
        assert line.subject == f"replay:{number}"
        assert json.loads(line.details) == {
            "messages": 1,
            "refused": 0,
            "wanted": {"code": "unknown_transaction", "endpoint": AOI},
        }
        assert not AuditLine.objects.filter(verb="retry_message").exists()
        assert [one.id for one in replays(AUDITOR)] == [number]

    def test_what_came_in_after_the_preview_is_no_part_of_it(self, factory: Factory) -> None:
        factory.complete(1)
        count, newest = count_wanted(AUDITOR, Wanted())
        later = factory.complete(2)
        card = replay_card(AUDITOR, replay(AUDITOR, wanted=Wanted(up_to=newest)))
        assert len(card.messages) == count
        assert factory.line(Message.objects.get(pk=later.id)).state == "waiting"

    def test_of_two_with_one_identity_one_is_taken_up(self, factory: Factory) -> None:
        twins = [factory.tell("Nothing", {"n": n}, UniqueID="same") for n in (1, 2)]
        assert [line.state for line in twins] == ["rejected", "rejected"]
        card = replay_card(AUDITOR, replay(AUDITOR, wanted=Wanted()))
        assert [line.refused for line in card.messages] == ["", "sent_again_meanwhile"]

    def test_nothing_is_wanted(self, told: Factory) -> None:
        with pytest.raises(Conflict):
            replay(AUDITOR, wanted=Wanted(code="no_such"))
        assert not AuditLine.objects.filter(verb="replay_messages").exists()

    @pytest.mark.parametrize("state", ["done", "kept", "received", "repeated", "doubted"])
    def test_what_is_no_matter_of_the_desk_is_refused(self, told: Factory, state: str) -> None:
        for ask in (
            lambda: replay(AUDITOR, wanted=Wanted(state=state)),
            lambda: dismiss_all(AUDITOR, wanted=Wanted(state=state), why="x"),
            lambda: count_wanted(AUDITOR, Wanted(state=state)),
        ):
            with pytest.raises(Invalid):
                ask()

    def test_too_many_for_one_go(self, told: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("padstone.ingest.commands.MOST_AT_ONCE", 4)
        with pytest.raises(Invalid, match="More than 4"):
            replay(AUDITOR, wanted=Wanted())
        monkeypatch.setattr("padstone.ingest.commands.MOST_AT_ONCE", 5)
        replay(AUDITOR, wanted=Wanted())

    def test_it_takes_the_right(self, told: Factory) -> None:
        with pytest.raises(Forbidden):
            replay(READER, wanted=Wanted())

    def test_the_statements_do_not_grow_with_the_messages(self, factory: Factory) -> None:
        def cost(messages: int) -> int:
            for _ in range(messages):
                factory.tell("Nothing", {})
            with CaptureQueriesContext(connection) as statements:
                replay(AUDITOR, wanted=Wanted())
            factory.interpret()
            return len(statements)

        cost(1)  # the first makes what is made once
        assert cost(3) == cost(20)


class TestDismissing:
    def test_it_stays_in_its_state_and_leaves_the_desk(self, told: Factory) -> None:
        newest = ids(Wanted(state="waiting"))[0]
        dismiss(AUDITOR, message_id=newest, why=" The machine is gone. ")
        assert newest not in ids(Wanted())
        assert newest not in ids(Wanted(state="waiting"))
        assert ids(Wanted(state="dismissed")) == [newest]
        line = told.line(Message.objects.get(pk=newest))
        assert (line.state, line.dismissed) == ("waiting", True)
        (one,) = dispositions(AUDITOR, newest)
        assert (one.by, one.reason, one.state, one.code) == (
            "auditor",
            "The machine is gone.",
            "waiting",
            "unknown_transaction",
        )
        assert AuditLine.objects.get(verb="dismiss_message").subject == f"message:{newest}"
        assert on_desk(AUDITOR).waiting == 1

    def test_all_that_are_wanted(self, told: Factory) -> None:
        assert dismiss_all(AUDITOR, wanted=Wanted(state="rejected"), why="Tests.") == 3
        assert on_desk(AUDITOR).rejected == 0
        assert Disposition.objects.count() == 3
        assert AuditLine.objects.filter(verb="dismiss_message").count() == 1
        with pytest.raises(Conflict):
            dismiss_all(AUDITOR, wanted=Wanted(state="dismissed"), why="Again.")

    @pytest.mark.parametrize("why", ["", "   ", "x" * 1001])
    def test_a_reason_is_wanted(self, told: Factory, why: str) -> None:
        with pytest.raises(Invalid):
            dismiss(AUDITOR, message_id=ids(Wanted())[0], why=why)
        with pytest.raises(Invalid):
            dismiss_all(AUDITOR, wanted=Wanted(), why=why)
        assert attention(AUDITOR) == 5

    def test_a_person_answers_for_it(self, told: Factory) -> None:
        for actor in (HOUSE_JOB, READER):
            with pytest.raises(Forbidden):
                dismiss(actor, message_id=ids(Wanted())[0], why="x")

    def test_what_is_not_on_the_desk(self, told: Factory) -> None:
        done = ids(Wanted(state="done"))[0]
        with pytest.raises(Conflict):
            dismiss(AUDITOR, message_id=done, why="x")
        newest = ids(Wanted())[0]
        dismiss(AUDITOR, message_id=newest, why="x")
        with pytest.raises(Conflict):
            dismiss(AUDITOR, message_id=newest, why="x")
        with pytest.raises(NotFound):
            dismiss(AUDITOR, message_id=999, why="x")

    def test_a_dismissed_one_that_is_woken_and_fails_again_is_news(self, factory: Factory) -> None:
        waits = factory.tell(INSTALLED, installed(1, placed("P1", 1, "R1", "C1")))
        dismiss(AUDITOR, message_id=waits.id, why="Never mind.")
        factory.start(1, "P1")  # now it waits for the package
        line = factory.line(Message.objects.get(pk=waits.id))
        assert (line.state, line.code, line.dismissed) == ("waiting", "unknown_package", False)
        assert waits.id in ids(Wanted())

    def test_a_dismissed_one_that_is_woken_and_comes_onto_the_books(self, factory: Factory) -> None:
        waits = factory.complete(1)
        dismiss(AUDITOR, message_id=waits.id, why="Never mind.")
        factory.start(1, "P1")
        assert factory.line(Message.objects.get(pk=waits.id)).state == "done"
        assert ids(Wanted(state="dismissed")) == []

    def test_a_dismissed_one_can_be_retried(self, factory: Factory) -> None:
        line = factory.tell("Nothing", {})
        dismiss(AUDITOR, message_id=line.id, why="Never mind.")
        retry(AUDITOR, message_id=line.id)
        factory.interpret()
        assert ids(Wanted()) == [line.id]
        assert len(dispositions(AUDITOR, line.id)) == 1


def plans(statements: CaptureQueriesContext) -> Iterator[str]:
    """How the database goes about each of the statements that read messages."""
    for statement in list(statements):
        if "ingest_message" in statement["sql"] and statement["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {statement['sql']}")
                yield "; ".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by what is in the tables")
class TestWhatItCosts:
    @pytest.mark.parametrize(
        "wanted",
        [
            Wanted(),
            Wanted(state="waiting"),
            Wanted(endpoint=AOI),
            Wanted(code="x", kind="y"),
            Wanted(text="z"),
            Wanted(state="dismissed"),
            Wanted(state="repeated"),
            Wanted(state="kept", kind=KEPT),
            Wanted(state="done", endpoint=AOI),
        ],
        ids=str,
    )
    def test_no_list_reads_through_the_archive(self, told: Factory, wanted: Wanted) -> None:
        with CaptureQueriesContext(connection) as statements:
            desk(AUDITOR, wanted)
        found = list(plans(statements))
        assert [plan for plan in found if "SCAN ingest_message" in plan] == []
        if wanted.state not in {"kept", "done"}:  # those hold what is on the books as well
            assert [plan for plan in found if "message_of_source " in plan] == []
            assert [plan for plan in found if "message_off_books" in plan and "ORDER BY" in plan] == []

    def test_no_count_reads_through_the_archive(self, told: Factory) -> None:
        with CaptureQueriesContext(connection) as statements:
            on_desk(AUDITOR)
            attention(AUDITOR)
            open_by_endpoint(AUDITOR, AOI)
            count_wanted(AUDITOR, Wanted(text="x"))
        narrow = ("message_on_desk", "message_of_source_on_desk", "message_to_interpret")
        read = [plan for plan in plans(statements) if "SCAN ingest_message" in plan]
        assert [plan for plan in read if not any(index in plan for index in narrow)] == []

    def test_statements(self, told: Factory, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(4):
            on_desk(AUDITOR)
        with django_assert_num_queries(5):
            desk(AUDITOR, Wanted())
        with django_assert_num_queries(1):
            attention(AUDITOR)
        with django_assert_num_queries(1):
            count_wanted(AUDITOR, Wanted(endpoint=AOI))


WHAT = st.sampled_from(["complete", "nothing", "unreadable", "start", "replay", "dismiss", "interpret"])


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@given(acts=st.lists(st.tuples(WHAT, st.integers(1, 3)), max_size=14))
def test_whatever_is_done_nothing_is_lost_and_every_number_adds_up(acts: list[tuple[str, int]]) -> None:
    """The desk's counts are those of the messages, and its lists hold each of them once."""
    from django.db import transaction  # noqa: PLC0415 - undone after each example

    point = transaction.savepoint()
    try:
        factory = Factory()
        for act, number in acts:
            _do(factory, act, number)
        factory.interpret()
        there = on_desk(AUDITOR)
        states = list(Message.objects.values_list("state", "dismissed"))
        for state in ("waiting", "rejected", "failed"):
            assert getattr(there, state) == states.count((state, False))
        assert there.attention == attention(AUDITOR) == len(desk(AUDITOR, Wanted(), limit=1000))
        dismissed = [one for one in states if one[1] and one[0] != "done"]
        assert len(desk(AUDITOR, Wanted(state="dismissed"), limit=1000)) == len(dismissed)
        assert there.done == sum(state == "done" for state, _ in states)
        assert sum(one.count for one in there.codes) == there.attention
        told = Replayed.objects.values_list("replay", "message")
        assert len(told) == len(set(told))
    finally:
        transaction.savepoint_rollback(point)


def _do(factory: Factory, act: str, number: int) -> None:
    match act:
        case "complete":
            factory.deliver(factory.envelope(COMPLETED, completed(number)))
        case "nothing":
            factory.deliver(factory.envelope("Nothing", {"n": number}))
        case "unreadable":
            factory.deliver(b"no message %d" % number)
        case "start":
            factory.start(number, f"P{number}")
        case "interpret":
            factory.interpret()
        case "replay" if count_wanted(AUDITOR, Wanted())[0]:
            replay(AUDITOR, wanted=Wanted())
        case "dismiss" if count_wanted(AUDITOR, Wanted())[0]:
            dismiss_all(AUDITOR, wanted=Wanted(), why=f"Because of {number}.")
