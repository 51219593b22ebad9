"""Splices the machine cannot see: which parts may be of either package (CFX MaterialPackage.GreyZone).

A machine states the zone as it stands *after* the parts of a report, or when it detects the splice. So the
parts of a report with a zone are in doubt, and so are as many of the parts after it as the zone still held.
Everything here goes by the machine's time, so that the order in which messages came does not matter.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MICROSECOND = 10


@dataclass(frozen=True, slots=True)
class Zone:
    """From ``at_ticks`` on, ``remaining`` parts of a location may be of the ``old`` or ``new`` package."""

    old: int
    new: int
    remaining: int
    at_ticks: int


class Use(NamedTuple):
    """A part that was taken from a location, placed or thrown away. ``packages``: what the machine named.

    ``ticks`` is its time, or that of its report; ``key`` says whose part it is.
    """

    ticks: int
    packages: tuple[int, ...]
    key: Hashable


def in_time(uses: Iterable[Use]) -> list[Use]:
    """In the machine's time; where that is equal, in the order given."""
    return sorted(uses, key=lambda use: _micro(use.ticks))


def newest_of_each_instant(zones: Iterable[Zone]) -> list[Zone]:
    """Of zones in time: where one report states several, the last counts."""
    return list({_micro(zone.at_ticks): zone for zone in zones}.values())


def in_doubt(zone: Zone, uses: Sequence[Use], following: Zone | None) -> list[Use]:
    """The uses (in time) that may be of either package though the machine named the new one.

    The zone is over when it is used up, when the ``following`` one is stated, or when a part of a third
    package was taken.
    """
    found: list[Use] = []
    for use in uses:
        if len(found) >= zone.remaining:
            break
        if not reaches(zone, use, following):
            continue
        if use.packages == (zone.new,):
            found.append(use)
        elif ends(zone, use):
            break
    return found


def ends(zone: Zone, use: Use) -> bool:
    """Whether the use shows that other material feeds the location by now."""
    later = _micro(use.ticks) > _micro(zone.at_ticks)
    return later and not {zone.old, zone.new}.issuperset(use.packages)


def reaches(zone: Zone, use: Use, following: Zone | None) -> bool:
    """Whether the use falls into the time from the zone to the ``following`` one."""
    at = _micro(use.ticks)
    if at < _micro(zone.at_ticks):
        return False
    if following is None or at < _micro(following.at_ticks):
        return True
    return at == _micro(following.at_ticks) and following.new != zone.new


def _micro(ticks: int) -> int:
    """Books keep microseconds for parts without a time of their own."""
    return ticks // _MICROSECOND
