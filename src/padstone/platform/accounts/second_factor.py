"""Who must show more than a password, and who has the means to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings

from padstone.platform.accounts.roles import ADMINISTRATOR, wants_second_factor

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.platform.accounts.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""Recovery codes are no factor: they stand in for one that was lost."""


def roles_of(user: User) -> tuple[str, ...]:
    """The roles of an account; whoever was made a superuser is an administrator."""
    roles = tuple(str(name) for name in user.roles)
    return (*roles, ADMINISTRATOR) if user.is_superuser and ADMINISTRATOR not in roles else roles


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def must_have_second_factor(user: User) -> bool:
    """Whether the account's roles want one, at a site that requires it."""
    return bool(settings.REQUIRE_SECOND_FACTOR) and wants_second_factor(roles_of(user))


def owes_second_factor(request: HttpRequest, user: User) -> bool:
    """Whether this login is still short of a second factor that its roles want.

    Whoever came through the company's own login proved there what the company wants proved.
    """
    if not must_have_second_factor(user):
        return False
    if any(one.get("method") == "socialaccount" for one in get_authentication_records(request, user)):
        return False
    return not has_second_factor(user)
