"""Whether somebody may work at the line (IPC-2591, ValidateOperator)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.platform.accounts.models import User
from padstone.platform.accounts.roles import at_terminals, permissions_of
from padstone.platform.accounts.second_factor import roles_of
from padstone.platform.terminals.domain import BADGE_CHARACTERS
from padstone.platform.terminals.floor import on_the_floor
from padstone.platform.terminals.lookups import is_welcome, known_badge, shown_name

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


def operator_at_line(actor: Actor, *, badge: str, login: str) -> str | None:
    """The name of the person with this badge, or this user name, who may work at the line: an open account,
    none of a client's, with a role that counts on the floor. None for anybody else; it is not said why.
    """
    actor.must("view_factory")
    user = _by_badge(badge) or _by_name(login) or _by_name(badge)
    if user is None or not is_welcome(user):
        return None
    if not on_the_floor(permissions_of(at_terminals(roles_of(user)))):
        return None
    return shown_name(user)


def _by_badge(code: str) -> User | None:
    shortest, longest = BADGE_CHARACTERS
    badge = known_badge(code) if shortest <= len(code) <= longest else None
    return badge.user if badge is not None else None


def _by_name(name: str) -> User | None:
    return User.objects.filter(username=name).first() if name and "\x00" not in name else None
