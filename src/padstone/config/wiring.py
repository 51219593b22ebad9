"""The only place that names concrete adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.adapters import amqp
from padstone.config.environment import data_folder
from padstone.entrypoints.ingestd.ports import MessageDoor, Wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from padstone.ingest.delivery import Delivery


def amqp_listener(
    *,
    host: str,
    port: int,
    accept: Callable[[Sequence[Delivery]], object],
    refused: Callable[[str, str], object],
    allow_remote: bool,
) -> MessageDoor:
    from padstone.adapters.amqp.listener import Listener  # noqa: PLC0415 - its client, Proton, may be absent

    return Listener(host=host, port=port, accept=accept, refused=refused, allow_remote=allow_remote)


WIRING = Wiring(amqp_missing=amqp.available, amqp_listener=amqp_listener, data_folder=data_folder)
