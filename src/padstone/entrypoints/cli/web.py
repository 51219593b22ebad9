from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it has no types
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # as above

from padstone.entrypoints.cli.exposure import Tls, context_of, exposure, tls_options
from padstone.entrypoints.cli.user import make_set_up_code
from padstone.platform.accounts.queries import has_administrator
from padstone.platform.discretion import Discreet

SECONDS_FOR_ONE_ANSWER = 120
SECONDS_TO_FINISH = 20


@click.command(short_help="Run the web server alone")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="PADSTONE_HOST",
    show_envvar=True,
    help="0.0.0.0 lets other machines in.",
)
@click.option("--port", default=8000, show_default=True, envvar="PADSTONE_PORT", show_envvar=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Threads of each process."
)
@tls_options
def web(
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    insecure: bool,
) -> None:
    """Serve the pages and the API until SIGTERM or Ctrl-C; what is being answered is finished first.
    As long as there is no administrator, a set-up code is shown with which to make the first.

    Other machines are let in over TLS alone: its own (--tls-cert, --tls-key), or that of a proxy in front
    (PADSTONE_BEHIND_PROXY=1). PADSTONE_HOSTS names the hosts it answers to.
    """
    tls = exposure(host, tls_cert, tls_key, insecure=insecure)
    if tls:
        # Django's settings were made before these options were read.
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    scheme = "https" if tls else "http"
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not has_administrator():
        click.echo(f"Nobody can log in yet. Open {scheme}://{address}/welcome/", err=True)
        click.echo(f"and make the first administrator with the set-up code {make_set_up_code()}", err=True)
    connections.close_all()  # no connection may pass into the processes that are about to be forked
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
            "logger_class": _Log,
            "proc_name": "padstone-web",
            "when_ready": lambda _: click.echo(f"The web on {scheme}://{address}/", err=True),
            # Who asks over TLS is told by the connection, or by a proxy that Django knows of; by no other
            # header.
            "forwarded_allow_ips": "",
            **(_over(tls) if tls else {}),
        }
    ).run()


def _over(tls: Tls) -> dict[str, Any]:
    def context(config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        return context_of(tls)

    return {"certfile": str(tls.cert), "keyfile": str(tls.key), "ssl_context": context}


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log, without secrets."""

    def _set_handler(self, log: Any, output: Any, fmt: Any, stream: Any = None) -> None:
        super()._set_handler(log, output, Discreet(fmt._fmt, fmt.datefmt, settings.NEVER_SHOWN), stream)  # noqa: SLF001 - no other way


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
