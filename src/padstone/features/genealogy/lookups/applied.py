"""Paste, glue and the like: what came onto units, as it was told."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from padstone.features.genealogy.lookups.held import Held
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.models import AppliedMaterial
from padstone.platform.columns import microseconds_of
from padstone.platform.pinned import in_parts
from padstone.platform.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

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
        if not rows.exists():  # as mostly: to have many wait in the database takes five ways there and back
            continue
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
    return held_as_told(_told(unit_ids, question.as_of), question)


def held_as_told(told: Iterable[tuple[Any, ...]], question: Question) -> list[Held]:
    """The same of rows of ``applied_to_unit``."""
    rows = [_Told(*row) for row in told]
    taken_off: dict[int, list[_Told]] = defaultdict(list)
    for row in rows:
        if row.removed:
            taken_off[row.unit].append(row)
    return [
        one
        for row in rows
        if not row.removed and _is_meant(question, row.package, row.station, row.location, row.at)
        for one in _held(row, taken_off[row.unit])
    ]


class _Told(NamedTuple):
    """An AppliedMaterial; ``designators`` None: the unit as a whole."""

    unit: int
    package: int | None
    station: int
    location: int | None
    designators: list[str] | None
    removed: bool
    candidates: int
    reason: str
    at: datetime
    journal_no: int


def _told(unit_ids: Collection[int], as_of: int) -> Iterator[tuple[Any, ...]]:
    if len(unit_ids) == 1:
        (unit,) = unit_ids
        yield from applied_to_unit.rows(unit=unit, as_of=as_of)
        return
    for some in in_parts(sorted(unit_ids), _KEYS_AT_ONCE):
        yield from _in_time(AppliedMaterial.objects.filter(unit__in=some, journal_no__lte=as_of))


@prepared(unit=int, as_of=int)
def applied_to_unit(unit: int, as_of: int) -> QuerySet[Any, tuple[Any, ...]]:
    return _in_time(AppliedMaterial.objects.filter(unit_id=unit, journal_no__lte=as_of))


def _in_time(rows: QuerySet[AppliedMaterial]) -> QuerySet[Any, tuple[Any, ...]]:
    said = ("designators__designators", "removed", "candidates", "reason", "at", "journal_no")
    return rows.order_by("at", "pk").values_list("unit_id", "package_id", "station_id", "location_id", *said)


def _held(row: _Told, removals: Iterable[_Told]) -> Iterator[Held]:
    for designator in ("",) if row.designators is None else row.designators:
        one = Held(
            unit_id=row.unit,
            designator=designator,
            package_id=row.package,
            station_id=row.station,
            location_id=row.location,
            head="",
            nozzle="",
            at=row.at,
            candidates=row.candidates,
            journal_no=row.journal_no,
        )
        _take_off(one, removals)
        yield one


def _take_off(one: Held, removals: Iterable[_Told]) -> None:
    """The first removal after it that names its package, or none, and its place, or all of the unit."""
    for removal in removals:
        there = removal.designators is None or one.designator in removal.designators
        if there and removal.at >= one.at and removal.package in {None, one.package_id}:
            one.removed_at, one.removal_reason = removal.at, removal.reason
            return
