"""The moisture clock of one package: what it went through, and what is left (J-STD-033).

Time is counted in whole seconds, the share of the floor life that is used up as a fraction. What is left may
therefore be said exactly, and the second in which it runs out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Final

from padstone.features.clocks.domain.floor_life import Body, bake_s, full_life_s, life_in
from padstone.features.clocks.domain.happenings import NO_AIR, Air, Airs, Happened, Happening
from padstone.features.clocks.domain.tables import (
    CARD_BAKES_AT,
    CARD_BAKES_AT_ELSE,
    HOT_CELSIUS,
    RESET_BY_DRYING,
    SATURATED_AFTER_S,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from padstone.features.clocks.domain.policy import Policy

_NOTES_KEPT = 20


class Keeping(StrEnum):
    """Where the package is, as far as moisture is concerned."""

    PACKED = "packed"
    OPEN = "open"
    DRY = "dry"
    OVEN = "oven"


class Note(StrEnum):
    """What a person should look at."""

    NOT_OPENED = "opening_not_told"
    BAKE_TOO_SHORT = "bake_too_short"
    CLAIMS_MORE = "machine_claims_more"
    CLAIMS_LESS = "machine_claims_less"
    BEYOND_TABLE = "beyond_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moisture:
    """The clock at one second.

    ``used`` is the share of the floor life, ``ran_out_at`` when it reached the whole; ``exposed_s`` how long
    it lay open since it was dry, ``over_s`` of that after the floor life had run out; ``calm`` whether all of
    that was within 30 °C/60 % RH. ``dry_s`` and ``very_dry_s`` count the dry storage that was not broken
    since. ``hot_s`` is all baking above 90 °C.
    ``stale``: its dry pack was older than it may be, and nobody has read the humidity card yet.
    """

    at: int
    keeping: Keeping = Keeping.PACKED
    bag_closed: bool = True
    sealed_at: int | None = None
    opened_at: int | None = None
    used: Fraction = Fraction(0)
    ran_out_at: int | None = None
    exposed_s: int = 0
    over_s: int = 0
    calm: bool = True
    dry_s: int = 0
    very_dry_s: int = 0
    hot_s: int = 0
    oven_since: int = 0
    oven_celsius: int = 0
    baked: bool = False
    told_expired: bool = False
    wet: bool = False
    stale: bool = False
    label_s: int | None = None
    notes: tuple[tuple[Note, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MoistureRules:
    """The rules for one package: what it is, what the house decided, and the air around it.
    ``pack_ends``: until when a dry pack that was sealed in that second keeps.
    """

    body: Body
    policy: Policy
    airs: Airs = NO_AIR

    def life_s(self, clock: Moisture, air: Air) -> tuple[Fraction | None, bool, bool]:
        """The whole floor life in this air, None for no limit; whether the air is calm, and whether it is
        beyond the table.
        """
        life = life_in(self.body, air.celsius, air.percent, self.policy.longer_life, clock.label_s)
        return life.total_s, life.calm, life.beyond

    def full_s(self, clock: Moisture) -> int | None:
        return full_life_s(self.body.level, clock.label_s)


def advance(clock: Moisture, until: int, rules: MoistureRules) -> Moisture:
    """The clock some time later, in which nothing was told."""
    if until <= clock.at:
        return clock
    if clock.keeping is Keeping.OPEN or (clock.keeping is Keeping.DRY and not clock.bag_closed):
        for air in rules.airs.between(clock.at, until):
            clock = _through(clock, air, rules)
    return replace(clock, at=until)


def _through(clock: Moisture, air: Air, rules: MoistureRules) -> Moisture:
    if clock.keeping is not Keeping.DRY:
        return _exposed(clock, air, rules)
    policy = rules.policy
    percent = policy.cabinet_percent if air.percent is None else air.percent
    limit = policy.pause_exposed_s
    if percent > policy.pauses_percent or (limit is not None and clock.exposed_s > limit):
        return _exposed(clock, air, rules)
    return _dried(clock, air.until - air.since, percent, rules)


def _exposed(clock: Moisture, air: Air, rules: MoistureRules) -> Moisture:
    total, calm, beyond = rules.life_s(clock, air)
    seconds = air.until - air.since
    used = clock.used if total is None else clock.used + Fraction(seconds) / total
    over, ran_out_at = clock.over_s, clock.ran_out_at
    if clock.used >= 1:
        over += seconds
    elif used >= 1 and total is not None:
        until_then = ceil((1 - clock.used) * total)
        over, ran_out_at = over + seconds - until_then, air.since + until_then
    clock = replace(
        clock,
        at=air.until,
        used=used,
        ran_out_at=ran_out_at,
        exposed_s=clock.exposed_s + seconds,
        over_s=over,
        calm=clock.calm and calm,
        dry_s=0,
        very_dry_s=0,
    )
    return _noted(clock, Note.BEYOND_TABLE) if beyond else clock


def _dried(clock: Moisture, seconds: int, percent: Decimal, rules: MoistureRules) -> Moisture:
    dry, at_most, times, wanted = clock.dry_s + seconds, 0, 0, 0
    very_dry = clock.very_dry_s + seconds if percent <= 5 else 0
    if rules.policy.resets_short_exposure and rules.body.level in RESET_BY_DRYING:
        at_most, times, wanted = RESET_BY_DRYING[rules.body.level]
    clock = replace(clock, at=clock.at + seconds, dry_s=dry, very_dry_s=very_dry)
    enough = (very_dry if wanted == 5 else dry) >= times * clock.exposed_s
    if at_most and clock.calm and 0 < clock.exposed_s <= at_most and enough and not clock.told_expired:
        return _set_back(clock)
    return clock


def _set_back(clock: Moisture) -> Moisture:
    return replace(
        clock,
        used=Fraction(0),
        ran_out_at=None,
        exposed_s=0,
        over_s=0,
        calm=True,
        told_expired=False,
        wet=False,
        stale=False,
    )


def happen(clock: Moisture, told: Happening, rules: MoistureRules, pack_ends: int | None = None) -> Moisture:
    """The clock after something was told, in the same second. ``pack_ends`` is when its dry pack was or is
    too old, None where nobody knows.
    """
    if told.kind in _LAID_OPEN and clock.bag_closed:
        clock = _opened(clock, pack_ends)
        if told.kind in _IN_USE:
            clock = _noted(clock, Note.NOT_OPENED)
    if told.kind in _WHEREABOUTS:
        clock = _out_of_oven(clock, rules)
    what = _HAPPENS.get(told.kind)
    return clock if what is None else what(clock, told, rules)


_IN_USE: Final = frozenset({Happened.USED, Happened.FEEDS})
_LAID_OPEN: Final = _IN_USE | {Happened.OPENED, Happened.BAKE_BEGAN}
_WHEREABOUTS: Final = frozenset(
    {Happened.SEALED, Happened.DRY_IN, Happened.BAKE_BEGAN, Happened.BAKE_ENDED, *_IN_USE}
)
"""What takes a package out of the oven that it may be in."""


def _lie_open(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    return clock if clock.keeping is Keeping.OVEN else replace(clock, keeping=Keeping.OPEN)


def _seal(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    return replace(clock, keeping=Keeping.PACKED, bag_closed=True, sealed_at=told.at, dry_s=0, very_dry_s=0)


def _store_dry(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    if clock.keeping is Keeping.DRY:
        return clock
    return replace(clock, keeping=Keeping.DRY, dry_s=0, very_dry_s=0)


def _take_out(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    if clock.keeping is not Keeping.DRY:
        return clock
    return replace(clock, keeping=Keeping.PACKED if clock.bag_closed else Keeping.OPEN)


def _bake(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    return replace(clock, keeping=Keeping.OVEN, oven_since=told.at, oven_celsius=told.value or 0)


def _restore(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    if not rules.policy.believes_restored:
        return clock
    lies = Keeping.DRY if clock.keeping is Keeping.DRY else Keeping.OPEN
    return _set_back(replace(clock, bag_closed=False, keeping=lies, baked=True))


def _expire(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    return replace(clock, told_expired=True, ran_out_at=_earlier(clock.ran_out_at, told.at))


def _label(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    return replace(clock, label_s=told.value)


def _read_card(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    limit = CARD_BAKES_AT.get(rules.body.level, CARD_BAKES_AT_ELSE)
    return replace(clock, wet=clock.wet or (told.value or 0) >= limit, stale=False)


def _claim(clock: Moisture, told: Happening, rules: MoistureRules) -> Moisture:
    """A machine's own reckoning beside ours: the stricter counts, and a difference is noted."""
    full, left_s = rules.full_s(clock), told.value
    if not full or left_s is None:
        return clock
    ours = floor((1 - clock.used) * full)
    if left_s > max(ours, 0) + rules.policy.contradiction_s:
        return _noted(clock, Note.CLAIMS_MORE)
    if left_s >= ours:
        return clock
    if left_s < ours - rules.policy.contradiction_s:
        clock = _noted(clock, Note.CLAIMS_LESS)
    ran_out_at = clock.ran_out_at if left_s > 0 else _earlier(clock.ran_out_at, told.at)
    return replace(clock, used=1 - Fraction(max(left_s, 0), full), ran_out_at=ran_out_at)


