"""Simulated machines that speak AMQP 1.0: one connection for each, every message kept until it is accepted.

A message is a CFX envelope in one Data section, with the properties IPC-2591 maps it to: message-id is its
UniqueID, to its Target, reply-to its Source, correlation-id its RequestID, creation-time its TimeStamp.
"""

from __future__ import annotations

import gzip
import heapq
import logging
import select
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import msgspec
from proton import (
    Collector,
    Connection,
    Event,
    Link,
    Message,
    Transport,
    TransportException,
    symbol,
)
from proton import Delivery as Transfer

DEFAULT_PORT, DEFAULT_TLS_PORT = 5672, 5671
DEFAULT_ADDRESS = "cfx"

_CHUNK = 65_536
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 5.0
_CONNECT_S = 10.0
_IDLE_TIMEOUT_S = 60.0
_LONGEST_WAIT_S = 10.0
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that the other side will never take: whose, its UniqueID, and what the other side said."""

    handle: str
    message_id: str
    reason: str


class AmqpSender:
    """Carries messages to an AMQP 1.0 listener or broker: `amqp://user:password@host:port/address`, or
    `amqps://…` over TLS.

    Each endpoint logs in by itself: as the handle with its secret from `secrets`, else as the address says;
    or with its `certificate` (file and key file), which is for all of them. `ca` names who may vouch for the
    other side.

    `send` takes and returns; it waits only while `most_kept` messages of that endpoint are not accepted yet.
    Each endpoint's messages leave in their order, unsettled; what is not accepted when a connection breaks,
    or is handed back, goes again, in its order, until it is accepted. A message that is rejected is noted in
    `rejected`, and not sent again.
    """

    def __init__(
        self,
        url: str,
        *,
        compress: bool = False,
        most_kept: int = 2_000,
        secrets: Mapping[str, str] | None = None,
        ca: Path | None = None,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self.rejected: list[Rejected] = []
        self._place = replace(_Place.read(url), ca=ca, certificate=certificate)
        self._secrets = dict(secrets or {})
        self._compress = compress
        self._most_kept = most_kept
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()

    def send(self, handle: str, envelopes: list[bytes]) -> None:
        with self._lock:
            line = self._lines.get(handle)
            if line is None:
                place = self._place
                if handle in self._secrets:
                    place = replace(place, user=handle, password=self._secrets[handle])
                line = self._lines[handle] = _Line(handle, place, self._most_kept, self.rejected)
        for envelope in envelopes:
            message_id, message = _message(handle, envelope, compress=self._compress)
            line.put(message_id, message)

    def flush(self, timeout_s: float = 60.0) -> None:
        """Wait until every message is accepted (or rejected); TimeoutError says how many are not."""
        end = time.monotonic() + timeout_s
        left = sum(line.wait_until_empty(end - time.monotonic()) for line in self._lines.values())
        if left:
            raise TimeoutError(f"{left} messages were not accepted within {timeout_s:g} s")

    def close(self, timeout_s: float = 60.0) -> None:
        """As `flush`, and then hang up, in any case."""
        try:
            self.flush(timeout_s)
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Hang up, whatever is not accepted yet."""
        for line in self._lines.values():
            line.stop()


@dataclass(frozen=True, slots=True)
class _Place:
    host: str
    port: int
    address: str
    user: str
    password: str
    is_tls: bool = False
    ca: Path | None = None
    certificate: tuple[Path, Path] | None = None

    @classmethod
    def read(cls, url: str) -> _Place:
        parts = urlsplit(url)
        if parts.scheme not in {"amqp", "amqps"} or not parts.hostname:
            raise ValueError(f"An AMQP 1.0 address reads amqp://host:port/address, not {url!r}")
        return cls(
            host=parts.hostname,
            port=parts.port or (DEFAULT_TLS_PORT if parts.scheme == "amqps" else DEFAULT_PORT),
            address=unquote(parts.path.removeprefix("/")) or DEFAULT_ADDRESS,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            is_tls=parts.scheme == "amqps",
        )


# --- the message --------------------------------------------------------------------------------------------


class _Head(msgspec.Struct):
    """What the properties repeat of an envelope."""

    MessageName: str = ""
    UniqueID: str = ""
    Source: str = ""
    TimeStamp: str = ""
    Target: str | None = None
    RequestID: str | None = None


_head = msgspec.json.Decoder(_Head)


