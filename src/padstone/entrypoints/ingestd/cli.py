from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from types import FrameType
from typing import Any

import click
from django.conf import settings

from padstone.entrypoints.ingestd import doorkeeper, turns
from padstone.entrypoints.ingestd.archiving import Archivist
from padstone.entrypoints.ingestd.brokers import open_brokers
from padstone.entrypoints.ingestd.clockwatch import Clockwatch
from padstone.entrypoints.ingestd.exposure import amqp_exposure, amqp_exposure_options
from padstone.entrypoints.ingestd.loop import interpret_for_ever
from padstone.entrypoints.ingestd.ports import Exposure, MessageDoor, Running, Wiring
from padstone.entrypoints.ingestd.sending import Outbox
from padstone.ingest import inbox
from padstone.ingest.delivery import Delivery
from padstone.ingest.interpret import Interpreter
from padstone.platform.collecting import keep_what_is_here

log = logging.getLogger(__name__)


@click.command(short_help="Take and interpret machines' messages alone")
@click.option(
    "--amqp-host", default="127.0.0.1", show_default=True, help="Where machines may connect over AMQP 1.0."
)
@click.option("--amqp-port", default=5672, show_default=True, help="0 takes any free port and says which.")
@amqp_exposure_options
@click.option(
    "--insecure",
    is_flag=True,
    envvar="PADSTONE_INSECURE",
    show_envvar=True,
    help="Let other machines connect without TLS: their secrets can be read on the way.",
)
@click.option(
    "--amqp/--no-amqp", "with_amqp", default=True, help="Without AMQP: interpret what comes over HTTP."
)
@click.pass_obj
def ingestd(
    wiring: Wiring, /, *, amqp_host: str, amqp_port: int, with_amqp: bool, insecure: bool, **amqp: Any
) -> None:
    """Take CFX messages over AMQP 1.0 and turn all that came in, through whichever door, into facts.

    It also fetches what brokers hold, those that PADSTONE_BROKERS names: docs/how-to/connect-a-broker.md. And
    it sends what is asked of machines: docs/how-to/ask-a-machine.md. Once a day it moves old bytes to the
    archive, where PADSTONE_ARCHIVE_AFTER_DAYS says how old: docs/how-to/archive.md.
    Several of these may run on one PostgreSQL; the embedded database has one.

    A machine logs in with its own credential, and speaks for itself alone: padstone machine credential. Other
    machines are let in over TLS. Where AMQP's client is not installed it says what is missing, and goes on
    with what comes over HTTP. It ends cleanly on SIGTERM or Ctrl-C: what it has taken is stored, and what it
    is interpreting is finished.
    """
    stop, news = Event(), Event()
    _end_on_signals(stop, news)
    exposure = amqp_exposure(insecure=insecure, **amqp)
    try:
        turns.only_one(wiring.data_folder())
    except turns.AnotherRuns as refusal:
        raise click.ClickException(str(refusal)) from refusal
    running: list[Running] = []
    outbox: Outbox | None = None
    archivist, clockwatch = _archivist(), Clockwatch()
    try:
        if with_amqp:
            running += _open_amqp(wiring, amqp_host, amqp_port, news, exposure)
            running += _subscribe(wiring, news)
        outbox = Outbox([one.request for one in running])
        outbox.start()
        if archivist is not None:
            archivist.start()
        clockwatch.start()
        keep_what_is_here()
        interpret_for_ever(Interpreter().some, news=news, stop=stop)
    finally:
        if outbox is not None:
            outbox.hold()
        for one in running:
            one.stop()
        if outbox is not None:
            outbox.stop()
        if archivist is not None:
            archivist.stop()
        clockwatch.stop()


def _archivist() -> Archivist | None:
    days = settings.ARCHIVE_AFTER_DAYS
    return Archivist(timedelta(days=days)) if days is not None else None


def _end_on_signals(stop: Event, news: Event) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        stop.set()
        news.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _subscribe(wiring: Wiring, news: Event) -> list[Running]:
    subscriptions = wiring.amqp_subscriptions()
    if not subscriptions or wiring.amqp_missing():  # what is missing has been said
        return []
    opened = open_brokers(subscriptions, news.set)
    for name, _ in opened:
        click.echo(f"Fetches from {name}", err=True)
    return [one for _, one in opened]


def _open_amqp(wiring: Wiring, host: str, port: int, news: Event, exposure: Exposure) -> list[MessageDoor]:
    if missing := wiring.amqp_missing():
        click.echo(missing, err=True)
        return []

    def accept(deliveries: Sequence[Delivery]) -> None:
        inbox.accept(deliveries)
        news.set()

    def refused(sender: str, reason: str) -> None:
        inbox.refuse(door="amqp", sender=sender, reason=reason)

    try:
        door = wiring.amqp_listener(
            host=host,
            port=port,
            accept=accept,
            refused=refused,
            verify=doorkeeper.verify,
            revoked=doorkeeper.revoked,
            exposure=exposure,
        )
        door.start()
    except (OSError, ValueError) as error:
        raise click.ClickException(f"AMQP on {host} port {port}: {error}") from error
    click.echo(f"AMQP 1.0{' over TLS' if exposure.cert else ''} on {host} port {door.port}", err=True)
    return [door]
