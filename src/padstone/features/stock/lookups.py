"""Unfiltered reads and row locks, for commands and for other features."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from padstone.features.clocks.surroundings import Climate, Stay
from padstone.features.genealogy.lookups.consumption import Consumption, consumption
from padstone.features.materials.lookups import mountings, told_consumption
from padstone.features.stock.domain.words import LocationKind, MovementKind
from padstone.features.stock.models import (
    Condition,
    Count,
    Hold,
    HoldEnd,
    Movement,
    PackageCode,
    Position,
    StorageLocation,
)
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.pinned import in_parts
from padstone.platform.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Used:
    """What is told to have been taken from a package, as of a journal number: ``placed`` and ``spoiled`` for
    certain; ``doubtful`` pieces are of it or of the package at the other side of a splice.
    """

    placed: Decimal = Decimal(0)
    spoiled: Decimal = Decimal(0)
    doubtful: int = 0


def used(package_ids: Collection[int], as_of: int) -> dict[int, Used]:
    """By package. What a station tells in sums (MaterialsConsumed) counts where it tells no placements of the
    package: else every piece would count twice.
    """
    return used_of(consumption(package_ids, as_of), as_of)


def used_of(placed: Mapping[int, Consumption], as_of: int) -> dict[int, Used]:
    """The same, of what the genealogy was asked before."""
    told = told_consumption(placed, as_of)
    found: dict[int, Used] = {}
    for pk, one in placed.items():
        sums = [sum_ for station, sum_ in told.get(pk, {}).items() if station not in one.stations]
        found[pk] = Used(
            placed=Decimal(one.placed) + sum((used for used, _ in sums), Decimal(0)),
            spoiled=Decimal(one.spoiled) + sum((spoiled for _, spoiled in sums), Decimal(0)),
            doubtful=one.doubtful,
        )
    return found


@dataclass(frozen=True, slots=True)
class OnHand:
    """What is left of a package: up to ``most``, and ``least`` where pieces around a splice may be its own.
    Below nothing where more was used than there was.
    """

    most: Decimal
    least: Decimal


def left_of(position: Position, told: Used) -> OnHand:
    """By the ledger, and by what was used since it was written. Of a package that is nowhere nothing is
    left.
    """
    if position.location_id is None:
        return OnHand(position.quantity, position.quantity)
    since = (told.placed - position.placed) + (told.spoiled - position.spoiled)
    most = position.quantity - since
    return OnHand(most, most - max(0, told.doubtful - position.settled))


def on_hand(package_ids: Collection[int]) -> dict[int, OnHand]:
    """What is left, now, of those of these packages that are in store."""
    known = positions(package_ids)
    told = used(known, newest_journal_no())
    return {pk: left_of(row, told[pk]) for pk, row in known.items()}


def location_called(code: str) -> StorageLocation | None:
    """The open location of that code."""
    return StorageLocation.objects.filter(code=code, closed_at=None).first()


def locations_called(codes: Collection[str]) -> dict[str, StorageLocation]:
    """The open locations of these codes, many in one statement."""
    return {
        row.code: row
        for some in in_parts(sorted(codes), _AT_ONCE)
        for row in StorageLocation.objects.filter(code__in=some, closed_at=None)
    }


def location_of_kind(kind: str) -> StorageLocation | None:
    """The first open location of a kind, in walking order."""
    return StorageLocation.objects.filter(kind=kind, closed_at=None).order_by("walk", "pk").first()


def positions(package_ids: Collection[int]) -> dict[int, Position]:
    """Where packages are, by their ids; those that are nowhere on the ledger are left out."""
    return {
        row.package_id: row
        for some in in_parts(sorted(package_ids), _AT_ONCE)
        for row in Position.objects.filter(package__in=some).select_related("location", "reserved_for")
    }


def stored(part_ids: Collection[int]) -> Iterator[Position]:
    """The positions of all packages of these parts that are somewhere in store and, as far as the ledger
    goes, not empty; with package, part, location and the order that they are reserved for.
    """
    shared = ("package__part", "location", "reserved_for")  # by many: each is read once
    for some in in_parts(sorted(part_ids), _AT_ONCE):
        rows = Position.objects.filter(package__part__in=some, location__isnull=False, quantity__gt=0)
        yield from rows.select_related("package").prefetch_related(*shared).order_by("pk")


def last_count(package_id: int) -> Count | None:
    """What somebody counted in a package last."""
    return Count.objects.filter(package=package_id).order_by("-pk").first()


def packages_with_code(code: str) -> list[str]:
    """The identifiers of the packages that have it as another code of theirs."""
    names = PackageCode.objects.filter(code=code).order_by("pk")
    return list(names.values_list("package__identifier", flat=True))


def locked_positions(package_ids: Collection[int]) -> dict[int, Position]:
    """The same, each locked until the transaction ends. Always in one order: nobody waits in a ring."""
    rows = Position.objects.select_for_update().filter(package__in=package_ids).order_by("package_id")
    return {row.package_id: row for row in rows}


def open_holds(package_ids: Collection[int]) -> dict[int, list[Hold]]:
    """By package, the holds that nobody has disposed of, oldest first."""
    return _holds(package_ids, Q(end=None))


def holds_at(package_ids: Collection[int], at: datetime) -> dict[int, list[Hold]]:
    """The same, and those that stood at an earlier instant."""
    return _holds(package_ids, Q(end=None) | Q(at__lte=at, end__at__gt=at))


def ever_held_or_out(package_ids: Collection[int]) -> set[int]:
    """Those of these packages that were ever in quarantine, or are nowhere in store any more."""
    found: set[int] = set()
    for some in in_parts(sorted(package_ids), _AT_ONCE):
        found.update(package for (package,) in _held_or_out.rows(packages=some))
    return found


@prepared(packages=list)
def _held_or_out(packages: list[int]) -> QuerySet[Hold, tuple[int]]:
    held = Hold.objects.filter(package__among=packages).values_list("package_id")
    out = Position.objects.filter(package__among=packages, location=None).values_list("package_id")
    return held.union(out)


class Gone(NamedTuple):
    """How a package left for good (scrapped, returned, joined), and when."""

    how: str
    at: datetime


def gone(package_ids: Collection[int]) -> dict[int, Gone]:
    """Those of these packages that were scrapped, sent back or poured into another. What was so disposed of
    when it was held stays so, wherever it turns up, until it is held and released anew.
    """
    found: dict[int, Gone] = {}
    for some in in_parts(sorted(package_ids), _AT_ONCE):
        out = Position.objects.filter(package__in=some, location=None, changed_how__in=_ENDING)
        for package, how, at in out.values_list("package_id", "changed_how", "changed_at"):
            found[package] = Gone(how, at)
        last: dict[int, Gone] = {}
        ends = HoldEnd.objects.filter(hold__package__in=some).order_by("pk")
        for package, how, at in ends.values_list("hold__package_id", "how", "at"):
            last[package] = Gone(how, at)
        found |= {package: one for package, one in last.items() if one.how in _ENDING}
    return found


def _holds(package_ids: Collection[int], which: Q) -> dict[int, list[Hold]]:
    found: dict[int, list[Hold]] = defaultdict(list)
    for some in in_parts(sorted(package_ids), _AT_ONCE):
        for row in Hold.objects.filter(which, package__in=some).order_by("pk"):
            found[row.package_id].append(row)
    return dict(found)


def stays(package_ids: Collection[int], until: datetime) -> Iterator[Stay]:
    """Where packages were kept until then, as far as it matters to the clocks: in a dry cabinet, in a fridge,
    or where somebody measured the air. A stay ends where the package goes elsewhere, or a machine tells that
    it was loaded.
    """
    visits = list(_visits(package_ids, until))
    air = _air({place for _, place, _, _ in visits}, until)
    kinds = dict(
        StorageLocation.objects.filter(pk__in={place for _, place, _, _ in visits}).values_list("pk", "kind")
    )
    for package, place, since, ended in visits:
        kind = kinds[place] if kinds[place] in _KEEPING else ""
        climate = tuple(one for one in air.get(place, ()) if _within(one, since, ended))
        if kind or climate:
            yield Stay(package, since, ended, kind, climate=climate)


_KEEPING = frozenset({LocationKind.DRY_CABINET, LocationKind.FRIDGE})


def _visits(
    package_ids: Collection[int], until: datetime
) -> Iterator[tuple[int, int, datetime, datetime | None]]:
    """Package, location, since and until when."""
    steps = _steps(package_ids, until)
    loads = mountings(steps)
    for package, places in steps.items():
        places += [(at, None) for at in loads.get(package, ()) if at <= until]
        places.sort(key=lambda one: one[0])
        here: tuple[int, datetime] | None = None
        for at, place in places:
            if here is not None and place != here[0]:
                yield package, here[0], here[1], at
                here = None
            if here is None and place is not None:
                here = (place, at)
        if here is not None:
            yield package, here[0], here[1], None


def _steps(package_ids: Collection[int], until: datetime) -> dict[int, list[tuple[datetime, int | None]]]:
    """By package, when it came to which location; None: to none."""
    steps: dict[int, list[tuple[datetime, int | None]]] = defaultdict(list)
    for some in in_parts(sorted(package_ids), _AT_ONCE):
        own = Movement.objects.filter(package__in=some, to_package=None, at__lte=until)
        for row in own.exclude(kind=MovementKind.USED).order_by("pk"):
            if row.to_location_id is not None or row.kind in _ENDING:
                steps[row.package_id].append((row.at, row.to_location_id))
        into = Movement.objects.filter(to_package__in=some, kind=MovementKind.SPLIT, at__lte=until)
        for row in into.order_by("pk"):
            if row.to_package_id is not None:
                steps[row.to_package_id].append((row.at, row.to_location_id))
    return steps


_ENDING = frozenset({MovementKind.SCRAPPED, MovementKind.RETURNED, MovementKind.JOINED})


def _air(places: Collection[int], until: datetime) -> dict[int, list[Climate]]:
    """By location, what was measured there, or at the nearest place around it where anything was. Each
    measurement holds until the next.
    """
    around = _places_around(places)
    every = {place for ways in around.values() for place in ways}
    measured: dict[int, list[Condition]] = defaultdict(list)
    for row in Condition.objects.filter(location__in=every, at__lte=until).order_by("at", "pk"):
        measured[row.location_id].append(row)
    found: dict[int, list[Climate]] = {}
    for place, ways in around.items():
        rows = next((measured[one] for one in ways if one in measured), [])
        ends = [row.at for row in rows[1:]]
        found[place] = (
            [
                Climate(row.at, end, row.celsius, row.humidity_percent)
                for row, end in zip(rows, [*ends, None], strict=True)
            ]
            if rows
            else []
        )
    return found


def _places_around(places: Collection[int]) -> dict[int, list[int]]:
    """By location, itself and what it lies in, the nearest first. As many statements as the tree is deep."""
    parents: dict[int, int | None] = {}
    wanted = set(places)
    while wanted:
        rows = StorageLocation.objects.filter(pk__in=wanted).values_list("pk", "parent")
        parents.update(rows)
        wanted = {parent for parent in parents.values() if parent is not None} - parents.keys()
    found: dict[int, list[int]] = {}
    for place in places:
        way: list[int] = []
        here: int | None = place
        while here is not None:
            way.append(here)
            here = parents[here]
        found[place] = way
    return found


def _within(one: Climate, since: datetime, until: datetime | None) -> bool:
    return (until is None or one.since < until) and (one.until is None or one.until > since)
