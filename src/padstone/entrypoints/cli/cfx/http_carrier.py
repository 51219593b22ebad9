"""Sends recorded messages over HTTP: one POST a message, and the answer's code says what became of it."""

from __future__ import annotations

import base64
import http.client
import ssl
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from padstone.entrypoints.cli.cfx.ports import Outcome, Place

_TIMEOUT_S = 60.0
_MOST_TRIES = 8
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 15.0
_LATER = frozenset({408, 425, 429, 502, 503, 504})
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class HttpOutcome:
    """As `ports.Outcome`."""

    number: int
    state: str
    reason: str = ""


class HttpCarrier:
    """Posts to the place's path. Where the other side asks to wait (429, 503 ...), it waits and tries again,
    a few times; OSError where it cannot be reached.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._waiting: deque[tuple[int, bytes, str]] = deque()
        self._connection = self._connect()

    @property
    def unsettled(self) -> int:
        return len(self._waiting)

    def send(self, number: int, body: bytes, content_encoding: str, amqp: Mapping[str, Any]) -> None:
        self._waiting.append((number, body, content_encoding))

    def turn(self, longest_wait_s: float) -> Sequence[Outcome]:
        if not self._waiting:
            time.sleep(longest_wait_s)
            return ()
        number, body, encoding = self._waiting.popleft()
        return (self._outcome(number, body, encoding),)

    def close(self) -> None:
        self._connection.close()

    def _outcome(self, number: int, body: bytes, encoding: str) -> HttpOutcome:
        if encoding == "amqp":
            return HttpOutcome(number, "rejected", "a whole AMQP message cannot go over HTTP: not sent")
        pause_s, said = _FIRST_PAUSE_S, ""
        for _ in range(_MOST_TRIES):
            status, said, asked_s = self._post(body, encoding)
            if 200 <= status < 300:
                return HttpOutcome(number, "accepted")
            said = f"{status} {said}"
            if status not in _LATER:
                return HttpOutcome(number, "rejected", said)
            time.sleep(max(pause_s, asked_s))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        return HttpOutcome(number, "handed back", said)

    def _post(self, body: bytes, encoding: str) -> tuple[int, str, float]:
        headers = {"Content-Type": "application/json"}
        if encoding:
            headers["Content-Encoding"] = encoding
        if self._place.user:
            pair = f"{self._place.user}:{self._place.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        response = self._answer(body, headers)
        text = response.read(_LONGEST_REASON).decode("utf-8", "replace")
        response.close()
        wait = response.headers.get("Retry-After", "0")
        return (
            response.status,
            f"{response.reason} {text}",
            (min(float(wait), _LONGEST_PAUSE_S) if wait.isdigit() else 0.0),
        )

    def _answer(self, body: bytes, headers: dict[str, str]) -> http.client.HTTPResponse:
        """A connection that has been idle may be closed by now: once more, on a new one."""
        for is_last in (False, True):
            try:
                self._connection.request("POST", self._place.path or "/", body, headers)
                return self._connection.getresponse()
            except (http.client.HTTPException, ConnectionError) as error:
                self._connection.close()
                if is_last:
                    raise ConnectionError(str(error) or type(error).__name__) from error
                self._connection = self._connect()
        raise ConnectionError("it does not answer")

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._place.host, self._place.port
        if not self._place.is_tls:
            return http.client.HTTPConnection(host, port, timeout=_TIMEOUT_S)
        context = ssl.create_default_context(cafile=self._place.ca)
        if self._place.certificate is not None:
            context.load_cert_chain(*self._place.certificate)
        return http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_S, context=context)
