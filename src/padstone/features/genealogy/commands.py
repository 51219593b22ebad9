"""The only code that writes genealogy."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from padstone.features.genealogy.domain.encoding import (
    EncodedPass,
    decode,
    decode_ordinary,
    encode,
    encode_ordinary,
)
from padstone.features.genealogy.domain.grey import (
    Use,
    Zone,
    ends,
    in_doubt,
    in_time,
    newest_of_each_instant,
)
from padstone.features.genealogy.domain.placement import Columns, Departure, Otherwise, Placement, Template
from padstone.features.genealogy.domain.times import instant_of, ticks_of
from padstone.features.genealogy.lookups.passes import decoded, passes_of_transaction
from padstone.features.genealogy.lookups.splices import OnTheBooks, OpenZone, uses_reached, zones_reaching
from padstone.features.genealogy.models import (
    AppliedMaterial,
    Certainty,
    DesignatorSet,
    Deviation,
    GreyZone,
    MaterialSpan,
    Pass,
    PlacementTemplate,
    Rejection,
    Replacement,
    TemplateEntry,
    ToolUse,
)
from padstone.features.production.lookups import units_of_panel
from padstone.kernel.bounds import check_length, check_range
from padstone.kernel.errors import Conflict
from padstone.kernel.seal import digest
from padstone.platform.command import begin_writing, command, write_later

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from padstone.features.genealogy.lookups.encoder import StationFeeds
    from padstone.kernel.actor import Actor


_NOT_THE_SAME = "the encoded pass does not decode to what was reported; nothing was written"


@dataclass(frozen=True, slots=True)
class PassReport:
    """Where and when one report of placements was made, and whose panel it was.

    ``units`` are the panel's units by position; ``ticks`` (see ``domain.times``) date what has no time.
    ``is_first``: the books hold no pass of this transaction, so that they need not be asked.
    """

    station_id: int
    work_transaction_id: int
    panel_id: int
    units: Mapping[int, int]
    ticks: int
    journal_no: int
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A pick that came to nothing."""

    unit_id: int | None
    designator: str
    package_id: int | None
    location_id: int | None
    reason: str
    at: datetime


@command("report_placements", gathers=True)
def record_pass(
    actor: Actor,
    *,
    report: PassReport,
    placed: Columns,
    rejections: Sequence[Rejected],
    stated_zones: Mapping[int, Sequence[Zone]],
    feeds: StationFeeds,
) -> int:
    """Put one report of placements on the books, exactly. Answers how many were on the books already.

    A placement of this transaction that was reported before, in the same words, is left out. Raises Conflict
    where it was reported before in other words and has not been taken off since. The pass is decoded again
    and compared before it may be committed.
    """
    if not rejections and not stated_zones and _record_ordinary(report, placed, feeds):
        return 0
    placements = placed.placements()
    fresh = _not_yet_known(report, placements)
    thrown = _not_yet_rejected(report.work_transaction_id, rejections)
    for location, zones in stated_zones.items():
        _write_zones(location, zones, report.journal_no)
    fresh = _doubted(report, fresh, thrown, stated_zones, feeds)
    if fresh:
        encoded = encode(fresh, feeds.templates, feeds.feeding, report.ticks)
        _compare(encoded, {**feeds.feeding, **encoded.feeds}, fresh)
        _write_pass(report, encoded, fresh, feeds)
    _write_rejections(report, thrown)
    return len(placements) - len(fresh)


def _record_ordinary(report: PassReport, placed: Columns, feeds: StationFeeds) -> bool:
    """Put a pass on the books that departs in nothing from a template; False where it does, or may."""
    if not report.is_first or _may_be_in_doubt(placed, feeds):
        return False
    encoded = encode_ordinary(placed, feeds.templates, feeds.feeding, report.ticks)
    if encoded is None:
        return False
    if decode_ordinary(encoded, {**feeds.feeding, **encoded.feeds}) != placed:
        raise AssertionError(_NOT_THE_SAME)
    sequence = feeds.last_sequence + 1
    if encoded.feeds:
        begin_writing()
        for location, package in encoded.feeds.items():
            _feed(feeds, location, package, sequence)
    last = max([encoded.base if ticks is None else ticks for ticks in placed.ticks])
    write_later(Pass, **_pass(report, encoded, sequence, last))
    feeds.passed(encoded.template, last)
    return True


