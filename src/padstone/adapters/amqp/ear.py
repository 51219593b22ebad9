"""Hears CFX for a recording: messages as they came, with all that AMQP said about them.

`Ear` is a door as the `Listener` is one; `fetch` takes from an address of a broker. Both settle a message as
accepted when the recording holds it, and not before.
"""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from proton import Delivery as Transfer
from proton import Event, Link, Message, MessageException, Terminus

from padstone.adapters.amqp import wire
from padstone.adapters.amqp.broker import Broker
from padstone.adapters.amqp.clerk import Correspondence
from padstone.adapters.amqp.inlet import Refused
from padstone.adapters.amqp.listener import DOOR, Listener
from padstone.adapters.amqp.outward import CONNECT_S, Outward
from padstone.adapters.amqp.peer import Peer
from padstone.ingest.delivery import WHOLE_MESSAGE, Delivery
from padstone.kernel import clock

_WINDOW = 200
_IDLE_TIMEOUT_S = 60.0
_LONGEST_WAIT_S = 0.5
_SECTIONS_OF_PROTON = (
    ("message-id", "id"),
    ("user-id", "user_id"),
    ("to", "address"),
    ("subject", "subject"),
    ("reply-to", "reply_to"),
    ("correlation-id", "correlation_id"),
    ("content-type", "content_type"),
    ("content-encoding", "content_encoding"),
    ("group-id", "group_id"),
    ("reply-to-group-id", "reply_to_group_id"),
)


@dataclass(frozen=True, slots=True)
class Heard(Delivery):
    """A delivery with what AMQP said about it: properties by the standard's names (part 3, section 3.2.4),
    `application-properties` and `durable`, as plain JSON values.
    """

    amqp: Mapping[str, Any] = field(default_factory=dict)


def heard(message: bytes, sender: str, handle: str = "") -> Heard:
    """One AMQP message as it goes into a recording. Never refuses: what has no body is kept whole."""
    now = clock.now()
    try:
        content = wire.read(message)
    except wire.Unusable as unusable:
        return Heard(DOOR, unusable.handle or sender, message, WHOLE_MESSAGE, None, now, handle)
    return Heard(
        door=DOOR,
        sender=handle or content.handle or sender,
        body=content.body,
        content_encoding=content.content_encoding,
        sent_at=content.sent_at,
        received_at=now,
        handle=handle,
        amqp=_said(message, content.sent_at),
    )


class Ear(Listener):
    """A listener that hands over `Heard`, and answers no requests."""

    def _content(
        self, peer: Peer, message: bytes, size_bytes: int
    ) -> tuple[Delivery | Refused, Correspondence | None]:
        if size_bytes > len(message):
            return super()._content(peer, message, size_bytes)  # too large to have been kept
        handle = peer.login.handle if peer.login is not None else ""
        return heard(message, handle or peer.container, handle), None


def fetch(
    broker: Broker,
    address: str,
    accept: Callable[[Sequence[Heard]], object],
    go_on: Callable[[], bool],
) -> None:
    """Take what an address of a broker holds, for as long as `go_on` says.

    `accept` has what has come in, in its order; when it raises, nothing of that counts as taken. Raises
    OSError at the end of the connection: what was not accepted by then is still the broker's.
    """
    rung, bell = socket.socketpair()
    rung.setblocking(False)
    try:
        with Outward(broker, _IDLE_TIMEOUT_S) as outward:
            _Fetching(outward, address, accept).run(go_on, rung)
    finally:
        rung.close()
        bell.close()


class _Fetching:
    def __init__(self, outward: Outward, address: str, accept: Callable[[Sequence[Heard]], object]) -> None:
        self._outward = outward
        self._accept = accept
        self._arrived: list[tuple[Any, Heard]] = []
        session = outward.connection.session()
        session.open()
        self._link: Any = session.receiver(f"{outward.connection.container} {address}")
        self._link.source.address = address
        self._link.snd_settle_mode = Link.SND_UNSETTLED
        self._link.rcv_settle_mode = Link.RCV_FIRST
        self._link.open()
        self._is_open = False

    def run(self, go_on: Callable[[], bool], rung: socket.socket) -> None:
        greeted_by = time.monotonic() + CONNECT_S
        while go_on():
            self._outward.exchange(rung, _LONGEST_WAIT_S)
            for event in self._outward.events():
                self._hear(event)
            self._settle(go_on)
            if not self._is_open and time.monotonic() > greeted_by:
                raise ConnectionError("it did not answer the subscription")
        self._link.close()
        self._outward.say_goodbye()

    def _settle(self, go_on: Callable[[], bool]) -> None:
        """One at a time, for it may be the last that is wanted."""
        for transfer, message in self._arrived:
            if go_on():
                self._accept([message])
                transfer.update(Transfer.ACCEPTED)
            else:
                transfer.update(Transfer.RELEASED)
            transfer.settle()
        self._arrived.clear()
        if self._is_open and go_on() and (free := _WINDOW - self._link.credit) > 0:
            self._link.flow(free)

    def _hear(self, event: Any) -> None:
        if event.type is Event.LINK_REMOTE_OPEN and event.link == self._link:
            self._is_open = event.link.remote_source.type != Terminus.UNSPECIFIED
        elif event.type in {Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH}:
            raise ConnectionError(f"it ended the subscription: {_told(event.link)}")
        elif event.type is Event.SESSION_REMOTE_CLOSE:
            raise ConnectionError(f"it ended the session: {_told(event.session)}")
        elif event.type is Event.CONNECTION_REMOTE_CLOSE:
            raise ConnectionError(f"it hung up: {_told(event.connection)}")
        elif event.type is Event.DELIVERY and event.delivery.readable and not event.delivery.partial:
            transfer = event.delivery
            message = bytes(self._link.recv(transfer.pending) or b"")
            self._link.advance()
            self._arrived.append((transfer, heard(message, self._outward.name)))


def _told(endpoint: Any) -> str:
    why = endpoint.remote_condition
    return f"{why.name} {why.description or ''}".strip() if why else "no reason given"


def _said(message: bytes, sent_at: datetime | None) -> dict[str, Any]:
    """What the sections around the body say. Where Proton cannot read them nothing is said: the body is what
    counts.
    """
    read = Message()
    try:
        read.decode(message)
    except MessageException:
        return {}
    said = {
        name: _plain(value)
        for name, attribute in _SECTIONS_OF_PROTON
        if (value := getattr(read, attribute)) not in (None, "", b"")
    }
    if said.get("content-encoding") == "None":  # Proton's word for a symbol that is absent
        del said["content-encoding"]
    if sent_at is not None:
        said["creation-time"] = sent_at.isoformat()
    if read.durable:
        said["durable"] = True
    if read.properties:
        said["application-properties"] = _plain(read.properties)
    return said


def _plain(value: object) -> Any:
    """A value of AMQP as JSON has it; the finer types (symbol, ubyte ...) are not told apart."""
    match value:
        case bool() | None:
            return value
        case int() | float():
            return int(value) if isinstance(value, int) else float(value)
        case bytes() | bytearray() | memoryview():
            return {"base64": base64.b64encode(value).decode()}
        case dict():
            return {str(name): _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return str(value)
