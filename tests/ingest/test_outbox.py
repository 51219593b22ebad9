"""Requests to machines: written with their reason, sent until answered, and never after."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from padstone.features.sites.commands import assign_station
from padstone.ingest.delivery import Unreachable
from padstone.ingest.models import OutgoingRequest
from padstone.ingest.outbox import (
    RequestLine,
    lock_station,
    request_line,
    requests_to,
    send_request,
    unlock_station,
)
from padstone.ingest.sending import Claimed, claim_due, send
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden, Invalid, NotFound
from padstone.platform.audit.models import AuditLine
from tests.ingest.factory import AUDITOR, NOON

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

MACHINE, OTHER = "Vendor.Model.1", "Vendor.Model.2"
LOCK_RESPONSE = "CFX.Production.LockStationResponse"
OK = {"Result": {"Result": "Success", "ResultCode": 0, "Message": "OK"}}


@pytest.fixture
def machine(factory: Factory) -> Factory:
    for handle in (MACHINE, OTHER):
        assign_station(AUDITOR, handle=handle, name=handle, kind="placer", line="L1")
    return factory


def lock(handle: str = MACHINE) -> int:
    return lock_station(AUDITOR, handle=handle, why="Solder balls on every board.")


def line(number: int) -> RequestLine:
    return request_line(AUDITOR, number)


def answers(factory: Factory, number: int, body: Any = OK, **head: Any) -> None:
    """The machine's answer is stored, as a door does it."""
    row = OutgoingRequest.objects.get(pk=number)
    told = {"Source": row.target, "Target": "Padstone.Padstone.1", "RequestID": row.request_id} | head
    name = told.pop("name", row.name.replace("Request", "Response"))
    factory.deliver(factory.envelope(name, body, **told), sender=str(told["Source"]))


def answered_by(factory: Factory) -> Callable[[bytes, float], bytes]:
    def carry(envelope: bytes, timeout_s: float) -> bytes:
        number = OutgoingRequest.objects.get(request_id=json.loads(envelope)["RequestID"]).pk
        answers(factory, number)
        return b"{}"

    return carry


def silent(envelope: bytes, timeout_s: float) -> bytes:
    raise TimeoutError


def away(envelope: bytes, timeout_s: float) -> bytes:
    raise Unreachable("it has no link for requests here")


def broken(envelope: bytes, timeout_s: float) -> bytes:
    raise AssertionError("it is not to be sent")


def turn(*carriers: Callable[[bytes, float], bytes]) -> list[Claimed]:
    claimed = claim_due()
    for one in claimed:
        send(one, carriers)
    return claimed


def test_it_is_sent_and_answered(machine: Factory) -> None:
    number = lock()
    (claimed,) = turn(answered_by(machine))
    sent = json.loads(claimed.envelope)
    assert (sent["MessageName"], sent["Target"]) == ("CFX.Production.LockStationRequest", MACHINE)
    assert sent["MessageBody"]["Requestor"]["LoginName"] == "auditor"
    found = line(number)
    assert (found.state, found.outcome, found.attempts) == ("answered", "Success", 1)
    assert found.answer is not None
    assert found.ended_at is not None
    assert turn(broken) == []


def test_who_wants_it_and_why_is_on_record(machine: Factory) -> None:
    lock()
    audit = AuditLine.objects.get(verb="lock_station")
    assert (audit.actor, audit.subject, audit.why) == (
        "auditor",
        f"endpoint:{MACHINE}",
        "Solder balls on every board.",
    )


def test_it_belongs_to_the_callers_transaction(machine: Factory) -> None:
    with transaction.atomic():
        lock_station.within(AUDITOR, handle=MACHINE, why="A rule.")
        transaction.set_rollback(True)
    assert not OutgoingRequest.objects.exists()


@pytest.mark.parametrize(
    ("body", "name", "state"),
    [
        ({"Result": {"Result": "Failed", "Message": "A board is inside."}}, LOCK_RESPONSE, "refused"),
        ({"Result": {"Result": "Warning"}}, LOCK_RESPONSE, "answered"),
        ({"RequestResult": {"Result": "Failed"}}, "CFX.NotSupportedResponse", "refused"),
        ({"Result": 7}, LOCK_RESPONSE, "answered"),
        ({}, "CFX.Production.UnlockStationResponse", "queued"),
    ],
)
def test_what_the_machine_said_decides(machine: Factory, body: Any, name: str, state: str) -> None:
    number = lock()
    answers(machine, number, body, name=name)
    assert line(number).state == state


