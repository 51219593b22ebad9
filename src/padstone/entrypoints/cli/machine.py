from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from padstone.entrypoints.cli.credentials_file import keep_credentials
from padstone.entrypoints.cli.exposure import A_FILE
from padstone.entrypoints.cli.factory import read_line
from padstone.kernel.errors import NotFound
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.credentials import commands, queries
from padstone.platform.terminal import format_option, say_json, say_table

COLUMNS = ("id", "handle", "kind", "shown", "created_at", "revoked_at", "last_used_at", "last_used_from")


@click.group(short_help="What machines log in with")
def machine() -> None:
    """Machines that deliver CFX messages."""


@machine.group()
def credential() -> None:
    """What machines log in with. A secret is made here, shown once, and kept only as a digest."""


@credential.command("create")
@click.argument("handle")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The machine's certificate, PEM, instead of a secret.",
)
@click.option("--fingerprint", default="", help="The certificate's SHA-256 fingerprint, instead of the file.")
def create(handle: str, certificate: Path | None, fingerprint: str) -> None:
    """Let the machine with the CFX handle HANDLE log in, over HTTP and AMQP, as itself and nobody else.

    A credential that it has already stays good, so that the machine can change over; revoke it afterwards.
    """
    if certificate and fingerprint:
        raise click.UsageError("Give --certificate or --fingerprint.")
    issued = commands.create_machine_credential(
        operator_of_this_machine(),
        handle=handle,
        certificate=certificate.read_text() if certificate else fingerprint,
    )
    click.echo(f"credential  {issued.id}")
    click.echo(f"user        {handle}")
    if issued.text:
        click.echo(f"password    {issued.text}")
        click.echo("Write it down: it is not shown again.")


@credential.command("file")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("handles", nargs=-1)
@click.option("--line", "line_file", type=A_FILE, help="Also for every station of a line, as in line import.")
def file_(file: Path, handles: Sequence[str], line_file: Path | None) -> None:
    """Keep a secret for each of HANDLES in FILE (JSON, for its owner alone), for programs that speak for
    several machines, such as padstone simulate.

    A secret in FILE that is still good stays; for a handle whose secret is lost a new one is made, and the
    lost one ends.
    """
    wanted = [*handles]
    if line_file is not None:
        wanted += [station.handle for station in read_line(line_file).stations]
    keep_credentials(operator_of_this_machine(), file, wanted)
    click.echo(f"{len(wanted)} machines in {file}")


@credential.command("list")
@click.argument("handle", default="")
@format_option("table", "json")
def list_(handle: str, output: str) -> None:
    """The credentials of the machine HANDLE, or of all."""
    lines = queries.machine_credentials(operator_of_this_machine(), handle=handle)
    if output == "json":
        say_json(lines)
    else:
        say_table("Credentials", COLUMNS, [[getattr(line, name) for name in COLUMNS] for line in lines])


@credential.command("revoke")
@click.argument("handle")
@click.option("--id", "only", type=int, help="This credential alone; all of the machine's, if not given.")
@click.option("--why", default="", help="For the record.")
def revoke(handle: str, only: int | None, why: str) -> None:
    """End what the machine HANDLE logs in with, now."""
    actor = operator_of_this_machine()
    lines = queries.machine_credentials(actor, handle=handle, revoked_too=False)
    if not lines:
        raise NotFound(
            "machine_without_credential", "No machine {handle} may log in.", field="handle", handle=handle
        )
    ended = [line.id for line in lines if only in {None, line.id}]
    for credential_id in ended:
        commands.revoke_machine_credential(actor, credential_id=credential_id, why=why)
    click.echo(f"{len(ended)} revoked.")
