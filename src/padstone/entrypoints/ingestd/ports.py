"""What the processes need of adapters, without naming any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from padstone.ingest.delivery import Delivery


class MessageDoor(Protocol):
    """A way in for messages. ``start`` returns when it is open, ``stop`` when it is closed; a message that it
    has taken is stored by then, and one that is not stored its sender still holds.
    """

    port: int

    def start(self) -> None: ...

    def stop(self) -> None: ...


class OpensAmqp(Protocol):
    def __call__(
        self,
        *,
        host: str,
        port: int,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        allow_remote: bool,
    ) -> MessageDoor: ...


@dataclass(frozen=True, slots=True)
class Wiring:
    """``amqp_missing`` says in a sentence what AMQP lacks on this machine, or None; ``amqp_listener`` makes
    the door; ``data_folder`` is where the embedded database lies.
    """

    amqp_missing: Callable[[], str | None]
    amqp_listener: OpensAmqp
    data_folder: Callable[[], Path]
