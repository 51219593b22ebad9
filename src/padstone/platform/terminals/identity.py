"""Who stands at a shared terminal. Read from the database with every request, so that what was revoked in one
process ends in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.platform.accounts.attempts import address_of
from padstone.platform.terminals.domain import ADMIT
from padstone.platform.terminals.keeping import token_hash
from padstone.platform.terminals.lookups import is_welcome
from padstone.platform.terminals.models import TerminalPresence

if TYPE_CHECKING:
    from django.http import HttpRequest

    from padstone.platform.accounts.models import User
    from padstone.platform.terminals.models import Terminal

TERMINAL_COOKIE = "padstone-terminal"
_KEPT = "_padstone_presence"


@dataclass(frozen=True, slots=True)
class _Found:
    presence: TerminalPresence | None


def terminal_of(request: HttpRequest) -> Terminal | None:
    """The shared terminal that asks: enrolled, not revoked, and where it is allowed to be. None for any other
    browser.
    """
    presence = presence_of(request)
    return None if presence is None else presence.terminal


def person_at_terminal(request: HttpRequest) -> User | None:
    """The person whose badge and PIN opened this terminal; None where no terminal or nobody is on."""
    presence = presence_of(request)
    return presence.user if presence is not None and not why_over(presence) else None


def presence_of(request: HttpRequest) -> TerminalPresence | None:
    """The row of the terminal that asks, read once a request."""
    found = getattr(request, _KEPT, None)
    if not isinstance(found, _Found):
        found = _Found(_read(request))
        setattr(request, _KEPT, found)
    return found.presence


def forget(request: HttpRequest) -> None:
    """Read it again: this request itself has changed who is on."""
    if hasattr(request, _KEPT):
        delattr(request, _KEPT)


def why_over(presence: TerminalPresence) -> str:
    """Why nobody is on: ``nobody``, ``account_closed``, ``badge_revoked``, ``idle``; "" where somebody is."""
    if presence.user is None or presence.badge is None or presence.last_act_at is None:
        return "nobody"
    if not is_welcome(presence.user):
        return "account_closed"
    if presence.badge.revoked_at is not None:
        return "badge_revoked"
    if clock.now() >= presence.last_act_at + timedelta(seconds=presence.terminal.idle_s):
        return "idle"
    return ""


def actor_for(terminal: Terminal) -> Actor:
    """The terminal itself: it may take badges and PINs, and nothing else."""
    name = f"terminal {terminal.name}"
    return Actor(ActorKind.MACHINE, name, frozenset({ADMIT}), account=f"terminal:{terminal.pk}", via=name)


def _read(request: HttpRequest) -> TerminalPresence | None:
    token = request.COOKIES.get(TERMINAL_COOKIE, "")
    if not token:
        return None
    presence = (
        TerminalPresence.objects.select_related("terminal", "user", "badge", "asked_badge__user")
        .filter(terminal__token_hash=token_hash(token), terminal__revoked_at=None)
        .first()
    )
    if presence is None or not _is_in_place(presence.terminal, address_of(request)):
        return None
    return presence


def _is_in_place(terminal: Terminal, address: str) -> bool:
    if not terminal.allowed_network:
        return True
    try:
        return ip_address(address) in ip_network(terminal.allowed_network)
    except ValueError:  # a server behind a socket sees no address: nothing proves that it is in its place
        return False
