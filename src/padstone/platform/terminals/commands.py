"""Terminals, badges and PINs: who has them, and how a person comes on.

Trying a badge or a PIN answers what became of it and does not raise: a refusal would take the count and the
audit line back with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import TYPE_CHECKING

from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from padstone.platform.accounts.models import User
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.terminals.domain import (
    ADMIT,
    BADGE_CHARACTERS,
    IDLE_S,
    MANAGE,
    ONE_TIME_PIN_HOLDS,
    SET_PIN,
    TRIES_IN_ALL,
    UNKNOWN_BADGES_FORGOTTEN,
    must_be_strong,
    scan_wait_after,
    wait_after,
)
from padstone.platform.terminals.identity import why_over
from padstone.platform.terminals.keeping import (
    badge_hash,
    encoded_pin,
    is_right,
    new_one_time_pin,
    new_token,
    token_hash,
)
from padstone.platform.terminals.lookups import asked_badge, is_welcome, known_badge, shown_name
from padstone.platform.terminals.models import Badge, Pin, Terminal, TerminalPresence

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


class Outcome(StrEnum):
    """What became of a badge or a PIN that was tried."""

    ASKED = "asked"
    """The badge is known: its PIN is asked now."""
    UNKNOWN = "unknown"
    """No such badge, or one that was revoked, or whose person's account is closed."""
    WITHOUT_PIN = "without_pin"
    ON = "on"
    CHOOSE = "choose"
    """A one-time PIN was right: the person chooses one of their own now, and is not yet on."""
    WRONG = "wrong"
    WAIT = "wait"
    """Too many were wrong: nothing is looked at before ``wait_s`` seconds have passed."""
    REFUSED = "refused"
    """Too many were wrong for any further try: the person needs a new PIN."""
    EXPIRED = "expired"
    """The badge waited too long for its PIN, or the one-time PIN for its person."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a terminal says to a badge or a PIN. ``wrong_before``: wrong PINs before the right one."""

    outcome: Outcome
    person: str = ""
    wait_s: int = 0
    tries_left: int = 0
    wrong_before: int = 0


@dataclass(frozen=True, slots=True)
class Try:
    """A PIN that is being looked at: it counts as wrong until it is settled, however many come at once."""

    answer: Answer | None
    encoded: str = ""
    badge_id: int = 0


# --- for administrators ------------------------------------------------------------------------------------


@command(MANAGE)
def enrol_terminal(
    actor: Actor, *, name: str, place: str = "", idle_s: int = 600, allowed_network: str = ""
) -> str:
    """Make a browser a shared terminal; answers the token that it must keep, which is shown to nobody.

    Refuses a name that another terminal has, an idle time outside 30 s to 8 h, a network that is none.
    """
    name, place, allowed_network = name.strip(), place.strip(), allowed_network.strip()
    if not name or len(name) > 100 or len(place) > 100:
        raise Invalid("terminal_name", "A terminal needs a name of at most 100 characters.", field="name")
    if Terminal.objects.filter(name=name, revoked_at=None).exists():
        raise Conflict(
            "terminal_exists",
            "There is a terminal named {name} already.",
            field="name",
            way_out="Take another name, or revoke that terminal first.",
            name=name,
        )
    shortest, longest = IDLE_S
    if not shortest <= idle_s <= longest:
        raise Invalid("terminal_idle", "Somebody who does nothing leaves after 30 s to 8 h.", field="idle_s")
    token = new_token()
    terminal = Terminal.objects.create(
        name=name,
        place=place,
        idle_s=idle_s,
        allowed_network=_network(allowed_network),
        token_hash=token_hash(token),
        enrolled_by=actor.name,
        enrolled_at=clock.now(),
    )
    TerminalPresence.objects.create(terminal=terminal)
    record(
        actor,
        "enrol_terminal",
        f"terminal:{terminal.pk}",
        name=name,
        place=place,
        idle_s=idle_s,
        allowed_network=terminal.allowed_network,
    )
    return token


@command(MANAGE)
def revoke_terminal(actor: Actor, *, terminal_id: int) -> None:
    """From now on it is a browser like any other; whoever is on at it is on no more. Raises NotFound."""
    terminal = Terminal.objects.select_for_update().filter(pk=terminal_id, revoked_at=None).first()
    if terminal is None:
        raise NotFound("terminal_unknown", "There is no such terminal.", field="terminal_id")
    terminal.revoked_at = clock.now()
    terminal.save(update_fields=["revoked_at"])
    record(actor, "revoke_terminal", f"terminal:{terminal.pk}", name=terminal.name)


