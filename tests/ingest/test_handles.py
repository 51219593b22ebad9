"""A machine speaks for itself alone."""

from __future__ import annotations

import gzip
import json

import pytest

from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import accept, stored_bytes, text_of
from padstone.ingest.interpret import Interpreter, retry
from padstone.ingest.models import Batch, Message, State
from padstone.kernel import clock
from padstone.kernel.errors import Conflict
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

MINE, THEIRS = "Vendor.Model.1", "Vendor.Model.2"


def envelope(source: str | None, number: int = 1) -> bytes:
    told = {"MessageName": "CFX.Heartbeat", "UniqueID": str(number), "MessageBody": {}}
    return json.dumps(told | ({"Source": source} if source is not None else {})).encode()


def deliver(*bodies: bytes, handle: str = MINE, sender: str = "whoever", encoding: str = "") -> None:
    accept([Delivery("http", sender, body, encoding, None, clock.now(), handle) for body in bodies])


def test_what_claims_to_be_anothers_is_kept_and_rejected_and_never_interpreted() -> None:
    deliver(body := envelope(THEIRS))
    Interpreter().all()
    message = Message.objects.get()
    assert (message.state, message.code) == (State.REJECTED, "speaks_for_another")
    assert THEIRS in message.reason
    assert MINE in message.reason
    assert (message.source, message.batch.sender) == (THEIRS, MINE)
    assert stored_bytes(message.batch) == body
    assert text_of(message) == body
    assert message.journal_no is None


def test_it_cannot_be_taken_up_again() -> None:
    deliver(envelope(THEIRS))
    with pytest.raises(Conflict) as refused:
        retry(AUDITOR, message_id=Message.objects.get().pk)
    assert refused.value.code == "speaks_for_another"
    assert Message.objects.get().state == State.REJECTED


def test_it_does_not_take_the_place_of_the_true_one() -> None:
    deliver(envelope(THEIRS))
    deliver(envelope(THEIRS), handle=THEIRS)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["rejected", "received"]


def test_without_a_source_it_is_the_machines_own() -> None:
    deliver(envelope(None), envelope("", 2), envelope(MINE, 3))
    assert set(Message.objects.values_list("source", "state")) == {(MINE, "received")}


def test_nearly_the_same_handle_is_another() -> None:
    deliver(envelope(MINE.lower()), envelope(f"{MINE} ", 2))
    assert set(Message.objects.values_list("state", flat=True)) == {"rejected"}


def test_in_one_delivery_each_is_judged_by_itself() -> None:
    both = b"[" + envelope(MINE, 1) + b"," + envelope(THEIRS, 2) + b"]"
    deliver(gzip.compress(both), encoding="gzip")
    assert list(Message.objects.order_by("pk").values_list("source", "state")) == [
        (MINE, "received"),
        (THEIRS, "rejected"),
    ]


def test_who_had_to_prove_nothing_is_believed() -> None:
    deliver(envelope(THEIRS), handle="", sender="a file")
    assert Message.objects.get().state == State.RECEIVED
    assert Batch.objects.get().sender == "a file"
