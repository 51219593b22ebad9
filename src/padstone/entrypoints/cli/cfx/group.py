from __future__ import annotations

import click

from padstone.entrypoints.cli.cfx.explain import explain, list_
from padstone.entrypoints.cli.cfx.record import record
from padstone.entrypoints.cli.cfx.replay import replay
from padstone.entrypoints.cli.cfx.request import request
from padstone.entrypoints.cli.cfx.validate import validate


@click.group(short_help="Record, replay, validate and explain CFX messages")
def cfx() -> None:
    """Tools for whoever builds or connects a machine that speaks CFX (IPC-2591). They need no database; only
    `request` asks through a running Padstone.
    """


cfx.add_command(record)
cfx.add_command(replay)
cfx.add_command(validate)
cfx.add_command(explain)
cfx.add_command(list_)
cfx.add_command(request)
