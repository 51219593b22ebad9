"""Requests by rhea to Padstone, and by Padstone to rhea: what goes out, read by somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.amqp.store import Store
from tests.adapters.rhea import rhea

if TYPE_CHECKING:
    from padstone.adapters.amqp.listener import Listener

OURS = "Padstone.Padstone.1"
MACHINE = "Vendor.Model.1"
DATA_SECTION = 0x75


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def listener(store: Store, require_service: Callable[[str], str]) -> Iterator[Listener]:
    require_service("proton")
    require_service("node")
    from padstone.adapters.amqp.listener import Doorkeeping, Listener  # noqa: PLC0415 (where Proton is absent the test skips)
    from padstone.ingest.requests import Desk  # noqa: PLC0415 - after Django is set up

    listener = Listener(
        host="127.0.0.1",
        port=0,
        accept=store.accept,
        refused=store.refuse,
        doorkeeping=Doorkeeping(anonymous=True),
        answerer=Desk(OURS),
    )
    listener.start()
    yield listener
    listener.stop()


def request(name: str, number: int, body: dict[str, Any], target: str = OURS) -> bytes:
    head = {
        "MessageName": name,
        "Version": "2.1",
        "TimeStamp": "2026-05-04T12:00:00Z",
        "UniqueID": f"u-{number}",
        "Source": MACHINE,
        "Target": target,
        "RequestID": f"r-{number}",
    }
    return json.dumps(head | {"MessageBody": body}).encode()


def test_rhea_asks_and_is_answered_as_the_standard_says(listener: Listener, store: Store) -> None:
    asked = [
        request("CFX.AreYouThereRequest", 1, {"CFXHandle": OURS}),
        request("CFX.WhoIsThereRequest", 2, {"SupportedTopicQueryType": "All"}),
        request("CFX.GetEndpointInformationRequest", 3, {"CFXHandle": OURS}),
        request("CFX.Production.ValidateUnitsRequest", 4, {"PrimaryIdentifier": "P1"}),
    ]
    said = rhea.run("request.js", str(listener.port), "cfx", said=b"\n".join(asked))
    answers = [json.loads(line) for line in said.splitlines()]
    names = [answer["body"]["MessageName"] for answer in answers]
    assert names == [
        "CFX.AreYouThereResponse",
        "CFX.WhoIsThereResponse",
        "CFX.GetEndpointInformationResponse",
        "CFX.NotSupportedResponse",
    ]
    for number, answer in enumerate(answers, start=1):
        envelope, properties = answer["body"], answer["properties"]
        assert answer["section"] == DATA_SECTION
        assert (envelope["Source"], envelope["Target"]) == (OURS, MACHINE)
        assert envelope["RequestID"] == properties["correlation_id"] == f"r-{number}"
        assert properties["message_id"] == envelope["UniqueID"]
        assert properties["reply_to"] == OURS
        assert properties["to"] == MACHINE
        assert properties["subject"] == f"{OURS}.{envelope['MessageName']}"
        assert properties["content_type"] == 'application/json; charset="utf-8"'
        assert properties["application_properties"] == {
            "cfx-topic": "CFX",
            "cfx-message": envelope["MessageName"],
            "cfx-handle": OURS,
            "cfx-target": MACHINE,
        }
    assert answers[2]["body"]["MessageBody"]["EndpointInformation"]["CFXHandle"] == OURS
    assert store.bodies == asked  # what was asked is evidence too


def test_rhea_is_asked_and_answers(listener: Listener, store: Store) -> None:
    ask = request("CFX.AreYouThereRequest", 7, {"CFXHandle": MACHINE}, target=MACHINE)
    with rhea.running("answer.js", str(listener.port), MACHINE) as ready:
        assert ready == "ready"
        answer = json.loads(listener.request(ask, 60))
    assert (answer["MessageName"], answer["RequestID"]) == ("CFX.AreYouThereResponse", "r-7")
    assert answer["MessageBody"]["CFXHandle"] == MACHINE
    assert len(store.bodies) == 1


def test_who_is_not_connected_cannot_be_asked(listener: Listener) -> None:
    from padstone.adapters.amqp.clerk import NotReachable  # noqa: PLC0415

    with pytest.raises(NotReachable, match=MACHINE):
        listener.request(request("CFX.AreYouThereRequest", 8, {}, target=MACHINE), 60)