_HAPPENS: Final[Mapping[Happened, Callable[[Moisture, Happening, MoistureRules], Moisture]]] = {
    Happened.OPENED: _lie_open,
    Happened.USED: _lie_open,
    Happened.FEEDS: _lie_open,
    Happened.SEALED: _seal,
    Happened.DRY_IN: _store_dry,
    Happened.DRY_OUT: _take_out,
    Happened.BAKE_BEGAN: _bake,
    Happened.RESTORED: _restore,
    Happened.TOLD_LEFT: _claim,
    Happened.TOLD_EXPIRED: _expire,
    Happened.LABEL_LIFE: _label,
    Happened.CARD_READ: _read_card,
}
"""What is not named here moves no moisture clock, or has been dealt with before."""


def _opened(clock: Moisture, pack_ends: int | None) -> Moisture:
    """The dry pack was closed and is not any more."""
    stale = pack_ends is not None and clock.at >= pack_ends
    return replace(clock, bag_closed=False, opened_at=clock.at, stale=clock.stale or stale)


def _out_of_oven(clock: Moisture, rules: MoistureRules) -> Moisture:
    """It lies open again; long and hot enough, the bake has set its clock back."""
    if clock.keeping is not Keeping.OVEN:
        return clock
    seconds = clock.at - clock.oven_since
    hot = clock.hot_s + (seconds if clock.oven_celsius > HOT_CELSIUS else 0)
    saturated = clock.over_s > SATURATED_AFTER_S or clock.told_expired or clock.wet or clock.stale
    never_baked = rules.body.level == "6" and not clock.baked
    needed = bake_s(
        rules.body, clock.oven_celsius, rules.policy.bake_table, saturated=saturated or never_baked
    )
    clock = replace(clock, keeping=Keeping.OPEN, hot_s=hot, dry_s=0, very_dry_s=0)
    if needed is None or seconds < needed:
        return _noted(clock, Note.BAKE_TOO_SHORT)
    return replace(_set_back(clock), baked=True)


