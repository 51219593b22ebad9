"""What is in a unit, and where a package went: installations, derived exactly from spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime  # at runtime: the API reads the dataclasses' annotations
from functools import lru_cache
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups import touched
from padstone.features.genealogy.lookups.applied import applied_to
from padstone.features.genealogy.lookups.held import Holdings
from padstone.features.genealogy.lookups.question import Question, Window
from padstone.features.genealogy.lookups.sql import EVERYTHING
from padstone.features.genealogy.lookups.touched import touched_units
from padstone.features.genealogy.models import Certainty, Rejection, ToolUse
from padstone.features.materials.lookups import PackageName, package_names
from padstone.features.production.lookups import UnitName, unit_names
from padstone.features.production.queries import must_see_unit, seen_unit
from padstone.features.sites.lookups import location_names, station_named, station_names
from padstone.kernel.errors import NotFound
from padstone.platform.journal.known import known_by
from padstone.platform.pinned import in_parts
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.features.genealogy.lookups.held import Held
    from padstone.features.production.models import Unit
    from padstone.kernel.actor import Actor

_UNITS_AT_ONCE = 200

CERTAIN, POSSIBLE = Certainty.CERTAIN.value, Certainty.POSSIBLE.value
_VERDICTS = {CERTAIN: touched.CERTAIN, POSSIBLE: touched.POSSIBLE}


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


def installations_of_unit(
    actor: Actor, identifier: str, *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """All that was ever placed on a unit. Raises NotFound for a unit that nobody has told of."""
    unit = seen_unit(actor, identifier)
    held = Holdings(Question(as_of=_number(as_of))).of([unit.pk])
    return tuple(sorted(Naming(as_of).named(held), key=_order))


def installations_of_units(
    actor: Actor, unit_ids: Collection[int], *, as_of: int | None = None
) -> Iterator[tuple[int, tuple[Installation, ...]]]:
    """All that was ever placed on each of these units, by their ids in order; some hundred are read at a
    time.
    """
    must_see(actor)
    holdings, naming = Holdings(Question(as_of=_number(as_of))), Naming(as_of)
    for some in in_parts(sorted(unit_ids), _UNITS_AT_ONCE):
        by_unit = naming.by_unit(holdings.of(some), unit_names(some))
        yield from ((unit_id, by_unit.get(unit_id, ())) for unit_id in some)


def installations_of_own_units(
    actor: Actor, units: Collection[Unit], *, as_of: int | None = None
) -> dict[int, tuple[Installation, ...]]:
    """The same for a few units that the actor was found to see, such as those of one panel."""
    for unit in units:
        must_see_unit(actor, unit.pk)
    held = Holdings(Question(as_of=_number(as_of))).of([unit.pk for unit in units])
    by_unit = Naming(as_of).by_unit(held, unit_names([unit.pk for unit in units]))
    return {unit.pk: by_unit.get(unit.pk, ()) for unit in units}


def installations_of_packages(
    actor: Actor, package_ids: Collection[int], *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """Every unit and designator that holds, held or may hold a part of these packages, all at once: for
    what is known to be few. ``search`` takes any number.
    """
    must_see(actor)
    return _all_placed(Question(packages=frozenset(package_ids), as_of=_number(as_of)), as_of)


def installations_at_station(
    actor: Actor, station_name: str, since: datetime, until: datetime, *, as_of: int | None = None
) -> tuple[Installation, ...]:
    """Everything a station placed from ``since`` until before ``until``, all at once: see
    ``installations_of_packages``.
    """
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
    window = Window.of(since, until)
    return _all_placed(Question(stations=frozenset({station.pk}), window=window, as_of=_number(as_of)), as_of)


def _all_placed(question: Question, as_of: int | None) -> tuple[Installation, ...]:
    holdings, naming = Holdings(question), Naming(as_of)
    units = list(touched_units(question).units())
    found = [one for some in in_parts(units, _UNITS_AT_ONCE) for one in naming.named(holdings.of(some))]
    return tuple(sorted(found, key=_order))


class Found:
    """The units that hold what a question means: counted at once, their installations as they are asked for.

    Units go by their ids, in the order in which they came onto the books: that order never changes.
    """

    def __init__(self, question: Question, as_of: int | None) -> None:
        self._touched = touched_units(question)
        self._question = question
        self._as_of = as_of
        self._holdings: Holdings | None = None
        self._naming = Naming(as_of)
        self.certain = self._touched.count(touched.CERTAIN)
        self.possible = self._touched.count(touched.POSSIBLE)

    def unit_ids(self, certainty: str, *, after: int = 0) -> Iterator[int]:
        """The CERTAIN or the POSSIBLE ones, behind the unit ``after``."""
        return self._touched.units(_VERDICTS[certainty], after=after)

    def units(self, unit_ids: Collection[int]) -> Iterator[tuple[int, UnitName, tuple[Installation, ...]]]:
        """Of some hundred units, in their order: the name and what is meant of it, paste and the like as
        well.
        """
        if self._holdings is None:
            self._holdings = Holdings(self._question)
        held = [*self._holdings.of(unit_ids), *applied_to(unit_ids, self._question)]
        names = unit_names(unit_ids, self._as_of)
        parts = self._naming.by_unit(held, names)
        return ((unit_id, names[unit_id], parts.get(unit_id, ())) for unit_id in unit_ids)


def search(actor: Actor, question: Question, *, as_of: int | None = None) -> Found:
    """The units that hold, held or may hold what is meant. Its time goes with their number; its memory is a
    byte for each unit between the first and the last. Refuses whoever may not see the factory.
    """
    must_see(actor)
    return Found(question, as_of)


def applied_to_unit(actor: Actor, unit_id: int, *, as_of: int | None = None) -> tuple[Installation, ...]:
    """Paste, glue and the like that came onto a unit, each as an installation; its designator is "" where the
    station told of the unit as a whole. ``removed_at`` is set once it was taken off again.
    """
    must_see_unit(actor, unit_id)
    held = applied_to([unit_id], Question(as_of=_number(as_of)))
    return tuple(sorted(Naming(as_of).named(held), key=_order))


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


class Naming:
    """The names behind ids, each looked up once for however many rows."""

    def __init__(self, as_of: int | None) -> None:
        self._as_of = as_of
        self._packages: dict[int, PackageName] = {}
        self._stations: dict[int, str] = {}
        self._locations: dict[int, str] = {}

    def by_unit(
        self, held: Collection[Held], units: Mapping[int, UnitName]
    ) -> dict[int, tuple[Installation, ...]]:
        """By unit, its parts in the order of their designators."""
        found: dict[int, list[Installation]] = defaultdict(list)
        for one, row in zip(held, self.named(held, units), strict=True):
            found[one.unit_id].append(row)
        return {unit_id: tuple(sorted(rows, key=_order)) for unit_id, rows in found.items()}

    def named(
        self, held: Collection[Held], units: Mapping[int, UnitName] | None = None
    ) -> list[Installation]:
        """One for each, in their order."""
        self._look_up(held)
        if units is None:
            units = unit_names({one.unit_id for one in held})
        return [self._named(one, units[one.unit_id]) for one in held]

    def _look_up(self, held: Collection[Held]) -> None:
        packages = {one.package_id for one in held if one.package_id is not None}
        stations = {one.station_id for one in held}
        locations = {one.location_id for one in held if one.location_id is not None}
        if new := packages - self._packages.keys():
            self._packages.update(package_names(new, self._as_of))
        if new := stations - self._stations.keys():
            self._stations.update(station_names(new))
        if new := locations - self._locations.keys():
            self._locations.update(location_names(new))

    def _named(self, one: Held, unit: UnitName) -> Installation:
        package = _NO_PACKAGE if one.package_id is None else self._packages[one.package_id]
        return Installation(
            unit=unit.identifier,
            panel=unit.panel,
            position=unit.position,
            designator=one.designator,
            package=package.identifier,
            part=package.part,
            lot=package.lot,
            date_code=package.date_code,
            supplier=package.supplier,
            manufacturer=package.manufacturer,
            manufacturer_part_number=package.manufacturer_part_number,
            station=self._stations[one.station_id],
            location="" if one.location_id is None else self._locations[one.location_id],
            head=one.head,
            nozzle=one.nozzle,
            installed_at=one.at,
            certainty=POSSIBLE if one.candidates > 1 else CERTAIN,
            candidates=one.candidates,
            removed_at=one.removed_at,
            removal_reason=one.removal_reason,
            journal_no=one.journal_no,
        )


_NO_PACKAGE = PackageName("", "", "", "", "", "", "")


def _number(as_of: int | None) -> int:
    return EVERYTHING if as_of is None else as_of


def _order(one: Installation) -> tuple[object, ...]:
    return (one.unit, natural(one.designator), one.installed_at, one.package)


@lru_cache(maxsize=16_384)
def natural(designator: str) -> tuple[str, int, str]:
    """Sort key that puts R2 before R10."""
    letters = designator.rstrip("0123456789")
    digits = designator[len(letters) :]
    return (letters, int(digits) if digits else 0, designator)
