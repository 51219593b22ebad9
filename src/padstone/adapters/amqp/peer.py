"""One machine's connection: a socket on one side, Proton's protocol engine on the other.

Proton's own `Container` is not used: it waits in `select`, which knows no more than 1,024 files; one exception in it
ends every connection; and it does not tell which port it was given. Its engine, which is what speaks AMQP, does no
input or output of its own and needs but the few lines here. (The package has gaps in its type hints: Proton's objects
are `Any`, and this module, `inlet` and `listener` alone touch them.)
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

from proton import Collector, Condition, Connection, Endpoint, Transport, TransportException

CONTAINER = "padstone"

_CHUNK = 65_536
_CHUNKS_A_TURN = 16  # then the other connections have theirs
_FAREWELL_S = 2.0  # how long the other side may take to hang up after our goodbye

log = logging.getLogger(__name__)


class Peer:
    """A connection from its accepted socket to its end. All of it belongs to the listener's thread."""

    def __init__(self, connected: socket.socket, name: str, idle_timeout_s: float) -> None:
        connected.setblocking(False)
        self.socket = connected
        self.name = name
        self.deadline = 0.0
        self.gone = False
        self._greeted_by = time.monotonic() + idle_timeout_s
        self._farewell_until = 0.0
        self._collector = Collector()
        self._connection = Connection()
        self._connection.collect(self._collector)
        self._connection.container = CONTAINER
        self._transport = Transport(Transport.SERVER)
        self._transport.sasl().allowed_mechs("ANONYMOUS")
        self._transport.idle_timeout = idle_timeout_s
        self._transport.bind(self._connection)

    @property
    def container(self) -> str:
        """The name the other side gives itself; "" before it has said so."""
        return str(self._connection.remote_container or "")

    def receive(self) -> None:
        """From the socket into the engine, as much as there is and one turn allows."""
        for _ in range(_CHUNKS_A_TURN):
            room = self._transport.capacity()
            if room <= 0:
                return
            try:
                chunk = self.socket.recv(min(room, _CHUNK))
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self.lose(str(error))
                return
            if not chunk:
                self._end_of_input()
                return
            try:
                self._transport.push(chunk)
            except TransportException as error:
                log.warning("%s does not speak AMQP 1.0: %s", self.name, error)
                return  # the engine has closed its input, and has an error frame to send

    def _end_of_input(self) -> None:
        try:
            self._transport.close_tail()
        except TransportException as error:
            log.info("%s hung up in the middle of a frame: %s", self.name, error)

    def transmit(self) -> None:
        """From the engine to the socket, as much as goes without waiting."""
        while not self.gone and (pending := self._transport.pending()) != 0:
            if pending < 0:
                self._hang_up()
                return
            try:
                sent = self.socket.send(self._transport.peek(min(pending, _CHUNK)))
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self.lose(str(error))
                return
            self._transport.pop(sent)

    def _hang_up(self) -> None:
        """All is said. Closing at once would throw away what the other side has not read yet: wait for it to close."""
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
        elif self._connection.state & Endpoint.REMOTE_UNINIT:
            self.deadline = self._greeted_by
            if now >= self._greeted_by:
                self.lose("it never said who it is")
        else:
            self.deadline = self._transport.tick(now)

    @property
    def reading(self) -> bool:
        return bool(self._transport.capacity() > 0)

    @property
    def writing(self) -> bool:
        return bool(self._transport.pending() > 0)

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
        self._connection.open()

    def close(self, condition: str = "", description: str = "") -> None:
        """Say goodbye; what is to be sent still has to be sent. Who has not been greeted yet is simply left."""
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
