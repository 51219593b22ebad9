"""Unfiltered reads for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.models import LoadEvent, MaterialPackage
from padstone.platform.journal.known import known_by

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime


def packages(identifiers: Collection[str]) -> dict[str, MaterialPackage]:
    """The known ones of these packages, with their parts."""
    rows = MaterialPackage.objects.select_related("part").filter(identifier__in=identifiers)
    return {row.identifier: row for row in rows}


def packages_feeding(location_id: int, times: Collection[datetime]) -> dict[datetime, int | None]:
    """What fed a location at these instants, as far as the books know: the last that was loaded there and had
    not run out or been taken off. What hangs behind it on the same tape does not feed yet.
    """
    if not times:
        return {}
    loaded = LoadEvent.objects.filter(location_id=location_id, kind=LoadEventKind.LOADED)
    before = loaded.filter(at__lte=min(times)).order_by("-at", "-pk")[:1]
    since = loaded.filter(at__gt=min(times), at__lte=max(times)).order_by("at", "pk")
    loads = [*before, *since]
    ended = LoadEvent.objects.filter(
        Q(location_id=location_id) | Q(location=None),
        package__in={load.package_id for load in loads},
        station__in={load.station_id for load in loads},
        kind__in=(LoadEventKind.UNLOADED, LoadEventKind.DEPLETED),
        at__lte=max(times),
    )
    ends = [(end.package_id, end.at, end.pk) for end in ended]
    return {at: _feeding(loads, ends, at) for at in times}


def _feeding(
    loads: Sequence[LoadEvent], ends: Collection[tuple[int, datetime, int]], at: datetime
) -> int | None:
    last = next((load for load in reversed(loads) if load.at <= at), None)
    if last is None:
        return None
    gone = any(
        package == last.package_id and (last.at, last.pk) < (end, pk) and end <= at
        for package, end, pk in ends
    )
    return None if gone else last.package_id


class PackageName(NamedTuple):
    """What people read of a package."""

    identifier: str
    part: str
    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str


def package_names(ids: Collection[int]) -> dict[int, PackageName]:
    """The names of these packages, by id, in one statement for each few hundred."""
    ordered = sorted(ids)
    names = {}
    for first in range(0, len(ordered), 500):
        rows = MaterialPackage.objects.filter(pk__in=ordered[first : first + 500]).values_list(
            "pk",
            "identifier",
            "part__number",
            "lot__code",
            "date_code",
            "lot__supplier__name",
            "manufacturer",
            "manufacturer_part_number",
        )
        names.update({row[0]: PackageName(*(text or "" for text in row[1:])) for row in rows})
    return names


def suspects(
    *,
    lot: str = "",
    date_code: str = "",
    package: str = "",
    supplier: str = "",
    part: str = "",
    as_of: int | None = None,
) -> dict[int, str]:
    """Ids and identifiers of the packages on the books for which all given conditions hold."""
    conditions = {
        "lot__code": lot,
        "date_code": date_code,
        "identifier": package,
        "lot__supplier__name": supplier,
        "part__number": part,
    }
    # An empty Q within an OR is nothing, not everything.
    on_the_books = Q() if as_of is None else known_by(as_of) | Q(journal_no=None)
    rows = MaterialPackage.objects.filter(
        on_the_books, **{name: value for name, value in conditions.items() if value}
    )
    return dict(rows.values_list("pk", "identifier"))
