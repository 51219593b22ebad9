"""One machine's connection: a socket on one side, Proton's protocol engine on the other.

Proton's own `Container` is not used: it waits in `select`, which knows no more than 1,024 files; one
exception in it ends every connection; and it does not tell which port it was given. Its engine, which is what
speaks AMQP, does no input or output of its own and needs but the few lines here; TLS and the login are passed
before it sees the first byte (`entrance`). (The package has gaps in its type hints: Proton's objects are
`Any`, and this module, `inlet` and `listener` alone touch them.)
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

from proton import Collector, Condition, Connection, Endpoint, Transport, TransportException

from padstone.adapters.amqp.entrance import Entrance
from padstone.adapters.amqp.sasl import ANONYMOUS, EXTERNAL, Broken
from padstone.ingest.login import NOBODY, Claim, Denied, Login, Verdict

CONTAINER = "padstone"
UNAUTHORIZED = "amqp:unauthorized-access"

_CHUNK = 65_536
_CHUNKS_A_TURN = 16  # then the other connections have theirs
_FAREWELL_S = 2.0  # how long the other side may take to hang up after our goodbye

log = logging.getLogger(__name__)


class Peer:
    """A connection from its accepted socket to its end. All of it belongs to the listener's thread."""

    def __init__(
        self,
        connected: socket.socket,
        address: tuple[Any, ...],
        *,
        offers: Callable[[str], tuple[str, ...]],
        context: ssl.SSLContext | None,
        idle_timeout_s: float,
        login_timeout_s: float,
    ) -> None:
        connected.setblocking(False)
        self.socket = connected
        self.address = str(address[0])
        self.name = f"{address[0]}:{address[1]}"
        self.login: Login | None = None
        self.deadline = 0.0
        self.gone = False
        self._entrance = Entrance(offers, context)
        self._offers = offers
        self._to_send = bytearray()
        self._is_shut_out = False
        self._verdict: Verdict | None = None
        self._answer_at = 0.0
        self._greeted_by = time.monotonic() + min(idle_timeout_s, login_timeout_s)
        self._farewell_until = 0.0
        self._collector = Collector()
        self._connection = Connection()
        self._connection.collect(self._collector)
        self._connection.container = CONTAINER
        self._transport = Transport(Transport.SERVER)
        self._transport.idle_timeout = idle_timeout_s
        self._transport.bind(self._connection)

    @property
    def container(self) -> str:
        """The name the other side gives itself; "" before it has said so."""
        return str(self._connection.remote_container or "")

    def receive(self) -> None:
        """From the socket into the engine, as much as there is and one turn allows."""
        for _ in range(_CHUNKS_A_TURN):
            if not self.reading:
                return
            try:
                chunk = self.socket.recv(_CHUNK)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self.lose(str(error))
                return
            if not chunk:
                self._end_of_input()
                return
            try:
                self._push(self._entrance.receive(chunk))
            except Broken as error:
                log.warning("%s is turned away: %s", self.name, error)
                return
            if self._entrance.is_ended:
                self._end_of_input()
                return

    def _push(self, data: bytes) -> None:
        """To the engine, which takes all of it, unless it has closed its input."""
        while data and (room := self._transport.capacity()) > 0:
            part, data = data[:room], data[room:]
            try:
                self._transport.push(part)
            except TransportException as error:
                log.warning("%s does not speak AMQP 1.0: %s", self.name, error)
                return  # the engine has closed its input, and has an error frame to send

    @property
    def credential(self) -> int:
        """The number of the credential that it has logged in with; 0 if none."""
        return self.login.credential if self.login is not None else 0

    # --- the login ------------------------------------------------------------------------------------------

    def claim(self) -> Claim | None:
        """What it shows to be let in, to be looked at; it is told once."""
        attempt = self._entrance.take_attempt()
        if attempt is None:
            return None
        fingerprint = self._entrance.fingerprint
        if attempt.mechanism == ANONYMOUS and ANONYMOUS in self._offers(fingerprint):
            self.judge(NOBODY, time.monotonic())
            return None
        shown = fingerprint if attempt.mechanism == EXTERNAL else ""
        return Claim(self.address, attempt.handle, attempt.secret, shown)

    def judge(self, verdict: Verdict, now: float) -> None:
        """The verdict is in; it is told when its pause is over."""
        self._verdict = verdict
        self._answer_at = now + (verdict.pause_s if isinstance(verdict, Denied) else 0.0)

    def proceed(self, now: float) -> None:
        """Tell the verdict if it is time to."""
        verdict = self._verdict
        if verdict is None or now < self._answer_at:
            return
        self._verdict = None
        if isinstance(verdict, Denied):
            log.info("%s is not let in", self.name)
            why = "Try again later" if verdict.for_now else "Unknown or revoked credential"
            self._entrance.refuse(why, for_now=verdict.for_now)
        else:
            self.login = verdict
            self._push(self._entrance.admit())

    def shut_out(self) -> None:
        """Its credential was revoked."""
        if self.gone or self._is_shut_out:
            return
        self._is_shut_out = True
        log.warning("Connection from %s (%s) ended: its credential was revoked", self.name, self.container)
        self.close(UNAUTHORIZED, "The credential that this connection logged in with was revoked")

    def _end_of_input(self) -> None:
        if not (self._entrance.is_open or self._entrance.is_over):
            self.lose("it hung up before it had logged in")
            return
        try:
            self._transport.close_tail()
        except TransportException as error:
            log.info("%s hung up in the middle of a frame: %s", self.name, error)

    def transmit(self) -> None:
        """From the engine to the socket, as much as goes without waiting."""
        while not self.gone:
            self._to_send += self._entrance.said()
            if not self._to_send and not self._draw():
                return
            if not self._to_send:
                continue
            try:
                sent = self.socket.send(self._to_send)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self.lose(str(error))
                return
            del self._to_send[:sent]

    def _draw(self) -> bool:
        """The engine's next bytes into the entrance; False if there are none now, or never again."""
        if self._entrance.is_over:
            self._hang_up()
        if self._farewell_until or not self._entrance.is_open:
            return False
        pending = int(self._transport.pending())
        if pending > 0:
            data = self._transport.peek(min(pending, _CHUNK))
            self._entrance.send(data)
            self._transport.pop(len(data))
        elif pending < 0:
            self._entrance.close()
            if said := self._entrance.said():
                self._to_send += said
                with contextlib.suppress(OSError):  # a goodbye that nobody may be waiting for
                    self.socket.send(self._to_send)
                self._to_send.clear()
            self._hang_up()
            return False
        return pending > 0

    def _hang_up(self) -> None:
        """All is said. Closing at once would throw away what the other side has not read: let it close."""
        if self._farewell_until:
            return
        self._farewell_until = time.monotonic() + _FAREWELL_S
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the other side was quicker
            self.gone = True

    def tick(self, now: float) -> None:
        """Heartbeats and the idle timeout; `deadline` says when to come again, 0 for never.

        Proton's own timeout begins when the other side has opened the connection.
        """
        if self._farewell_until:
            self.deadline = self._farewell_until
        elif self._verdict is not None:
            self.deadline = self._answer_at
        elif self._connection.state & Endpoint.REMOTE_UNINIT:
            self.deadline = self._greeted_by
            if now >= self._greeted_by:
                self.lose("it never said who it is")
        else:
            self.deadline = self._transport.tick(now)

    @property
    def reading(self) -> bool:
        return self._entrance.wants_input and bool(self._transport.capacity() > 0)

    @property
    def writing(self) -> bool:
        return bool(self._to_send) or (self._entrance.is_open and bool(self._transport.pending() > 0))

    @property
    def finished(self) -> bool:
        """Nothing more will come or go: lost, or closed by both sides and all of it sent."""
        if self.gone or not self._farewell_until:
            return self.gone
        return not self.reading or time.monotonic() >= self._farewell_until

    def events(self) -> Iterator[Any]:
        """What the engine has noticed since the last call."""
        while (event := self._collector.peek()) is not None:
            yield event
            self._collector.pop()

    def open(self) -> None:
        """Greet it in turn; one that has not logged in, to say that it must."""
        self._connection.open()
        if self.login is None and self._entrance.is_bare and ANONYMOUS in self._offers(""):
            self.login = NOBODY
        if self.login is None:
            log.warning("%s (%s) is turned away: it has not logged in", self.name, self.container)
            self.close(
                UNAUTHORIZED,
                "Padstone takes messages from machines that log in: by SASL PLAIN, their CFX handle as user, "
                "their secret as password; or by SASL EXTERNAL, with a client certificate",
            )

    def close(self, condition: str = "", description: str = "") -> None:
        """Say goodbye, which is yet to be sent; who has not been greeted is simply left."""
        if self._connection.state & Endpoint.LOCAL_UNINIT:
            self.gone = True
            return
        if condition:
            self._connection.condition = Condition(condition, description)
        self._connection.close()

    def lose(self, why: str) -> None:
        """The socket is dead: no one is left to say goodbye to."""
        log.info("Connection from %s (%s) lost: %s", self.name, self.container or "no name yet", why)
        self.gone = True

    def drop(self) -> None:
        """Let go of socket and engine. What was taken in and is not settled yet stays the sender's."""
        self.gone = True
        self.socket.close()
        self._transport.unbind()
        self._collector.release()
