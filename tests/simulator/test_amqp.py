"""The simulator's machines against the listener itself: nothing else proves as well that both keep the
bargain.
"""

from __future__ import annotations

import gzip
import json
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from padstone.ingest.delivery import Delivery

if TYPE_CHECKING:
    from padstone.adapters.amqp.listener import Listener
    from padstone.simulator.amqp import AmqpSender

HANDLE = "Vendor.Model.1"


def envelope(number: int, **fields: Any) -> bytes:
    head = {
        "MessageName": "CFX.Production.WorkStarted",
        "Version": "2.1",
        "TimeStamp": "2018-03-26T16:52:25.3769532-04:00",
        "UniqueID": str(uuid.UUID(int=number)),
        "Source": HANDLE,
    }
    return json.dumps(head | fields | {"MessageBody": {"number": number}}).encode()


@pytest.fixture(autouse=True)
def proton(require_service: Callable[[str], str]) -> None:
    require_service("proton")


@pytest.fixture
def kept() -> list[Delivery]:
    return []


@pytest.fixture
def listen(kept: list[Delivery]) -> Iterator[Callable[..., Listener]]:
    from padstone.adapters.amqp.listener import Doorkeeping, Limits, Listener  # noqa: PLC0415 (where Proton is absent the test skips)

    with ExitStack() as ends:

        def start(*, port: int = 0, **limits: Any) -> Listener:
            listener = Listener(
                host="127.0.0.1",
                port=port,
                accept=kept.extend,
                refused=lambda sender, reason: None,
                limits=Limits(**limits),
                doorkeeping=Doorkeeping(anonymous=True),
            )
            listener.start()
            ends.callback(listener.stop)
            return listener

        yield start


@pytest.fixture
def send_to() -> Iterator[Callable[..., AmqpSender]]:
    from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def connect(port: int, **settings: Any) -> AmqpSender:
            sender = AmqpSender(f"amqp://127.0.0.1:{port}/cfx", **settings)
            ends.callback(sender.abandon)
            return sender

        yield connect


def message(text: bytes, *, compress: bool = False) -> Any:
    from proton import Message  # noqa: PLC0415 (where Proton is absent the test skips)

    from padstone.simulator import amqp  # noqa: PLC0415 (as above)

    decoded = Message()
    decoded.decode(amqp._message(HANDLE, text, compress=compress)[1])
    return decoded


def test_the_properties_are_those_of_the_standard() -> None:
    sent = message(envelope(7, Target="Factory", RequestID="request-1"))
    assert sent.inferred  # a Data section, no AmqpValue
    assert sent.body == envelope(7, Target="Factory", RequestID="request-1")
    assert sent.durable
    assert sent.id == str(uuid.UUID(int=7))
    assert sent.address == "Factory"
    assert sent.reply_to == HANDLE
    assert sent.correlation_id == "request-1"
    assert sent.subject == f"{HANDLE}.CFX.Production.WorkStarted"
    assert sent.content_type == 'application/json; charset="utf-8"'
    assert sent.creation_time == datetime(2018, 3, 26, 20, 52, 25, 376_000, tzinfo=UTC).timestamp()
    assert sent.properties == {
        "cfx-topic": "CFX.Production",
        "cfx-message": "CFX.Production.WorkStarted",
        "cfx-handle": HANDLE,
        "cfx-target": "Factory",
    }


def test_compressed_it_says_so() -> None:
    sent = message(envelope(7), compress=True)
    assert sent.content_encoding == "gzip"
    assert gzip.decompress(sent.body) == envelope(7)


def test_what_is_no_envelope_goes_all_the_same(
    listen: Callable[..., Listener], send_to: Callable[..., AmqpSender], kept: list[Delivery]
) -> None:
    sender = send_to(listen().port)
    sender.send(HANDLE, [b"{broken", envelope(1, TimeStamp="yesterday")])
    sender.close()
    assert [(d.sender, d.body) for d in kept] == [
        (HANDLE, b"{broken"),
        (HANDLE, envelope(1, TimeStamp="yesterday")),
    ]


def test_it_waits_for_a_listener_and_comes_again(
    listen: Callable[..., Listener], send_to: Callable[..., AmqpSender], kept: list[Delivery]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    sender = send_to(port)
    sender.send(HANDLE, [envelope(number) for number in range(10)])
    first = listen(port=port)
    sender.flush()
    first.stop()
    sender.send(HANDLE, [envelope(number) for number in range(10, 20)])
    listen(port=port)
    sender.close()
    assert [d.body for d in kept] == [envelope(number) for number in range(20)]


def test_flush_says_what_is_not_accepted(send_to: Callable[..., AmqpSender]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender = send_to(silent.getsockname()[1])
        sender.send(HANDLE, [envelope(1), envelope(2)])
        with pytest.raises(TimeoutError, match="2 messages"):
            sender.flush(timeout_s=0.01)
        with pytest.raises(TimeoutError, match="2 messages"):
            sender.close(timeout_s=0.01)
    with pytest.raises(RuntimeError, match="closed"):
        sender.send(HANDLE, [envelope(3)])


def test_a_rejected_message_is_noted_and_the_rest_goes_on(
    listen: Callable[..., Listener], send_to: Callable[..., AmqpSender], kept: list[Delivery]
) -> None:
    sender = send_to(listen(max_message_bytes=10_000).port)
    sender.send(HANDLE, [envelope(1), envelope(2, Padding="x" * 20_000), envelope(3)])
    sender.close()
    assert [d.body for d in kept] == [envelope(1), envelope(3)]
    (rejected,) = sender.rejected
    assert (rejected.handle, rejected.message_id) == (HANDLE, str(uuid.UUID(int=2)))
    assert "10,000" in rejected.reason


def test_an_address_that_is_none_is_refused() -> None:
    from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (where Proton is absent the test skips)

    with pytest.raises(ValueError, match="amqp://host:port"):
        AmqpSender("http://127.0.0.1:5672")