@command(MANAGE)
def issue_badge(actor: Actor, *, username: str, code: str) -> None:
    """Give a person a badge; the one they had is revoked.

    Refuses an unknown or closed account, a code that is too short to be one, and a badge somebody has.
    """
    user = _open_account(username)
    if not is_welcome(user):
        raise Invalid(
            "badge_for_client", "A client has no badge: the floor is closed to them.", field="username"
        )
    code = code.strip()
    shortest, longest = BADGE_CHARACTERS
    if not (shortest <= len(code) <= longest and code.isprintable()):
        raise Invalid("badge_code", "A badge's code has 4 to 200 characters.", field="code")
    digest = badge_hash(code)
    if Badge.objects.filter(code_hash=digest, revoked_at=None).exists():
        raise Conflict(
            "badge_taken",
            "Somebody has this badge already.",
            field="code",
            way_out="Revoke it there first, or take another badge.",
        )
    former = Badge.objects.select_for_update().filter(user=user, revoked_at=None).first()
    if former is not None:
        _revoke(former)
    badge = Badge.objects.create(user=user, code_hash=digest, issued_by=actor.name, issued_at=clock.now())
    replaces = f"badge:{former.pk}" if former is not None else ""
    record(actor, "issue_badge", username, badge=f"badge:{badge.pk}", replaces=replaces)


@command(MANAGE)
def revoke_badge(actor: Actor, *, badge_id: int) -> None:
    """From now on the badge opens nothing; whoever came on with it is on no more. Raises NotFound."""
    badge = (
        Badge.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=badge_id, revoked_at=None)
        .first()
    )
    if badge is None:
        raise NotFound("badge_unknown", "There is no such badge.", field="badge_id")
    _revoke(badge)
    record(actor, "revoke_badge", badge.user.get_username(), badge=f"badge:{badge.pk}")


@command(MANAGE)
def issue_pin(actor: Actor, *, username: str) -> str:
    """A one-time PIN for a person, answered once: with it they choose one of their own at a terminal.

    The PIN they had is right no more, and wrong ones are forgotten. Refuses an unknown or closed account.
    """
    user = _open_account(username)
    pin = new_one_time_pin()
    _keep_pin(user, pin, one_time=True)
    record(actor, "issue_pin", username)
    return pin


# --- for oneself -------------------------------------------------------------------------------------------


@command(SET_PIN)
def set_pin(actor: Actor, *, pin: str) -> None:
    """The actor's own PIN, and nobody else's. Refuses one that is not 4 to 8 digits or too easy to guess."""
    user = User.objects.filter(username=actor.name, is_active=True).first()
    if user is None:
        raise Forbidden("not_a_person", "{actor} is nobody who could have a PIN.", actor=actor.name)
    _choose(user, pin)
    record(actor, "set_pin", user.get_username())


# --- for the terminal itself: coming on and leaving --------------------------------------------------------


@command(ADMIT)
def scan_badge(actor: Actor, *, terminal_id: int, code: str) -> Answer:
    """Ask for the PIN of a scanned badge: ASKED; or UNKNOWN, WAIT, WITHOUT_PIN.

    Unknown badges make this terminal wait a little, a few seconds at most, and no other.
    """
    presence = _locked(terminal_id)
    terminal, now = presence.terminal, clock.now()
    if (wait_s := _scan_wait_s(terminal, now)) > 0:
        record(actor, "refuse_badge", f"terminal:{terminal_id}", why="wait")
        return Answer(Outcome.WAIT, wait_s=wait_s)
    badge = known_badge(code)
    if badge is None:
        return _unknown_badge(actor, presence, now)
    name = badge.user.get_username()
    if not Pin.objects.filter(user=badge.user).exists():
        record(actor, "refuse_badge", name, why="no PIN", badge=f"badge:{badge.pk}")
        return Answer(Outcome.WITHOUT_PIN, person=shown_name(badge.user))
    presence.asked_badge, presence.asked_at = badge, now
    presence.save(update_fields=["asked_badge", "asked_at"])
    record(actor, "scan_badge", name, badge=f"badge:{badge.pk}")
    return Answer(Outcome.ASKED, person=shown_name(badge.user))


def enter_pin(actor: Actor, *, terminal_id: int, pin: str) -> Answer:
    """The PIN of the badge that was asked for: ON, CHOOSE, WRONG, WAIT, REFUSED or EXPIRED.

    The try is counted and committed before it is looked at, so that a hundred at once are a hundred; and the
    slow comparison holds no lock that others wait for.
    """
    begun = begin_try(actor, terminal_id=terminal_id)
    if begun.answer is not None:
        return begun.answer
    right = is_right(pin, begun.encoded)
    return settle_try(actor, terminal_id=terminal_id, begun=begun, right=right)


