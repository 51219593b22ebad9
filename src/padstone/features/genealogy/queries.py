"""What is in a unit, and where a package went: installations, derived exactly from spans."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime  # at runtime: the API reads the dataclasses' annotations
from typing import TYPE_CHECKING

from django.db.models import Q

from padstone.features.genealogy.domain.times import instant_of
from padstone.features.genealogy.lookups.passes import (
    DecodedPass,
    decoded,
    passes_at_station,
    passes_fed_from,
    passes_of_panels,
)
from padstone.features.genealogy.models import (
    AppliedMaterial,
    Certainty,
    Pass,
    Rejection,
    Replacement,
    ToolUse,
)
from padstone.features.materials.lookups import PackageName, package_names
from padstone.features.production.lookups import (
    UnitName,
    panels_of_unit,
    unit_names,
    units_by_position,
)
from padstone.features.production.queries import must_see_unit, seen_unit
from padstone.features.sites.lookups import location_names, station_named, station_names
from padstone.kernel.errors import NotFound
from padstone.platform.journal.known import known_by
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One part on one designator of one unit.

    Two rows with certainty *possible* for one designator: the machine could not tell which of two packages it
    was, and ``candidates`` is 2. ``removed_at`` is set once the part was taken off again. Text is empty where
    nothing is known.
    """

    unit: str
    panel: str
    position: int
    designator: str
    package: str
    part: str
    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str
    station: str
    location: str
    head: str
    nozzle: str
    installed_at: datetime | None
    certainty: str
    candidates: int
    removed_at: datetime | None
    removal_reason: str
    journal_no: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedPick:
    """A part that was picked and not placed."""

    station: str
    designator: str
    package: str
    location: str
    reason: str
    at: datetime


