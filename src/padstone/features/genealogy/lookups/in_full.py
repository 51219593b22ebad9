"""All that units hold, by whole columns: for certificates, which leave nothing out.

``held`` answers placement by placement what a question means. Here a template's entries on a position are
taken as they stand, with their order; only what a pass did otherwise, what hands did, and what was taken off
again is looked at part by part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import compress, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from padstone.features.genealogy.domain.designators import Natural, natural
from padstone.features.genealogy.installations import Installation
from padstone.features.genealogy.lookups.decoding import EPOCH_TICKS, Departures, WholePass, departures_of
from padstone.features.genealogy.lookups.held import Change, changes_of, ended_by
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.lookups.sql.feeds_by_name import FEEDS_BY_NAME, apart, place
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_OF_PANELS
from padstone.features.genealogy.models import Certainty
from padstone.features.materials.lookups import PackageName, names_in_force, package_names
from padstone.features.production.lookups import places_of_units
from padstone.features.sites.lookups import location_label, location_names, station_names
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from padstone.features.production.lookups import UnitName

_CERTAIN, _POSSIBLE = Certainty.CERTAIN.value, Certainty.POSSIBLE.value
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)
"""Of the ticks."""
_NO_PACKAGE = PackageName("", "", "", "", "", "", "")
_PLACES_AT_ONCE = 2_000


class Entries(NamedTuple):
    """A template's entries on one position, by columns, in the order of their designators. ``take`` picks
    theirs out of the template's times.
    """

    take: Callable[[Sequence[int]], tuple[int, ...]]
    keys: tuple[Natural, ...]
    designators: tuple[str, ...]
    locations: tuple[int, ...]
    heads: tuple[str, ...]
    nozzles: tuple[str, ...]
    feeders: frozenset[int]


@lru_cache(maxsize=192)
def _entries(template_id: int, digest: bytes) -> dict[int, Entries]:
    """By position; kept as ``decoding.layout`` is."""
    content = WholePass(0, 0, 0, 0, template_id, 0, 0, b"", 0, 0, digest).layout
    found = {}
    for position, slots in content.on.items():
        ordered = sorted(slots, key=lambda slot: natural(slot.designator))
        places = [slot.place for slot in ordered]
        found[position] = Entries(
            itemgetter(*places) if len(places) > 1 else _only(places[0]),
            tuple([natural(slot.designator) for slot in ordered]),
            tuple([slot.designator for slot in ordered]),
            tuple([slot.location for slot in ordered]),
            tuple([slot.head for slot in ordered]),
            tuple([slot.nozzle for slot in ordered]),
            frozenset([slot.location for slot in ordered]),
        )
    return found


def _only(place: int) -> Callable[[Sequence[int]], tuple[int, ...]]:
    return lambda values: (values[place],)


@dataclass(slots=True)
class _Parts:
    """What one unit holds, by columns; times in ticks (see ``domain.times``). ``removals``: by row."""

    keys: list[Natural] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    packages: list[int | None] = field(default_factory=list)
    designators: list[str] = field(default_factory=list)
    stations: list[int] = field(default_factory=list)
    locations: list[int | None] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    nozzles: list[str] = field(default_factory=list)
    candidates: list[int] = field(default_factory=list)
    journal_nos: list[int] = field(default_factory=list)
    by_hand_from: int = 0
    removals: dict[int, Change] = field(default_factory=dict)

    def add_all(
        self, one: WholePass, entries: Entries, ticks: Sequence[int], feeding: Mapping[int, int]
    ) -> None:
        """A pass that did on its position what the template says."""
        packages = [feeding.get(location) for location in entries.locations]
        columns: list[Sequence[Any]] = [
            entries.keys,
            entries.take(ticks),
            packages,
            entries.designators,
            entries.locations,
            entries.heads,
            entries.nozzles,
        ]
        if None in packages:  # nothing fed there
            fed = [package is not None for package in packages]
            columns = [list(compress(column, fed)) for column in columns]
        self._extend(one, columns)

    def _extend(self, one: WholePass, columns: Sequence[Sequence[Any]]) -> None:
        keys, ticks, packages, designators, locations, heads, nozzles = columns
        self.keys += keys
        self.ticks += ticks
        self.packages += packages
        self.designators += designators
        self.locations += locations
        self.heads += heads
        self.nozzles += nozzles
        self.stations += repeat(one.station, len(keys))
        self.candidates += repeat(1, len(keys))
        self.journal_nos += repeat(one.journal_no, len(keys))

    def add_departing(
        self,
        one: WholePass,
        position: int,
        entries: Entries,
        ticks: Sequence[int],
        feeding: Mapping[int, int],
        departures: Departures,
    ) -> None:
        """A pass that did otherwise, on this position or another."""
        whole = departures.get((position, ""))
        is_skipped = whole is not None and whole.skips
        at = entries.take(ticks)
        if not is_skipped:
            kept = [(position, designator) not in departures for designator in entries.designators]
            packages = [feeding.get(location) for location in entries.locations]
            kept = [keep and package is not None for keep, package in zip(kept, packages, strict=True)]
            columns = (entries.keys, at, packages, *entries[2:6])
            self._extend(one, [list(compress(column, kept)) for column in columns])
        for row, designator in enumerate(entries.designators):
            departure = departures.get((position, designator))
            if departure is None or departure.location is None:
                continue
            for package in departure.packages:
                self.add(
                    at[row],
                    package,
                    designator,
                    one.station,
                    departure.location,
                    departure.head,
                    departure.nozzle,
                    len(departure.packages),
                    one.journal_no,
                )

    def add(
        self,
        at: int,
        package: int | None,
        designator: str,
        station: int,
        location: int | None,
        head: str,
        nozzle: str,
        candidates: int,
        journal_no: int,
    ) -> None:
        self.keys.append(natural(designator))
        self.ticks.append(at)
        self.packages.append(package)
        self.designators.append(designator)
        self.stations.append(station)
        self.locations.append(location)
        self.heads.append(head)
        self.nozzles.append(nozzle)
        self.candidates.append(candidates)
        self.journal_nos.append(journal_no)

    def add_changes(self, changes: Mapping[str, Sequence[Change]]) -> None:
        """What hands placed, and what thereby, or else, came off again."""
        self.by_hand_from = len(self.keys)
        for some in changes.values():
            for one in some:
                if not one.removed:
                    self.add(
                        one.at * 10 + EPOCH_TICKS,
                        one.package_id,
                        one.designator,
                        one.station_id,
                        None,
                        "",
                        "",
                        one.candidates,
                        one.journal_no,
                    )
        if not changes:
            return
        for row, designator in enumerate(self.designators):
            if designator in changes:
                at = (self.ticks[row] - EPOCH_TICKS) // 10
                end = ended_by(changes[designator], at, by_hand=row >= self.by_hand_from)
                if end is not None:
                    self.removals[row] = end

    def rows(self, unit: UnitName, names: _Names) -> list[Installation]:
        """In the order of their designators, their times and their packages."""
        if not self.keys:
            return []
        of = [_NO_PACKAGE if one is None else names.packages[one] for one in self.packages]
        order = sorted(
            range(len(of)),
            key=list(zip(self.keys, self.ticks, [one[0] for one in of], strict=True)).__getitem__,
        )
        pick = itemgetter(*order) if len(order) > 1 else tuple
        candidates = pick(self.candidates)
        ended: tuple[Iterable[datetime | None], Iterable[str]] = repeat(None), repeat("")
        if self.removals:
            removals = [self.removals.get(row) for row in order]
            ended = (
                [None if one is None else instant(one.at) for one in removals],
                ["" if one is None else one.why for one in removals],
            )
        return list(
            map(
                Installation,
                repeat(unit.identifier),
                repeat(unit.panel),
                repeat(unit.position),
                pick(self.designators),
                *zip(*pick(of), strict=True),
                map(names.stations.__getitem__, pick(self.stations)),
                ["" if one is None else names.locations[one] for one in pick(self.locations)],
                pick(self.heads),
                pick(self.nozzles),
                [_BEGIN + timedelta(0, 0, tick // 10) for tick in pick(self.ticks)],
                [_POSSIBLE if one > 1 else _CERTAIN for one in candidates],
                candidates,
                *ended,
                pick(self.journal_nos),
            )
        )


@dataclass(slots=True)
class _Names:
    """``eventful``: packages that something became of since they came."""

    packages: dict[int, PackageName] = field(default_factory=dict)
    stations: dict[int, str] = field(default_factory=dict)
    locations: dict[int, str] = field(default_factory=dict)
    eventful: set[int] = field(default_factory=set)


def all_parts(units: Mapping[int, UnitName], as_of: int) -> dict[int, tuple[Installation, ...]]:
    """All that was ever placed on some hundred units, by their ids. ``as_of``: a journal number."""
    parts = {unit: _Parts() for unit in units}
    panels: dict[int, dict[int, int]] = defaultdict(dict)
    for of_unit in places_of_units(units):
        panels[of_unit.panel_id][of_unit.position] = of_unit.unit_id
        if of_unit.alone_id is not None:
            panels[of_unit.alone_id][1] = of_unit.unit_id
    passes = [
        WholePass._make(row)
        for some in in_parts(sorted(panels))
        for row in PASSES_OF_PANELS.rows(keys=some, as_of=as_of)
    ]
    names = _Names()
    fed = _fed(passes, panels, names)
    departing = departures_of([one.id for one in passes], as_of)
    for one in passes:
        _place(one, panels[one.panel], fed[one.sequence], departing.get(one.id), parts)
    for unit, changes in changes_of(units, as_of).items():
        parts[unit].add_changes(changes)
    _look_up(names, parts.values(), as_of)
    return {unit: tuple(parts[unit].rows(name, names)) for unit, name in units.items()}


def _place(
    one: WholePass,
    units: Mapping[int, int],
    feeding: Mapping[int, int],
    departures: Departures | None,
    parts: Mapping[int, _Parts],
) -> None:
    on = _entries(one.template, bytes(one.digest))
    there = [(position, unit) for position, unit in units.items() if position in on]
    ticks = one.ticks() if there else []
    for position, unit in there:
        if departures:
            parts[unit].add_departing(one, position, on[position], ticks, feeding, departures)
        else:
            parts[unit].add_all(one, on[position], ticks, feeding)


def _fed(
    passes: Iterable[WholePass], panels: Mapping[int, Mapping[int, int]], names: _Names
) -> dict[int, dict[int, int]]:
    """By sequence and location, which package fed. Of each the name is noted."""
    places = {
        place(location, one.sequence)
        for one in passes
        for position, entries in _entries(one.template, bytes(one.digest)).items()
        if position in panels[one.panel]
        for location in entries.feeders
    }
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for some in in_parts(sorted(places), _PLACES_AT_ONCE):
        for row in FEEDS_BY_NAME.rows(coded=some):
            there, last, package, identifier, name, lane, is_eventful = row[:7]
            location, sequence = apart(there)
            if last < sequence:
                continue
            found[sequence][location] = package
            names.locations[location] = location_label(identifier, name, lane)
            names.packages[package] = PackageName._make(row[7:])
            if is_eventful:
                names.eventful.add(package)
    return found


def _look_up(names: _Names, parts: Collection[_Parts], as_of: int) -> None:
    """The names of what no feeder told, and what became of all packages' names since."""
    corrected = {package: names.packages[package] for package in names.eventful}
    own = {package: name for package, name in names.packages.items() if not name.lot}
    names.packages |= names_in_force(corrected | own, as_of)
    packages = {package for one in parts for package in one.packages}
    if new := packages - names.packages.keys() - {None}:
        names.packages |= package_names([one for one in new if one is not None], as_of)
    locations = {location for one in parts for location in one.locations}
    if missing := locations - names.locations.keys():
        names.locations |= location_names([one for one in missing if one is not None])
    names.stations.update(station_names({station for one in parts for station in one.stations}))
