"""Splices the machine cannot see: which placements may be of either package (CFX MaterialPackage.GreyZone).

A machine reports the zone as it stands *after* the parts of a report. So the parts of a report with a zone
are in doubt, and so are as many parts of the next reports as the zone still held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from padstone.features.genealogy.domain.placement import Placement


@dataclass(frozen=True, slots=True)
class Zone:
    """``remaining`` further parts of a location may be of the ``old`` or of the ``new`` package."""

    old: int
    new: int
    remaining: int
    at_ticks: int


def doubt(
    placements: Sequence[Placement], zones: Mapping[int, Sequence[Zone]]
) -> tuple[list[Placement], dict[int, Zone]]:
    """Mark the placements that fall into a zone.

    ``zones`` are, by location and in the machine's time, the zone that was open before these placements and
    all that were stated since; each counts until the next. Answers the placements in their order, and the
    last zone of each location where these placements used some of it up.
    """
    doubtful: dict[tuple[int, str], Placement] = {}
    spent: dict[int, Zone] = {}
    for location, of_location in zones.items():
        at_location = _in_time(p for p in placements if p.location == location)
        ends = [*(zone.at_ticks for zone in of_location[1:]), None]
        for zone, end in zip(of_location, ends, strict=True):
            marked, left = spend(zone, at_location, end)
            doubtful.update({(p.position, p.designator): p for p in marked})
            if end is None and left != zone:
                spent[location] = left
    return [doubtful.get((p.position, p.designator), p) for p in placements], spent


def spend(zone: Zone, placements: Sequence[Placement], end: int | None) -> tuple[list[Placement], Zone]:
    """The placements (in time, of the zone's location) between the zone's time and ``end`` that may be of
    either package, marked; and what is left of the zone after them.
    """
    hits = [
        p
        for p in placements
        if p.packages == (zone.new,)
        and (p.ticks is None or p.ticks > zone.at_ticks)
        and (end is None or p.ticks is None or p.ticks < end)
    ][: zone.remaining]
    if not hits:
        return [], zone
    packages = tuple(sorted({zone.old, zone.new}))
    left = replace(
        zone,
        remaining=zone.remaining - len(hits),
        at_ticks=max(p.ticks or zone.at_ticks for p in hits),
    )
    return [p._replace(packages=packages) for p in hits], left


def _in_time(placements: Iterable[Placement]) -> list[Placement]:
    """In the machine's time; the order of the report decides where there is none."""
    return sorted(placements, key=lambda p: p.ticks or 0)