def _message(handle: str, envelope: bytes, *, compress: bool) -> tuple[str, bytes]:
    """The envelope's UniqueID and the encoded AMQP message. What is no envelope goes too, without the
    properties.
    """
    try:
        head = _head.decode(envelope)
    except msgspec.DecodeError:
        head = _Head()
    message = Message(body=gzip.compress(envelope, mtime=0) if compress else envelope)
    message.inferred = True  # a Data section
    message.durable = True
    message.content_type = 'application/json; charset="utf-8"'
    message.id = head.UniqueID or None
    message.reply_to = head.Source or handle
    message.subject = f"{head.Source or handle}.{head.MessageName}"
    message.properties = {
        "cfx-topic": head.MessageName.rpartition(".")[0],
        "cfx-message": head.MessageName,
        "cfx-handle": handle,
    }
    if head.Target:
        message.address = head.Target
        message.properties["cfx-target"] = head.Target
    if head.RequestID:
        message.correlation_id = head.RequestID
    if compress:
        message.content_encoding = symbol("gzip")
    if (at := _milliseconds(head.TimeStamp)) is not None:
        message.creation_time = (at + 0.5) / 1000  # Proton cuts off: half a millisecond guards the last one
    return head.UniqueID, message.encode()


def _milliseconds(time_stamp: str) -> int | None:
    try:
        instant = datetime.fromisoformat(time_stamp)
    except ValueError:
        return None
    return None if instant.tzinfo is None else int(instant.timestamp() * 1000)


# --- one endpoint -------------------------------------------------------------------------------------------


@dataclass(order=True, slots=True)
class _Kept:
    place: int
    message_id: str
    message: bytes


@dataclass(frozen=True, slots=True)
class _Answer:
    tag: str
    state: int  # one of proton.Delivery's
    condition: str
    reason: str


def _answer(transfer: Any) -> _Answer:
    said = transfer.remote.condition
    if said is None:
        return _Answer(transfer.tag, transfer.remote_state, "", "")
    return _Answer(transfer.tag, transfer.remote_state, said.name, said.description or "")


