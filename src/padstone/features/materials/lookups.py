"""Unfiltered reads for commands."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, Sum

from padstone.features.materials.domain import LoadEventKind, PackageEventKind
from padstone.features.materials.models import (
    LoadEvent,
    MaterialPackage,
    PackageAncestry,
    PackageEvent,
    Supplier,
)
from padstone.features.materials.names import CORRECTIONS_OF_PACKAGES, NAMES_OF_PACKAGES
from padstone.platform.journal.known import known_by
from padstone.platform.pinned import all_answers
from padstone.platform.prepared import EVERYTHING, Prepared, prepared
from padstone.platform.together import Answer, alone, asking_in_parts, beside

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from padstone.platform.together import Asks


def supplier_called(name: str) -> Supplier | None:
    """The supplier of that name, as the books write it; else the only one that differs in case alone."""
    name = " ".join(name.split())
    found = list(Supplier.objects.filter(name__iexact=name)[:2])
    return next((one for one in found if one.name == name), found[0] if len(found) == 1 else None)


def suppliers() -> list[Supplier]:
    return list(Supplier.objects.order_by("name"))


def packages(identifiers: Collection[str]) -> dict[str, MaterialPackage]:
    """The known ones of these packages, with their parts."""
    rows = MaterialPackage.objects.select_related("part").filter(identifier__in=identifiers)
    return {row.identifier: row for row in rows}


def locked_packages(identifiers: Collection[str]) -> dict[str, MaterialPackage]:
    """The same, each locked until the transaction ends; in one order, so that nobody waits in a ring."""
    rows = MaterialPackage.objects.select_for_update(of=("self",)).select_related("part")
    return {row.identifier: row for row in rows.filter(identifier__in=identifiers).order_by("pk")}


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


def siblings_in_lot(package_ids: Collection[int], limit: int) -> list[int]:
    """Other packages of the lots of these, so many at most."""
    lots = MaterialPackage.objects.filter(pk__in=package_ids).exclude(lot=None).values("lot")
    rows = MaterialPackage.objects.filter(lot__in=lots).exclude(pk__in=package_ids).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def lately_loaded(limit: int) -> list[int]:
    """The packages of the newest ``limit`` loadings that are on the books, the newest first."""
    rows = LoadEvent.objects.order_by("-pk").values_list("package_id", flat=True)[:limit]
    return list(dict.fromkeys(rows))


class FeederStay(NamedTuple):
    """A feeder was at a location of a station from ``since``, until it or another was put elsewhere or there;
    None: it still is.
    """

    location_id: int
    station_id: int
    since: datetime
    until: datetime | None


def feeder_stays(feeder: str, as_of: int | None = None) -> list[FeederStay]:
    """Where a feeder was, as far as stations told when they loaded it. Each lane of it is a location."""
    own = LoadEvent.objects.filter(
        known_by(as_of), feeder=feeder, location__isnull=False, kind__in=_COMES
    ).select_related("location")
    rows = [(row, row.location) for row in own.order_by("at", "pk") if row.location is not None]
    places = [(place.station_id, place.identifier, place.name) for _, place in rows]
    stays: dict[int, list[FeederStay]] = {}
    for index, (row, place) in enumerate(rows):
        there = stays.setdefault(place.pk, [])
        if there and (there[-1].until is None or there[-1].until > row.at):
            continue
        moved = (rows[n][0].at for n in range(index + 1, len(rows)) if places[n] != places[index])
        ends = [end for end in (next(moved, None), _next_feeder(row, as_of)) if end is not None]
        there.append(FeederStay(place.pk, row.station_id, row.at, min(ends, default=None)))
    return [stay for there in stays.values() for stay in there]


def _next_feeder(event: LoadEvent, as_of: int | None) -> datetime | None:
    """When another feeder, or nobody knows which, was loaded at the same location."""
    others = LoadEvent.objects.filter(
        known_by(as_of), location_id=event.location_id, at__gt=event.at, kind__in=_COMES
    ).exclude(feeder=event.feeder)
    return others.order_by("at").values_list("at", flat=True).first()


_COMES = (LoadEventKind.LOADED, LoadEventKind.SPLICED)


_EVERYTHING = 2**62
"""As a journal number: whatever is on the books."""


class PackageName(NamedTuple):
    """What people read of a package."""

    identifier: str
    part: str
    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str


def package_names(ids: Collection[int], as_of: int | None = None) -> dict[int, PackageName]:
    """The names of these packages, by id, in a few statements for each few hundred.

    The lot and date code are the last that a correction named; where a package has none, those of the package
    that it was split off. Corrections and splits count as far as they were known at a journal number.
    """
    return alone(asking_package_names(ids, as_of))


def asking_package_names(ids: Collection[int], as_of: int | None) -> Asks[dict[int, PackageName]]:
    """The same, asked together with other things."""
    names, corrections = Answer(_asking_own_names(ids)), Answer(_asking_corrections(ids, as_of))
    yield from beside(names, corrections)
    return _in_force(names.value, corrections.value, as_of)


def asking_names_in_force(names: dict[int, PackageName], as_of: int | None) -> Asks[dict[int, PackageName]]:
    """The same of packages whose own names were read already."""
    corrections = yield from _asking_corrections(names, as_of)
    return _in_force(names, corrections, as_of)


def _in_force(
    names: dict[int, PackageName], corrections: _Corrections, as_of: int | None
) -> dict[int, PackageName]:
    found = _corrected(names, corrections)
    for pk, above in _names_above({pk for pk, name in found.items() if not name.lot}, as_of).items():
        found[pk] = PackageName(
            found[pk].identifier,
            found[pk].part,
            *(own or its for own, its in zip(found[pk][2:], above[2:], strict=True)),
        )
    return found


def _corrected(names: Mapping[int, PackageName], corrections: _Corrections) -> dict[int, PackageName]:
    found = dict(names)
    for pk, (lot, supplier, date_code) in corrections.items():
        found[pk] = found[pk]._replace(lot=lot, supplier=supplier, date_code=date_code)
    return found


def _asking_own_names(ids: Collection[int]) -> Asks[dict[int, PackageName]]:
    rows = yield from asking_in_parts(NAMES_OF_PACKAGES, "packages", ids)
    return {row[0]: PackageName(*[text or "" for text in row[1:]]) for row in rows}


_Corrections = dict[int, tuple[str, str, str]]


def _asking_corrections(ids: Collection[int], as_of: int | None) -> Asks[_Corrections]:
    """The lot, its supplier and the date code that the last correction of each package named."""
    rows = yield from asking_in_parts(
        CORRECTIONS_OF_PACKAGES,
        "packages",
        ids,
        kind=PackageEventKind.MODIFIED.value,
        as_of=_EVERYTHING if as_of is None else as_of,
    )
    return {pk: (lot or "", supplier or "", date_code) for pk, lot, supplier, date_code in rows}


def _names_above(ids: Collection[int], as_of: int | None) -> dict[int, PackageName]:
    """By package, the name of the nearest one above it that has a lot, whoever else is asked for."""
    above: dict[int, PackageName] = {}
    way_up = {pk: pk for pk in ids}
    seen = {pk: {pk} for pk in ids}
    while way_up:
        parents = _related(set(way_up.values()), "child", "parent", as_of)
        way_up = {pk: parents[here][0] for pk, here in way_up.items() if here in parents}
        here_above = set(way_up.values())
        own = alone(_asking_own_names(here_above))
        names = _corrected(own, alone(_asking_corrections(here_above, as_of)))
        above.update({pk: names[here] for pk, here in way_up.items() if names[here].lot})
        way_up = {pk: here for pk, here in way_up.items() if pk not in above and here not in seen[pk]}
        for pk, here in way_up.items():
            seen[pk].add(here)
    return above


def _related(ids: Collection[int], known: str, wanted: str, as_of: int | None) -> dict[int, list[int]]:
    """By package, its parents (known="child", wanted="parent") or its children, in the order of the books."""
    found: dict[int, list[int]] = {}
    until = EVERYTHING if as_of is None else as_of
    for some in _in_steps(ids):
        for one, other in _ancestry(known, wanted).rows(ids=some, as_of=until):
            found.setdefault(one, []).append(other)
    return found


@lru_cache
def _ancestry(known: str, wanted: str) -> Prepared:
    def told(ids: list[int], as_of: int) -> QuerySet[PackageAncestry, tuple[Any, ...]]:
        rows = PackageAncestry.objects.filter(known_by(as_of), **{f"{known}_id__among": ids}).order_by("pk")
        return rows.values_list(f"{known}_id", f"{wanted}_id")

    return Prepared(told, {"ids": list, "as_of": int})


def _in_steps(ids: Collection[int]) -> Iterator[list[int]]:
    """As many as one statement may name."""
    ordered = sorted(ids)
    for first in range(0, len(ordered), 500):
        yield ordered[first : first + 500]


def with_descendants(ids: Collection[int], as_of: int | None = None) -> set[int]:
    """These packages and all that were split off them, as far as that was known at a journal number."""
    found = set(ids)
    newest = found
    while newest:
        children = _related(newest, "parent", "child", as_of)
        newest = {child for some in children.values() for child in some} - found
        found = found | newest
    return found


def told_consumption(
    package_ids: Collection[int], as_of: int
) -> dict[int, dict[int, tuple[Decimal, Decimal]]]:
    """By package and station, what was told to be used and spoiled, in sums (MaterialsConsumed)."""
    found: dict[int, dict[int, tuple[Decimal, Decimal]]] = {}
    for some in _in_steps(package_ids):
        rows = PackageEvent.objects.filter(
            known_by(as_of), package__in=some, kind=PackageEventKind.CONSUMED
        ).order_by()
        sums = rows.values_list("package_id", "station_id").annotate(
            Sum("quantity_used"), Sum("quantity_spoiled")
        )
        for package, station, used, spoiled in sums:
            found.setdefault(package, {})[station] = (used or Decimal(0), spoiled or Decimal(0))
    return found


def mountings(package_ids: Collection[int]) -> dict[int, list[datetime]]:
    """By package, when it was loaded or spliced, as machines told; on two locations at once is once."""
    found: dict[int, set[datetime]] = {}
    for some in _in_steps(package_ids):
        rows = LoadEvent.objects.filter(package__in=some, kind__in=_COMES)
        for package, at in rows.values_list("package_id", "at"):
            found.setdefault(package, set()).add(at)
    return {package: sorted(times) for package, times in found.items()}


def relatives(package_ids: Collection[int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """By package, those that it was split off, and those that were split off it."""
    ids = set(package_ids)
    return _related(ids, "child", "parent", None), _related(ids, "parent", "child", None)


def package_rows(package_ids: Collection[int]) -> dict[int, MaterialPackage]:
    """These packages, with their parts and lots."""
    return {
        row.pk: row
        for some in _in_steps(package_ids)
        for row in MaterialPackage.objects.select_related("part", "lot").filter(pk__in=some)
    }


def packages_of_lot(code: str) -> list[int]:
    """All packages of a lot of that code, whosever and corrected or not, and what was split off them."""
    own = MaterialPackage.objects.filter(lot__code=code).values_list("pk", flat=True)
    corrected = PackageEvent.objects.filter(lot__code=code).values_list("package_id", flat=True)
    return sorted(with_descendants({*own, *corrected}))


def last_loads(package_ids: Collection[int]) -> dict[int, LoadEvent]:
    """By package, the last that machines told of its comings and goings, with station and location."""
    found: dict[int, LoadEvent] = {}
    for some in _in_steps(package_ids):
        rows = LoadEvent.objects.filter(package__in=some).select_related("station", "location")
        for row in rows.order_by("at", "pk"):
            found[row.package_id] = row
    return found


def suspects(
    *,
    lot: str = "",
    date_code: str = "",
    package: str = "",
    supplier: str = "",
    part: str = "",
    as_of: int | None = None,
) -> dict[int, str]:
    """Ids and identifiers of the packages on the books for which all given conditions hold.

    What was split off a package shares its fate. Of a package whose lot or date code was corrected both
    count, the first and the corrected one: nobody knows which parts were used under which.
    """
    as_of = EVERYTHING if as_of is None else as_of
    origin = {"lot": lot, "date_code": date_code, "supplier": supplier, "part": part}
    given = {name: value for name, value in origin.items() if value}
    closures = []
    if given:
        asked = [_first_told(tuple(given)).asked(**given, as_of=as_of)]
        if given.keys() - {"part"}:  # asked apart: an OR over two tables would read every package there is
            asked.append(_corrected_to(tuple(given)).asked(**given, as_of=as_of))
        closures.append({pk for rows in all_answers(asked) for (pk,) in rows})
    if package:
        closures.append({pk for (pk,) in _called.rows(identifier=package, as_of=as_of)})
    ids = set.intersection(*(with_descendants(some, as_of) for some in closures))
    rows = alone(asking_in_parts(_identifiers, "ids", ids))
    return dict(rows)


_OF_ORIGIN = {"lot": "lot__code", "date_code": "date_code", "supplier": "lot__supplier__name"}
"""What was said of a package when it came, and may be corrected."""


@lru_cache
def _first_told(names: tuple[str, ...]) -> Prepared:
    """Ids of packages of which all of these were told when they came."""
    paths = {**_OF_ORIGIN, "part": "part__number"}

    def told(as_of: int, **values: str) -> QuerySet[MaterialPackage, tuple[Any, ...]]:
        meant = {paths[name]: value for name, value in values.items()}
        return _on_the_books(as_of).filter(**meant).values_list("pk")

    return Prepared(told, {**dict.fromkeys(names, str), "as_of": int})


@lru_cache
def _corrected_to(names: tuple[str, ...]) -> Prepared:
    """The same of those for which one correction named all that can be corrected."""
    paths = {name: f"events__{path}" for name, path in _OF_ORIGIN.items()} | {"part": "part__number"}

    def told(as_of: int, **values: str) -> QuerySet[MaterialPackage, tuple[Any, ...]]:
        meant = {paths[name]: value for name, value in values.items()}
        return _on_the_books(as_of).filter(**meant, events__journal_no__lte=as_of).values_list("pk")

    return Prepared(told, {**dict.fromkeys(names, str), "as_of": int})


@prepared(identifier=str, as_of=int)
def _called(identifier: str, as_of: int) -> QuerySet[MaterialPackage, tuple[Any, ...]]:
    return _on_the_books(as_of).filter(identifier=identifier).values_list("pk")


@prepared(ids=list)
def _identifiers(ids: list[int]) -> QuerySet[MaterialPackage, tuple[Any, ...]]:
    return MaterialPackage.objects.filter(pk__among=ids).values_list("pk", "identifier")


def _on_the_books(as_of: int) -> QuerySet[MaterialPackage]:
    return MaterialPackage.objects.filter(Q(journal_no__lte=as_of) | Q(journal_no=None))