@dataclass(slots=True)
class _Held:
    """An installation before its names are looked up."""

    unit_id: int
    designator: str
    package_id: int | None
    station_id: int
    location_id: int | None
    head: str
    nozzle: str
    at: datetime
    candidates: int
    journal_no: int
    by_hand: bool = False
    removed_at: datetime | None = None
    removal_reason: str = ""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names behind ids, looked up in a few statements for however many rows."""

    packages: Mapping[int, PackageName]
    units: Mapping[int, UnitName]
    stations: Mapping[int, str]
    locations: Mapping[int, str]


def installations_of_unit(
    actor: Actor, identifier: str, *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """All that was ever placed on a unit. Raises NotFound for a unit that nobody has told of."""
    unit = seen_unit(actor, identifier)
    passes = passes_of_panels(panels_of_unit(unit)).select_related("template")
    held = [h for h in _from_passes(decoded(passes, as_of=as_of)) if h.unit_id == unit.pk]
    changes = _changes(Q(unit_id=unit.pk), as_of)
    return _finished(held, changes, keep=None, as_of=as_of)


def installations_of_packages(
    actor: Actor, package_ids: Collection[int], *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """Every unit and designator that holds, held or may hold a part of these packages."""
    must_see(actor)
    wanted = frozenset(package_ids)
    passes = decoded(passes_fed_from(wanted), as_of=as_of, only=wanted)
    held = [h for h in _from_passes(passes) if h.package_id in wanted]
    by_hand = _changes(Q(package_id__in=wanted, removed=False), as_of)
    touched = {h.unit_id for h in held} | {change.unit_id for change in by_hand}
    return _finished(held, _changes_of_units(touched, as_of), keep=wanted, as_of=as_of)


def installations_at_station(
    actor: Actor, station_name: str, since: datetime, until: datetime, *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """Everything a station placed from ``since`` until before ``until``."""
    must_see(actor)
    station = station_named(station_name)
    if station is None:
        raise NotFound(
            "unknown_station",
            "There is no station {station}.",
            field="station",
            way_out="See the factory page for the names of the stations.",
            station=station_name,
        )
    station_id = station.pk
    passes = decoded(passes_at_station(station_id, since, until).select_related("template"), as_of=as_of)
    held = [h for h in _from_passes(passes) if since <= h.at < until]
    on_site = Q(work_transaction__station_id=station_id, at__gte=since, at__lt=until, removed=False)
    touched = {h.unit_id for h in held} | {change.unit_id for change in _changes(on_site, as_of)}
    finished = _finished(held, _changes_of_units(touched, as_of), keep=None, as_of=as_of)
    return tuple(
        i
        for i in finished
        if i.station == station_name and i.installed_at and since <= i.installed_at < until
    )


def applied_to_unit(actor: Actor, unit_id: int, *, as_of: int | None = None) -> tuple[Installation, ...]:
    """Paste, glue and the like that came onto a unit, each as an installation; its designator is "" where the
    station told of the unit as a whole. ``removed_at`` is set once it was taken off again.
    """
    must_see_unit(actor, unit_id)
    return _applied(AppliedMaterial.objects.filter(unit_id=unit_id, removed=False), as_of)


def applied_from_packages(
    actor: Actor, package_ids: Collection[int], *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """What of these packages was applied to units: see :func:`applied_to_unit`."""
    must_see(actor)
    ids = sorted(package_ids)
    return tuple(
        one
        for first in range(0, len(ids), 500)
        for one in _applied(
            AppliedMaterial.objects.filter(package__in=ids[first : first + 500], removed=False), as_of
        )
    )


def applied_at_station(
    actor: Actor, station_name: str, since: datetime, until: datetime, *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """What a station applied from ``since`` until before ``until``: see :func:`applied_to_unit`."""
    must_see(actor)
    station = station_named(station_name)
    rows = AppliedMaterial.objects.filter(station=station, removed=False, at__gte=since, at__lt=until)
    return _applied(rows, as_of) if station is not None else ()


def _applied(rows: QuerySet[AppliedMaterial], as_of: int | None) -> tuple[Installation, ...]:
    applied = list(rows.filter(known_by(as_of)).select_related("designators"))
    taken_off: dict[int, list[AppliedMaterial]] = defaultdict(list)
    units = sorted({row.unit_id for row in applied})
    for first in range(0, len(units), 500):
        some = AppliedMaterial.objects.filter(
            known_by(as_of), unit__in=units[first : first + 500], removed=True
        ).select_related("designators")
        for row in some.order_by("at", "pk"):
            taken_off[row.unit_id].append(row)
    held = []
    for row in applied:
        for designator in row.designators.designators if row.designators else ("",):
            one = _Held(
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
            _take_off(one, taken_off[row.unit_id])
            held.append(one)
    return _with_names(held, as_of)


def _take_off(one: _Held, removals: Iterable[AppliedMaterial]) -> None:
    """The first removal after it that names its package, or none, and its place, or all of the unit."""
    for removal in removals:
        there = removal.designators is None or one.designator in removal.designators.designators
        if there and removal.at >= one.at and removal.package_id in {None, one.package_id}:
            one.removed_at, one.removal_reason = removal.at, removal.reason
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLine:
    """A tool that worked on the unit; ``kind`` is the standard's class. No designators: none were told."""

    station: str
    tool: str
    name: str
    kind: str
    cycles: int | None
    designators: tuple[str, ...]
    at: datetime


def tools_of_unit(actor: Actor, unit_id: int, *, as_of: int | None = None) -> tuple[ToolLine, ...]:
    """The tools that worked on a unit, in the order in which that was told to have happened."""
    must_see_unit(actor, unit_id)
    rows = ToolUse.objects.filter(known_by(as_of), unit_id=unit_id).select_related("station", "designators")
    return tuple(
        ToolLine(
            station=row.station.name,
            tool=row.tool,
            name=row.name,
            kind=row.kind,
            cycles=row.cycles,
            designators=tuple(row.designators.designators) if row.designators else (),
            at=row.at,
        )
        for row in rows.order_by("at", "pk")
    )


def rejected_picks(actor: Actor, unit_id: int, *, as_of: int | None = None) -> tuple[RejectedPick, ...]:
    """Picks for a unit that came to nothing."""
    must_see_unit(actor, unit_id)
    rows = Rejection.objects.filter(known_by(as_of), unit_id=unit_id).select_related(
        "package", "location", "work_transaction__station"
    )
    return tuple(
        RejectedPick(
            station=row.work_transaction.station.name,
            designator=row.designator,
            package=row.package.identifier if row.package else "",
            location=str(row.location) if row.location else "",
            reason=row.reason,
            at=row.at,
        )
        for row in rows.order_by("at", "pk")
    )