def _may_be_in_doubt(placed: Columns, feeds: StationFeeds) -> bool:
    """Whether a grey zone may reach one of the placements: it is not used up, or some are not after it."""
    zones = [feeds.zones[location] for location in feeds.zones.keys() & set(placed.locations)]
    if not zones:
        return False
    ticks = [one for one in placed.ticks if one is not None]
    return len(ticks) < len(placed.ticks) or any(
        zone.left != 0 or min(ticks) <= zone.last_ticks for zone in zones
    )


@command("report_placements")
def open_zone(actor: Actor, *, location_id: int, zone: Zone, feeds: StationFeeds, journal_no: int) -> None:
    """A station says of a location that its next parts may be of either of two packages."""
    _write_zones(location_id, [zone], journal_no)
    _settle(location_id, [zone], [], feeds, journal_no)


def _not_yet_known(report: PassReport, placements: Sequence[Placement]) -> Sequence[Placement]:
    if report.is_first or not placements:
        return placements
    begin_writing()
    passes = passes_of_transaction(report.work_transaction_id)
    if not passes:
        return placements
    known: dict[tuple[int, str], list[tuple[Placement, datetime]]] = {}
    for one in decoded(passes):
        for p in one.placements:
            at = one.row.last_at if p.ticks is None else instant_of(p.ticks)
            known.setdefault((p.position, p.designator), []).append((p, at))
    fresh = []
    for placement in placements:
        before = known.get((placement.position, placement.designator), ())
        if any(_same(one, placement) for one, _ in before):
            continue
        if before and not _taken_off(report, max(at for _, at in before), placement):
            raise Conflict(
                "already_placed",
                "Designator {designator} at panel position {position} was reported before in this pass, "
                "from another package or location.",
                field="InstalledComponents",
                way_out="If it was replaced, report MaterialsUninstalled first or use a new TransactionId.",
                designator=placement.designator,
                position=placement.position,
            )
        fresh.append(placement)
    return fresh


def _same(before: Placement, now: Placement) -> bool:
    """Equal but for a doubt that was added when it was recorded."""
    return before[:5] == now[:5] and before.ticks == now.ticks and set(now.packages) <= set(before.packages)


def _taken_off(report: PassReport, before: datetime, now: Placement) -> bool:
    """Whether what this transaction had placed there was taken off before this was placed."""
    return Replacement.objects.filter(
        unit_id=report.units[now.position],
        designator=now.designator,
        removed=True,
        at__gte=before,
        at__lte=instant_of(report.ticks if now.ticks is None else now.ticks),
    ).exists()


def _not_yet_rejected(work_transaction_id: int, rejections: Sequence[Rejected]) -> list[Rejected]:
    if not rejections:
        return []
    begin_writing()
    rows = Rejection.objects.filter(work_transaction_id=work_transaction_id)
    known = {
        Rejected(*row)
        for row in rows.values_list("unit_id", "designator", "package_id", "location_id", "reason", "at")
    }
    return [rejected for rejected in rejections if rejected not in known]