@command(ADMIT)
def begin_try(actor: Actor, *, terminal_id: int) -> Try:
    """Count a try for the badge that was asked for, before anybody looks at the PIN."""
    presence = _locked(terminal_id)
    badge, now = asked_badge(presence), clock.now()
    if badge is None:
        return Try(Answer(Outcome.EXPIRED))
    pin = Pin.objects.select_for_update().filter(user=badge.user).first()
    if pin is None:
        return Try(Answer(Outcome.WITHOUT_PIN, person=shown_name(badge.user)))
    refusal = _not_now(pin, badge.user, now)
    if refusal is not None:
        record(actor, "refuse_pin", badge.user.get_username(), why=refusal.outcome.value, wrong=pin.wrong)
        return Try(refusal)
    pin.wrong += 1
    pin.waits_until = now + wait_after(pin.wrong)
    pin.save(update_fields=["wrong", "waits_until"])
    return Try(None, pin.encoded, badge.pk)


@command(ADMIT)
def settle_try(actor: Actor, *, terminal_id: int, begun: Try, right: bool) -> Answer:
    """What became of the try: the person is on; or it stays counted, and the answer says what follows."""
    presence = _locked(terminal_id)
    badge = asked_badge(presence)
    tried = Pin.objects.select_for_update(of=("self",)).filter(
        user__badges=begun.badge_id, encoded=begun.encoded
    )
    pin = tried.first()
    if badge is None or badge.pk != begun.badge_id or pin is None:
        return Answer(Outcome.EXPIRED)  # another badge was scanned, or the PIN changed, in this very moment
    if not right:
        record(actor, "refuse_pin", badge.user.get_username(), why="wrong", wrong=pin.wrong)
        return _not_now(pin, badge.user, clock.now()) or Answer(
            Outcome.WRONG, shown_name(badge.user), tries_left=tries_left(pin.wrong)
        )
    before = pin.wrong - 1
    pin.wrong, pin.waits_until = 0, None
    pin.save(update_fields=["wrong", "waits_until"])
    if pin.one_time:
        return Answer(Outcome.CHOOSE, shown_name(badge.user))
    _come_on(actor, presence, badge)
    return Answer(Outcome.ON, shown_name(badge.user), wrong_before=before)


@command(ADMIT)
def choose_pin(actor: Actor, *, terminal_id: int, badge_id: int, issued_at: datetime, pin: str) -> Answer:
    """In place of the one-time PIN issued at that instant, which was right, one of the person's own.

    ON, or EXPIRED. Refuses (Invalid) a PIN that is too easy, or the one-time PIN itself.
    """
    presence = _locked(terminal_id)
    badge = Badge.objects.select_related("user").filter(pk=badge_id, revoked_at=None).first()
    known = (
        Pin.objects.select_for_update(of=("self",))
        .filter(user__badges=badge_id, changed_at=issued_at, one_time=True)
        .first()
    )
    if badge is None or not is_welcome(badge.user) or known is None or _has_run_out(known, clock.now()):
        return Answer(Outcome.EXPIRED)
    if is_right(pin, known.encoded):
        raise Invalid("pin_same", "This is the one-time PIN.", field="pin", way_out="Choose one of your own.")
    _choose(badge.user, pin)
    record(actor, "set_pin", badge.user.get_username(), badge=f"badge:{badge.pk}")
    _come_on(actor, presence, badge)
    return Answer(Outcome.ON, shown_name(badge.user))


@command(ADMIT)
def note_act(actor: Actor, *, terminal_id: int) -> None:
    """Whoever is on has done something: the idle time begins anew."""
    presence = _locked(terminal_id)
    if not why_over(presence):
        presence.last_act_at = clock.now()
        presence.save(update_fields=["last_act_at"])


@command(ADMIT)
def leave(actor: Actor, *, terminal_id: int, why: str = "left") -> None:
    """Nobody is on from now on. ``why``: left, idle, or what ``why_over`` says."""
    presence = _locked(terminal_id)
    _off(actor, presence, why)
    presence.asked_badge = presence.asked_at = None
    presence.save()


@command(ADMIT)
def take_back(actor: Actor, *, terminal_id: int) -> None:
    """The badge that was scanned is not asked for its PIN any more; whoever was on stays."""
    presence = _locked(terminal_id)
    presence.asked_badge = presence.asked_at = None
    presence.save(update_fields=["asked_badge", "asked_at"])


@command(ADMIT)
def note_seen(actor: Actor, *, terminal_id: int) -> None:
    """The terminal has been heard of. Kept to the minute."""
    Terminal.objects.filter(pk=terminal_id).update(last_seen_at=clock.now())


# --- rows --------------------------------------------------------------------------------------------------


