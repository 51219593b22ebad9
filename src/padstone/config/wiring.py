"""The only place that names concrete adapters."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING, cast

from padstone.adapters import amqp
from padstone.config.environment import brokers, cfx_handle, data_folder, database_at, secret_files
from padstone.entrypoints.cli.cfx.ports import AmqpTools
from padstone.entrypoints.ingestd.ports import (
    BrokerLook,
    Exposure,
    MessageDoor,
    Running,
    Subscription,
    Turn,
    Wiring,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from padstone.adapters.amqp.broker import Broker
    from padstone.adapters.amqp.clerk import Expected
    from padstone.entrypoints.cli.cfx.ports import Carrier, Heard, Place
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
    from padstone.ingest.answering import Answering  # noqa: PLC0415

    cert, key = exposure.cert, exposure.key
    doorkeeping = Doorkeeping(
        verify=verify,
        revoked=revoked,
        tls=server_context(cert, key, exposure.client_ca) if cert and key else None,
        anonymous=exposure.anonymous,
        insecure=exposure.insecure,
    )
    return Listener(
        host=host,
        port=port,
        accept=accept,
        refused=refused,
        doorkeeping=doorkeeping,
        answerer=Answering(cfx_handle()),
    )


def amqp_subscriptions() -> list[Subscription]:
    from padstone.adapters.amqp.clerk import Expected  # noqa: PLC0415 - the structures take time to read

    expected = Expected()
    return [
        Subscription(f"{address} at {broker.name}", _subscribes(broker, address, expected))
        for broker in brokers()
        for address in broker.addresses
    ]


def _subscribes(broker: Broker, address: str, expected: Expected) -> Callable[..., Running]:
    def subscribe(
        *,
        accept: Callable[[Sequence[Delivery]], object],
        refused: Callable[[str, str], object],
        lease: Turn,
    ) -> Running:
        # As above; and the tables are not ready when this module is read.
        from padstone.adapters.amqp.subscriber import Subscriber  # noqa: PLC0415
        from padstone.ingest.answering import Answering  # noqa: PLC0415

        return Subscriber(
            broker,
            address,
            accept=accept,
            refused=refused,
            lease=lease,
            answerer=Answering(cfx_handle()),
            expected=expected,
        )

    return subscribe


def broker_looks() -> Iterator[BrokerLook]:
    from padstone.adapters.amqp.looking import look_at  # noqa: PLC0415 - as above

    hears = cfx_handle()
    for broker in brokers():
        for look in look_at(broker):
            name = f"{look.address} at {broker.name}" if look.address else broker.name
            yield BrokerLook(name, look.trouble, look.remedy, usable=not look.trouble)
        answers = broker.requests.replace("{handle}", hears)
        if answers and answers not in broker.addresses:
            yield BrokerLook(
                broker.name,
                f"Machines are asked through it, and what they answer to {answers} is not fetched.",
                f"Add &subscribe={answers} to its address, unless their answers come another way.",
            )


def _ear(
    *,
    host: str,
    port: int,
    accept: Callable[[Sequence[Heard]], object],
    refused: Callable[[str, str], object],
    secrets: Mapping[str, str] | None,
    exposure: Exposure,
    one_by_one: bool,
) -> MessageDoor:
    from padstone.adapters.amqp.ear import Ear  # noqa: PLC0415 - as above
    from padstone.adapters.amqp.listener import Doorkeeping, Limits  # noqa: PLC0415 - as above
    from padstone.adapters.amqp.tls import server_context  # noqa: PLC0415 - as above
    from padstone.ingest.login import Denied, Login  # noqa: PLC0415 - as above

    def verify(claim: Claim) -> Verdict:
        expected = secrets.get(claim.handle) if secrets is not None else claim.secret
        is_known = expected is not None and compare_digest(expected.encode(), claim.secret.encode())
        return Login(claim.handle, 0) if is_known else Denied()

    cert, key = exposure.cert, exposure.key
    return Ear(
        host=host,
        port=port,
        accept=cast("Callable[[Sequence[Delivery]], object]", accept),  # an ear hands over what it heard
        refused=refused,
        limits=Limits(batch_messages=1) if one_by_one else Limits(),
        doorkeeping=Doorkeeping(
            verify=verify,
            tls=server_context(cert, key, None) if cert and key else None,
            anonymous=exposure.anonymous,
            insecure=exposure.insecure,
        ),
    )


def _fetch(place: Place, accept: Callable[[Sequence[Heard]], object], go_on: Callable[[], bool]) -> None:
    from padstone.adapters.amqp.ear import fetch  # noqa: PLC0415 - as above

    fetch(_broker(place, "padstone-record"), place.address, accept, go_on)


def _carrier(place: Place, container: str) -> Carrier:
    from padstone.adapters.amqp.post import Post  # noqa: PLC0415 - as above

    return Post(_broker(place, container), place.address)


def _broker(place: Place, container: str) -> Broker:
    from padstone.adapters.amqp.broker import PORT, TLS_PORT, Broker  # noqa: PLC0415 - as above

    return Broker(
        host=place.host,
        port=place.port or (TLS_PORT if place.is_tls else PORT),
        addresses=(place.address,),
        is_tls=place.is_tls,
        user=place.user,
        password=place.password,
        ca=place.ca,
        certificate=place.certificate,
        container=container,
        durable=False,
    )


WIRING = Wiring(
    amqp_missing=amqp.available,
    amqp_listener=amqp_listener,
    data_folder=data_folder,
    database_at=database_at,
    secret_files=secret_files,
    amqp_subscriptions=amqp_subscriptions,
    broker_looks=broker_looks,
    amqp_tools=AmqpTools(missing=amqp.available, ear=_ear, fetch=_fetch, carrier=_carrier),
)
