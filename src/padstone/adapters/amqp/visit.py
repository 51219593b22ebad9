"""One connection to a broker, from its beginning to its end: fetched, stored, and only then settled."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from proton import Endpoint, Event, Link, Terminus

from padstone.adapters.amqp import wire
from padstone.adapters.amqp.broker import Broker
from padstone.adapters.amqp.clerk import Clerk, Correspondence, may_correspond
from padstone.adapters.amqp.inlet import Arrival, Inlet, Refused
from padstone.adapters.amqp.intake import Intake
from padstone.adapters.amqp.keeper import Keeper
from padstone.adapters.amqp.letter import Letter, letter
from padstone.adapters.amqp.outlet import Outlet
from padstone.adapters.amqp.outward import CONNECT_S, Outward
from padstone.ingest.delivery import WHOLE_MESSAGE, Delivery
from padstone.kernel import clock

DOOR = "amqp"
MEBIBYTE = 1024 * 1024

_TOO_LARGE = "amqp:link:message-size-exceeded"
_LOOK_AT_TURN_S = 2.0
_MOST_OUTLETS = 500
_FAREWELL_S = 2.0

log = logging.getLogger(__name__)


class NotStored(ConnectionError):
    """A batch could not be stored: the connection ends, for so everything that is not settled goes back to
    its place, with every broker.
    """


@dataclass(frozen=True, slots=True)
class Draught:
    """How much is taken at once, and how long a broker that is away is waited for. `credit` counts the
    messages that may be under way and not settled.
    """

    credit: int = 400
    batch_messages: int = 200
    batch_bytes: int = 8 * MEBIBYTE
    max_message_bytes: int = 64 * MEBIBYTE
    max_waiting_bytes: int = 64 * MEBIBYTE
    idle_timeout_s: float = 60.0
    first_pause_s: float = 0.2
    longest_pause_s: float = 30.0


@dataclass(slots=True)
class Errand:
    """What a subscriber and its visits, one after the other, know together."""

    broker: Broker
    address: str
    draught: Draught
    keeper: Keeper
    clerk: Clerk
    ask_for_turn: Callable[[], object]
    bell: socket.socket
    """Rung when there is something to do."""
    letters: SimpleQueue[Letter] = field(default_factory=SimpleQueue)
    stop_asked: threading.Event = field(default_factory=threading.Event)
    is_subscribed: threading.Event = field(default_factory=threading.Event)
    is_ours: bool | None = None
    """Whether we have the turn; None where that is not known yet."""
    served: int = 0
    """Messages settled so far."""
    failures: tuple[int, int | None] = (0, None)
    """The last link's failures, and how many it may have in a batch: see `Inlet`."""

    @property
    def name(self) -> str:
        return f"{self.address} at {self.broker.name}"

    @property
    def is_over(self) -> bool:
        return self.stop_asked.is_set() or self.is_ours is False


