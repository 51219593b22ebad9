"""The only code that writes genealogy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.genealogy.domain.encoding import EncodedPass, decode, encode
from padstone.features.genealogy.domain.grey import Zone, doubt, spend
from padstone.features.genealogy.domain.placement import Departure, Otherwise, Placement, Template
from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.lookups.encoder import next_zone_at, zones_between
from padstone.features.genealogy.lookups.passes import (
    DecodedPass,
    decoded,
    passes_of_location_since,
    passes_of_transaction,
)
from padstone.features.genealogy.models import (
    Certainty,
    Deviation,
    GreyZone,
    MaterialSpan,
    Pass,
    PlacementTemplate,
    Rejection,
    Replacement,
    TemplateEntry,
)
from padstone.features.production.lookups import units_of_panel
from padstone.kernel.errors import Conflict
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from padstone.features.genealogy.lookups.encoder import StationFeeds
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PassReport:
    """Where and when one report of placements was made, and whose panel it was.

    ``units`` are the panel's units by position; ``ticks`` (see ``domain.times``) date what has no time.
    """

    station_id: int
    work_transaction_id: int
    panel_id: int
    units: Mapping[int, int]
    ticks: int
    journal_no: int


@command("report_placements")
def record_pass(
    actor: Actor,
    *,
    report: PassReport,
    placements: Sequence[Placement],
    stated_zones: Mapping[int, Sequence[Zone]],
    feeds: StationFeeds,
) -> int:
    """Put one report of placements on the books, exactly. Answers how many were on the books already.

    A placement of this transaction that was reported before, in the same words, is left out. Raises Conflict
    where it was reported before in other words. The pass is decoded again and compared before it may be
    committed.
    """
    fresh = _not_yet_known(report, placements)
    if not fresh:
        return len(placements)
    fresh, spent = doubt(fresh, _zones_reaching(fresh, stated_zones, feeds, report.ticks))
    encoded = encode(fresh, feeds.templates, feeds.feeding, report.ticks)
    _compare(encoded, {**feeds.feeding, **encoded.feeds}, fresh)
    for location in stated_zones.keys() | spent.keys():
        for zone in (*stated_zones.get(location, ()), *([spent[location]] if location in spent else ())):
            _open_zone(location, zone, feeds, report.journal_no)
    _write_pass(report, encoded, fresh, feeds)
    return len(placements) - len(fresh)


@command("report_placements")
def open_zone(actor: Actor, *, location_id: int, zone: Zone, feeds: StationFeeds, journal_no: int) -> None:
    """A station says of a location that its next parts may be of either of two packages."""
    _open_zone(location_id, zone, feeds, journal_no)


def _not_yet_known(report: PassReport, placements: Sequence[Placement]) -> Sequence[Placement]:
    passes = passes_of_transaction(report.work_transaction_id)
    if not passes:
        return placements
    known = {(p.position, p.designator): p for one in decoded(passes) for p in one.placements}
    for placement in placements:
        before = known.get((placement.position, placement.designator))
        if before is not None and not _same(before, placement):
            raise Conflict(
                "already_placed",
                "Designator {designator} at panel position {position} was reported before in this pass, "
                "from another package or location.",
                field="InstalledComponents",
                way_out="If it was replaced, report MaterialsUninstalled first or use a new TransactionId.",
                designator=placement.designator,
                position=placement.position,
            )
    return [p for p in placements if (p.position, p.designator) not in known]


def _same(before: Placement, now: Placement) -> bool:
    """Equal but for a doubt that was added when it was recorded."""
    return before[:5] == now[:5] and before.ticks == now.ticks and set(now.packages) <= set(before.packages)


def _zones_reaching(
    placements: Sequence[Placement], stated: Mapping[int, Sequence[Zone]], feeds: StationFeeds, ticks: int
) -> dict[int, list[Zone]]:
    """The zones that may reach these placements, by location, in the machine's time."""
    zones = {location: list(of_location) for location, of_location in stated.items()}
    for location in {p.location for p in placements} & feeds.zones.keys():
        times = [p.ticks or ticks for p in placements if p.location == location]
        newest = feeds.zones[location]
        known = [newest] if newest.at_ticks < min(times) else zones_between(location, min(times), max(times))
        zones[location] = sorted([*known, *zones.get(location, ())], key=lambda zone: zone.at_ticks)
    return zones


def _compare(encoded: EncodedPass, feeding: Mapping[int, int], placements: Sequence[Placement]) -> None:
    if set(decode(encoded, feeding)) != set(placements):
        message = "the encoded pass does not decode to what was reported; nothing was written"
        raise AssertionError(message)


def _write_pass(
    report: PassReport, encoded: EncodedPass, placements: Sequence[Placement], feeds: StationFeeds
) -> None:
    template_id = _stored_template(encoded.template)
    sequence = feeds.last_sequence + 1
    last = max(p.ticks or encoded.base for p in placements)
    one = Pass.objects.create(
        station_id=report.station_id,
        sequence=sequence,
        work_transaction_id=report.work_transaction_id,
        panel_id=report.panel_id,
        template_id=template_id,
        base_at=instant_of(encoded.base),
        last_at=instant_of(last),
        times=encoded.times,
        journal_no=report.journal_no,
    )
    for location, package in encoded.feeds.items():
        _feed(feeds, location, package, sequence)
    Deviation.objects.bulk_create(
        row
        for departure in encoded.departures
        for row in _deviations(one.pk, departure, report.units, report.journal_no)
    )
    feeds.last_sequence = sequence
    feeds.newest_ticks = max(feeds.newest_ticks, last)
    feeds.use(Template(encoded.template.entries, template_id))


