"""Reports of placements, encoded as passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from padstone.features.genealogy.commands.deviating import deviations
from padstone.features.genealogy.commands.zones import doubted, write_zones
from padstone.features.genealogy.domain.encoding import (
    EncodedPass,
    PackedTimes,
    Proof,
    decode,
    decode_ordinary,
    encode,
    encode_ordinary,
    given_of,
)
from padstone.features.genealogy.domain.grey import (
    Zone,
)
from padstone.features.genealogy.domain.placement import Columns, Placement, Template
from padstone.features.genealogy.domain.times import instant_of, reach
from padstone.features.genealogy.lookups.passes import decoded, passes_of_transaction
from padstone.features.genealogy.models import (
    OPEN,
    Deviation,
    MaterialSpan,
    Pass,
    PlacementTemplate,
    Rejection,
    Replacement,
    TemplateEntry,
)
from padstone.kernel.errors import Conflict
from padstone.platform.command import begin_writing, change_numbered, command, write_later, write_numbered

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from padstone.features.genealogy.lookups.encoder import StationFeeds
    from padstone.kernel.actor import Actor


_NOT_THE_SAME = "the encoded pass does not decode to what was reported; nothing was written"


@dataclass(frozen=True, slots=True)
class PassReport:
    """Where and when one report of placements was made, and whose panel it was.

    ``units`` are the panel's units by position; ``ticks`` (see ``domain.times``) date what has no time.
    ``is_first``: the books hold no pass of this transaction, so that they need not be asked. ``packed``: the
    times of the report, where they were packed before.
    """

    station_id: int
    work_transaction_id: int
    panel_id: int
    units: Mapping[int, int]
    ticks: int
    journal_no: int
    is_first: bool = False
    packed: PackedTimes | None = None


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
        write_zones(location, zones, report.journal_no)
    fresh = doubted(report, fresh, thrown, stated_zones, feeds)
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
    proof, packed = feeds.proof, report.packed
    if packed is None or packed.ticks is not placed.ticks:
        packed = PackedTimes.of(placed.ticks, report.ticks)
    encoded = encode_ordinary(placed, feeds.templates, feeds.feeding, packed, proof)
    if encoded is None:
        return False
    feeding = {**feeds.feeding, **encoded.feeds} if encoded.feeds else feeds.feeding
    if decode_ordinary(encoded, feeding, packed, None if encoded.feeds else proof) != placed:
        raise AssertionError(_NOT_THE_SAME)
    sequence = feeds.last_sequence + 1
    for location, package in encoded.feeds.items():
        _feed(feeds, location, package, sequence)
    feeds.proof = Proof(encoded.template, placed)
    last = max(given_of(placed.ticks), default=encoded.base)
    write_later(Pass, **_pass(report, encoded, sequence, last))
    feeds.passed(encoded.template, last)
    return True


def _may_be_in_doubt(placed: Columns, feeds: StationFeeds) -> bool:
    """Whether a grey zone may reach one of the placements: it is not used up, or some are not after it."""
    if not feeds.zones:
        return False
    zones = [feeds.zones[location] for location in feeds.zones.keys() & set(placed.locations)]
    if not zones:
        return False
    ticks = given_of(placed.ticks)
    return len(ticks) < len(placed.ticks) or any(
        zone.left != 0 or min(ticks) <= zone.last_ticks for zone in zones
    )


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
        for row in deviations(one.pk, departure, report.units, report.journal_no)
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
        "reach": reach(encoded.base, last),
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
        change_numbered(MaterialSpan, before.pk, last_sequence=before.last_sequence)
    columns = {
        "station_id": feeds.station_id,
        "location_id": location,
        "package_id": package,
        "first_sequence": sequence,
        "last_sequence": OPEN,
    }
    feeds.fed(location, MaterialSpan(pk=write_numbered(MaterialSpan, **columns), **columns))


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
