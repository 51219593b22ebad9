"""What the processes need of adapters, without naming any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

from padstone.ingest.delivery import Delivery
from padstone.ingest.login import Claim, Verdict


class MessageDoor(Protocol):
    """A way in for messages. ``start`` returns when it is open, ``stop`` when it is closed; a message that it
    has taken is stored by then, and one that is not stored its sender still holds.
    """

    port: int

    def start(self) -> None: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a port stands open: its certificate with its key (None: it speaks without TLS), whose certificates
    machines may show, whether they may come in without showing anything, and whether secrets may be read on
    the way.
    """

    cert: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None
    anonymous: bool = False
    insecure: bool = False


class OpensAmqp(Protocol):
    def __call__(
        self,
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        verify: Callable[[Claim], Verdict],
        revoked: Callable[[Collection[int]], Collection[int]],
        exposure: Exposure,
    ) -> MessageDoor: ...


def _not_wired(*arguments: object) -> NoReturn:
    raise NotImplementedError("config.wiring says what this is")


@dataclass(frozen=True, slots=True)
class Wiring:
    """``amqp_missing`` says in a sentence what AMQP lacks on this machine, or None; ``amqp_listener`` makes
    the door; ``data_folder`` is where the embedded database lies; ``database_at`` is Django's description of
    the database at an address; ``secret_files`` are the files that secrets are read from.
    """

    amqp_missing: Callable[[], str | None]
    amqp_listener: OpensAmqp
    data_folder: Callable[[], Path]
    database_at: Callable[[str], dict[str, Any]] = _not_wired
    secret_files: Callable[[], tuple[Path, ...]] = _not_wired
