"""A machine as crude as a test needs it: every transfer, and every answer to it, is in the test's hands."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Any

from proton import Delivery, Message, symbol

from padstone.simulator import amqp

_STATES = {
    Delivery.ACCEPTED: "ACCEPTED",
    Delivery.REJECTED: "REJECTED",
    Delivery.RELEASED: "RELEASED",
    Delivery.MODIFIED: "MODIFIED",
}
PATIENCE_S = 30.0  # only a broken listener comes near it


@dataclass(frozen=True)
class Answer:
    state: str
    condition: str = ""
    description: str = ""


class Machine:
    def __init__(
        self,
        port: int,
        name: str = "Vendor.Model.1",
        address: str = "cfx",
        *,
        user: str = "",
        password: str = "",
    ) -> None:
        login = f"{user}:{password}@" if user else ""
        self.connection = amqp._Connection(
            name, amqp._Place.read(f"amqp://{login}127.0.0.1:{port}/{address}")
        )
        self.answers: dict[str, Answer] = {}
        self._rung, self._bell = socket.socketpair()

    @property
    def engine(self) -> Any:
        return self.connection._transport

    @property
    def link(self) -> Any:
        return self.connection._link

    def exchange(self) -> None:
        """Send what there is; wait for something to come in."""
        try:
            self.connection.exchange(self._rung)
        finally:
            for answer in self.connection.answers():
                self.answers[answer.tag] = Answer(_STATES[answer.state], answer.condition, answer.reason)

    def until(self, what: Any) -> None:
        end = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < end, "the listener did not answer"
            self.exchange()

    def send(self, tag: str, message: bytes) -> None:
        self.until(lambda: self.connection.credit)
        self.connection.send(tag, message)
        self.connection._transmit()

    def send_part(self, tag: str, part: bytes) -> None:
        self.until(lambda: self.connection.credit)
        self.link.delivery(tag)
        self.link.stream(part)
        self.connection._transmit()

    def answer(self, tag: str) -> Answer:
        self.until(lambda: tag in self.answers)
        return self.answers[tag]

    def die(self) -> None:
        """Without a goodbye."""
        self.connection.__exit__()
        self._rung.close()
        self._bell.close()


def encoded(body: Any, *, data_section: bool = True, encoding: str = "", handle: str = "") -> bytes:
    message = Message(body=body)
    message.inferred = data_section
    if encoding:
        message.content_encoding = symbol(encoding)
    if handle:
        message.properties = {"cfx-handle": handle}
    return bytes(message.encode())
