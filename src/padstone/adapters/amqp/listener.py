"""The door for machines that speak AMQP 1.0: they connect directly, and deliver to any address."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from proton import Condition, Event, Terminus

from padstone.adapters.amqp import wire
from padstone.adapters.amqp.clerk import Answerer, Correspondence, may_correspond, nobody_answers
from padstone.adapters.amqp.gatekeeper import Gatekeeper, Revoked, Verify
from padstone.adapters.amqp.inlet import Arrival, Inlet, Refused
from padstone.adapters.amqp.intake import Intake
from padstone.adapters.amqp.keeper import Keeper
from padstone.adapters.amqp.outgoing import Outgoing
from padstone.adapters.amqp.peer import Peer
from padstone.adapters.amqp.sasl import ANONYMOUS, EXTERNAL, PLAIN
from padstone.ingest.delivery import Delivery
from padstone.ingest.login import Denied
from padstone.kernel import clock

DOOR = "amqp"
MEBIBYTE = 1024 * 1024

_TOO_LARGE = "amqp:link:message-size-exceeded"
_FORCED = "amqp:connection:forced"
_LONGEST_WAIT_S = 30.0
_FAREWELL_S = 5.0
_PAUSE_AFTER_FAULT_S = 1.0
_LOOK_AT_CREDENTIALS_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at once. `credit` counts the messages a link may have under way and not settled."""

    credit: int = 200
    batch_messages: int = 200
    batch_bytes: int = 8 * MEBIBYTE
    max_message_bytes: int = 64 * MEBIBYTE
    max_waiting_bytes: int = 256 * MEBIBYTE
    max_connections: int = 500
    idle_timeout_s: float = 60.0
    login_timeout_s: float = 20.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Doorkeeping:
    """Who is let in, and how.

    `verify` looks at what a machine shows; `revoked` says which of some credentials are good no more. Both
    are called in threads of their own. `tls` is what the port speaks; without it, it speaks plain AMQP.
    `anonymous` lets in who shows nothing, on this machine alone. `insecure` allows a port that other machines
    reach without TLS.
    """

    verify: Verify = lambda _: Denied()
    revoked: Revoked = lambda _: ()
    tls: ssl.SSLContext | None = None
    anonymous: bool = False
    insecure: bool = False


CLOSED = Doorkeeping()


