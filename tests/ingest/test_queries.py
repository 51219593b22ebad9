"""What people are shown of the inbox."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from padstone.ingest.inbox import refuse
from padstone.ingest.models import State
from padstone.ingest.queries import MessageLine, bytes_of, counts, exceptions, message
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, NotFound
from tests.ingest.factory import AOI, AUDITOR, HEARTBEAT, PLACER, Factory

NOBODY = Actor(ActorKind.PERSON, "visitor", frozenset())


@pytest.fixture
def told(factory: Factory) -> Factory:
    """One message in each state that there is, in this order."""
    factory.tell(HEARTBEAT, {}, Source=AOI)  # in doubt: a machine that nobody has assigned
    factory.tell(HEARTBEAT, {}, Source=AOI)
    factory.complete(1, Source=AOI)
    factory.tell("Nothing", {}, Source=AOI)
    factory.deliver(b"no message")
    return factory


def test_what_needs_a_person_comes_newest_first(told: Factory) -> None:
    lines = exceptions(AUDITOR)
    assert [line.state for line in lines] == ["rejected", "rejected", "waiting", "done"]
    assert [line.id for line in lines] == sorted((line.id for line in lines), reverse=True)
    assert [flag.code for flag in lines[-1].flags] == ["endpoint_registered"]


def test_one_state_alone(told: Factory) -> None:
    assert [line.code for line in exceptions(AUDITOR, state="rejected")] == [
        "not_an_envelope",
        "unknown_message",
    ]
    assert len(exceptions(AUDITOR, state="done")) == 2
    assert exceptions(AUDITOR, state="failed") == ()


def test_pages(told: Factory) -> None:
    whole = exceptions(AUDITOR)
    pages: list[MessageLine] = []
    before = None
    while page := exceptions(AUDITOR, limit=1, before=before):
        pages += page
        before = page[-1].id
    assert tuple(pages) == whole


def test_a_doubt_that_was_settled_needs_nobody(factory: Factory) -> None:
    factory.tell(HEARTBEAT, {}, Source=AOI)
    at = "2026-05-04T12:0{}:00Z"
    factory.start(1, "P1", TimeStamp=at.format(0), door="file")
    doubted = factory.start(2, "P1", TimeStamp=at.format(2), Source=AOI, door="file")
    assert doubted.id in {line.id for line in exceptions(AUDITOR)}
    factory.complete(1, TimeStamp=at.format(1), door="file")
    assert doubted.id not in {line.id for line in exceptions(AUDITOR)}


def test_counts(told: Factory) -> None:
    assert counts(AUDITOR) == {
        "received": 0,
        "done": 2,
        "waiting": 1,
        "rejected": 2,
        "failed": 0,
        "repeated": 0,
    }


def test_the_number_of_statements_does_not_grow_with_the_messages(
    told: Factory, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        told.start(number, f"P{number}", TimeStamp=None)
        told.tell("Nothing", {})
    with django_assert_max_num_queries(6):
        assert len(exceptions(AUDITOR, limit=50)) == 50
    with django_assert_max_num_queries(2):
        counts(AUDITOR)
    newest = exceptions(AUDITOR)[0].id
    with django_assert_max_num_queries(2):
        message(AUDITOR, newest)


def test_one_message(factory: Factory) -> None:
    raw = factory.envelope(HEARTBEAT, {"CFXHandle": PLACER})
    (row,) = factory.deliver(raw, door="amqp", sender="container-7")
    factory.interpret()
    line = message(AUDITOR, row.pk)
    assert (line.door, line.sender, line.source, line.name) == ("amqp", "container-7", PLACER, HEARTBEAT)
    assert (line.state, line.size_bytes, line.journal_no, line.attempts) == ("done", len(raw), 1, 1)
    assert bytes_of(AUDITOR, row.pk) == raw


def test_what_a_door_turned_away_is_seen(db: None) -> None:
    refuse("amqp", "SMT\x00PLACER", "A body of 700 MB was not taken.\x00")
    (line,) = exceptions(AUDITOR)
    assert (line.state, line.code) == (State.REJECTED, "refused_at_the_door")
    assert "700 MB" in line.reason


def test_who_may_not_look_sees_nothing(told: Factory) -> None:
    line = exceptions(AUDITOR)[0]
    for ask in (
        lambda: exceptions(NOBODY),
        lambda: counts(NOBODY),
        lambda: message(NOBODY, line.id),
        lambda: bytes_of(NOBODY, line.id),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_a_number_there_is_not(db: None) -> None:
    with pytest.raises(NotFound):
        message(AUDITOR, 1)
    with pytest.raises(NotFound):
        bytes_of(AUDITOR, 1)
