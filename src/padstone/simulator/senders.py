"""Where the simulated machines send their messages: a folder, an HTTP door, or an AMQP 1.0 broker.

Each endpoint sends for itself: its messages keep their order, and nothing is said about the order between
endpoints.
"""

from __future__ import annotations

import base64
import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

import msgspec

HTTP_PATH = "/api/v1/cfx"
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 15.0
TRY_AGAIN = frozenset({408, 425, 429})


class Sender(Protocol):
    """Carries the messages of many endpoints, each endpoint over its own connection.

    ``send`` takes the CFX handle of one endpoint and that endpoint's next messages, each one the complete
    JSON text of a CFX envelope in UTF-8, in the order they happened. It returns when the messages are taken
    (a durable sender: when the other side has said so); it may keep them and deliver later, but it forgets
    none. ``close`` delivers what is still kept and lets go of the connections.
    """

    def send(self, handle: str, envelopes: list[bytes]) -> None: ...

    def close(self) -> None: ...


class SendingRefused(Exception):
    """The other side will not take the messages, now or later: wrong password, wrong address, wrong form."""


class FileSender:
    """Writes newline-delimited JSON, one envelope a line, and replaces what the files held before.

    A path that ends in ``.ndjson`` or ``.jsonl`` is one file for all endpoints in the order of sending; any
    other is a folder with one ``HANDLE.ndjson`` for each endpoint.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._merged = path.suffix in (".ndjson", ".jsonl")
        self._files: dict[str, BinaryIO] = {}
        (path.parent if self._merged else path).mkdir(parents=True, exist_ok=True)

    def send(self, handle: str, envelopes: list[bytes]) -> None:
        key = "" if self._merged else handle
        file = self._files.get(key)
        if file is None:
            path = self._path if self._merged else self._path / f"{handle}.ndjson"
            file = self._files[key] = path.open("wb")
        file.writelines(envelope + b"\n" for envelope in envelopes)
        file.flush()

    def close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files.clear()


class HttpSender:
    """Posts each endpoint's messages as JSON arrays to ``URL/api/v1/cfx``, with HTTP Basic: as the endpoint's
    handle with its secret from ``secrets``, else as ``user``, where one is given. ``ca`` names who may vouch
    for the other side of ``https``.

    ``send`` returns when the other side has answered 2xx. Until then it tries again, first soon, then ever
    more slowly, for as long as it takes; an answer that no repetition can change raises SendingRefused.
    """

    def __init__(
        self,
        url: str,
        user: str = "",
        password: str = "",
        *,
        secrets: Mapping[str, str] | None = None,
        ca: Path | None = None,
        timeout_s: float = 60.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"an HTTP address reads http://host:port, not {url!r}")
        self._parts = parts
        self._path = parts.path.rstrip("/").removesuffix(HTTP_PATH) + HTTP_PATH
        user = user or unquote(parts.username or "")
        password = password or unquote(parts.password or "")
        self._secrets = dict(secrets or {})
        self._user, self._password = user, password
        self._context = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._connections: dict[str, http.client.HTTPConnection] = {}

    def send(self, handle: str, envelopes: list[bytes]) -> None:
        body = b"[" + b",".join(envelopes) + b"]"
        pause = FIRST_PAUSE_S
        while True:
            asked = self._post(handle, body)
            if asked is None:
                return
            self._sleep(max(pause, asked))
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _post(self, handle: str, body: bytes) -> float | None:
        """Post once. None: taken. Else how many seconds the other side asks to wait before the next try."""
        connection = self._connections.get(handle)
        if connection is None:
            connection = self._connections[handle] = self._connect()
        try:
            connection.request("POST", self._path, body, self._headers(handle))
            response = connection.getresponse()
            answer = response.read(2_000)
            response.close()
        except (OSError, http.client.HTTPException):
            # Unreachable or cut off: it may have been taken, and the UniqueIDs say so next time.
            connection.close()
            return 0.0
        if 200 <= response.status < 300:
            return None
        if response.status in TRY_AGAIN or response.status >= 500:
            wait = response.headers.get("Retry-After", "0")
            return min(float(wait), LONGEST_PAUSE_S) if wait.isdigit() else 0.0
        text = answer.decode("utf-8", "replace")
        raise SendingRefused(f"{handle}: the answer was {response.status} {response.reason}: {text}")

    def _headers(self, handle: str) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        user, password = self._user, self._password
        if handle in self._secrets:
            user, password = handle, self._secrets[handle]
        if user:
            headers["Authorization"] = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        return headers

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._context is not None:
            return http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout_s)

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()


def read_secrets(path: Path) -> dict[str, str]:
    """A file of credentials: a JSON object, each CFX handle with its secret.

    Raises:
        ValueError: it holds something else.

    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except msgspec.DecodeError as error:
        raise ValueError(f"{path} is no JSON object of CFX handles and their secrets: {error}") from error


def sender_for(
    target: str,
    user: str = "",
    password: str = "",
    *,
    secrets: Mapping[str, str] | None = None,
    ca: Path | None = None,
) -> Sender:
    """The sender a target names: ``file:PATH``, ``http://…``, ``https://…``, ``amqp://…`` or ``amqps://…``.

    Raises:
        ValueError: the target is none of these.

    """
    if target.startswith("file:"):
        return FileSender(Path(target.removeprefix("file:")))
    if target.startswith(("http://", "https://")):
        return HttpSender(target, user, password, secrets=secrets, ca=ca)
    if target.startswith(("amqp://", "amqps://")):
        # Only who sends by AMQP needs the AMQP library, which is an extra.
        from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415

        return AmqpSender(target, secrets=secrets, ca=ca)
    raise ValueError(
        f"{target!r} is no place to send to: file:PATH, http://HOST:PORT or amqp://HOST:PORT/ADDRESS"
    )