class Listener:
    """Takes messages over AMQP 1.0, has them stored, and only then settles them.

    `accept` is called with a batch, each sender's messages in their order. When it returns, every delivery of
    the batch is on disk for good, and is settled as accepted. When it raises, whatever it raises, nothing of
    the batch counts as taken: the messages are handed back (modified, delivery-failed), and their senders
    send them again in their order. `refused(sender, reason)` is told of a message that can never be taken
    (too large, not AMQP, a body that is neither bytes nor text) before that message is settled as rejected.
    Both are called in one thread of their own, never both at once.

    So a message is taken once or more often, never less: who stores must recognise a repetition. Only a
    sender that settles before it sends gives this up; what of it cannot be stored is tried again until the
    listener stops.

    Whoever sends has logged in first: by a secret (SASL PLAIN) or by the certificate of his TLS connection
    (SASL EXTERNAL), and his deliveries carry the handle that he has proved. Once his credential is revoked
    nothing of his is stored any more, and his connection ends. A port that other machines reach must speak
    TLS: without, it is refused with ValueError, unless `insecure` says that anybody on the way may read the
    secrets.

    Requests (IPC-2591) are stored like everything else, then answered by `answerer` to whoever has opened a
    link to hear; and a machine that has opened one for requests can be asked: `request`.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        limits: Limits = DEFAULT_LIMITS,
        doorkeeping: Doorkeeping = CLOSED,
        answerer: Answerer = nobody_answers,
    ) -> None:
        _check_exposure(host, doorkeeping)
        self.host = host
        self.port = port
        self._limits = limits
        self._doorkeeping = doorkeeping
        self._gatekeeper = Gatekeeper(doorkeeping.verify, doorkeeping.revoked, self._wake)
        self._asked: dict[int, Peer] = {}  # those who wait for a verdict, by number
        self._count = 0
        self._look_again_at = 0.0
        self._keeper = Keeper(accept, refused, doorkeeping.revoked, self._wake)
        self._outgoing = Outgoing(answerer, self._wake)
        self._intake = Intake(
            self._keeper, limits.batch_messages, limits.batch_bytes, self._outgoing.corresponds
        )

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

    # --- from outside ---------------------------------------------------------------------------------------

    def run(self) -> None:
        """Listen until `stop`; OSError if the port cannot be had. A listener runs once."""
        self._bind()
        self._keeper.start()
        self._gatekeeper.start()
        self._outgoing.start()
        try:
            while not self._stop_asked:
                try:
                    self._turn()
                except Exception:
                    log.exception("AMQP: a fault on this side; every connection begins anew")
                    self._begin_anew()
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

        Waits for the end if `start` made the thread; else (called from a signal handler, say) `run` will soon
        return.
        """
        self._stop_asked = True
        self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def request(self, envelope: bytes, timeout_s: float) -> bytes:
        """Ask the connected machine that the envelope's Target names: see `Outgoing.request`. From any thread
        but the listener's own.
        """
        return self._outgoing.request(envelope, timeout_s)

    # --- the loop -------------------------------------------------------------------------------------------

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
                self._guarded(key.data, self._bring_before_gatekeeper)
                self._touched.add(key.data)
            else:
                key.data()
        self._hear_gatekeeper(time.monotonic())
        self._touched.update(self._intake.settle(time.monotonic()))
        self._touched |= self._outgoing.send_all()
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
        if self._look_again_at:
            times.append(self._look_again_at)
        return max(0.0, min(min(times, default=now + longest_s) - now, longest_s))

    def _guarded(self, peer: Peer, act: Callable[[Peer], None]) -> None:
        """What goes wrong with one connection ends that one, and the loop goes on."""
        try:
            act(peer)
        except Exception:
            log.exception("Connection from %s (%s) given up", peer.name, peer.container)
            peer.lose("a fault on this side")

    def _bring_before_gatekeeper(self, peer: Peer) -> None:
        if (claim := peer.claim()) is not None:
            self._count += 1
            self._asked[self._count] = peer
            self._gatekeeper.ask(self._count, claim)

    def _hear_gatekeeper(self, now: float) -> None:
        """Verdicts about those who want in, and, every few seconds, about those who are in."""
        while self._gatekeeper.verdicts:
            number, verdict = self._gatekeeper.verdicts.popleft()
            peer = self._asked.pop(number)
            peer.judge(verdict, now)
            self._touched.add(peer)
        while self._gatekeeper.revoked:
            bad = self._gatekeeper.revoked.popleft()
            for peer in self._inlets:
                if peer.credential in bad:
                    peer.shut_out()
                    self._touched.add(peer)
        if now >= self._look_again_at and not self._stopping:
            credentials = frozenset(peer.credential for peer in self._inlets) - {0}
            self._look_again_at = now + _LOOK_AT_CREDENTIALS_S if credentials else 0.0
            if credentials:
                self._gatekeeper.ask_again(credentials)

    def _attend(self, peer: Peer) -> None:
        peer.proceed(time.monotonic())
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
        """While too much waits to be stored, nothing is read: what the network holds costs no memory."""
        full = self._intake.waiting_bytes >= self._limits.max_waiting_bytes
        if full != self._full:
            self._full = full
            self._touched.update(self._inlets)

    def _begin_anew(self) -> None:
        """Drop every connection: what is not settled comes again, and a closed port would be worse."""
        self._touched.clear()
        for peer in tuple(self._inlets):
            self._drop(peer)
        time.sleep(_PAUSE_AFTER_FAULT_S)

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
        self._gatekeeper.stop()
        self._outgoing.stop()
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

    # --- connections and links ------------------------------------------------------------------------------

    def _welcome(self) -> None:
        if self._door is None:
            return
        try:
            connected, address = self._door.accept()
        except OSError as error:
            log.warning("A connection could not be taken: %s", error)
            return
        if len(self._inlets) >= self._limits.max_connections:
            log.warning("Connection from %s refused: %d are open, the most", address, len(self._inlets))
            connected.close()
            return
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        peer = Peer(
            connected,
            address,
            offers=self._offers,
            context=self._doorkeeping.tls,
            idle_timeout_s=self._limits.idle_timeout_s,
            login_timeout_s=self._limits.login_timeout_s,
        )
        self._inlets[peer] = {}
        self._interest[peer] = 0
        self._touched.add(peer)

    def _offers(self, fingerprint: str) -> tuple[str, ...]:
        """The ways to log in; a client takes the first it can, or the one it was told to."""
        ways = [EXTERNAL] if fingerprint else []
        ways.append(PLAIN)  # over TLS, on this machine, or said to be insecure: see _check_exposure
        if self._doorkeeping.anonymous:
            ways.append(ANONYMOUS)
        return tuple(ways)

    def _drop(self, peer: Peer) -> None:
        if self._interest.pop(peer):
            self._selector.unregister(peer.socket)
        for inlet in self._inlets.pop(peer).values():
            inlet.cut()
        self._outgoing.dropped(peer)
        peer.drop()

    def _link_opened(self, peer: Peer, event: Any) -> None:
        link = event.link
        if peer.login is None:
            return  # its connection is being closed: nothing of it is taken
        if link.is_sender:
            if not self._outgoing.opened(peer, link):
                _turn_away(
                    link,
                    "Padstone sends answers and requests alone: open the link with a dynamic source or a "
                    "target address to hear answers, with your own CFX handle as its source to hear requests",
                )
            return
        if link.remote_target.type == Terminus.COORDINATOR:
            _turn_away(link, "Padstone knows no AMQP transactions: each message is settled once it is stored")
            return
        link.source.copy(link.remote_source)
        link.target.copy(link.remote_target)
        link.snd_settle_mode = link.remote_snd_settle_mode
        link.max_message_size = self._limits.max_message_bytes
        link.open()
        inlet = Inlet(peer, link, self._limits.credit)
        self._inlets[peer][link] = inlet
        if not self._stopping:
            inlet.top_up()
        log.info("%s (%s) sends to %r", peer.name, peer.container, link.remote_target.address)

    def _link_closed(self, peer: Peer, event: Any) -> None:
        self._outgoing.closed(peer, event.link)
        inlet = self._inlets[peer].pop(event.link, None)
        if inlet is not None:
            inlet.cut()
        if event.type is Event.LINK_REMOTE_DETACH:
            event.link.detach()
        else:
            event.link.close()

    def _link_flow(self, peer: Peer, event: Any) -> None:
        self._outgoing.flowed(peer, event.link)
        inlet = self._inlets[peer].get(event.link)
        if inlet is not None and not self._stopping:
            inlet.top_up()

    def _transport_failed(self, peer: Peer, event: Any) -> None:
        log.info("Connection from %s (%s) broken: %s", peer.name, peer.container, event.transport.condition)

    # --- messages -------------------------------------------------------------------------------------------

    def _transferred(self, peer: Peer, event: Any) -> None:
        transfer = event.delivery
        if event.link.is_sender:
            transfer.settle()  # of ours: it has arrived, or not
            return
        inlet = self._inlets[peer].get(event.link)
        if inlet is None:
            return
        if transfer.aborted:
            inlet.abort(transfer)
            return
        taken = inlet.read(transfer, self._limits.max_message_bytes) if transfer.readable else None
        if taken is not None:
            message, size_bytes = taken
            content, correspondence = self._content(peer, message, size_bytes)
            self._intake.add(
                Arrival(inlet, transfer, len(message), content, transfer.settled, correspondence)
            )

    def _content(
        self, peer: Peer, message: bytes, size_bytes: int
    ) -> tuple[Delivery | Refused, Correspondence | None]:
        handle = peer.login.handle if peer.login is not None else ""
        if size_bytes > self._limits.max_message_bytes:
            most = self._limits.max_message_bytes
            reason = f"The message has {size_bytes:,} bytes, and {most:,} is the most that is taken"
            return Refused(handle or peer.container, _TOO_LARGE, reason), None
        try:
            content = wire.read(message)
        except wire.Unusable as unusable:
            sender = handle or unusable.handle or peer.container
            return Refused(sender, unusable.condition, str(unusable)), None
        delivery = Delivery(
            door=DOOR,
            sender=handle or content.handle or peer.container,
            body=content.body,
            content_encoding=content.content_encoding,
            sent_at=content.sent_at,
            received_at=clock.now(),
            handle=handle,
        )
        if may_correspond(delivery, content.message_name):
            return delivery, Correspondence(delivery, content.reply_to)
        return delivery, None


def _check_exposure(host: str, doorkeeping: Doorkeeping) -> None:
    if _is_loopback(host):
        return
    if doorkeeping.anonymous:
        raise ValueError(f"other machines can reach {host!r}: none of them may send without logging in")
    if doorkeeping.tls is None and not doorkeeping.insecure:
        raise ValueError(
            f"other machines can reach {host!r}, and without TLS anybody on the way can read their secrets: "
            "give a certificate (--amqp-tls-cert, --amqp-tls-key), or say --insecure"
        )


def _turn_away(link: Any, reason: str) -> None:
    """Refuse a link: attach, then detach with the error (OASIS AMQP 1.0, part 2, section 2.6.3)."""
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
