from __future__ import annotations

import click

from padstone.entrypoints.cli.migrate import bring_up_to_date
from padstone.entrypoints.cli.processes import Child, Keeper


@click.command(short_help="Run Padstone: web and ingest")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="For the web; 0.0.0.0 lets other machines in."
)
@click.option("--port", default=8000, show_default=True, help="For the web.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes of the web."
)
@click.option(
    "--amqp-host", default="127.0.0.1", show_default=True, help="Where machines may connect over AMQP 1.0."
)
@click.option("--amqp-port", default=5672, show_default=True)
@click.option(
    "--allow-remote", is_flag=True, help="Let other machines connect over AMQP, which has no passwords yet."
)
def serve(*, host: str, port: int, workers: int, amqp_host: str, amqp_port: int, allow_remote: bool) -> None:
    """Bring the database up to date, then run web and ingestd until SIGTERM or Ctrl-C; one that dies is
    started again.
    """
    bring_up_to_date()
    ingest = ["ingestd", "--amqp-host", amqp_host, "--amqp-port", str(amqp_port)]
    children = (
        Child("web", ["web", "--host", host, "--port", str(port), "--workers", str(workers)]),
        Child("ingestd", [*ingest, "--allow-remote"] if allow_remote else ingest),
    )
    keeper = Keeper(children, lambda sentence: click.echo(sentence, err=True))
    keeper.start()
    click.echo(f"Padstone answers on http://{host}:{port}/", err=True)
    keeper.keep()
