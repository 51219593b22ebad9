"""Badges as the terminal meets them, and how people are called there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.platform.accounts.roles import CLIENT
from padstone.platform.terminals.domain import ASKED_FOR
from padstone.platform.terminals.keeping import badge_hash
from padstone.platform.terminals.models import Badge

if TYPE_CHECKING:
    from padstone.platform.accounts.models import User
    from padstone.platform.terminals.models import TerminalPresence


def is_welcome(user: User) -> bool:
    """Whether a person may stand at a shared terminal at all: an open account, and none of a client's."""
    return user.is_active and CLIENT not in user.roles


def known_badge(code: str) -> Badge | None:
    """The badge with this code, if it is good and its person's account is open."""
    badges = Badge.objects.select_related("user").filter(code_hash=badge_hash(code), revoked_at=None)
    badge = badges.first()
    return badge if badge is not None and is_welcome(badge.user) else None


def asked_badge(presence: TerminalPresence) -> Badge | None:
    """The badge whose PIN the terminal asks for; None where none is, or it waited too long."""
    badge, asked_at = presence.asked_badge, presence.asked_at
    if badge is None or asked_at is None or clock.now() >= asked_at + ASKED_FOR:
        return None
    return badge if badge.revoked_at is None and is_welcome(badge.user) else None


def shown_name(user: User) -> str:
    return user.get_full_name() or user.get_username()
