from __future__ import annotations

import secrets

import click

from padstone.platform.accounts import commands
from padstone.platform.accounts.identity import operator_of_this_machine


@click.group(short_help="Accounts of people and machines")
def user() -> None:
    """Who may log in. A password is made here, shown once, and kept only as a hash."""


@user.command("create-admin")
@click.argument("name", default="admin")
def create_admin(name: str) -> None:
    """A person who may do everything: NAME, or admin."""
    password = new_password()
    commands.create_admin(operator_of_this_machine(), name=name, password=password)
    _show(name, password)


@user.command("create-machine")
@click.argument("name")
def create_machine(name: str) -> None:
    """An account for a machine that sends CFX messages over HTTP: it may send, and do nothing else."""
    password = new_password()
    commands.create_machine(operator_of_this_machine(), name=name, password=password)
    _show(name, password)


@user.command("set-password")
@click.argument("name")
def set_password(name: str) -> None:
    """A new password for NAME; who is logged in under that name must log in again."""
    password = new_password()
    commands.set_password(operator_of_this_machine(), name=name, password=password)
    _show(name, password)


def new_password() -> str:
    """120 bits, in groups that can be read out and typed."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(6)) for _ in range(4))


def _show(name: str, password: str) -> None:
    click.echo(f"user      {name}")
    click.echo(f"password  {password}")
    click.echo("Write it down: it is not shown again.")