def _noted(clock: Moisture, note: Note) -> Moisture:
    if any(known is note for known, _ in clock.notes):
        return clock
    return replace(clock, notes=(*clock.notes, (note, clock.at))[-_NOTES_KEPT:])


def worse(one: Moisture, other: Moisture) -> Moisture:
    """What both have gone through together: of each figure the worse. Where it lies is as of the first."""
    open_bag = not (one.bag_closed and other.bag_closed)
    first = replace(one, keeping=Keeping.OPEN) if open_bag and one.keeping is Keeping.PACKED else one
    return replace(
        first,
        bag_closed=not open_bag,
        sealed_at=_earlier(one.sealed_at, other.sealed_at),
        opened_at=_earlier(one.opened_at, other.opened_at),
        ran_out_at=_earlier(one.ran_out_at, other.ran_out_at),
        used=max(one.used, other.used),
        exposed_s=max(one.exposed_s, other.exposed_s),
        over_s=max(one.over_s, other.over_s),
        calm=one.calm and other.calm,
        dry_s=min(one.dry_s, other.dry_s),
        very_dry_s=min(one.very_dry_s, other.very_dry_s),
        hot_s=max(one.hot_s, other.hot_s),
        baked=one.baked and other.baked,
        told_expired=one.told_expired or other.told_expired,
        wet=one.wet or other.wet,
        stale=one.stale or other.stale,
        label_s=_earlier(one.label_s, other.label_s),
        notes=tuple(dict([*other.notes, *one.notes]).items())[-_NOTES_KEPT:],
    )


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((number for number in (one, other) if number is not None), default=None)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a floor life: in seconds in the air that is around it now, None for no limit; and the
    second in which it runs out or did, None while the clock stands.
    """

    seconds: int | None
    runs_out_at: int | None


def left_of(clock: Moisture, rules: MoistureRules) -> Left:
    """Of a clock that was advanced to now."""
    open_now = clock.keeping is Keeping.OPEN
    air = rules.airs.at(clock.at) if open_now else Air(clock.at, clock.at, None, None)
    total = rules.life_s(clock, air)[0]
    if total is None:
        return Left(None, None)
    left = max((1 - clock.used) * total, Fraction(0))
    if clock.told_expired or left == 0:
        return Left(0, clock.at if clock.ran_out_at is None else clock.ran_out_at)
    return Left(floor(left), clock.at + ceil(left) if open_now else None)
