"""What the tools need of AMQP, without naming an adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from padstone.entrypoints.ingestd.ports import Exposure, MessageDoor


class Heard(Protocol):
    """One message as it came: the body's bytes, and what was said around them."""

    @property
    def body(self) -> bytes: ...
    @property
    def content_encoding(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def received_at(self) -> datetime: ...
    @property
    def amqp(self) -> Mapping[str, Any]: ...


class Outcome(Protocol):
    """What became of a message that was sent: `accepted`, `rejected` or `handed back`."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def reason(self) -> str: ...


class Carrier(Protocol):
    """Carries messages to one place. `turn` sends, waits at most so long for answers, and returns those that
    came; OSError is the end of it.
    """

    @property
    def unsettled(self) -> int: ...

    def send(self, number: int, body: bytes, content_encoding: str, amqp: Mapping[str, Any]) -> None: ...

    def turn(self, longest_wait_s: float) -> Sequence[Outcome]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """An address on the network, and how to log in there. Its `str` shows no password."""

    url: str
    host: str
    port: int | None
    path: str
    is_tls: bool
    user: str = ""
    password: str = ""
    ca: Path | None = None
    certificate: tuple[Path, Path] | None = None

    @classmethod
    def read(cls, url: str, schemes: Sequence[str]) -> Place:
        """ValueError where it is no address of one of these schemes; it does not show the address, in which
        there may be a password.
        """
        like = " or ".join(f"{scheme}://user@host:port/…" for scheme in schemes)
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(f"an address reads {like}") from None
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"an address reads {like}")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        shown = urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, "", ""))
        return cls(
            url=shown,
            host=parts.hostname,
            port=port,
            path=unquote(parts.path),
            is_tls=parts.scheme in {"amqps", "https"},
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def address(self) -> str:
        """What comes after the host: the queue, topic or exchange."""
        return self.path.removeprefix("/")

    def __repr__(self) -> str:
        return self.url


class OpensEar(Protocol):
    def __call__(
        self,
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Heard]], object],
        refused: Callable[[str, str], object],
        secrets: Mapping[str, str] | None,
        exposure: Exposure,
        one_by_one: bool,
    ) -> MessageDoor: ...


class Fetches(Protocol):
    def __call__(
        self, place: Place, accept: Callable[[Sequence[Heard]], object], go_on: Callable[[], bool]
    ) -> None: ...


class OpensCarrier(Protocol):
    def __call__(self, place: Place, container: str) -> Carrier: ...


@dataclass(frozen=True, slots=True)
class AmqpTools:
    """``missing`` says in a sentence what AMQP lacks on this machine, or None. ``ear`` listens for machines;
    where it is given no ``secrets`` it lets in whoever names himself. ``fetch`` takes from an address of a
    broker; ``carrier`` sends to one.
    """

    missing: Callable[[], str | None]
    ear: OpensEar
    fetch: Fetches
    carrier: OpensCarrier
