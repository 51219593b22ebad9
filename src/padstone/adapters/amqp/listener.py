"""The door for machines that speak AMQP 1.0: they connect here, no broker between, and deliver to any address."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from proton import Condition, Event, Terminus

from padstone.adapters.amqp import wire
from padstone.adapters.amqp.inlet import Arrival, Inlet, Refused
from padstone.adapters.amqp.intake import Intake
from padstone.adapters.amqp.keeper import Keeper
from padstone.adapters.amqp.peer import Peer
from padstone.ingest.delivery import Delivery
from padstone.kernel import clock

DOOR = "amqp"
MEBIBYTE = 1024 * 1024

_TOO_LARGE = "amqp:link:message-size-exceeded"
_FORCED = "amqp:connection:forced"
_LONGEST_WAIT_S = 30.0
_FAREWELL_S = 5.0

log = logging.getLogger(__name__)


class Listener:
    """Takes messages over AMQP 1.0, has them stored, and only then settles them.

    `accept` is called with a batch, each sender's messages in their order. When it returns, every delivery of the batch
    is on disk for good, and is settled as accepted. When it raises, whatever it raises, nothing of the batch counts as
    taken: the messages are handed back (modified, delivery-failed), and their senders send them again in their order.
    `refused(sender, reason)` is told of a message that can never be taken (too large, not AMQP, a body that is neither
    bytes nor text) before that message is settled as rejected. Both are called in one thread of their own, never both
    at once.

    So a message is taken once or more often, never less: who stores must recognise a repetition. Only a sender that
    settles before it sends gives this up; what of it cannot be stored is tried again until the listener stops.

    Nobody has to prove who he is: every machine that reaches the port may send. So a host other than this machine's own
    is refused with ValueError, unless `allow_remote` says that the network around the port is trusted.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        credit: int = 200,
        batch_messages: int = 200,
        batch_bytes: int = 8 * MEBIBYTE,
        max_message_bytes: int = 64 * MEBIBYTE,
        max_waiting_bytes: int = 256 * MEBIBYTE,
        max_connections: int = 500,
        idle_timeout_s: float = 60.0,
        allow_remote: bool = False,
    ) -> None:
        if not allow_remote and not _is_loopback(host):
            raise ValueError(
                f"AMQP has no credentials yet, and other machines can reach {host!r}: "
                "listen on 127.0.0.1, or say allow_remote=True on a network you trust"
            )
        self.host = host
        self.port = port
        self._credit = credit
        self._max_message_bytes = max_message_bytes
        self._max_waiting_bytes = max_waiting_bytes
        self._max_connections = max_connections
        self._idle_timeout_s = idle_timeout_s
        self._keeper = Keeper(accept, refused, self._wake)
        self._intake = Intake(self._keeper, batch_messages, batch_bytes)

        self._thread: threading.Thread | None = None
        self._stop_asked = False
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._door: socket.socket | None = None
        self._bell: tuple[socket.socket, socket.socket] | None = None

        self._inlets: dict[Peer, dict[Any, Inlet]] = {}
        self._interest: dict[Peer, int] = {}
        self._touched: set[Peer] = set()  # to be attended to in this turn
        self._full = False
        self._on: dict[Any, Callable[[Peer, Any], None]] = {
            Event.CONNECTION_REMOTE_OPEN: lambda peer, _: peer.open(),
            Event.CONNECTION_REMOTE_CLOSE: lambda peer, _: peer.close(),
            Event.SESSION_REMOTE_OPEN: lambda _, event: event.session.open(),
            Event.SESSION_REMOTE_CLOSE: lambda _, event: event.session.close(),
            Event.LINK_REMOTE_OPEN: self._link_opened,
            Event.LINK_REMOTE_CLOSE: self._link_closed,
            Event.LINK_REMOTE_DETACH: self._link_closed,
            Event.LINK_FLOW: self._link_flow,
            Event.DELIVERY: self._transferred,
            Event.TRANSPORT_ERROR: self._transport_failed,
        }

    # --- from outside ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Listen until `stop`; OSError if the port cannot be had. A listener runs once."""
        self._bind()
        self._keeper.start()
        try:
            while not self._stop_asked:
                self._turn()
            self._finish()
        finally:
            self._close_all()

    def start(self) -> None:
        """As `run`, in a thread of its own. When this returns the port is open."""
        self._bind()
        self._thread = threading.Thread(target=self.run, name="amqp-listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take nothing more, let the batch in hand be stored and settled, hand back the rest, say goodbye.

        Waits for the end if `start` made the thread; else (called from a signal handler, say) `run` will soon return.
        """
        self._stop_asked = True
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    # --- the loop ----------------------------------------------------------------------------------------------------

    def _bind(self) -> None:
        if self._door is not None:
            return
        family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
        self._door = socket.create_server((self.host, self.port), family=family, backlog=128)
        self._door.setblocking(False)
        self.port = self._door.getsockname()[1]
        self._bell = socket.socketpair()
        rung, _ = self._bell
        for end in self._bell:
            end.setblocking(False)
        self._selector.register(self._door, selectors.EVENT_READ, self._welcome)
        self._selector.register(rung, selectors.EVENT_READ, lambda: rung.recv(4096))
        log.info("AMQP 1.0 on %s port %d", self.host, self.port)

    def _wake(self) -> None:
        """Out of the wait, from any thread or signal handler."""
        if self._bell is not None:
            with contextlib.suppress(OSError):  # full: it wakes anyway; closed: there is no one to wake
                self._bell[1].send(b"!")

    def _turn(self, longest_wait_s: float = _LONGEST_WAIT_S) -> None:
        """Wait for something to happen, and do what follows from it."""
        now = time.monotonic()
        self._touched.update(peer for peer in self._inlets if 0 < peer.deadline <= now)
        # Before anything is read: the releases of the last turn have then gone out ahead of the new credit.
        self._touched.update(self._intake.end_holds(now))
        for key, _ in self._selector.select(self._wait_s(now, longest_wait_s)):
            if isinstance(key.data, Peer):
                self._guarded(key.data, Peer.receive)
                self._touched.add(key.data)
            else:
                key.data()
        self._touched.update(self._intake.settle(time.monotonic()))
        self._touched &= self._inlets.keys()  # a batch may outlive its connection
        for peer in self._touched:
            self._guarded(peer, self._attend)
        self._intake.hand_over()
        self._mind_the_memory()
        for peer in self._touched:
            self._guarded(peer, self._see_off)
            if peer.finished:
                self._drop(peer)
        self._touched.clear()

    def _wait_s(self, now: float, longest_s: float) -> float:
        if self._touched:
            return 0.0
        times = [peer.deadline for peer in self._inlets if peer.deadline > 0]
        times += self._intake.look_again_at(now)
        return max(0.0, min(min(times, default=now + longest_s) - now, longest_s))

    def _guarded(self, peer: Peer, act: Callable[[Peer], None]) -> None:
        """What goes wrong with one connection ends that one, and the loop goes on."""
        try:
            act(peer)
        except Exception:
            log.exception("Connection from %s (%s) given up", peer.name, peer.container)
            peer.lose("a fault on this side")

    def _attend(self, peer: Peer) -> None:
        for event in peer.events():
            if (handle := self._on.get(event.type)) is not None:
                handle(peer, event)

    def _see_off(self, peer: Peer) -> None:
        """Send what there is to send, and arrange for the next time."""
        peer.tick(time.monotonic())
        peer.transmit()
        if peer.finished:
            return
        interest = selectors.EVENT_WRITE if peer.writing else 0
        if peer.reading and not self._full:
            interest |= selectors.EVENT_READ
        before, self._interest[peer] = self._interest[peer], interest
        if interest and not before:
            self._selector.register(peer.socket, interest, peer)
        elif before and not interest:
            self._selector.unregister(peer.socket)
        elif interest != before:
            self._selector.modify(peer.socket, interest, peer)

    def _mind_the_memory(self) -> None:
        """While too much waits to be stored nothing more is read: what the network holds back costs no memory."""
        full = self._intake.waiting_bytes >= self._max_waiting_bytes
        if full != self._full:
            self._full = full
            self._touched.update(self._inlets)

    def _finish(self) -> None:
        self._stopping = True
        self._close_door()
        inlets = [inlet for links in self._inlets.values() for inlet in links.values()]
        self._intake.wind_down(inlets, time.monotonic())
        self._touched.update(self._inlets)
        while not self._intake.idle:
            self._turn()
        for peer in self._inlets:
            peer.close(_FORCED, "Padstone is stopping; come again")
        self._touched.update(self._inlets)
        end = time.monotonic() + _FAREWELL_S
        while self._inlets and (left := end - time.monotonic()) > 0:
            self._turn(left)

    def _close_all(self) -> None:
        self._keeper.stop()
        self._close_door()
        for peer in tuple(self._inlets):
            self._drop(peer)
        self._selector.close()
        for end in self._bell or ():
            end.close()

    def _close_door(self) -> None:
        if self._door is not None and self._door.fileno() != -1:
            self._selector.unregister(self._door)
            self._door.close()

    # --- connections and links ---------------------------------------------------------------------------------------

    def _welcome(self) -> None:
        if self._door is None:
            return
        try:
            connected, address = self._door.accept()
        except OSError as error:
            log.warning("A connection could not be taken: %s", error)
            return
        name = f"{address[0]}:{address[1]}"
        if len(self._inlets) >= self._max_connections:
            log.warning("Connection from %s refused: %d are open, the most allowed", name, len(self._inlets))
            connected.close()
            return
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = Peer(connected, name, self._idle_timeout_s)
        self._inlets[peer] = {}
        self._interest[peer] = 0
        self._touched.add(peer)

    def _drop(self, peer: Peer) -> None:
        if self._interest.pop(peer):
            self._selector.unregister(peer.socket)
        for inlet in self._inlets.pop(peer).values():
            inlet.cut()
        peer.drop()

    def _link_opened(self, peer: Peer, event: Any) -> None:
        link = event.link
        if link.is_sender:
            _turn_away(link, "Padstone takes messages here, it sends none")
            return
        if link.remote_target.type == Terminus.COORDINATOR:
            _turn_away(link, "Padstone knows no AMQP transactions: each message is settled once it is stored")
            return
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.max_message_size = self._max_message_bytes
        link.open()
        inlet = Inlet(peer, link, self._credit)
        self._inlets[peer][link] = inlet
        if not self._stopping:
            inlet.top_up()
        log.info("%s (%s) sends to %r", peer.name, peer.container, link.remote_target.address)

    def _link_closed(self, peer: Peer, event: Any) -> None:
        inlet = self._inlets[peer].pop(event.link, None)
        if inlet is not None:
            inlet.cut()
        if event.type is Event.LINK_REMOTE_DETACH:
            event.link.detach()
        else:
            event.link.close()

    def _link_flow(self, peer: Peer, event: Any) -> None:
        inlet = self._inlets[peer].get(event.link)
        if inlet is not None and not self._stopping:
            inlet.top_up()

    def _transport_failed(self, peer: Peer, event: Any) -> None:
        log.info("Connection from %s (%s) broken: %s", peer.name, peer.container, event.transport.condition)

    # --- messages ----------------------------------------------------------------------------------------------------

    def _transferred(self, peer: Peer, event: Any) -> None:
        transfer = event.delivery
        inlet = self._inlets[peer].get(event.link)
        if inlet is None:
            return
        if transfer.aborted:
            inlet.abort(transfer)
        elif transfer.readable and (taken := inlet.read(transfer, self._max_message_bytes)) is not None:
            message, size_bytes = taken
            content = self._content(peer, message, size_bytes)
            self._intake.add(Arrival(inlet, transfer, len(message), content, presettled=transfer.settled))

    def _content(self, peer: Peer, message: bytes, size_bytes: int) -> Delivery | Refused:
        if size_bytes > self._max_message_bytes:
            reason = f"The message has {size_bytes:,} bytes, and {self._max_message_bytes:,} is the most that is taken"
            return Refused(peer.container, _TOO_LARGE, reason)
        try:
            content = wire.read(message)
        except wire.Unusable as unusable:
            return Refused(unusable.handle or peer.container, unusable.condition, str(unusable))
        return Delivery(
            door=DOOR,
            sender=content.handle or peer.container,
            body=content.body,
            content_encoding=content.content_encoding,
            sent_at=content.sent_at,
            received_at=clock.now(),
        )


def _turn_away(link: Any, reason: str) -> None:
    """Refuse a link as the standard wants it (OASIS AMQP 1.0, part 2, section 2.6.3): attach, then detach with the error."""
    link.open()
    link.condition = Condition(wire.NOT_IMPLEMENTED, reason)
    link.close()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name may lead anywhere
