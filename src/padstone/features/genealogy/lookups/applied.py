"""Paste, glue and the like: what came onto units, as it was told."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.held import Held
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.models import AppliedMaterial
from padstone.platform.columns import microseconds_of
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from padstone.features.genealogy.lookups.question import Question

_KEYS_AT_ONCE = 500


class Applied(NamedTuple):
    """Material that came onto a unit."""

    unit: int
    package: int | None
    station: int
    location: int | None
    designators: int | None
    candidates: int
    at: datetime
    journal_no: int


def applied_rows(question: Question) -> Iterator[Applied]:
    """What was applied and is meant, wherever. Heads, nozzles and lanes are told of placements alone."""
    for rows in _candidates(question):
        known = rows.filter(removed=False, journal_no__lte=question.as_of)
        for row in known.values_list(
            "unit", "package", "station", "location", "designators", "candidates", "at", "journal_no"
        ).iterator(chunk_size=2_000):
            one = Applied(*row)
            if _is_meant(question, one.package, one.station, one.location, one.at):
                yield one


def _candidates(question: Question) -> Iterator[QuerySet[AppliedMaterial]]:
    if question.packages is not None:
        for some in in_parts(sorted(question.packages), _KEYS_AT_ONCE):
            yield AppliedMaterial.objects.filter(package__in=some)
        return
    since, until = instant(question.window.since), instant(question.window.until)
    for station in sorted(question.stations or ()):
        yield AppliedMaterial.objects.filter(station=station, at__gte=since, at__lt=until)


def _is_meant(
    question: Question, package: int | None, station: int, location: int | None, at: datetime
) -> bool:
    return (
        not (question.head or question.nozzle or question.lane is not None)
        and (question.packages is None or package in question.packages)
        and question.holds_station(station)
        and question.holds_place(location, "", "", microseconds_of(at))
    )


def applied_to(unit_ids: Collection[int], question: Question) -> list[Held]:
    """What is meant of what came onto these units. A designator is "" where the station told of the unit as a
    whole.
    """
    held: list[Held] = []
    for some in in_parts(sorted(unit_ids), _KEYS_AT_ONCE):
        rows = AppliedMaterial.objects.filter(unit__in=some, journal_no__lte=question.as_of)
        taken_off: dict[int, list[AppliedMaterial]] = defaultdict(list)
        applied: list[AppliedMaterial] = []
        for row in rows.select_related("designators").order_by("at", "pk"):
            if row.removed:
                taken_off[row.unit_id].append(row)
            elif _is_meant(question, row.package_id, row.station_id, row.location_id, row.at):
                applied.append(row)
        held += [one for row in applied for one in _held(row, taken_off[row.unit_id])]
    return held


def _held(row: AppliedMaterial, removals: Iterable[AppliedMaterial]) -> Iterator[Held]:
    for designator in row.designators.designators if row.designators else ("",):
        one = Held(
            unit_id=row.unit_id,
            designator=designator,
            package_id=row.package_id,
            station_id=row.station_id,
            location_id=row.location_id,
            head="",
            nozzle="",
            at=row.at,
            candidates=row.candidates,
            journal_no=row.journal_no,
        )
        _take_off(one, removals)
        yield one


def _take_off(one: Held, removals: Iterable[AppliedMaterial]) -> None:
    """The first removal after it that names its package, or none, and its place, or all of the unit."""
    for removal in removals:
        there = removal.designators is None or one.designator in removal.designators.designators
        if there and removal.at >= one.at and removal.package_id in {None, one.package_id}:
            one.removed_at, one.removal_reason = removal.at, removal.reason
            return