class Visit:
    """One connection's work. What is on hand when it ends is the broker's still."""

    def __init__(self, errand: Errand, outward: Outward) -> None:
        self._errand = errand
        self._outward = outward
        self._draught = errand.draught
        self._intake = Intake(
            errand.keeper, self._draught.batch_messages, self._draught.batch_bytes, self._correspond
        )
        self._greeted_by = time.monotonic() + CONNECT_S
        self._look_at_turn_at = time.monotonic() + _LOOK_AT_TURN_S
        self._outlets: dict[str, Outlet] = {}
        self._session: Any = outward.connection.session()
        self._session.open()
        self._inlet = self._subscribe()

    def _subscribe(self) -> Inlet:
        link = self._session.receiver(f"{self._errand.broker.container} {self._errand.address}")
        link.source.address = self._errand.address
        if self._errand.broker.durable:
            link.source.durability = Terminus.DELIVERIES
            link.source.expiry_policy = Terminus.EXPIRE_NEVER
        link.target.address = self._errand.broker.container
        link.snd_settle_mode = Link.SND_UNSETTLED
        link.rcv_settle_mode = Link.RCV_FIRST
        link.open()
        # Asked to drain a link, RabbitMQ 3.10 ends the session with an error of its own.
        inlet = Inlet(self._outward, link, self._draught.credit, drains=False)
        inlet.failures, inlet.most = self._errand.failures
        self._link = link
        return inlet

    def run(self) -> None:
        """Until the connection ends (OSError), the lease is another's, or a stop is asked."""
        while not self._errand.is_over:
            self._turn()
        self._intake.wind_down([self._inlet], time.monotonic())
        while not self._intake.idle:
            self._turn()
        self._detach()
        self._outward.say_goodbye()

    def _turn(self) -> None:
        now = time.monotonic()
        self._outward.exchange(self._errand.bell, self._wait_s(now), reading=not self._is_full)
        for event in self._outward.events():
            self._hear(event)
        self._intake.settle(time.monotonic())
        if self._inlet.held and not self._errand.is_over:
            raise NotStored("what it sent could not be stored, and stays with it")
        self._intake.hand_over()
        self._answer()
        now = time.monotonic()
        if now >= self._look_at_turn_at:
            self._look_at_turn_at = now + _LOOK_AT_TURN_S
            self._errand.ask_for_turn()
        if now >= self._greeted_by and not self._errand.is_subscribed.is_set():
            raise ConnectionError("it did not answer the subscription")

    def _detach(self) -> None:
        """End the link, then the session, and wait each time until the broker has: one that hears of the
        connection's end at once may not look at what was settled last (RabbitMQ 3.10), and sends it again.
        """
        for ending in (self._link, self._session):
            ending.close()
            end = time.monotonic() + _FAREWELL_S
            while ending.state & Endpoint.REMOTE_ACTIVE and (left := end - time.monotonic()) > 0:
                self._outward.exchange(self._errand.bell, left)
                heard = {event.type for event in self._outward.events()}
                if Event.CONNECTION_REMOTE_CLOSE in heard:
                    return
                if Event.LINK_REMOTE_DETACH in heard:  # all that RabbitMQ says, and no close
                    break

    @property
    def _is_full(self) -> bool:
        return self._intake.waiting_bytes >= self._draught.max_waiting_bytes

    def _wait_s(self, now: float) -> float:
        return max(0.0, self._look_at_turn_at - now)

    def end(self) -> None:
        """The connection is gone: the batch in hand is stored or not, and settled with nobody."""
        self._inlet.cut()
        self._outward.gone = True
        self._intake.wind_down([self._inlet], time.monotonic())
        while not self._intake.idle:
            self._intake.settle(time.monotonic())
            self._intake.hand_over()
            if not self._intake.idle:
                self._wait_for_keeper()
        self._errand.served += self._inlet.taken
        self._errand.failures = (self._inlet.failures, self._inlet.most)

    def _wait_for_keeper(self) -> None:
        self._errand.bell.settimeout(1.0)
        try:
            with contextlib.suppress(TimeoutError):
                self._errand.bell.recv(4096)
        finally:
            self._errand.bell.setblocking(False)

    # --- events ---------------------------------------------------------------------------------------------

    def _hear(self, event: Any) -> None:
        if event.type is Event.LINK_REMOTE_OPEN and event.link == self._link:
            if event.link.remote_source.type != Terminus.UNSPECIFIED and event.link.remote_source.address:
                log.info("Subscribed to %s", self._errand.name)
                self._errand.is_subscribed.set()
                self._inlet.top_up()
        elif event.type in {Event.LINK_REMOTE_CLOSE, Event.LINK_REMOTE_DETACH}:
            self._link_closed(event.link)
        elif event.type in {Event.SESSION_REMOTE_CLOSE, Event.CONNECTION_REMOTE_CLOSE}:
            raise ConnectionError(f"the broker ended it: {_told(event)}")
        elif event.type is Event.LINK_FLOW:
            self._flowed(event.link)
        elif event.type is Event.DELIVERY:
            self._transferred(event.delivery)

    def _link_closed(self, link: Any) -> None:
        why = link.remote_condition
        told = f"{why.name} {why.description or ''}" if why else "no reason given"
        if link == self._link:
            raise ConnectionError(f"the broker ended the subscription: {told}")
        log.warning("%s: %s takes nothing: %s", self._errand.name, link.target.address, told)
        self._outlets.pop(link.target.address, None)
        link.close()

    def _flowed(self, link: Any) -> None:
        if link == self._link:
            self._inlet.top_up()
        elif (outlet := self._outlets.get(link.target.address)) is not None:
            outlet.flow()

    def _transferred(self, transfer: Any) -> None:
        if transfer.link != self._link:
            transfer.settle()  # of ours: it has arrived, or not
            return
        if transfer.aborted:
            self._inlet.abort(transfer)
            return
        taken = self._inlet.read(transfer, self._draught.max_message_bytes) if transfer.readable else None
        if taken is None:
            return
        message, size_bytes = taken
        content, correspondence = self._content(message, size_bytes)
        self._intake.add(
            Arrival(self._inlet, transfer, len(message), content, transfer.settled, correspondence)
        )

    def _content(self, message: bytes, size_bytes: int) -> tuple[Delivery | Refused, Correspondence | None]:
        broker = self._errand.broker.name
        if size_bytes > self._draught.max_message_bytes:
            most = self._draught.max_message_bytes
            reason = f"The message has {size_bytes:,} bytes, and {most:,} is the most that is taken"
            return Refused(broker, _TOO_LARGE, reason), None
        try:
            content = wire.read(message)
        except wire.Unusable as unusable:
            sender = unusable.handle or broker
            log.warning("%s: a message of %s cannot be read: %s", self._errand.name, sender, unusable)
            return Delivery(DOOR, sender, message, WHOLE_MESSAGE, None, clock.now()), None
        delivery = Delivery(
            door=DOOR,
            sender=content.handle or broker,
            body=content.body,
            content_encoding=content.content_encoding,
            sent_at=content.sent_at,
            received_at=clock.now(),
        )
        if may_correspond(delivery, content.message_name):
            return delivery, Correspondence(delivery, content.reply_to)
        return delivery, None

    # --- requests and answers -------------------------------------------------------------------------------

    def _correspond(self, _: object, correspondence: Correspondence) -> None:
        self._errand.clerk.take(0, correspondence)

    def _answer(self) -> None:
        while self._errand.clerk.answers:
            answer = self._errand.clerk.answers.popleft()
            answered = letter(answer.envelope)
            self._send(answered, self._reply_address(answer.reply_to or answered.target))
        with contextlib.suppress(Empty):
            while self._errand.is_subscribed.is_set():
                asked = self._errand.letters.get_nowait()
                self._send(asked, self._request_address(asked.target))

    def _request_address(self, handle: str) -> str:
        return self._errand.broker.requests.replace("{handle}", handle)

    def _reply_address(self, reply_to: str) -> str:
        """An address of the broker's as it is; a handle by the rule for handles."""
        if not self._errand.broker.requests or reply_to.startswith("/"):
            return reply_to
        return self._request_address(reply_to)

    def _send(self, piece: Letter, address: str) -> None:
        outlet = self._outlets.get(address)
        if outlet is None or not outlet.alive:
            outlet = self._outlets[address] = self._open_outlet(address)
        if not outlet.send(piece.message):
            log.warning("%s: %s takes nothing: an answer is dropped", self._errand.name, address)

    def _open_outlet(self, address: str) -> Outlet:
        if len(self._outlets) >= _MOST_OUTLETS:
            self._outlets.pop(next(iter(self._outlets))).close()
        link = self._session.sender(f"{self._errand.broker.container} to {address}")
        link.source.address = self._errand.broker.container
        link.target.address = address
        link.target.durability = Terminus.DELIVERIES
        link.open()
        return Outlet(link)


def _told(event: Any) -> str:
    ended = event.connection if event.type is Event.CONNECTION_REMOTE_CLOSE else event.session
    why = ended.remote_condition
    return f"{why.name} {why.description or ''}" if why else "no reason given"
