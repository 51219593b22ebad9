"""Sends recorded messages over AMQP 1.0, and tells what became of each."""

from __future__ import annotations

import base64
import socket
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from proton import Delivery as Transfer
from proton import Event, Link, Message, Terminus, symbol

from padstone.adapters.amqp.broker import Broker
from padstone.adapters.amqp.letter import letter
from padstone.adapters.amqp.outward import CONNECT_S, Outward
from padstone.ingest.delivery import WHOLE_MESSAGE

_IDLE_TIMEOUT_S = 60.0
_STATES = {Transfer.ACCEPTED: "accepted", Transfer.REJECTED: "rejected"}
HANDED_BACK = "handed back"
_TEXTS = (
    ("to", "address"),
    ("subject", "subject"),
    ("reply-to", "reply_to"),
    ("correlation-id", "correlation_id"),
    ("message-id", "id"),
    ("content-type", "content_type"),
    ("group-id", "group_id"),
    ("reply-to-group-id", "reply_to_group_id"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the message of that number: `accepted`, `rejected` (it is never to come again), or
    `handed back` (it was not taken this time).
    """

    number: int
    state: str
    reason: str = ""


def message_of(body: bytes, content_encoding: str, amqp: Mapping[str, Any]) -> bytes:
    """The encoded AMQP message for a body. What `amqp` says (as `ear.Heard` has it) goes along; where it is
    empty and the body is one CFX envelope, what IPC-2591 maps the envelope to.
    """
    if content_encoding == WHOLE_MESSAGE:
        return body
    if not amqp and not content_encoding:
        try:
            return letter(body).message
        except ValueError:
            pass  # several envelopes, or none: they go without properties
    message: Any = Message(body=body)
    message.inferred = True  # a Data section
    message.durable = bool(amqp.get("durable", not amqp))
    for name, attribute in _TEXTS:
        if name in amqp:
            setattr(message, attribute, _amqp(amqp[name]))
    if isinstance(user := _amqp(amqp.get("user-id")), bytes):
        message.user_id = user
    if encoding := amqp.get("content-encoding") or content_encoding:
        message.content_encoding = symbol(str(encoding))
    if isinstance(at := amqp.get("creation-time"), str):
        moment = datetime.fromisoformat(at).astimezone(UTC)
        # Proton cuts off: half a millisecond guards the last one.
        message.creation_time = (round(moment.timestamp() * 1000) + 0.5) / 1000
    if isinstance(properties := amqp.get("application-properties"), Mapping):
        message.properties = {name: _amqp(value) for name, value in properties.items()}
    return bytes(message.encode())


def _amqp(value: Any) -> Any:
    if isinstance(value, Mapping) and value.keys() == {"base64"}:
        return base64.b64decode(value["base64"])
    return value


class Post:
    """One connection with one link to an address. All of it belongs to one thread; OSError is its end.

    `send` queues; `turn` sends what there is credit for, and returns what has become of what was sent.
    """

    def __init__(self, broker: Broker, address: str) -> None:
        self._outcomes: deque[Outcome] = deque()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._under_way: set[int] = set()
        self._rung, self._bell = socket.socketpair()
        self._rung.setblocking(False)
        try:
            self._outward = Outward(broker, _IDLE_TIMEOUT_S)
        except BaseException:
            self._rung.close()
            self._bell.close()
            raise
        session = self._outward.connection.session()
        session.open()
        self._link: Any = session.sender(f"{broker.container} {uuid4()}")
        self._link.source.address = broker.container
        self._link.target.address = address
        self._link.snd_settle_mode = Link.SND_UNSETTLED
        self._link.rcv_settle_mode = Link.RCV_FIRST
        self._link.open()
        self._is_open = False
        self._greeted_by = time.monotonic() + CONNECT_S

    @property
    def unsettled(self) -> int:
        """How many messages nothing has been heard of."""
        return len(self._waiting) + len(self._under_way)

    def send(self, number: int, body: bytes, content_encoding: str, amqp: Mapping[str, Any]) -> None:
        self._waiting.append((number, message_of(body, content_encoding, amqp)))

    def turn(self, longest_wait_s: float) -> list[Outcome]:
        self._push()
        self._outward.exchange(self._rung, longest_wait_s)
        for event in self._outward.events():
            self._hear(event)
        self._push()
        self._outward.transmit()
        if not self._is_open and time.monotonic() > self._greeted_by:
            raise ConnectionError("it did not answer")
        outcomes = list(self._outcomes)
        self._outcomes.clear()
        return outcomes

    def close(self) -> None:
        """Say goodbye. What is not settled by now stays so."""
        with suppress(OSError):
            self._link.close()
            self._outward.say_goodbye()
        self._outward.__exit__()
        self._rung.close()
        self._bell.close()

    def _push(self) -> None:
        if self._link.drain_mode:
            self._link.drained()
        while self._waiting and self._link.credit > 0:
            number, message = self._waiting.popleft()
            self._under_way.add(number)
            self._link.delivery(str(number))
            self._link.stream(message)
            self._link.advance()

    def _hear(self, event: Any) -> None:
        if event.type is Event.LINK_REMOTE_OPEN and event.link == self._link:
            self._is_open = event.link.remote_target.type != Terminus.UNSPECIFIED
        elif event.type in {Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH}:
            raise ConnectionError(f"it takes nothing at this address: {_told(event.link)}")
        elif event.type is Event.SESSION_REMOTE_CLOSE:
            raise ConnectionError(f"it ended the session: {_told(event.session)}")
        elif event.type is Event.CONNECTION_REMOTE_CLOSE:
            raise ConnectionError(f"it hung up: {_told(event.connection)}")
        elif event.type is Event.DELIVERY and event.delivery.updated and event.delivery.remote_state:
            self._settled(event.delivery)

    def _settled(self, transfer: Any) -> None:
        number = int(transfer.tag)
        if number in self._under_way:
            self._under_way.discard(number)
            why = transfer.remote.condition
            reason = f"{why.name} {why.description or ''}".strip() if why else ""
            self._outcomes.append(Outcome(number, _STATES.get(transfer.remote_state, HANDED_BACK), reason))
        transfer.settle()


def _told(endpoint: Any) -> str:
    why = endpoint.remote_condition
    return f"{why.name} {why.description or ''}".strip() if why else "no reason given"