def test_a_machine_that_says_nothing_is_asked_again_and_given_up(machine: Factory) -> None:
    with clock.clock_at(NOON):
        number = lock()
    envelopes, at = [], NOON
    while line(number).state in {"queued", "sent"}:
        with clock.clock_at(at):
            envelopes += [one.envelope for one in turn(silent)]
        at += timedelta(seconds=1)
    found = line(number)
    assert (found.state, found.reason) == ("timed_out", "It did not answer within 10 s.")
    assert found.attempts == len(envelopes) > 3
    assert len(set(envelopes)) == 1  # the same message, UniqueID and all
    pauses = found.attempts
    assert pauses < 12  # longer and longer pauses


def test_who_is_not_there_is_unreachable(machine: Factory) -> None:
    with clock.clock_at(NOON):
        number = lock()
        turn(away)
        assert (line(number).state, line(number).reason) == ("queued", "it has no link for requests here.")
        turn(away, answered_by(machine))  # another way leads there
        assert line(number).state == "answered"
        second = lock()
        turn(away)
    with clock.clock_at(NOON + timedelta(minutes=5)):
        assert turn(broken) == []
    assert line(second).state == "unreachable"


def test_after_a_crash_it_is_sent_once_more_and_not_after_an_answer(machine: Factory) -> None:
    with clock.clock_at(NOON):
        first, second = lock(), lock(OTHER)
        before = claim_due()  # and the process dies, having sent them or not
        assert len(before) == 2
        assert claim_due() == []
    answers(machine, first)
    with clock.clock_at(NOON + timedelta(seconds=30)):
        (again,) = claim_due()
    assert again.id == second
    assert again.envelope == before[1].envelope
    assert line(first).state == "answered"


def test_the_sender_does_not_undo_an_answer(machine: Factory) -> None:
    number = lock()
    (claimed,) = claim_due()

    def late(envelope: bytes, timeout_s: float) -> bytes:
        answers(machine, number)
        raise TimeoutError

    send(claimed, [late])
    assert line(number).state == "answered"


def test_an_answer_that_comes_twice_or_from_another_changes_nothing(machine: Factory) -> None:
    number = lock()
    answers(machine, number, Source=OTHER)
    assert line(number).state == "queued"
    answers(machine, number)
    first = line(number)
    answers(machine, number, {"Result": {"Result": "Failed"}})
    assert line(number) == first


def test_a_late_answer_is_noted_as_such(machine: Factory) -> None:
    with clock.clock_at(NOON):
        number = lock()
        turn(silent)
    with clock.clock_at(NOON + timedelta(minutes=5)):
        turn(broken)
        assert line(number).state == "timed_out"
        answers(machine, number)
    assert line(number).state == "answered"
    assert line(number).reason.startswith("It came late")


def test_to_one_machine_they_go_in_their_order(machine: Factory) -> None:
    first = lock()
    second = unlock_station(AUDITOR, handle=MACHINE, why="They are gone.")
    third = lock(OTHER)
    assert [one.id for one in claim_due()] == [first, third]
    assert claim_due() == []
    answers(machine, first)
    assert [one.id for one in claim_due()] == [second]


def test_what_nobody_may_ask_or_nobody_can_answer_is_refused(machine: Factory) -> None:
    asker = Actor(ActorKind.PERSON, "ada", frozenset({"send_request", "view_factory"}))
    with pytest.raises(Forbidden):
        send_request(asker, handle=MACHINE, name="LockStation", why="No right.")
    with pytest.raises(Forbidden):
        lock_station(asker, handle=MACHINE, why="No right.")
    with pytest.raises(Invalid, match="Say why"):
        lock_station(AUDITOR, handle=MACHINE, why=" ")
    with pytest.raises(NotFound):
        lock("Nobody.At.All")
    for name, body in (("WorkStarted", b"{}"), ("NoSuch", b"{}"), ("ActivateRecipe", b"[]")):
        with pytest.raises(Invalid):
            send_request(AUDITOR, handle=MACHINE, name=name, body=body)
    assert not OutgoingRequest.objects.exists()


def test_any_request_may_be_asked_by_its_last_part(machine: Factory) -> None:
    send_request(asker_of_all(), handle=MACHINE, name="ActivateRecipe", body=b'{"RecipeName": "R1"}')
    (found,) = requests_to(AUDITOR, MACHINE)
    assert found.name == "CFX.Production.ActivateRecipeRequest"
    envelope = json.loads(bytes(OutgoingRequest.objects.get().envelope))
    assert envelope["MessageBody"] == {"RecipeName": "R1"}


def asker_of_all() -> Actor:
    return Actor(ActorKind.PERSON, "ada", frozenset({"send_request"}))
