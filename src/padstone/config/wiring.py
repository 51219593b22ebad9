"""The only place that names concrete adapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.adapters import amqp
from padstone.config.environment import data_folder, database_at, secret_files
from padstone.entrypoints.ingestd.ports import Exposure, MessageDoor, Wiring

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from padstone.ingest.delivery import Delivery
    from padstone.ingest.login import Claim, Verdict


def amqp_listener(
    *,
    host: str,
    port: int,
    accept: Callable[[Sequence[Delivery]], object],
    refused: Callable[[str, str], object],
    verify: Callable[[Claim], Verdict],
    revoked: Callable[[Collection[int]], Collection[int]],
    exposure: Exposure,
) -> MessageDoor:
    # Its client, Proton, may be absent.
    from padstone.adapters.amqp.listener import Doorkeeping, Listener  # noqa: PLC0415
    from padstone.adapters.amqp.tls import server_context  # noqa: PLC0415

    cert, key = exposure.cert, exposure.key
    doorkeeping = Doorkeeping(
        verify=verify,
        revoked=revoked,
        tls=server_context(cert, key, exposure.client_ca) if cert and key else None,
        anonymous=exposure.anonymous,
        insecure=exposure.insecure,
    )
    return Listener(host=host, port=port, accept=accept, refused=refused, doorkeeping=doorkeeping)


WIRING = Wiring(
    amqp_missing=amqp.available,
    amqp_listener=amqp_listener,
    data_folder=data_folder,
    database_at=database_at,
    secret_files=secret_files,
)
