"""What doors ask about accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator

from padstone.kernel.errors import NotFound
from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import CLIENT, PERMISSIONS, granting
from padstone.platform.accounts.second_factor import (
    FACTORS,
    has_second_factor,
    must_have_second_factor,
    roles_of,
)

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

MANAGE = "manage_accounts"


@dataclass(frozen=True, slots=True)
class Person:
    """An account as people see it. ``second_factor``: there is one; ``owes_second_factor``: it is still
    missing.
    """

    name: str
    full_name: str
    roles: tuple[str, ...]
    client: str
    company_login: str
    active: bool
    second_factor: bool
    owes_second_factor: bool
    last_login: datetime | None


@dataclass(frozen=True, slots=True)
class Permitted:
    """One permission, what it means, and the roles that grant it to a person; none: they may not."""

    permission: str
    meaning: str
    granted_by: tuple[str, ...]


def admins() -> tuple[str, ...]:
    """Names of the active accounts that may do everything, oldest first."""
    return tuple(
        User.objects.filter(is_superuser=True, is_active=True)
        .order_by("id")
        .values_list("username", flat=True)
    )


def has_administrator() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


def exists(name: str) -> bool:
    return User.objects.filter(username__iexact=name).exists()


def people(actor: Actor) -> tuple[Person, ...]:
    """Every account, those that may log in first, by name."""
    actor.must(MANAGE)
    with_factor = set(Authenticator.objects.filter(type__in=FACTORS).values_list("user_id", flat=True))
    users = User.objects.order_by("-is_active", "username")
    return tuple(_person(user, second_factor=user.pk in with_factor) for user in users)


def person(actor: Actor, name: str) -> Person:
    """One account. Raises NotFound."""
    actor.must(MANAGE)
    user = _known(name)
    return _person(user, second_factor=has_second_factor(user))


def may_do(actor: Actor, name: str) -> tuple[Permitted, ...]:
    """Every permission there is, and because of which role the account has it. Anybody may ask about
    themselves, an administrator about everybody.
    """
    if actor.name != name:
        actor.must(MANAGE)
    roles = roles_of(_known(name))
    return tuple(Permitted(one, meaning, granting(one, roles)) for one, meaning in PERMISSIONS.items())


def clients(actor: Actor) -> tuple[str, ...]:
    """The names of clients that accounts belong to."""
    actor.must(MANAGE)
    return tuple(
        User.objects.exclude(client="").order_by("client").values_list("client", flat=True).distinct()
    )


def _known(name: str) -> User:
    user = User.objects.filter(username=name).first()
    if user is None:
        raise NotFound("account_unknown", "There is no account named {name}.", field="name", name=name)
    return user


def _person(user: User, *, second_factor: bool) -> Person:
    roles = roles_of(user)
    return Person(
        name=user.username,
        full_name=user.get_full_name(),
        roles=roles,
        client=user.client if CLIENT in roles else "",
        company_login=user.company_login,
        active=user.is_active,
        second_factor=second_factor,
        owes_second_factor=must_have_second_factor(user) and not second_factor,
        last_login=user.last_login,
    )
