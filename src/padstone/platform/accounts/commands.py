"""Accounts: who may log in, with which password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import MACHINES
from padstone.platform.accounts.models import User
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@command("create_account")
def create_admin(actor: Actor, *, name: str, password: str) -> None:
    """A person who may do everything. Refused where the name is taken or the password is weak."""
    user = _new_user(name, password)
    user.is_staff = user.is_superuser = True
    user.save()
    record(actor, "create_account", name, kind="admin")


@command("create_account")
def create_machine(actor: Actor, *, name: str, password: str) -> None:
    """An account for a machine that sends CFX messages over HTTP: it may send, and neither read nor
    decide.
    """
    user = _new_user(name, password)
    user.save()
    user.groups.add(Group.objects.get_or_create(name=MACHINES)[0])
    record(actor, "create_account", name, kind="machine")


@command("set_password")
def set_password(actor: Actor, *, name: str, password: str) -> None:
    """A new password for an account that exists; its sessions end."""
    user = User.objects.select_for_update().filter(username=name).first()
    if user is None:
        raise NotFound("account_unknown", "There is no account named {name}.", field="name", name=name)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor, "set_password", name)


def _new_user(name: str, password: str) -> User:
    if not name.strip():
        raise Invalid("account_name_missing", "An account needs a name.", field="name")
    if User.objects.filter(username=name).exists():
        raise Conflict(
            "account_exists",
            "There is an account named {name} already.",
            field="name",
            way_out="Take another name, or give that account a new password: padstone user set-password.",
            name=name,
        )
    user = User(username=name)
    _check_password(password, user)
    user.set_password(password)
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weakness:
        raise Invalid(
            "password_weak", "{why}", field="password", why=" ".join(weakness.messages)
        ) from weakness
