from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import click

from padstone.kernel import clock
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.credentials import commands, queries
from padstone.platform.credentials.scopes import SCOPES
from padstone.platform.terminal import format_option, say_json, say_table

COLUMNS = ("id", "owner", "name", "shown", "scopes", "state", "expires_at", "last_used_at", "last_used_from")


@click.group(short_help="API tokens")
def token() -> None:
    """With a token a program uses the API in its owner's name, as far as the token's scopes go. Shown once,
    and kept only as a digest.
    """


@token.command("create")
@click.argument("owner")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(sorted(SCOPES)),
    help="What it may do; may be given several times.",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it is good."
)
def create(owner: str, name: str, scopes: Sequence[str], days: int) -> None:
    """A token named NAME for the account OWNER. It never may more than OWNER may at the moment."""
    issued = commands.create_token(
        operator_of_this_machine(),
        owner=owner,
        name=name,
        scopes=scopes,
        expires_at=clock.now() + timedelta(days=days),
    )
    click.echo(f"token  {issued.text}")
    click.echo("Write it down: it is not shown again.")


@token.command("list")
@click.argument("owner", default="")
@format_option("table", "json")
def list_(owner: str, output: str) -> None:
    """The tokens of OWNER, or of everybody."""
    lines = queries.tokens(operator_of_this_machine(), owner=owner)
    if output == "json":
        say_json(lines)
    else:
        rows = [
            [", ".join(line.scopes) if name == "scopes" else getattr(line, name) for name in COLUMNS]
            for line in lines
        ]
        say_table("Tokens", COLUMNS, rows)


@token.command("revoke")
@click.argument("number", type=int)
@click.option("--why", default="", help="For the record.")
def revoke(number: int, why: str) -> None:
    """End token NUMBER, now."""
    commands.revoke_token(operator_of_this_machine(), token_id=number, why=why)
    click.echo("Revoked.")
