from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from padstone.entrypoints.cli.exposure import exposure, tls_options
from padstone.entrypoints.cli.migrate import bring_up_to_date
from padstone.entrypoints.cli.processes import Child, Keeper
from padstone.entrypoints.ingestd.exposure import amqp_exposure, amqp_exposure_options, as_arguments


@click.command(short_help="Run Padstone: web and ingest")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="PADSTONE_HOST",
    show_envvar=True,
    help="For the web; 0.0.0.0 lets other machines in.",
)
@click.option(
    "--port", default=8000, show_default=True, envvar="PADSTONE_PORT", show_envvar=True, help="For the web."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes of the web."
)
@click.option(
    "--amqp-host",
    default="127.0.0.1",
    show_default=True,
    envvar="PADSTONE_AMQP_HOST",
    show_envvar=True,
    help="Where machines may connect over AMQP 1.0.",
)
@click.option("--amqp-port", default=5672, show_default=True, envvar="PADSTONE_AMQP_PORT", show_envvar=True)
@amqp_exposure_options
@tls_options
def serve(
    *,
    host: str,
    port: int,
    workers: int,
    amqp_host: str,
    amqp_port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure: bool,
    **amqp: Any,
) -> None:
    """Bring the database up to date, then run web and ingestd until SIGTERM or Ctrl-C; one that dies is
    started again.

    Other machines reach the web and AMQP over TLS alone, unless --insecure says otherwise: see padstone web
    and padstone ingestd. AMQP speaks with the web's certificate unless it is given one of its own.
    """
    tls = exposure(host, tls_cert, tls_key, insecure=insecure)
    door = amqp_exposure(insecure=insecure, **amqp)
    if tls and door.cert is None:
        door = replace(door, cert=tls.cert, key=tls.key)
    bring_up_to_date()
    web = ["web", "--host", host, "--port", str(port), "--workers", str(workers)]
    if tls:
        web += ["--tls-cert", str(tls.cert), "--tls-key", str(tls.key)]
    elif insecure:
        web.append("--insecure")
    ingest = ["ingestd", "--amqp-host", amqp_host, "--amqp-port", str(amqp_port)]
    children = (
        Child("web", web),
        Child("ingestd", [*ingest, *as_arguments(door)]),
    )
    Keeper(children, lambda sentence: click.echo(sentence, err=True)).run()
