"""Requests and responses (IPC-2591, request/response): who asks is answered, and who has asked hears of it.

Answers are worked out in a thread of its own, for they may want the database, and no connection waits for
that. It holds none of Proton's objects, as `keeper` does not: its owner numbers the links for it.
"""

from __future__ import annotations

import logging
import threading
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from padstone import cfx
from padstone.ingest.delivery import Delivery, Unreachable

_LOOK_WITHIN_BYTES = 4096
_MOST_BYTES = 16 * 1024 * 1024

log = logging.getLogger(__name__)


class Answerer(Protocol):
    """Answers requests. Called in one thread of its own, one request after the other."""

    def __call__(self, request: cfx.Head, handle: str) -> bytes | None:
        """The whole envelope of the answer: its Target is the request's Source, its RequestID the request's.
        None where there is nothing to say: the request is for somebody else. `handle` is the CFX handle that
        the asker has proved to be its own; "" where nobody had to prove any.
        """


def nobody_answers(request: cfx.Head, handle: str) -> bytes | None:
    return None


class NotReachable(Unreachable):
    """Nobody by that handle can be asked here, now."""


@dataclass(frozen=True, slots=True)
class Correspondence:
    """A stored delivery that may hold a request or a response; `reply_to` is where its sender awaits the
    answer, by AMQP's properties.
    """

    delivery: Delivery
    reply_to: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer's envelope, for whoever asked over the link or connection of that number."""

    number: int
    reply_to: str
    envelope: bytes


def may_correspond(delivery: Delivery, message_name: str) -> bool:
    """Whether a delivery may hold a request or a response, as far as can be seen without reading it."""
    if message_name:
        return message_name.endswith(("Request", "Response"))
    if delivery.content_encoding:
        return False
    start = delivery.body[:_LOOK_WITHIN_BYTES]
    return b'Request"' in start or b'Response"' in start


class Expected:
    """The responses that are awaited, by RequestID. Subscribers that share one hear of a response whichever
    of them it comes to: where requests and responses have queues of their own, who asks is not who hears.
    """

    def __init__(self) -> None:
        self._open: dict[str, Future[bytes]] = {}
        self._lock = threading.Lock()

    def expect(self, request_id: str) -> Future[bytes]:
        """ValueError where one is awaited already, or there is no RequestID."""
        with self._lock:
            if not request_id or request_id in self._open:
                raise ValueError("a request has a RequestID of its own")
            future: Future[bytes] = Future()
            self._open[request_id] = future
        return future

    def take(self, request_id: str) -> Future[bytes] | None:
        """Who awaits this one, from now on no more."""
        with self._lock:
            return self._open.pop(request_id, None)


class Clerk:
    """Answers come in `answers`; after each, `done` is called, in the clerk's thread."""

    def __init__(
        self, answerer: Answerer, done: Callable[[], None], expected: Expected | None = None
    ) -> None:
        self.answers: deque[Answer] = deque()
        self._answerer = answerer
        self._done = done
        self._expected = expected if expected is not None else Expected()
        self._asked: set[str] = set()
        self._desk: SimpleQueue[tuple[int, Correspondence] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="amqp-clerk", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Whoever still awaits a response is told that none will come."""
        self._desk.put(None)
        self._thread.join()
        for request_id in tuple(self._asked):
            self.fail(request_id, NotReachable("Padstone is stopping"))

    def take(self, number: int, correspondence: Correspondence) -> None:
        self._desk.put((number, correspondence))

    def expect(self, request_id: str) -> Future[bytes]:
        """Where the response to the request with this RequestID will come. ValueError where one is awaited
        already, or the request has none.
        """
        future = self._expected.expect(request_id)
        self._asked.add(request_id)
        return future

    def forget(self, request_id: str) -> None:
        self._asked.discard(request_id)
        self._expected.take(request_id)

    def fail(self, request_id: str, why: Exception) -> None:
        """No response will come."""
        self._asked.discard(request_id)
        if (future := self._expected.take(request_id)) is not None:
            future.set_exception(why)

    def _run(self) -> None:
        while (piece := self._desk.get()) is not None:
            number, correspondence = piece
            delivery = correspondence.delivery
            for head in cfx.split(_text(delivery)):
                if isinstance(head, cfx.Head):
                    self._read(number, correspondence, head)

    def _read(self, number: int, correspondence: Correspondence, head: cfx.Head) -> None:
        if head.message_name.endswith("Request"):
            self._answer(number, correspondence, head)
            return
        is_response = head.message_name.endswith("Response") and head.request_id
        future = self._expected.take(head.request_id or "") if is_response else None
        if future is not None:
            future.set_result(head.raw)

    def _answer(self, number: int, correspondence: Correspondence, head: cfx.Head) -> None:
        try:
            envelope = self._answerer(head, correspondence.delivery.handle)
        except Exception:
            log.exception("%s of %s could not be answered", head.message_name, head.source)
            return
        if envelope is not None:
            self.answers.append(Answer(number, correspondence.reply_to or head.source or "", envelope))
            self._done()


def _text(delivery: Delivery) -> bytes:
    """What it says, unpacked; nothing where that is far more than anybody asks."""
    if delivery.content_encoding != "gzip":
        return delivery.body
    gunzip = zlib.decompressobj(wbits=31)
    try:
        text = gunzip.decompress(delivery.body, _MOST_BYTES)
    except zlib.error:
        return b""
    return text if gunzip.eof else b""
