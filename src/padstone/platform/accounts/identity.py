"""From an account to the actor that commands and queries ask for."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.platform.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

MACHINES = "machines"
"""The group whose accounts are machines: they may send messages, and nothing else."""

SEND_MESSAGES = "send_messages"


def actor_of(request: HttpRequest) -> Actor:
    """Who asks. Staff may do everything, a machine's account may send messages; anybody else may do
    nothing.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Actor(ActorKind.PERSON, "")
    if user.is_staff or user.is_superuser:
        return Actor(ActorKind.PERSON, user.get_username(), EVERYTHING)
    if user.groups.filter(name=MACHINES).exists():
        return Actor(ActorKind.MACHINE, user.get_username(), frozenset({SEND_MESSAGES}))
    return Actor(ActorKind.PERSON, user.get_username())


def operator_of_this_machine() -> Actor:
    """Whoever can run Padstone's program on the machine that holds its data may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        name = "somebody"
    return Actor(ActorKind.PERSON, f"{name} (this machine)", EVERYTHING)