def tries_left(wrong: int) -> int:
    """How many more wrong PINs before the badge waits, or is refused."""
    return next(more for more in range(1, TRIES_IN_ALL + 1) if wait_after(wrong + more))


def _locked(terminal_id: int) -> TerminalPresence:
    """The terminal's row, for this transaction alone. Raises NotFound once it is revoked."""
    presence = (
        TerminalPresence.objects.select_for_update(of=("self", "terminal"))
        .select_related("terminal", "user", "badge", "asked_badge__user")
        .filter(terminal_id=terminal_id, terminal__revoked_at=None)
        .first()
    )
    if presence is None:
        raise NotFound("terminal_unknown", "There is no such terminal.", field="terminal_id")
    return presence


def _scan_wait_s(terminal: Terminal, now: datetime) -> int:
    if terminal.unknown_badge_at is None:
        return 0
    until = terminal.unknown_badge_at + scan_wait_after(terminal.unknown_badges)
    return _seconds(until - now)


def _unknown_badge(actor: Actor, presence: TerminalPresence, now: datetime) -> Answer:
    terminal = presence.terminal
    last = terminal.unknown_badge_at
    forgotten = last is not None and now >= last + UNKNOWN_BADGES_FORGOTTEN
    terminal.unknown_badges = 1 if forgotten else terminal.unknown_badges + 1
    terminal.unknown_badge_at = now
    terminal.save(update_fields=["unknown_badges", "unknown_badge_at"])
    presence.asked_badge = presence.asked_at = None
    presence.save(update_fields=["asked_badge", "asked_at"])
    record(actor, "refuse_badge", f"terminal:{terminal.pk}", why="unknown", in_a_row=terminal.unknown_badges)
    return Answer(Outcome.UNKNOWN, wait_s=_seconds(scan_wait_after(terminal.unknown_badges)))


def _not_now(pin: Pin, user: User, now: datetime) -> Answer | None:
    """The refusal of any PIN at all, if it is time for one."""
    name = shown_name(user)
    if pin.wrong >= TRIES_IN_ALL:
        return Answer(Outcome.REFUSED, name)
    if pin.waits_until is not None and pin.waits_until > now:
        return Answer(Outcome.WAIT, name, wait_s=_seconds(pin.waits_until - now))
    return Answer(Outcome.EXPIRED, name) if _has_run_out(pin, now) else None


def _has_run_out(pin: Pin, now: datetime) -> bool:
    return pin.one_time and now >= pin.changed_at + ONE_TIME_PIN_HOLDS


def _seconds(span: timedelta) -> int:
    """Whole seconds, upwards; 0 for what has passed."""
    return max(-(-span // timedelta(seconds=1)), 0)


def _come_on(actor: Actor, presence: TerminalPresence, badge: Badge) -> None:
    _off(actor, presence, why_over(presence) or "handed_over")
    now = clock.now()
    presence.user, presence.badge = badge.user, badge
    presence.since = presence.last_act_at = now
    presence.asked_badge = presence.asked_at = None
    presence.save()
    Terminal.objects.filter(pk=presence.terminal_id).update(unknown_badges=0, unknown_badge_at=None)
    record(actor, "come_on", badge.user.get_username(), badge=f"badge:{badge.pk}")


def _off(actor: Actor, presence: TerminalPresence, why: str) -> None:
    if presence.user is not None:
        record(
            actor,
            "leave",
            presence.user.get_username(),
            why=why,
            since=presence.since,
            last_act_at=presence.last_act_at,
        )
    presence.user = presence.badge = presence.since = presence.last_act_at = None


def _revoke(badge: Badge) -> None:
    badge.revoked_at = clock.now()
    badge.save(update_fields=["revoked_at"])


def _open_account(username: str) -> User:
    user = User.objects.select_for_update().filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(
            "account_unknown", "There is no open account named {name}.", field="username", name=username
        )
    return user


def _choose(user: User, pin: str) -> None:
    must_be_strong(pin)
    if Badge.objects.filter(user=user, code_hash=badge_hash(pin), revoked_at=None).exists():
        raise Invalid("pin_is_badge", "This stands on the badge itself.", field="pin")
    _keep_pin(user, pin, one_time=False)


def _keep_pin(user: User, pin: str, *, one_time: bool) -> None:
    Pin.objects.update_or_create(
        user=user,
        defaults={
            "encoded": encoded_pin(pin),
            "changed_at": clock.now(),
            "one_time": one_time,
            "wrong": 0,
            "waits_until": None,
        },
    )


def _network(text: str) -> str:
    if not text:
        return ""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        raise Invalid(
            "terminal_network",
            "{text} is no network.",
            field="allowed_network",
            way_out="Write it as 10.1.2.0/24, or leave it empty.",
            text=text,
        ) from None
