from __future__ import annotations

import click
from django.core.management import call_command
from django.db import connection

from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.append_only import missing_guards, stand_guards
from padstone.platform.audit.commands import restore_guards
from padstone.platform.backup.postgresql import cut_off


@click.command(short_help="Make or update the database's tables")
@click.option(
    "--restore-guards",
    "restoring",
    is_flag=True,
    help="Put back guards that somebody removed, and note in the record that they were missing.",
)
def migrate(restoring: bool) -> None:  # noqa: FBT001 - click's way
    """Bring the database to this version's tables, and check that evidence is guarded against change.

    Safe to repeat; it ends with 1 where a guard was missing before.
    """
    if restoring:
        for name in restore_guards(operator_of_this_machine()):
            click.echo(f"Put back: {name}")
    bring_up_to_date()
    click.echo("The database is up to date.")


def bring_up_to_date() -> None:
    """The tables of this version, or ClickException where one that must be append-only is not, or where a
    restore was cut off: nobody may write into half a database.
    """
    if cut_off(connection):
        raise click.ClickException(
            "A restore into this database was cut off. Run it again: padstone backup restore FILE --replace. "
            "It puts back what was there first."
        )
    make_tables()


def make_tables() -> None:
    """As :func:`bring_up_to_date`, for the restore itself, which has not put the old away yet.

    Guards that a migration loses, since it rebuilds a table, are put back. One that was missing before is
    not, unless somebody asks for it: that it is missing is news.
    """
    removed = missing_guards(connection, existing=True)
    call_command("migrate", interactive=False, verbosity=0)
    if removed:
        raise click.ClickException(
            f"Evidence was not guarded against change: {', '.join(removed)} missing. "
            "Look for what was changed meanwhile: padstone audit verify --deep. "
            "Then put the guards back: padstone migrate --restore-guards."
        )
    stand_guards(connection)
