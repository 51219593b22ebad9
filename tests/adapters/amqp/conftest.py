from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.adapters.amqp.cutter import Cutter
from tests.adapters.amqp.rabbit import PASSWORD, USER, Rabbit
from tests.adapters.amqp.store import Store

if TYPE_CHECKING:
    from padstone.adapters.amqp.listener import Listener
    from padstone.simulator.amqp import AmqpSender
    from tests.adapters.amqp.machine import Machine


class Listen(Protocol):
    def __call__(
        self, *, port: int = ..., refused: Any = ..., doorkeeping: Any = ..., **limits: Any
    ) -> Listener: ...


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def listen(store: Store, require_service: Callable[[str], str]) -> Iterator[Listen]:
    require_service("proton")
    from padstone.adapters.amqp.listener import Doorkeeping, Limits, Listener  # noqa: PLC0415 (where Proton is absent the test skips)

    with ExitStack() as ends:

        def start(
            *,
            port: int = 0,
            refused: Any = store.refuse,
            doorkeeping: Any = Doorkeeping(anonymous=True),  # noqa: B008 - it never changes
            **limits: Any,
        ) -> Listener:
            listener = Listener(
                host="127.0.0.1",
                port=port,
                accept=store.accept,
                refused=refused,
                limits=Limits(**limits),
                doorkeeping=doorkeeping,
            )
            listener.start()
            ends.callback(listener.stop)
            ends.callback(store.open.set)
            return listener

        yield start


@pytest.fixture
def listener(listen: Listen) -> Listener:
    return listen()


@pytest.fixture
def sender_to() -> Iterator[Callable[..., AmqpSender]]:
    from padstone.simulator.amqp import AmqpSender  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def connect(listener: Listener, **settings: Any) -> AmqpSender:
            sender = AmqpSender(f"amqp://127.0.0.1:{listener.port}/cfx", **settings)
            ends.callback(sender.abandon)
            return sender

        yield connect


@pytest.fixture
def machine_at() -> Iterator[Callable[..., Machine]]:
    from tests.adapters.amqp.machine import Machine  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def connect(listener: Listener, name: str = "Vendor.Model.1", address: str = "cfx") -> Machine:
            machine = Machine(listener.port, name, address)
            ends.callback(machine.die)
            return machine

        yield connect


@pytest.fixture
def machine_to() -> Iterator[Callable[..., Machine]]:
    """A machine that sends to a queue of a broker's."""
    from tests.adapters.amqp.machine import Machine  # noqa: PLC0415 (as above)

    with ExitStack() as ends:

        def connect(rabbit: Rabbit, name: str = "Vendor.Model.1", address: str = "/amq/queue/cfx") -> Machine:
            machine = Machine(rabbit.port, name, address, user=USER, password=PASSWORD)
            ends.callback(machine.die)
            return machine

        yield connect


@pytest.fixture
def cutter(rabbit: Rabbit) -> Iterator[Cutter]:
    relay = Cutter(rabbit.port)
    yield relay
    relay.close()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    """Wait for what another thread does."""

    def wait(what: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not what():
            assert time.monotonic() < end, "it did not come"
            time.sleep(0.02)

    return wait