def _doubted(
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
            Deviation.objects.bulk_create(_deviations(row.pk, departure, units, journal_no))


def _compare(encoded: EncodedPass, feeding: Mapping[int, int], placements: Sequence[Placement]) -> None:
    if set(decode(encoded, feeding)) != set(placements):
        raise AssertionError(_NOT_THE_SAME)


def _write_pass(
    report: PassReport, encoded: EncodedPass, placements: Sequence[Placement], feeds: StationFeeds
) -> None:
    begin_writing()
    last = max(p.ticks or encoded.base for p in placements)
    encoded = replace(encoded, template=_stored_template(encoded.template))
    sequence = feeds.last_sequence + 1
    one = Pass.objects.create(**_pass(report, encoded, sequence, last))
    for location, package in encoded.feeds.items():
        _feed(feeds, location, package, sequence)
    Deviation.objects.bulk_create(
        row
        for departure in encoded.departures
        for row in _deviations(one.pk, departure, report.units, report.journal_no)
    )
    feeds.passed(encoded.template, last)


def _pass(report: PassReport, encoded: EncodedPass, sequence: int, last: int) -> dict[str, Any]:
    return {
        "station_id": report.station_id,
        "sequence": sequence,
        "work_transaction_id": report.work_transaction_id,
        "panel_id": report.panel_id,
        "template_id": encoded.template.template_id,
        "base_at": instant_of(encoded.base),
        "last_at": instant_of(last),
        "times": encoded.times,
        "journal_no": report.journal_no,
    }


def _stored_template(template: Template) -> Template:
    if template.template_id is not None:
        return template
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
    return template.stored_as(row.pk)


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
    candidates = departure.packages or (None,)
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


def _write_zones(location: int, zones: Sequence[Zone], journal_no: int) -> None:
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


def _write_rejections(report: PassReport, rejections: Collection[Rejected]) -> None:
    if not rejections:
        return
    begin_writing()
    Rejection.objects.bulk_create(
        Rejection(
            work_transaction_id=report.work_transaction_id,
            unit_id=rejected.unit_id,
            designator=rejected.designator,
            package_id=rejected.package_id,
            location_id=rejected.location_id,
            reason=rejected.reason,
            at=rejected.at,
            journal_no=report.journal_no,
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
    """Put on the books what hands did: parts placed without a feeder, and parts taken off.

    What this transaction reported before, in the same words, is left out.
    """
    rows = Replacement.objects.filter(work_transaction_id=work_transaction_id)
    known = set(rows.values_list("unit_id", "designator", "at", "removed", "package_id", "reason"))
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
        if (change.unit_id, change.designator, change.at, change.removed, package, change.reason) not in known
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Material of a package came onto a unit, or off it. ``packages``: more than one where the machine could
    not tell which; none where it named none. ``designators``: none told means the unit as a whole.
    """

    unit_id: int
    at: datetime
    packages: tuple[int, ...]
    removed: bool = False
    location_id: int | None = None
    designators: tuple[str, ...] = ()
    quantity: str = ""
    reason: str = ""


@command("report_placements")
def record_applications(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    applications: Sequence[Application],
    journal_no: int,
) -> None:
    """Put on the books what was applied to units and taken off them. What was reported before, in the same
    words, is left out.
    """
    sets = _designator_sets((one.designators for one in applications), journal_no)
    known = set(
        AppliedMaterial.objects.filter(
            station_id=station_id, transaction_uuid=transaction_uuid, at__in={one.at for one in applications}
        ).values_list("unit_id", "package_id", "designators_id", "removed", "at")
    )
    AppliedMaterial.objects.bulk_create(
        AppliedMaterial(
            unit_id=one.unit_id,
            station_id=station_id,
            package_id=package,
            location_id=one.location_id,
            designators_id=sets[one.designators],
            removed=one.removed,
            candidates=max(len(one.packages), 1),
            quantity=one.quantity[:60],
            reason=one.reason[:60],
            transaction_uuid=transaction_uuid,
            at=one.at,
            journal_no=journal_no,
        )
        for one in applications
        for package in (one.packages or (None,))
        if (one.unit_id, package, sets[one.designators], one.removed, one.at) not in known
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTool:
    """A tool that worked on a unit. ``kind`` is the standard's class; ``cycles`` None: not told."""

    unit_id: int
    tool: str
    name: str
    kind: str
    cycles: int | None
    designators: tuple[str, ...]


@command("report_placements")
def record_tool_uses(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    at: datetime,
    tools: Sequence[UsedTool],
    journal_no: int,
) -> None:
    """Put on the books which tools worked on which units, for which designators. What was reported before,
    in the same words, is left out. Raises Invalid for a tool or a count that can't be.
    """
    for tool in tools:
        check_length(tool.tool, "Tool.UniqueIdentifier")
        if tool.cycles is not None:
            check_range(tool.cycles, "UsageCycles", 0, 2**31 - 1)
    sets = _designator_sets((tool.designators for tool in tools), journal_no)
    known = set(
        ToolUse.objects.filter(station_id=station_id, transaction_uuid=transaction_uuid, at=at).values_list(
            "unit_id", "tool", "name", "designators_id"
        )
    )
    ToolUse.objects.bulk_create(
        ToolUse(
            unit_id=tool.unit_id,
            station_id=station_id,
            tool=tool.tool,
            name=tool.name[:200],
            kind=tool.kind[:100],
            cycles=tool.cycles,
            designators_id=sets[tool.designators],
            transaction_uuid=transaction_uuid,
            at=at,
            journal_no=journal_no,
        )
        for tool in tools
        if (tool.unit_id, tool.tool, tool.name[:200], sets[tool.designators]) not in known
    )


def _designator_sets(lists: Iterable[tuple[str, ...]], journal_no: int) -> dict[tuple[str, ...], int | None]:
    """The id of each list of designators, put on the books where it is new; None for the empty one."""
    found: dict[tuple[str, ...], int | None] = {(): None}
    for designators in lists:
        if designators in found:
            continue
        row, _ = DesignatorSet.objects.get_or_create(
            digest=digest("\0".join(designators).encode()),
            defaults={"designators": list(designators), "journal_no": journal_no},
        )
        found[designators] = row.pk
    return found
