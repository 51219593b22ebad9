"""Unfiltered reads for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.models import LoadEvent, MaterialPackage
from padstone.platform.journal.known import known_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime


def packages(identifiers: Collection[str]) -> dict[str, MaterialPackage]:
    """The known ones of these packages, with their parts."""
    rows = MaterialPackage.objects.select_related("part").filter(identifier__in=identifiers)
    return {row.identifier: row for row in rows}


def package_at(location_id: int, at: datetime) -> int | None:
    """The package that was loaded at a location at an instant, as far as the books know."""
    last = LoadEvent.objects.filter(location_id=location_id, at__lte=at).order_by("-at", "-pk").first()
    if last is None or last.kind not in {LoadEventKind.LOADED, LoadEventKind.SPLICED}:
        return None
    return last.package_id


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
    on_the_books = known_by(as_of) | Q(journal_no=None)
    rows = MaterialPackage.objects.filter(
        on_the_books, **{name: value for name, value in conditions.items() if value}
    )
    return dict(rows.values_list("pk", "identifier"))