def _from_passes(passes: Collection[DecodedPass]) -> list[_Held]:
    unit_ids = units_by_position({one.row.panel_id for one in passes})
    return [
        _Held(
            unit_id=unit_id,
            designator=placement.designator,
            package_id=package,
            station_id=one.row.station_id,
            location_id=placement.location,
            head=placement.head,
            nozzle=placement.nozzle,
            at=_placed_at(one.row, placement.ticks),
            candidates=len(placement.packages),
            journal_no=one.row.journal_no,
        )
        for one in passes
        for placement in one.placements
        if (unit_id := unit_ids.get((one.row.panel_id, placement.position))) is not None
        for package in placement.packages
    ]


def _placed_at(row: Pass, ticks: int | None) -> datetime:
    return row.base_at if ticks is None else instant_of(ticks)


def _changes(which: Q, as_of: int | None) -> list[Replacement]:
    rows = Replacement.objects.filter(which, known_by(as_of)).select_related("work_transaction")
    return list(rows.order_by("at", "pk"))


def _changes_of_units(unit_ids: Collection[int], as_of: int | None) -> list[Replacement]:
    ids = sorted(unit_ids)
    return [
        change
        for first in range(0, len(ids), 500)
        for change in _changes(Q(unit_id__in=ids[first : first + 500]), as_of)
    ]


def _finished(
    held: list[_Held], changes: Iterable[Replacement], keep: frozenset[int] | None, as_of: int | None
) -> tuple[Installation, ...]:
    """Add what hands placed, close what was taken off, and look the names up."""
    by_place: dict[tuple[int, str], list[Replacement]] = defaultdict(list)
    for change in changes:
        by_place[change.unit_id, change.designator].append(change)
        if not change.removed and (keep is None or change.package_id in keep):
            held.append(_by_hand(change))
    for one in held:
        _close(one, by_place.get((one.unit_id, one.designator), ()))
    return _with_names(held, as_of)


def _with_names(held: list[_Held], as_of: int | None) -> tuple[Installation, ...]:
    names = _Names(
        packages=package_names({h.package_id for h in held if h.package_id is not None}, as_of),
        units=unit_names({h.unit_id for h in held}),
        stations=station_names({h.station_id for h in held}),
        locations=location_names({h.location_id for h in held if h.location_id is not None}),
    )
    return tuple(sorted((_named(one, names) for one in held), key=_order))


def _by_hand(change: Replacement) -> _Held:
    return _Held(
        unit_id=change.unit_id,
        designator=change.designator,
        package_id=change.package_id,
        station_id=change.work_transaction.station_id,
        location_id=None,
        head="",
        nozzle="",
        at=change.at,
        candidates=2 if change.certainty == Certainty.POSSIBLE else 1,
        journal_no=change.journal_no,
        by_hand=True,
    )


def _close(one: _Held, changes: Iterable[Replacement]) -> None:
    """The first change of the designator (in time) after a part was placed ends it.

    Clocks are coarse: of a removal and a placement by hand in the same instant, the removal came first.
    """
    for change in changes:
        if change.at > one.at or (change.removed and change.at == one.at and not one.by_hand):
            one.removed_at = change.at
            one.removal_reason = change.reason or ("" if change.removed else "Replaced")
            return


def _named(one: _Held, names: _Names) -> Installation:
    package = names.packages.get(one.package_id) if one.package_id is not None else None
    unit = names.units[one.unit_id]
    return Installation(
        unit=unit.identifier,
        panel=unit.panel,
        position=unit.position,
        designator=one.designator,
        package=package.identifier if package else "",
        part=package.part if package else "",
        lot=package.lot if package else "",
        date_code=package.date_code if package else "",
        supplier=package.supplier if package else "",
        manufacturer=package.manufacturer if package else "",
        manufacturer_part_number=package.manufacturer_part_number if package else "",
        station=names.stations[one.station_id],
        location=names.locations[one.location_id] if one.location_id is not None else "",
        head=one.head,
        nozzle=one.nozzle,
        installed_at=one.at,
        certainty=Certainty.POSSIBLE.value if one.candidates > 1 else Certainty.CERTAIN.value,
        candidates=one.candidates,
        removed_at=one.removed_at,
        removal_reason=one.removal_reason,
        journal_no=one.journal_no,
    )


def _order(one: Installation) -> tuple[object, ...]:
    return (one.unit, natural(one.designator), str(one.installed_at), one.package)


def natural(designator: str) -> tuple[str, int, str]:
    """Sort key that puts R2 before R10."""
    letters = designator.rstrip("0123456789")
    digits = designator[len(letters) :]
    return (letters, int(digits) if digits else 0, designator)
