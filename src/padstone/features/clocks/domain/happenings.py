"""What happens to a package, as its clocks are told it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple


class Happened(StrEnum):
    OPENED = "opened"
    """The dry pack, or the jar."""
    SEALED = "sealed"
    """Into a dry pack, with fresh desiccant."""
    DRY_IN = "dry_in"
    DRY_OUT = "dry_out"
    BAKE_BEGAN = "bake_began"
    """``value`` is the temperature in °C."""
    BAKE_ENDED = "bake_ended"
    RESTORED = "restored"
    """Somebody says that it was baked, and not how."""
    USED = "used"
    """It was loaded somewhere: it lies open, whatever was told before."""
    FEEDS = "feeds"
    """As before, and nothing is before it on its tape."""
    TOLD_LEFT = "told_left"
    """A machine takes so many seconds to be left: ``value``."""
    TOLD_EXPIRED = "told_expired"
    LABEL_LIFE = "label_life"
    """The floor life in seconds on the label of a part of level 6: ``value``."""
    CARD_READ = "card_read"
    """``value`` is the highest spot of the humidity card that has turned, in % RH; 0 for none."""
    SPLIT_FROM = "split_from"
    """It was a part of ``other`` until then, and has gone through all that the other has."""
    MIXED = "mixed"
    """What was in ``other`` was poured to it: both have gone through what either has."""
    HUNG_BEHIND = "hung_behind"
    """It was spliced behind ``other``, on one tape."""
    CUT_OFF = "cut_off"
    """It no longer hangs with ``other``; with nothing, where no other is named."""
    COLD_IN = "cold_in"
    """Into the fridge."""
    COLD_OUT = "cold_out"
    ON_STENCIL = "on_stencil"
    OFF_STENCIL = "off_stencil"


BY_PEOPLE: Final = (
    Happened.OPENED,
    Happened.SEALED,
    Happened.DRY_IN,
    Happened.DRY_OUT,
    Happened.BAKE_BEGAN,
    Happened.BAKE_ENDED,
    Happened.CARD_READ,
    Happened.LABEL_LIFE,
    Happened.COLD_IN,
    Happened.COLD_OUT,
    Happened.ON_STENCIL,
    Happened.OFF_STENCIL,
    Happened.MIXED,
)
"""What people tell of packages."""
ON_BOARDS: Final = (Happened.DRY_IN, Happened.DRY_OUT, Happened.BAKE_BEGAN, Happened.BAKE_ENDED)
"""What people tell of boards that wait for their second reflow."""


class Happening(NamedTuple):
    """``at`` in whole seconds of UTC since 1970. ``order`` parts what happened in the same second."""

    at: int
    order: int
    package: int
    kind: Happened
    value: int | None = None
    other: int | None = None


class Air(NamedTuple):
    """Measured from ``since`` to before ``until``, in seconds as above; None: not measured."""

    since: int
    until: int
    celsius: Decimal | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Airs:
    """What was measured around one package, in order and without overlaps."""

    measured: Sequence[Air] = ()

    def between(self, since: int, until: int) -> Iterator[Air]:
        """The whole time from one to the other in pieces; a gap is a piece in which nothing is known."""
        reached = since
        for air in self.measured:
            if air.until <= reached:
                continue
            if air.since >= until:
                break
            if air.since > reached:
                yield Air(reached, air.since, None, None)
                reached = air.since
            end = min(air.until, until)
            yield air._replace(since=reached, until=end)
            reached = end
        if reached < until:
            yield Air(reached, until, None, None)

    def at(self, moment: int) -> Air:
        """What was measured at that moment; the last that was measured just before it counts."""
        found = Air(moment, moment, None, None)
        for air in self.measured:
            if air.since <= moment <= air.until:
                found = air
        return found


NO_AIR = Airs()
AirsOf = Callable[[int], Airs]
"""What was measured around a package, by its number: how the domain asks, whoever measures."""


def nowhere_measured(_package: int) -> Airs:
    return NO_AIR


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    return sorted(happenings, key=lambda one: (one.at, one.order))
