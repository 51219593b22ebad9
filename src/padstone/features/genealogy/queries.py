"""What is in a unit, and where a package went: installations, derived exactly from spans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime  # at runtime: the API reads the dataclasses' annotations
from typing import TYPE_CHECKING, Any

from padstone.features.genealogy.domain.designators import natural
from padstone.features.genealogy.installations import Installation
from padstone.features.genealogy.lookups import touched
from padstone.features.genealogy.lookups.applied import applied_to, applied_to_unit, held_as_told
from padstone.features.genealogy.lookups.in_full import all_parts, asking_parts
from padstone.features.genealogy.lookups.in_part import Holdings
from padstone.features.genealogy.lookups.naming import Names
from padstone.features.genealogy.lookups.question import Question, Window
from padstone.features.genealogy.lookups.sql import EVERYTHING
from padstone.features.genealogy.lookups.touched import touched_units
from padstone.features.genealogy.models import Certainty, Rejection, ToolUse
from padstone.features.production.lookups import UnitName, unit_names
from padstone.features.production.queries import must_see_unit, seen_unit
from padstone.features.sites.lookups import location_label, station_named
from padstone.kernel.errors import NotFound
from padstone.platform.pinned import in_parts
from padstone.platform.prepared import prepared
from padstone.platform.together import alone
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.features.genealogy.lookups.held import Held
    from padstone.features.production.lookups import UnitAtHand
    from padstone.features.production.models import Unit
    from padstone.kernel.actor import Actor
    from padstone.platform.together import Asks

__all__ = (
    "CERTAIN",
    "POSSIBLE",
    "Found",
    "Installation",
    "Naming",
    "RejectedPick",
    "ToolLine",
    "asking_applied",
    "asking_installations",
    "asking_rejections",
    "asking_tools",
    "installations_at_station",
    "installations_of_packages",
    "installations_of_unit",
    "installations_of_units",
    "natural",
    "rejected_picks",
    "search",
)

_UNITS_AT_ONCE = 200

CERTAIN, POSSIBLE = Certainty.CERTAIN.value, Certainty.POSSIBLE.value
_VERDICTS = {CERTAIN: touched.CERTAIN, POSSIBLE: touched.POSSIBLE}


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
    return all_parts({unit.pk: _name(unit)}, _number(as_of))[unit.pk]


def installations_of_units(
    actor: Actor, unit_ids: Collection[int], *, as_of: int | None = None
) -> Iterator[tuple[int, tuple[Installation, ...]]]:
    """All that was ever placed on each of these units, by their ids in order; some hundred are read at a
    time.
    """
    must_see(actor)
    for some in in_parts(sorted(unit_ids), _UNITS_AT_ONCE):
        names = unit_names(some)
        yield from all_parts({unit_id: names[unit_id] for unit_id in some}, _number(as_of)).items()


def asking_installations(
    actor: Actor, units: Collection[UnitAtHand], *, as_of: int
) -> Asks[dict[int, tuple[Installation, ...]]]:
    """The same for a few units that the actor was found to see, such as those of one panel."""
    for one in units:
        must_see_unit(actor, one.unit.pk)
    names = {one.unit.pk: _name(one.unit) for one in units}
    return asking_parts(names, [one.places for one in units], as_of)


def _name(unit: Unit) -> UnitName:
    return UnitName(unit.identifier, unit.panel.identifier, unit.position, "")


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
    holdings = Holdings(question, as_of)
    units = list(touched_units(question).units())
    held = [holdings.of(unit_names(some)) for some in in_parts(units, _UNITS_AT_ONCE)]
    found = [one for of_units in held for of_unit in of_units.values() for one in of_unit]
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
            self._holdings = Holdings(self._question, self._as_of)
        names = unit_names(unit_ids, self._as_of)
        parts = self._holdings.of(names)
        if self._touched.holds_applied:
            applied = applied_to(unit_ids, self._question)
            for unit_id, rows in self._naming.by_unit(applied, names).items():
                parts[unit_id] = tuple(sorted((*parts[unit_id], *rows), key=_order))
        return ((unit_id, names[unit_id], parts[unit_id]) for unit_id in unit_ids)


def search(actor: Actor, question: Question, *, as_of: int | None = None) -> Found:
    """The units that hold, held or may hold what is meant. Its time goes with their number; its memory is a
    byte for each unit between the first and the last. Refuses whoever may not see the factory.
    """
    must_see(actor)
    return Found(question, as_of)


def asking_applied(unit: Unit, *, as_of: int) -> Asks[tuple[Installation, ...]]:
    """Paste, glue and the like that came onto a unit, each as an installation; its designator is "" where the
    station told of the unit as a whole. ``removed_at`` is set once it was taken off again.
    """
    (rows,) = yield [applied_to_unit.seldom(unit=unit.pk, as_of=as_of)]
    if not rows:
        return ()
    held = held_as_told(rows, Question(as_of=as_of))
    return tuple(sorted(Naming(as_of).named(held, {unit.pk: _name(unit)}), key=_order))


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


def asking_tools(unit_id: int, *, as_of: int) -> Asks[tuple[ToolLine, ...]]:
    """The tools that worked on a unit, in the order in which that was told to have happened."""
    (rows,) = yield [_tools.seldom(unit=unit_id, as_of=as_of)]
    return tuple(
        ToolLine(
            station=station,
            tool=tool,
            name=name,
            kind=kind,
            cycles=cycles,
            designators=tuple(designators or ()),
            at=at,
        )
        for station, tool, name, kind, cycles, designators, at in rows
    )


@prepared(unit=int, as_of=int)
def _tools(unit: int, as_of: int) -> QuerySet[Any, tuple[Any, ...]]:
    rows = ToolUse.objects.filter(unit_id=unit, journal_no__lte=as_of).order_by("at", "pk")
    return rows.values_list(
        "station__name", "tool", "name", "kind", "cycles", "designators__designators", "at"
    )


def rejected_picks(actor: Actor, unit_id: int, *, as_of: int | None = None) -> tuple[RejectedPick, ...]:
    """Picks for a unit that came to nothing."""
    must_see_unit(actor, unit_id)
    return alone(asking_rejections(unit_id, as_of=_number(as_of)))


def asking_rejections(unit_id: int, *, as_of: int) -> Asks[tuple[RejectedPick, ...]]:
    """The same of a unit that the actor was found to see."""
    (rows,) = yield [_rejections.seldom(unit=unit_id, as_of=as_of)]
    return tuple(
        RejectedPick(
            station=station,
            designator=designator,
            package=package or "",
            location="" if name is None else location_label(identifier, name, lane),
            reason=reason,
            at=at,
        )
        for station, designator, package, identifier, name, lane, reason, at in rows
    )


@prepared(unit=int, as_of=int)
def _rejections(unit: int, as_of: int) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Rejection.objects.filter(unit_id=unit, journal_no__lte=as_of).order_by("at", "pk")
    location = ("location__identifier", "location__name", "location__feeder_lane")
    return rows.values_list(
        "work_transaction__station__name", "designator", "package__identifier", *location, "reason", "at"
    )


class Naming:
    """Parts by the names behind their ids."""

    def __init__(self, as_of: int | None) -> None:
        self._names = Names(as_of)

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
        self._names.look_up(
            {one.package_id for one in held},
            {one.station_id for one in held},
            {one.location_id for one in held},
        )
        if units is None:
            units = unit_names({one.unit_id for one in held})
        return [self._named(one, units[one.unit_id]) for one in held]

    def _named(self, one: Held, unit: UnitName) -> Installation:
        names, package = self._names, self._names.packages[one.package_id]
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
            station=names.stations[one.station_id],
            location=names.locations[one.location_id],
            head=one.head,
            nozzle=one.nozzle,
            installed_at=one.at,
            certainty=POSSIBLE if one.candidates > 1 else CERTAIN,
            candidates=one.candidates,
            removed_at=one.removed_at,
            removal_reason=one.removal_reason,
            journal_no=one.journal_no,
        )


def _number(as_of: int | None) -> int:
    return EVERYTHING if as_of is None else as_of


def _order(one: Installation) -> tuple[object, ...]:
    return (one.unit, natural(one.designator), one.installed_at, one.package)
