"""Wrong passwords: slowed, then refused, and nobody else is locked out by them.

Counted for all processes together, in the shared cache. An account from one address: after three wrong
passwords within ten seconds a pause, after ten within ten minutes a refusal until the oldest of them is ten
minutes old. Who tries many accounts from one address, or one account from many addresses, meets a second
limit; it does not stop people at an address from which their account has logged in before: one bad neighbour
locks nobody out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied

from padstone.kernel.errors import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest

LIMITS: Final = {
    "attempts_pair": "3/10s/key,10/10m/key",
    "attempts_account": "100/h/key",
    "attempts_address": "100/10m/key",
}
"""How many wrong ones, in allauth's notation: an account at an address; an account; an address."""

_APP = "allauth.account"


class TooManyAttempts(Refusal):
    """Too many wrong passwords: not even the right one is looked at for a while."""

    status = 429


def note_attempt(request: HttpRequest, name: str) -> None:
    """Before a password (or PIN) of the account ``name`` is looked at. Raises TooManyAttempts."""
    address = address_of(request)
    if not _consume(request, "attempts_pair", _pair(name, address)):
        raise _too_many()
    if _is_known_here(name, address):
        return
    for action, key in (("attempts_account", name.casefold()), ("attempts_address", address)):
        if not _consume(request, action, key, dry_run=True):
            raise _too_many()


def note_failure(request: HttpRequest, name: str) -> None:
    """It was wrong."""
    _consume(request, "attempts_account", name.casefold())
    _consume(request, "attempts_address", address_of(request))


def note_success(request: HttpRequest, name: str) -> None:
    """It was right: earlier wrong ones of this account at this address are forgotten."""
    ratelimit.clear(
        request, app=_APP, action="attempts_pair", config=LIMITS, key=_pair(name, address_of(request))
    )


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, as far as it is known: behind a proxy, what the proxy says. "" where
    neither a proxy nor the connection tells one; all of those are counted together.
    """
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:  # how allauth says that it knows none: to be asked is no fault of the asker's
        return ""


def _pair(name: str, address: str) -> str:
    return f"{address} {name.casefold()}"


def _is_known_here(name: str, address: str) -> bool:
    return bool(UserSession.objects.filter(user__username__iexact=name, ip=address).exists())


def _consume(request: HttpRequest, action: str, key: str, *, dry_run: bool = False) -> bool:
    usage = ratelimit.consume(
        request, app=_APP, action=action, config=LIMITS, key=key, dry_run=dry_run, limit_get=True
    )
    return usage is not None


def _too_many() -> TooManyAttempts:
    return TooManyAttempts(
        "too_many_attempts",
        "There were too many wrong passwords.",
        way_out="Wait ten seconds, ten minutes if there were many; or have an administrator set a new one.",
    )
