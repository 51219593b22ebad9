"""Grey zones, and the doubt that they cast on parts or take from them."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from padstone.features.genealogy.commands.deviating import deviations
from padstone.features.genealogy.domain.grey import (
    Use,
    Zone,
    ends,
    in_doubt,
    in_time,
    newest_of_each_instant,
)
from padstone.features.genealogy.domain.placement import Departure, Otherwise, Placement
from padstone.features.genealogy.domain.times import ticks_of
from padstone.features.genealogy.lookups.splices import OnTheBooks, OpenZone, uses_reached, zones_reaching
from padstone.features.genealogy.models import (
    Deviation,
    GreyZone,
)
from padstone.features.production.lookups import units_of_panel
from padstone.platform.command import begin_writing, command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from padstone.features.genealogy.commands.passes import PassReport, Rejected
    from padstone.features.genealogy.lookups.encoder import StationFeeds
    from padstone.kernel.actor import Actor


@command("report_placements")
def open_zone(actor: Actor, *, location_id: int, zone: Zone, feeds: StationFeeds, journal_no: int) -> None:
    """A station says of a location that its next parts may be of either of two packages."""
    write_zones(location_id, [zone], journal_no)
    _settle(location_id, [zone], [], feeds, journal_no)


def doubted(
    report: PassReport,
    placements: Sequence[Placement],
    rejections: Sequence[Rejected],
    stated: Mapping[int, Sequence[Zone]],
    feeds: StationFeeds,
) -> Sequence[Placement]:
    """The placements, with the doubt that grey zones cast on them. Settles what is on the books as well."""
    if not stated and not feeds.zones:
        return placements
    by_location: dict[int, list[Use]] = {location: [] for location in stated}
    undated = max((p.ticks for p in placements if p.ticks is not None), default=report.ticks)
    for p in placements:
        if p.location in feeds.zones or p.location in stated:
            use = Use(undated if p.ticks is None else p.ticks, p.packages, (p.position, p.designator))
            by_location.setdefault(p.location, []).append(use)
    for r in rejections:
        if r.package_id is None or r.location_id is None:
            continue
        if r.location_id in feeds.zones or r.location_id in stated:
            by_location.setdefault(r.location_id, []).append(Use(ticks_of(r.at), (r.package_id,), None))
    doubts: dict[Hashable, Zone] = {}
    for location, uses in by_location.items():
        doubts |= _settle(location, stated.get(location, ()), in_time(uses), feeds, report.journal_no)
    return [_in_zone(p, doubts.get((p.position, p.designator))) for p in placements]


def _in_zone(placement: Placement, zone: Zone | None) -> Placement:
    """The placement as it stands with this doubt, or with none."""
    if zone is not None:
        return placement._replace(packages=(zone.new, zone.old), doubted=True)
    if placement.doubted:
        return placement._replace(packages=placement.packages[:1], doubted=False)
    return placement


def _settle(
    location: int, stated: Sequence[Zone], uses: Sequence[Use], feeds: StationFeeds, journal_no: int
) -> dict[Hashable, Zone]:
    """Which of the new ``uses`` (in time) are in doubt, by their keys. ``stated`` zones are written already.

    What comes in the machine's order needs no look at the books. What comes late may cast doubt on, or take
    it from, parts that are on the books: that is added as deviations which count from now on, and nothing
    that was written is changed.
    """
    if not stated and not uses:
        return {}
    known = feeds.zones.get(location)
    first = min(one for one in (*(z.at_ticks for z in stated), *(use.ticks for use in uses)))
    is_late = bool(stated) and min(zone.at_ticks for zone in stated) < feeds.newest_ticks
    if known is not None:
        left = known.left
        if first > known.last_ticks and not stated and not _concern(known.zone, uses):
            return {}
        if left is None or first <= known.last_ticks:
            is_late = True
        elif not is_late:
            still = replace(known.zone, remaining=left, at_ticks=known.last_ticks)
            return _settle_in_order(location, [still, *stated], uses, feeds)
    if not is_late:
        return _settle_in_order(location, stated, uses, feeds)
    return _settle_on_the_books(location, first, stated, uses, feeds, journal_no)


def _concern(zone: Zone, uses: Iterable[Use]) -> bool:
    return any(use.packages == (zone.new,) or ends(zone, use) for use in uses)


def _settle_in_order(
    location: int, zones: Sequence[Zone], uses: Sequence[Use], feeds: StationFeeds
) -> dict[Hashable, Zone]:
    zones = newest_of_each_instant(zones)
    doubts: dict[Hashable, Zone] = {}
    for zone, following in zip(zones, [*zones[1:], None], strict=True):
        found = in_doubt(zone, uses, following)
        doubts |= dict.fromkeys((use.key for use in found), zone)
        if following is None:
            feeds.zones[location] = _standing(zone, found, uses)
    return doubts


def _standing(zone: Zone, found: Sequence[Use], uses: Sequence[Use]) -> OpenZone:
    """How a zone stands after these uses. What comes later than its last time comes in order."""
    last = max((use.ticks for use in found), default=zone.at_ticks)
    over = min((use.ticks for use in uses if ends(zone, use)), default=None)
    if over is not None:
        return OpenZone(zone, 0, max(last, over))
    return OpenZone(zone, zone.remaining - len(found), last)


def _settle_on_the_books(
    location: int,
    first: int,
    stated: Sequence[Zone],
    uses: Sequence[Use],
    feeds: StationFeeds,
    journal_no: int,
) -> dict[Hashable, Zone]:
    begin_writing()
    last = max(one for one in (*(z.at_ticks for z in stated), *(use.ticks for use in uses)))
    zones, following = zones_reaching(location, first, last)
    if not zones:
        return {}
    most = sum(zone.remaining for zone in zones) + len(uses)
    there = uses_reached(feeds.station_id, location, zones, following, most)
    together = in_time([*there, *uses])
    doubts: dict[Hashable, Zone] = {}
    for zone, next_zone in zip(zones, [*zones[1:], following], strict=True):
        found = in_doubt(zone, together, next_zone)
        doubts |= dict.fromkeys((use.key for use in found), zone)
        if next_zone is None:
            feeds.zones[location] = _standing(zone, found, together)
    _change_doubts(there, doubts, journal_no)
    return {use.key: doubts[use.key] for use in uses if use.key in doubts}


def _change_doubts(there: Iterable[Use], doubts: Mapping[Hashable, Zone], journal_no: int) -> None:
    """Add deviations for the parts on the books of which more, or less, is doubtful now."""
    for use in there:
        if not isinstance(use.key, OnTheBooks):
            continue
        row, before = use.key.of_pass, use.key.placement
        now = _in_zone(before, doubts.get(use.key))
        if now != before:
            units = {position: unit.pk for position, unit in units_of_panel(row.panel_id).items()}
            kind = Otherwise.DOUBTED if now.doubted else Otherwise.PLACED_OTHERWISE
            departure = Departure(kind, *now[:5], now.packages)
            Deviation.objects.bulk_create(deviations(row.pk, departure, units, journal_no))


def write_zones(location: int, zones: Sequence[Zone], journal_no: int) -> None:
    begin_writing()
    GreyZone.objects.bulk_create(
        GreyZone(
            location_id=location,
            old_package_id=zone.old,
            new_package_id=zone.new,
            remaining=zone.remaining,
            at_ticks=zone.at_ticks,
            journal_no=journal_no,
        )
        for zone in zones
    )
