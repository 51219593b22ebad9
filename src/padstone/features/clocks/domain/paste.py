"""The clocks of solder paste and adhesives: fridge, thaw, open, stencil. Whole seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from padstone.features.clocks.domain.happenings import Airs, Happened, Happening
from padstone.features.clocks.domain.reasons import Reason

if TYPE_CHECKING:
    from padstone.features.clocks.domain.policy import PasteRules


class Spoilt(StrEnum):
    """What no waiting mends."""

    OPENED_COLD = "opened_cold"
    COOLED_AGAIN = "cooled_after_opening"
    MIXED = "mixed"
    FROZEN = "frozen"


SPOILT_WORDS = {
    Spoilt.OPENED_COLD: "It was opened before it was thawed.",
    Spoilt.COOLED_AGAIN: "It was put back into the fridge after it had been opened.",
    Spoilt.MIXED: "Old and new were mixed in it.",
    Spoilt.FROZEN: "Its fridge was colder than it bears.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paste:
    """The clock at one second. ``cold`` is None while nobody has told whether it is in a fridge."""

    at: int
    cold: bool | None = None
    out_since: int | None = None
    warm_s: int = 0
    excursion_s: int = 0
    opened_at: int | None = None
    stencil_since: int | None = None
    spoilt: tuple[Spoilt, ...] = ()


def advance_paste(clock: Paste, until: int, rules: PasteRules, airs: Airs) -> Paste:
    """The clock some time later, in which nothing was told."""
    if until <= clock.at:
        return clock
    if not clock.cold:
        waits = clock.cold is False and clock.opened_at is None
        return replace(clock, at=until, warm_s=clock.warm_s + (until - clock.at if waits else 0))
    for air in airs.between(clock.at, until):
        if air.celsius is not None and air.celsius > rules.fridge_max:
            clock = replace(clock, excursion_s=clock.excursion_s + air.until - air.since)
        elif air.celsius is not None and air.celsius < rules.fridge_min:
            clock = _spoilt(clock, Spoilt.FROZEN)
    return replace(clock, at=until)


def happen_to_paste(clock: Paste, told: Happening, rules: PasteRules) -> Paste:
    """The clock after something was told, in the same second."""
    match told.kind:
        case Happened.COLD_IN:
            opened = clock.opened_at is not None
            clock = replace(clock, cold=True, out_since=None, stencil_since=None)
            clock = _spoilt(clock, Spoilt.COOLED_AGAIN) if opened else clock
        case Happened.COLD_OUT if clock.cold is not False:
            clock = replace(clock, cold=False, out_since=told.at)
        case Happened.OPENED | Happened.USED | Happened.FEEDS:
            clock = _open(clock, rules)
        case Happened.ON_STENCIL if clock.stencil_since is None:
            clock = replace(_open(clock, rules), stencil_since=told.at)
        case Happened.OFF_STENCIL:
            clock = replace(clock, stencil_since=None)
        case Happened.MIXED:
            clock = _spoilt(clock, Spoilt.MIXED)
        case _:
            pass
    return clock


def _open(clock: Paste, rules: PasteRules) -> Paste:
    if clock.opened_at is not None:
        return clock
    ready = ready_at(clock, rules)
    cold = clock.cold is True or (ready is not None and clock.at < ready)
    clock = replace(clock, opened_at=clock.at, cold=False)
    return _spoilt(clock, Spoilt.OPENED_COLD) if cold else clock


def _spoilt(clock: Paste, how: Spoilt) -> Paste:
    return clock if how in clock.spoilt else replace(clock, spoilt=(*clock.spoilt, how))


def ready_at(clock: Paste, rules: PasteRules) -> int | None:
    """When it is thawed; None while it is in the fridge or nobody has told when it came out."""
    return None if clock.out_since is None else clock.out_since + rules.thaw_s


def paste_ends_at(clock: Paste, rules: PasteRules) -> int | None:
    """When it must not be used any more, if all stays as it is; None where no clock runs."""
    ends = []
    if clock.opened_at is not None and rules.open_s is not None:
        ends.append(clock.opened_at + rules.open_s)
    if clock.stencil_since is not None and rules.stencil_s is not None:
        ends.append(clock.stencil_since + rules.stencil_s)
    if clock.opened_at is None and clock.cold is False and rules.warm_s is not None:
        ends.append(clock.at + max(rules.warm_s - clock.warm_s, 0))
    return min(ends, default=None)


def paste_reasons(clock: Paste, rules: PasteRules) -> tuple[Reason, ...]:
    """Why it must not be used now; nothing where it may."""
    reasons = [Reason(how.value, SPOILT_WORDS[how]) for how in clock.spoilt]
    ready = ready_at(clock, rules)
    if clock.cold:
        reasons.append(Reason("in_fridge", "It is in the fridge."))
    elif ready is None:
        reasons.append(Reason("thaw_not_told", "Nobody has told when it came out of the fridge."))
    elif clock.at < ready and clock.opened_at is None:
        reasons.append(Reason("thawing", "It is not thawed yet."))
    if clock.excursion_s > rules.excursion_s:
        reasons.append(Reason("fridge_excursion", "Its fridge was too warm for too long."))
    if clock.opened_at is None and rules.warm_s is not None and clock.warm_s >= rules.warm_s:
        reasons.append(Reason("warm_too_long", "It was out of the fridge for too long."))
    if _is_over(clock.opened_at, rules.open_s, clock.at):
        reasons.append(Reason("open_life_over", "It has been open for too long."))
    if _is_over(clock.stencil_since, rules.stencil_s, clock.at):
        reasons.append(Reason("stencil_life_over", "It has been on the stencil for too long."))
    return tuple(reasons)


def _is_over(since: int | None, limit_s: int | None, at: int) -> bool:
    return since is not None and limit_s is not None and at - since >= limit_s
