"""What the processes need of adapters, without naming any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from padstone.ingest.delivery import Delivery
from padstone.ingest.login import Claim, Verdict

if TYPE_CHECKING:
    from padstone.entrypoints.cli.cfx.ports import AmqpTools


class Running(Protocol):
    """What takes messages in. ``stop`` returns when it takes no more; a message that it has taken is stored
    by then, and one that is not stored its sender still holds.

    ``request`` asks the machine that the envelope's Target names, and awaits the answer: see
    ``ingest.sending.Carrier``.
    """

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def request(self, envelope: bytes, timeout_s: float) -> bytes: ...


class MessageDoor(Running, Protocol):
    """A way in for messages; ``start`` returns when it is open."""

    port: int


class Turn(Protocol):
    """The right to take from one address, in the thread that stores: see ``turns``."""

    def take(self) -> bool: ...

    def is_held(self) -> bool: ...

    def give_back(self) -> None: ...


class Subscribes(Protocol):
    def __call__(
        self,
        *,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        lease: Turn,
    ) -> Running: ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """One address of one broker: what it is called, and how it is subscribed to."""

    name: str
    opens: Subscribes


@dataclass(frozen=True, slots=True)
class BrokerLook:
    """What was found of a broker, or of one of its addresses, by that name: ``trouble`` is "" where all is
    well, else a sentence without a secret; ``remedy`` says what to do. ``usable``: messages can be fetched.
    """

    name: str
    trouble: str = ""
    remedy: str = ""
    usable: bool = True


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


def _no_subscriptions() -> Sequence[Subscription]:
    return ()


def _no_looks() -> Iterable[BrokerLook]:
    return ()


def _not_wired(*arguments: object) -> NoReturn:
    raise NotImplementedError("config.wiring says what this is")


@dataclass(frozen=True, slots=True)
class Wiring:
    """``amqp_missing`` says in a sentence what AMQP lacks on this machine, or None; ``amqp_listener`` makes
    the door; ``amqp_subscriptions`` are the addresses of brokers that are to be fetched from, by the
    settings (a refusal says what is wrong with them), and ``broker_looks`` connects to each;
    ``data_folder`` is where the embedded database lies; ``database_at`` is Django's description of the
    database at an address; ``secret_files`` are the files that secrets are read from.
    """

    amqp_missing: Callable[[], str | None]
    amqp_listener: OpensAmqp
    data_folder: Callable[[], Path]
    database_at: Callable[[str], dict[str, Any]] = _not_wired
    secret_files: Callable[[], tuple[Path, ...]] = _not_wired
    amqp_subscriptions: Callable[[], Sequence[Subscription]] = _no_subscriptions
    broker_looks: Callable[[], Iterable[BrokerLook]] = _no_looks
    amqp_tools: AmqpTools | None = None
