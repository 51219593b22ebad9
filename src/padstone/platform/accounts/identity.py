"""From an account to the actor that commands and queries ask for: the one place where a request becomes an
actor.
"""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.platform.accounts.attempts import address_of
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import CLIENT, at_terminals, permissions_of
from padstone.platform.accounts.second_factor import owes_second_factor, roles_of
from padstone.platform.credentials.identity import actor_from_credentials
from padstone.platform.terminals.floor import on_the_floor
from padstone.platform.terminals.identity import person_at_terminal, terminal_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest


def actor_of(request: HttpRequest) -> Actor:
    """Who asks: a credential's owner, else whoever stands at a shared terminal, else whoever has logged in.

    Nobody, a closed account, and a login that still owes a second factor may do nothing.
    """
    by_credentials = actor_from_credentials(request)
    if by_credentials is not None:
        return by_credentials
    person, terminal = person_at_terminal(request), terminal_of(request)
    if person is not None and terminal is not None:
        actor = actor_for(person, request, at_terminals(roles_of(person)))
        return replace(actor, permissions=on_the_floor(actor.permissions), via=f"terminal {terminal.name}")
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Actor(ActorKind.PERSON, "", via=came_through(request))
    return actor_for(user, request, () if owes_second_factor(request, user) else roles_of(user))


def actor_for(user: User, request: HttpRequest, roles: Collection[str] = ()) -> Actor:
    """An account as an actor, with what these of its roles permit; without any, for the record alone."""
    name, account, via = user.get_username(), f"user:{user.pk}", came_through(request)
    client = user.client if CLIENT in roles else ""
    return Actor(ActorKind.PERSON, name, permissions_of(roles), account, via, client)


def came_through(request: HttpRequest) -> str:
    """The door of a request and the address behind it, for the record: ``web 10.1.2.3``, ``api 10.1.2.3``."""
    match = request.resolver_match
    door = "api" if match is not None and "api" in match.namespaces else "web"
    return f"{door} {address_of(request)}".strip()


def operator_of_this_machine() -> Actor:
    """Whoever can run Padstone's program on the machine that holds its data may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        name = "somebody"
    return Actor(ActorKind.PERSON, f"{name} (this machine)", EVERYTHING, via="cli")