def _stored_template(template: Template) -> int:
    if template.template_id is not None:
        return template.template_id
    row, created = PlacementTemplate.objects.get_or_create(digest=template.digest)
    if created:
        TemplateEntry.objects.bulk_create(
            TemplateEntry(
                template=row,
                index=index,
                position=entry.position,
                designator=entry.designator,
                location_id=entry.location,
                head=entry.head,
                nozzle=entry.nozzle,
            )
            for index, entry in enumerate(template.entries)
        )
    return row.pk


def _feed(feeds: StationFeeds, location: int, package: int, sequence: int) -> None:
    """From this sequence on, the location is fed from this package."""
    before = feeds.open_spans.get(location)
    if before is not None:
        before.last_sequence = sequence - 1
        before.save(update_fields=["last_sequence"])
    feeds.open_spans[location] = MaterialSpan.objects.create(
        station_id=feeds.station_id, location_id=location, package_id=package, first_sequence=sequence
    )
    feeds.feeding[location] = package


def _deviations(
    pass_id: int, departure: Departure, units: Mapping[int, int], journal_no: int
) -> Iterable[Deviation]:
    certainty = Certainty.POSSIBLE if len(departure.packages) > 1 else Certainty.CERTAIN
    candidates = departure.packages if departure.kind is Otherwise.PLACED_OTHERWISE else (None,)
    for package in candidates:
        yield Deviation(
            of_pass_id=pass_id,
            kind=departure.kind,
            position=departure.position,
            designator=departure.designator,
            unit_id=units.get(departure.position),
            package_id=package,
            location_id=departure.location,
            head=departure.head,
            nozzle=departure.nozzle,
            certainty=certainty,
            journal_no=journal_no,
        )


def _open_zone(location: int, zone: Zone, feeds: StationFeeds, journal_no: int) -> None:
    """Note a zone. One that came late may reach into passes which are on the books already: doubt about their
    parts is added as deviations, which count from now on; nothing that was written is changed.
    """
    _write_zone(location, zone, journal_no)
    if zone.remaining > 0 and zone.at_ticks < feeds.newest_ticks:
        zone = _settle_later_passes(location, zone, feeds.station_id, journal_no)
    newest = feeds.zones.get(location)
    if newest is None or newest.at_ticks <= zone.at_ticks:
        feeds.zones[location] = zone


def _write_zone(location: int, zone: Zone, journal_no: int) -> None:
    GreyZone.objects.create(
        location_id=location,
        old_package_id=zone.old,
        new_package_id=zone.new,
        remaining=zone.remaining,
        at_ticks=zone.at_ticks,
        journal_no=journal_no,
    )


def _settle_later_passes(location: int, zone: Zone, station_id: int, journal_no: int) -> Zone:
    """Add doubt to the passes after the zone; answers the zone as it stands after them."""
    end = next_zone_at(location, zone.at_ticks)
    for later in decoded(passes_of_location_since(station_id, location, instant_of(zone.at_ticks))):
        at_location = sorted(
            (p for p in later.placements if p.location == location), key=lambda p: p.ticks or zone.at_ticks
        )
        marked, left = spend(zone, at_location, end)
        if not marked:
            continue
        _add_doubt(later, marked, journal_no)
        zone = left
        _write_zone(location, zone, journal_no)
        if zone.remaining <= 0:
            break
    return zone


def _add_doubt(later: DecodedPass, placements: Iterable[Placement], journal_no: int) -> None:
    units = {position: unit.pk for position, unit in units_of_panel(later.row.panel_id).items()}
    Deviation.objects.bulk_create(
        row
        for p in placements
        for row in _deviations(
            later.row.pk, Departure(Otherwise.PLACED_OTHERWISE, *p[:5], p.packages), units, journal_no
        )
    )


@dataclass(frozen=True, slots=True)
class Rejected:
    """A pick that came to nothing."""

    unit_id: int | None
    designator: str
    package_id: int | None
    location_id: int | None
    reason: str
    at: datetime


@command("report_placements")
def record_rejections(
    actor: Actor, *, work_transaction_id: int, rejections: Sequence[Rejected], journal_no: int
) -> None:
    Rejection.objects.bulk_create(
        Rejection(
            work_transaction_id=work_transaction_id,
            unit_id=rejected.unit_id,
            designator=rejected.designator,
            package_id=rejected.package_id,
            location_id=rejected.location_id,
            reason=rejected.reason,
            at=rejected.at,
            journal_no=journal_no,
        )
        for rejected in rejections
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A designator of a unit came to hold a package, or nothing (``removed``), outside any feeder."""

    unit_id: int
    designator: str
    at: datetime
    removed: bool
    packages: tuple[int, ...]
    reason: str = ""


@command("report_placements")
def record_changes(
    actor: Actor, *, work_transaction_id: int, changes: Sequence[Change], journal_no: int
) -> None:
    """Put on the books what hands did: parts placed without a feeder, and parts taken off."""
    Replacement.objects.bulk_create(
        Replacement(
            unit_id=change.unit_id,
            designator=change.designator,
            at=change.at,
            removed=change.removed,
            package_id=package,
            work_transaction_id=work_transaction_id,
            reason=change.reason,
            certainty=Certainty.POSSIBLE if len(change.packages) > 1 else Certainty.CERTAIN,
            journal_no=journal_no,
        )
        for change in changes
        for package in (change.packages or (None,))
    )
