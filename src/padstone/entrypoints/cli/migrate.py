from __future__ import annotations

import click
from django.core.management import call_command
from django.db import connection

from padstone.platform.append_only import missing_guards


@click.command(short_help="Make or update the database's tables")
def migrate() -> None:
    """Bring the database to this version's tables, and check that evidence is guarded against change.

    Safe to repeat; it ends with 1 where a guard is missing.
    """
    bring_up_to_date()
    click.echo("The database is up to date.")


def bring_up_to_date() -> None:
    """The tables of this version, or ClickException where one that must be append-only is not."""
    call_command("migrate", interactive=False, verbosity=0)
    if missing := missing_guards(connection):
        raise click.ClickException(f"Evidence is not guarded against change: {', '.join(missing)} missing.")
