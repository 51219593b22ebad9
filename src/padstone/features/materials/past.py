"""What was told of many packages at once, for features above that reckon with it. Unfiltered; each answer
takes one statement for some hundred packages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q

from padstone.features.materials.domain import PackageEventKind
from padstone.features.materials.models import (
    ExposureEvent,
    LoadEvent,
    MaterialPackage,
    PackageAncestry,
    PackageEvent,
)
from padstone.platform.pinned import in_parts
from padstone.platform.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

_AT_ONCE = 500
_MONTH = timedelta(days=30)


class PackageLabel(NamedTuple):
    """What a package's label and register say of it."""

    id: int
    identifier: str
    part_id: int
    part_number: str
    received_at: datetime | None
    manufactured_at: datetime | None
    expires_at: datetime | None


class ToldExposure(NamedTuple):
    """An ``ExposureEvent``, see there."""

    id: int
    package_id: int
    kind: str
    level: str
    state: str
    left_s: int | None
    ends_at: datetime | None
    first_exposed_at: datetime | None
    at: datetime


class ToldLoad(NamedTuple):
    """A ``LoadEvent``, and the site of its station's line, None without one."""

    id: int
    package_id: int
    kind: str
    site_id: int | None
    at: datetime


class ToldPair(NamedTuple):
    """Something that two packages have to do with each other. Of a split the second is the parent."""

    id: int
    package_id: int
    kind: str
    other_id: int
    at: datetime


def labels(ids: Collection[int]) -> dict[int, PackageLabel]:
    """The part is the one that counts today: of a merged part, the one that it was merged into."""
    found = {}
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = MaterialPackage.objects.filter(pk__in=some).select_related("part__merged_into")
        for row in rows:
            part = row.part.merged_into or row.part
            found[row.pk] = PackageLabel(
                row.pk,
                row.identifier,
                part.pk,
                part.number,
                row.received_at,
                row.manufactured_at,
                row.expires_at,
            )
    return found


def that_may_run_out(ids: Collection[int], categories: Collection[str]) -> set[int]:
    """Those of these packages of which a label, a part (of these categories, or moisture-sensitive) or a
    machine told anything that may end their use, and what is split off others, or holds pieces of them. The
    rest is left out in one cheap statement.
    """
    found: set[int] = set()
    for some in in_parts(sorted(ids), _AT_ONCE):
        found.update(pk for (pk,) in _may_run_out.rows(ids=some, categories=list(categories)))
    return found


@prepared(ids=list, categories=list)
def _may_run_out(ids: list[int], categories: list[str]) -> QuerySet[MaterialPackage, tuple[int]]:
    exposed = ExposureEvent.objects.filter(package=OuterRef("pk"))
    taped = PackageEvent.objects.filter(kind=PackageEventKind.JOINED_BEHIND)
    concerned = (
        Q(expires_at__isnull=False)
        | Q(manufactured_at__isnull=False, part__shelf_life_days__isnull=False)
        | ~Q(part__moisture_level__in=("", "1"))
        | Q(part__category__among=categories)
        | Q(part__merged_into__isnull=False)
        | Exists(exposed)
        | Exists(PackageAncestry.objects.filter(child=OuterRef("pk")))
        | Exists(taped.filter(package=OuterRef("pk")))
        | Exists(taped.filter(other_package=OuterRef("pk")))
    )
    return MaterialPackage.objects.filter(concerned, pk__among=ids).values_list("pk")


def ids_of(identifiers: Collection[str]) -> dict[str, int]:
    """The ids of those of these packages that are on the books, by their identifiers."""
    found: dict[str, int] = {}
    for some in in_parts(sorted(identifiers), _AT_ONCE):
        found |= dict(MaterialPackage.objects.filter(identifier__in=some).values_list("identifier", "pk"))
    return found


def exposures(ids: Collection[int], until: datetime) -> Iterator[ToldExposure]:
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = ExposureEvent.objects.filter(package__in=some, at__lte=until).values_list(
            "id",
            "package_id",
            "kind",
            "level",
            "state",
            "floor_life_left_s",
            "floor_life_ends_at",
            "first_exposed_at",
            "at",
        )
        yield from (ToldExposure(*row) for row in rows)


def loads(ids: Collection[int], until: datetime) -> Iterator[ToldLoad]:
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = LoadEvent.objects.filter(package__in=some, at__lte=until).values_list(
            "id", "package_id", "kind", "station__line__site_id", "at"
        )
        yield from (ToldLoad(*row) for row in rows)


def splits(children: Collection[int], until: datetime) -> Iterator[ToldPair]:
    """What these packages were split off."""
    for some in in_parts(sorted(children), _AT_ONCE):
        rows = PackageAncestry.objects.filter(child__in=some, at__lte=until)
        for pk, child, parent, at in rows.values_list("id", "child_id", "parent_id", "at"):
            yield ToldPair(pk, child, PackageEventKind.SPLIT_FROM, parent, at)


def tapes(ids: Collection[int], since: datetime, until: datetime) -> Iterator[ToldPair]:
    """Which of these packages were spliced to one tape with which others, and cut from it; both ends of each
    joint, wherever one is among these.
    """
    kinds = (PackageEventKind.JOINED_BEHIND, PackageEventKind.CUT_OFF)
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = PackageEvent.objects.filter(
            Q(package__in=some) | Q(other_package__in=some), kind__in=kinds, at__gt=since, at__lte=until
        ).exclude(other_package=None)
        for row in rows.values_list("id", "package_id", "kind", "other_package_id", "at"):
            yield ToldPair(*row)


def ended(ids: Collection[int]) -> set[int]:
    """Those of these packages that are used up or gone, as far as was told."""
    found: set[int] = set()
    for some in in_parts(sorted(ids), _AT_ONCE):
        gone = PackageEvent.objects.filter(package__in=some, kind=PackageEventKind.RETIRED)
        found |= set(gone.values_list("package_id", flat=True))
        last: dict[int, str] = {}
        rows = LoadEvent.objects.filter(package__in=some).order_by("at", "id")
        last |= dict(rows.values_list("package_id", "kind"))
        found |= {pk for pk, kind in last.items() if kind == "depleted"}
    return found


def lately_exposed(since: datetime, limit: int) -> set[int]:
    """The packages of which machines told exposures since then: the newest of them."""
    rows = ExposureEvent.objects.order_by("-pk").values_list("package_id", "at")[: limit * 4]
    return set(list(dict.fromkeys(package for package, at in rows if at > since))[:limit])


def expiring(since: datetime, until: datetime, limit: int) -> set[int]:
    """The packages whose label says that they expire in that time, or did in the month before."""
    rows = MaterialPackage.objects.filter(expires_at__gt=since - _MONTH, expires_at__lte=until)
    return set(rows.order_by("expires_at").values_list("pk", flat=True)[:limit])