class _Line:
    """One endpoint's messages and its connection, which a thread of its own keeps up."""

    def __init__(self, handle: str, place: _Place, most_kept: int, rejected: list[Rejected]) -> None:
        self._handle = handle
        self._place = place
        self._most_kept = most_kept
        self._rejected = rejected
        self._changed = threading.Condition()
        self._to_send: list[_Kept] = []  # a heap: what comes back takes its old place
        self._under_way: dict[str, _Kept] = {}
        self._count = 0
        self._stopped = False
        self._rung, self._bell = socket.socketpair()
        self._rung.setblocking(False)
        self._bell.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"amqp {handle}", daemon=True)
        self._thread.start()

    def put(self, message_id: str, message: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or self._unaccepted < self._most_kept)
            if self._stopped:
                raise RuntimeError(
                    f"The connection of {self._handle} is closed: nothing can be sent any more"
                )
            heapq.heappush(self._to_send, _Kept(self._count, message_id, message))
            self._count += 1
        self._ring()

    def wait_until_empty(self, timeout_s: float) -> int:
        """Wait until nothing is kept; how many still are."""
        with self._changed:
            self._changed.wait_for(lambda: not self._unaccepted, max(0.0, timeout_s))
            return self._unaccepted

    def stop(self) -> None:
        with self._changed:
            if self._stopped:
                return
            self._stopped = True
            self._changed.notify_all()
        self._ring()
        self._thread.join()
        self._rung.close()
        self._bell.close()

    @property
    def _unaccepted(self) -> int:
        return len(self._to_send) + len(self._under_way)

    def _ring(self) -> None:
        try:
            self._bell.send(b"!")
        except BlockingIOError:
            return  # it has been rung often enough

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stopped:
            accepted_before = self._count - self._unaccepted
            try:
                with _Connection(self._handle, self._place) as connection:
                    self._converse(connection)
            except OSError as error:
                level = logging.WARNING if "unauthorized" in str(error) else logging.INFO
                log.log(level, "%s: connection lost, will come again: %s", self._handle, error)
            self._take_back()
            if self._count - self._unaccepted > accepted_before:
                pause_s = _FIRST_PAUSE_S
            with self._changed:
                self._changed.wait_for(lambda: self._stopped, pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _converse(self, connection: _Connection) -> None:
        """Until the end of the connection (OSError), or of the line."""
        while not self._stopped:
            self._send(connection)
            try:
                connection.exchange(self._rung)
            finally:  # the last that was heard counts
                for answer in connection.answers():
                    self._settled(answer)
        connection.say_goodbye()

    def _send(self, connection: _Connection) -> None:
        with self._changed:
            while self._to_send and connection.credit:
                kept = heapq.heappop(self._to_send)
                self._under_way[str(kept.place)] = kept
                connection.send(str(kept.place), kept.message)

    def _settled(self, answer: _Answer) -> None:
        with self._changed:
            kept = self._under_way.pop(answer.tag, None)
            if kept is None:
                return
            if answer.state == Transfer.REJECTED:
                log.warning("%s: message %s was rejected: %s", self._handle, kept.message_id, answer.reason)
                self._rejected.append(Rejected(self._handle, kept.message_id, answer.reason))
            elif answer.state != Transfer.ACCEPTED:
                heapq.heappush(self._to_send, kept)
            self._changed.notify_all()

    def _take_back(self) -> None:
        """What was under way on a connection that is gone is sent again on the next."""
        with self._changed:
            for kept in self._under_way.values():
                heapq.heappush(self._to_send, kept)
            self._under_way.clear()


def _connected(place: _Place) -> socket.socket:
    """Connected, and if the address says so in TLS. Python's own: Proton's cannot check the name of a server
    that is known by its IP address.
    """
    connected = socket.create_connection((place.host, place.port), timeout=_CONNECT_S)
    if not place.is_tls:
        return connected
    context = ssl.create_default_context(cafile=place.ca)
    if place.certificate is not None:
        context.load_cert_chain(*place.certificate)
    try:
        return context.wrap_socket(connected, server_hostname=place.host)
    except BaseException:
        connected.close()
        raise


class _Connection:
    """One connection with one sender link: a socket, and Proton's protocol engine behind it."""

    def __init__(self, handle: str, place: _Place) -> None:
        self._socket = _connected(place)
        self._socket.setblocking(False)
        self._ended = ""
        self._collector = Collector()
        self._connection = Connection()
        self._connection.collect(self._collector)
        self._connection.container = handle
        self._connection.hostname = place.host
        self._transport = Transport()
        sasl = self._transport.sasl()
        if place.certificate is not None:
            sasl.allowed_mechs("EXTERNAL")
        elif place.user:
            self._connection.user, self._connection.password = place.user, place.password
            sasl.allowed_mechs("PLAIN")
            sasl.allow_insecure_mechs = True
        else:
            sasl.allowed_mechs("ANONYMOUS")
        self._transport.idle_timeout = _IDLE_TIMEOUT_S
        self._transport.bind(self._connection)
        self._connection.open()
        session = self._connection.session()
        session.open()
        self._link = session.sender(handle)
        self._link.source.address = handle
        self._link.target.address = place.address
        self._link.snd_settle_mode = Link.SND_UNSETTLED
        self._link.rcv_settle_mode = Link.RCV_FIRST
        self._link.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._transport.unbind()
        self._collector.release()

    @property
    def credit(self) -> int:
        """How many messages the other side will take; none while it wants its credit back."""
        if self._link.drain_mode:
            self._link.drained()
        return int(self._link.credit)

    def send(self, tag: str, message: bytes) -> None:
        self._link.delivery(tag)
        self._link.stream(message)
        self._link.advance()

    def exchange(self, rung: socket.socket) -> None:
        """Send and receive what there is; wait if there is nothing. OSError at the end of the connection."""
        if self._ended:
            raise ConnectionError(self._ended)
        deadline = self._transport.tick(time.monotonic())
        self._transmit()
        wait_s = min(deadline - time.monotonic(), _LONGEST_WAIT_S) if deadline else _LONGEST_WAIT_S
        writing = [self._socket] if self._transport.pending() > 0 else []
        readable, _, _ = select.select([self._socket, rung], writing, [], max(0.0, wait_s))
        if rung in readable:
            rung.recv(4096)
        if self._socket in readable:
            self._receive()

    def _transmit(self) -> None:
        while (pending := self._transport.pending()) != 0:
            if pending < 0:
                raise ConnectionError(
                    f"closed: {self._transport.condition or self._connection.remote_condition}"
                )
            try:
                sent = self._socket.send(self._transport.peek(min(pending, _CHUNK)))
            except _NOT_NOW:
                return
            self._transport.pop(sent)

    def _receive(self) -> None:
        while (room := self._transport.capacity()) > 0:
            try:
                chunk = self._socket.recv(min(room, _CHUNK))
            except _NOT_NOW:
                return
            if not chunk:
                self._transport.pending()  # a refused login becomes a condition as the engine answers it
                why = self._transport.condition or self._connection.remote_condition
                raise ConnectionError(f"the other side hung up{f': {why}' if why else ''}")
            try:
                self._transport.push(chunk)
            except TransportException as error:
                raise ConnectionError(str(error)) from error

    def answers(self) -> list[_Answer]:
        """What the other side has decided since the last call.

        Proton's objects stay in here: a transfer that someone holds on to keeps the link from giving credit
        back.
        """
        found: list[_Answer] = []
        while (event := self._collector.peek()) is not None:
            if event.type is Event.DELIVERY and event.delivery.updated and event.delivery.remote_state:
                found.append(_answer(event.delivery))
                event.delivery.settle()
            elif event.type in {Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH}:
                self._ended = f"link closed: {event.link.remote_condition}"
            elif event.type is Event.CONNECTION_REMOTE_CLOSE:
                self._ended = f"closed: {event.connection.remote_condition}"
            self._collector.pop()
        return found

    def say_goodbye(self) -> None:
        self._link.close()
        self._connection.close()
        while (pending := self._transport.pending()) > 0:
            _, writable, _ = select.select([], [self._socket], [], _CONNECT_S)
            if not writable:
                return
            self._transport.pop(self._socket.send(self._transport.peek(min(pending, _CHUNK))))


# --- a machine that is asked --------------------------------------------------------------------------------

_CREDIT = 50


class AnsweringMachine:
    """A machine that can be asked: over one connection it hears requests, and sends what `answer` gives for
    each, whole envelopes, in their order; none, and it stays silent. `heard` holds what it was sent: what it
    was asked, and what its own questions were answered.

    `start` returns when it can be asked. It does not come again when its connection breaks.
    """

    def __init__(
        self, handle: str, url: str, answer: Callable[[bytes], Sequence[bytes]], *, secret: str = ""
    ) -> None:
        self.heard: list[bytes] = []
        self._handle = handle
        place = _Place.read(url)
        self._place = replace(place, user=handle, password=secret) if secret else place
        self._answer = answer
        self._waiting: deque[bytes] = deque()
        self._is_ready = threading.Event()
        self._stopped = False
        self._rung, self._bell = socket.socketpair()
        self._rung.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"machine {handle}", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if not self._is_ready.wait(_CONNECT_S):
            raise ConnectionError(f"{self._handle} was not let in")

    def say(self, envelope: bytes) -> None:
        """Send something of its own: a question, an event."""
        self._waiting.append(envelope)
        self._bell.send(b"!")

    def stop(self) -> None:
        self._stopped = True
        self._bell.send(b"!")
        self._thread.join()
        self._rung.close()
        self._bell.close()

    def _run(self) -> None:
        with _Conversation(self._handle, self._place) as conversation:
            count = 0
            try:
                while not self._stopped:
                    conversation.exchange(self._rung)
                    for asked in conversation.requests(self._is_ready):
                        self.heard.append(asked)
                        self._waiting += self._answer(asked)
                    while self._waiting and conversation.credit:
                        _, message = _message(self._handle, self._waiting.popleft(), compress=False)
                        conversation.send(str(count), message)
                        count += 1
                conversation.say_goodbye()
            except OSError as error:
                log.info("%s: connection lost: %s", self._handle, error)


class _Conversation(_Connection):
    """With a link of its own handle, over which it hears requests."""

    def __init__(self, handle: str, place: _Place) -> None:
        super().__init__(handle, place)
        session = self._connection.session()
        session.open()
        self._ear = session.receiver(f"{handle} hears")
        self._ear.source.address = handle
        self._ear.open()
        self._ear.flow(_CREDIT)

    def requests(self, is_ready: threading.Event) -> list[bytes]:
        """What was heard since the last call. `is_ready` is set once the other side can ask."""
        found: list[bytes] = []
        while (event := self._collector.peek()) is not None:
            if event.type is Event.LINK_REMOTE_OPEN and event.link == self._ear:
                is_ready.set()
            elif event.type is Event.DELIVERY:
                found += self._heard(event.delivery)
            elif event.type in {Event.LINK_REMOTE_CLOSE, Event.CONNECTION_REMOTE_CLOSE}:
                self._ended = "closed by the other side"
            self._collector.pop()
        return found

    def _heard(self, transfer: Any) -> list[bytes]:
        if transfer.link != self._ear:
            if transfer.updated and transfer.remote_state:
                transfer.settle()
            return []
        if not transfer.readable or transfer.partial:
            return []
        message = Message()
        message.decode(self._ear.recv(transfer.pending))
        self._ear.advance()
        transfer.update(Transfer.ACCEPTED)
        transfer.settle()
        self._ear.flow(1)
        return [bytes(message.body)]
