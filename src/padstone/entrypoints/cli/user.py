from __future__ import annotations

from collections.abc import Sequence

import click

from padstone.platform.accounts import commands, queries
from padstone.platform.accounts.identity import operator_of_this_machine
from padstone.platform.accounts.passwords import new_password
from padstone.platform.accounts.roles import ROLES
from padstone.platform.terminal import format_option, say_json, say_table

COLUMNS = ("name", "full_name", "roles", "client", "active", "second_factor", "last_login")
role_option = click.option(
    "--role", "roles", multiple=True, type=click.Choice(list(ROLES)), help="May be given several times."
)
client_option = click.option("--client", default="", help="The client's name, for the role client.")


@click.group(short_help="Accounts of people")
def user() -> None:
    """Who may log in, and as what. A password is made here, shown once, and kept only as a hash."""


@user.command("create")
@click.argument("name")
@role_option
@client_option
@click.option("--full-name", default="", help="The name that stands under a signature.")
def create(name: str, *, roles: Sequence[str], client: str, full_name: str) -> None:
    """A person NAME with these roles; without any, NAME may log in and do nothing."""
    password = new_password()
    commands.create_person(
        operator_of_this_machine(),
        name=name,
        password=password,
        roles=roles,
        client=client,
        full_name=full_name,
    )
    _show(name, password)


@user.command("create-admin")
@click.argument("name", default="admin")
def create_admin(name: str) -> None:
    """A person who may do everything: NAME, or admin."""
    password = new_password()
    commands.create_admin(operator_of_this_machine(), name=name, password=password)
    _show(name, password)


@user.command("list")
@format_option("table", "json")
def list_people(output: str) -> None:
    """Every account, its roles, and whether it has a second factor."""
    found = queries.people(operator_of_this_machine())
    if output == "json":
        say_json(found)
        return
    say_table("Accounts", COLUMNS, [[getattr(one, name) for name in COLUMNS] for one in found])


@user.command("roles")
@click.argument("name")
@role_option
@client_option
@click.option("--none", is_flag=True, help="Take all roles away.")
def set_roles(name: str, *, roles: Sequence[str], client: str, none: bool) -> None:
    """Give NAME these roles in place of those it has; without --role, show what NAME may do, and why."""
    actor = operator_of_this_machine()
    if roles or none:
        commands.set_roles(actor, name=name, roles=roles, client=client)
        click.echo(f"{name}: {', '.join(queries.person(actor, name).roles) or 'no role'}")
        return
    permitted = queries.may_do(actor, name)
    rows = [
        [one.permission, bool(one.granted_by), one.granted_by or "no role grants it", one.meaning]
        for one in permitted
    ]
    say_table(f"What {name} may do", ("permission", "may", "because_of", "meaning"), rows)


@user.command("disable")
@click.argument("name")
@click.option("--why", default="", help="For the record.")
def disable(name: str, why: str) -> None:
    """Close the account NAME: nobody logs in under it any more, and its sessions end."""
    commands.disable_account(operator_of_this_machine(), name=name, why=why)
    click.echo(f"{name} is closed.")


@user.command("enable")
@click.argument("name")
@click.option("--why", default="", help="For the record.")
def enable(name: str, why: str) -> None:
    """Open the account NAME again."""
    commands.enable_account(operator_of_this_machine(), name=name, why=why)
    click.echo(f"{name} is open.")


@user.command("set-password")
@click.argument("name")
def set_password(name: str) -> None:
    """A new password for NAME; who is logged in under that name must log in again."""
    password = new_password()
    commands.set_password(operator_of_this_machine(), name=name, password=password)
    _show(name, password)


@user.command("reset-second-factor")
@click.argument("name")
@click.option("--why", default="", help="For the record.")
def reset_second_factor(name: str, why: str) -> None:
    """Forget the authenticator app, passkeys and recovery codes of NAME, who lost them."""
    commands.reset_second_factor(operator_of_this_machine(), name=name, why=why)
    click.echo(f"{name} has no second factor any more.")


@user.command("setup-code")
def set_up_code() -> None:
    """A code with which the first administrator is made in the browser, at /welcome. It works once, and takes
    the place of any earlier one.
    """
    click.echo(f"set-up code  {make_set_up_code()}")


def make_set_up_code() -> str:
    """A new set-up code; it is kept as a digest alone. Refused where there is an administrator."""
    code = new_password()
    commands.make_set_up_code(operator_of_this_machine(), code=code)
    return code


def _show(name: str, password: str) -> None:
    click.echo(f"user      {name}")
    click.echo(f"password  {password}")
    click.echo("Write it down: it is not shown again.")
