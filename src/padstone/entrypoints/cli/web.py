from __future__ import annotations

from typing import Any

import click
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it has no types

SECONDS_FOR_ONE_ANSWER = 120
SECONDS_TO_FINISH = 20


@click.command(short_help="Run the web server alone")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Threads of each process."
)
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages and the API over HTTP until SIGTERM or Ctrl-C; what is being answered is finished
    first.

    It speaks plain HTTP: on a network, put a proxy with TLS in front of it. PADSTONE_HOSTS names the hosts it
    answers to.
    """
    connections.close_all()  # no connection may pass into the processes that are about to be forked
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _Server(
        {
            "bind": address,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": SECONDS_FOR_ONE_ANSWER,
            "graceful_timeout": SECONDS_TO_FINISH,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "padstone-web",
        }
    ).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our settings alone: neither its command line nor its environment variables are read."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()
