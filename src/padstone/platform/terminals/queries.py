"""Terminals, badges and PINs, for those who look after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch

from padstone.kernel import clock
from padstone.platform.accounts.models import User
from padstone.platform.terminals.domain import MANAGE, TRIES_IN_ALL
from padstone.platform.terminals.identity import why_over
from padstone.platform.terminals.lookups import asked_badge, is_welcome, shown_name
from padstone.platform.terminals.models import Badge, Pin, TerminalPresence

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalLine:
    """A shared terminal and who is on at it ("" for nobody)."""

    id: int
    name: str
    place: str
    idle_s: int
    allowed_network: str
    enrolled_by: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderLine:
    """A person, their badge (None where they have none) and their PIN: ``none``, ``own``, ``one_time``,
    ``waits`` or ``refused``.
    """

    username: str
    name: str
    badge_id: int | None
    badge_since: datetime | None
    pin: str


def terminals(actor: Actor) -> tuple[TerminalLine, ...]:
    """Every terminal that is not revoked, by name."""
    actor.must(MANAGE)
    rows = TerminalPresence.objects.select_related("terminal", "user", "badge")
    return tuple(_line(row) for row in rows.filter(terminal__revoked_at=None).order_by("terminal__name"))


def holders(actor: Actor) -> tuple[HolderLine, ...]:
    """Everybody who may stand at a terminal, by name."""
    actor.must(MANAGE)
    good = Prefetch("badges", Badge.objects.filter(revoked_at=None), to_attr="good_badges")
    rows = User.objects.filter(is_active=True).select_related("pin").prefetch_related(good)
    return tuple(
        sorted((_holder(row) for row in rows if is_welcome(row)), key=lambda one: one.name.casefold())
    )


def pin_state(user: User) -> str:
    """What the list of badges says of a person's PIN."""
    pin = Pin.objects.filter(user=user).first()
    return _pin_word(pin)


def asked_person(presence: TerminalPresence) -> str:
    """The name of the person whose PIN the terminal asks for; "" for nobody."""
    badge = asked_badge(presence)
    return "" if badge is None else shown_name(badge.user)


def _line(row: TerminalPresence) -> TerminalLine:
    terminal = row.terminal
    return TerminalLine(
        id=terminal.pk,
        name=terminal.name,
        place=terminal.place,
        idle_s=terminal.idle_s,
        allowed_network=terminal.allowed_network,
        enrolled_by=terminal.enrolled_by,
        enrolled_at=terminal.enrolled_at,
        last_seen_at=terminal.last_seen_at,
        person=shown_name(row.user) if row.user is not None and not why_over(row) else "",
    )


def _holder(user: User) -> HolderLine:
    badges: list[Badge] = user.good_badges  # type: ignore[attr-defined]  # the prefetch above puts it there
    badge = badges[0] if badges else None
    return HolderLine(
        username=user.get_username(),
        name=shown_name(user),
        badge_id=badge.pk if badge else None,
        badge_since=badge.issued_at if badge else None,
        pin=_pin_word(getattr(user, "pin", None)),
    )


def _pin_word(pin: Pin | None) -> str:
    if pin is None:
        return "none"
    if pin.wrong >= TRIES_IN_ALL:
        return "refused"
    if pin.waits_until is not None and pin.waits_until > clock.now():
        return "waits"
    return "one_time" if pin.one_time else "own"
