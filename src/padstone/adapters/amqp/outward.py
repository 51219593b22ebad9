"""A connection that Padstone opens: a socket on one side, Proton's protocol engine on the other.

The login is Proton's own here (SASL PLAIN, EXTERNAL or ANONYMOUS), TLS is Python's: Proton's cannot check the
name of a server that is known by its IP address.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any, Self

from proton import Collector, Connection, Transport, TransportException

from padstone.adapters.amqp.broker import Broker

CONNECT_S = 20.0

_CHUNK = 65_536
_CHUNKS_A_TURN = 16
_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Outward:
    """Open from the start; OSError from any method is its end, and what was under way the other side keeps.

    All of it belongs to one thread.
    """

    credential = 0  # nobody here shows us one: the broker has let its senders in

    def __init__(self, broker: Broker, idle_timeout_s: float) -> None:
        self.gone = False
        self.name = broker.name
        self._ended = ""
        self.socket = _connected(broker)
        self.socket.setblocking(False)
        self._collector = Collector()
        self.connection: Any = Connection()
        self.connection.collect(self._collector)
        self.connection.container = broker.container
        self.connection.hostname = broker.host
        self._transport = Transport()
        self._log_in(broker)
        self._transport.idle_timeout = idle_timeout_s
        self._transport.bind(self.connection)
        self.connection.open()

    def _log_in(self, broker: Broker) -> None:
        sasl = self._transport.sasl()
        if broker.user:
            self.connection.user, self.connection.password = broker.user, broker.password
            sasl.allowed_mechs("PLAIN")
            # Proton knows nothing of the TLS around it; without TLS, `broker` has asked already.
            sasl.allow_insecure_mechs = True
        else:
            sasl.allowed_mechs("EXTERNAL" if broker.certificate is not None else "ANONYMOUS")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of socket and engine, without a goodbye."""
        self.gone = True
        self.socket.close()
        self._transport.unbind()
        self._collector.release()

    def shut_out(self) -> None:
        """Nothing to do: there is no credential of ours here that could be revoked."""

    def exchange(self, bell: socket.socket, longest_wait_s: float, *, reading: bool = True) -> None:
        """Send what there is, and receive what comes; wait no longer than that, nor when the bell rings."""
        deadline = self._transport.tick(time.monotonic())
        self.transmit()
        wait_s = min(longest_wait_s, deadline - time.monotonic()) if deadline else longest_wait_s
        hears = reading and self._transport.capacity() > 0
        if hears and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            wait_s = 0.0
        poll = select.poll()
        poll.register(bell, select.POLLIN)
        if interest := (select.POLLIN if hears else 0) | (
            select.POLLOUT if self._transport.pending() > 0 else 0
        ):
            poll.register(self.socket, interest)
        poll.poll(max(0.0, wait_s) * 1000)
        with contextlib.suppress(BlockingIOError):
            bell.recv(4096)
        if hears:
            self._receive()

    def transmit(self) -> None:
        while (pending := self._transport.pending()) != 0:
            if pending < 0:
                raise ConnectionError(self._why())
            try:
                sent = self.socket.send(self._transport.peek(min(pending, _CHUNK)))
            except _NOT_NOW:
                return
            self._transport.pop(sent)

    def _receive(self) -> None:
        for _ in range(_CHUNKS_A_TURN):
            if (room := self._transport.capacity()) <= 0:
                return
            try:
                chunk = self.socket.recv(min(room, _CHUNK))
            except _NOT_NOW:
                return
            if not chunk:
                self._transport.pending()  # a refused login becomes a condition as the engine answers it
                raise ConnectionError(self._why())
            try:
                self._transport.push(chunk)
            except TransportException as error:
                raise ConnectionError(f"it does not speak AMQP 1.0: {error}") from error

    def _why(self) -> str:
        why = self._transport.condition or self.connection.remote_condition
        return f"it hung up: {why.name} {why.description or ''}" if why else "it hung up"

    def events(self) -> Iterator[Any]:
        """What the engine has noticed since the last call."""
        while (event := self._collector.peek()) is not None:
            yield event
            self._collector.pop()

    def say_goodbye(self) -> None:
        """Close, send all there is to send, and wait a moment for the other side to have read it."""
        self.connection.close()
        end = time.monotonic() + 2.0
        with contextlib.suppress(OSError):
            while (left := end - time.monotonic()) > 0:
                pending = self._transport.pending()
                if pending < 0:
                    return
                poll = select.poll()
                poll.register(self.socket, select.POLLIN | (select.POLLOUT if pending > 0 else 0))
                poll.poll(left * 1000)
                self.transmit()
                self._receive()


def _connected(broker: Broker) -> socket.socket:
    context = broker.context()
    connected = socket.create_connection((broker.host, broker.port), timeout=CONNECT_S)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if context is None:
        return connected
    try:
        return context.wrap_socket(connected, server_hostname=broker.host)
    except BaseException:
        connected.close()
        raise
