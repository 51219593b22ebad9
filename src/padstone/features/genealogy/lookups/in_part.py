"""What units hold of what is meant, and what became of it: for recalls, which ask for little of each unit.

As ``in_full``, by whole columns: of a template's entries those of a location that is meant are taken as they
stand, on a position, with their order. Only what a pass did otherwise, what hands did, and what straddles an
end of the time is looked at part by part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import compress, repeat
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.domain import times
from padstone.features.genealogy.domain.designators import natural
from padstone.features.genealogy.installations import Installation
from padstone.features.genealogy.lookups.decoding import (
    EPOCH_TICKS,
    Departures,
    Feeds,
    WholePass,
    departures_of,
    fed_in,
    of_the_lane,
    placed_otherwise,
)
from padstone.features.genealogy.lookups.held import Change, changes_of, changes_told, ended_by
from padstone.features.genealogy.lookups.naming import Names
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.lookups.sql.deviations import PASSES_NAMING_PACKAGES
from padstone.features.genealogy.lookups.sql.passes_on_panels import PASSES_ON_PANELS
from padstone.features.genealogy.lookups.sql.replacements import (
    REPLACEMENTS_OF_PACKAGES,
    REPLACEMENTS_ON_DESIGNATORS,
)
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_BY_ID
from padstone.features.genealogy.lookups.touched import PACKAGES_AT_ONCE, uses_of
from padstone.features.genealogy.models import Certainty
from padstone.features.production.lookups import places_of_units
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from padstone.features.genealogy.lookups.decoding import Fed
    from padstone.features.genealogy.lookups.question import Question, Window
    from padstone.features.production.lookups import UnitName

_CERTAIN, _POSSIBLE = Certainty.CERTAIN.value, Certainty.POSSIBLE.value
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PANELS_AT_ONCE = 400
_MOST_ENTRIES = 4_096
"""Of so many places of templates the entries are kept: some ten megabytes."""
_UnitsOn = dict[int, dict[int, int]]
"""By panel and position."""
_Columns = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[int]]
"""Designators, heads, nozzles, instants."""


class _Entries(NamedTuple):
    """Those of a template from one location on one position, in the order of their designators. ``places``
    are theirs among the times.
    """

    places: Sequence[int]
    designators: Sequence[str]
    heads: Sequence[str]
    nozzles: Sequence[str]


class _Placed(NamedTuple):
    """Parts of one package that came onto a unit from one location, or by hand (location None); ``instants``
    in microseconds from 1970.
    """

    unit: int
    package: int | None
    station: int
    location: int | None
    designators: Sequence[str]
    heads: Sequence[str]
    nozzles: Sequence[str]
    instants: Sequence[int]
    candidates: int
    journal_no: int


class Holdings:
    """What units hold of what is meant. Whoever asks for many asks for some hundred at a time: names, and
    what is known of packages and templates, are kept from the one time to the next.
    """

    def __init__(self, question: Question, as_of: int | None) -> None:
        self._question = question
        self._names = Names(as_of)
        self._entries: dict[tuple[int, bytes, int], dict[int, _Entries]] = {}
        self._feeds: Feeds | None = None
        self._naming: frozenset[int] = frozenset()
        self._by_hand: frozenset[str] = frozenset()
        self._templates: dict[int, set[int]] = {}
        if question.packages is not None:
            self._take_up(question.packages)

    def _take_up(self, packages: frozenset[int]) -> None:
        """What is asked of the packages once for all units."""
        question = self._question
        self._feeds = Feeds(packages)
        for location, templates in uses_of(self._feeds.locations, question).items():
            if question.windows_at(location):
                for template in templates:
                    self._templates.setdefault(template, set()).add(location)
        some = list(in_parts(sorted(packages), PACKAGES_AT_ONCE))
        self._naming = frozenset(
            row[0]
            for keys in some
            for row in PASSES_NAMING_PACKAGES.rows(packages=keys, as_of=question.as_of)
        )
        self._by_hand = frozenset(
            row[1] for keys in some for row in REPLACEMENTS_OF_PACKAGES.rows(keys=keys, as_of=question.as_of)
        )

    def of(self, units: Mapping[int, UnitName]) -> dict[int, tuple[Installation, ...]]:
        """Of some hundred units at once, also what was taken off again; each unit's by their designators,
        their times and their packages.
        """
        on: _UnitsOn = defaultdict(dict)
        for place in places_of_units(units):
            on[place.panel_id][place.position] = place.unit_id
            if place.alone_id is not None:
                on[place.alone_id][1] = place.unit_id
        placed = [one for some in in_parts(sorted(on), _PANELS_AT_ONCE) for one in self._placed(some, on)]
        changes = self._changes(units, placed)
        placed += [
            _placed_by_hand(change)
            for of_unit in changes.values()
            for of_place in of_unit.values()
            for change in of_place
            if self._is_meant(change)
        ]
        return self._installations(placed, units, changes)

    # --- what passes placed ---------------------------------------------------------------------------------

    def _placed(self, panels: Sequence[int], on: _UnitsOn) -> Iterator[_Placed]:
        question = self._question
        rows = PASSES_BY_ID.rows(keys=self._in_question(panels), as_of=question.as_of)
        passes = [WholePass._make(row) for row in of_the_lane(rows, 9, question)]
        departing = departures_of([one.id for one in passes], question.as_of)
        fed = self._fed(passes)
        for one in passes:
            read, units = _Read(one, departing.get(one.id, {})), on[one.panel]
            for location in self._locations(one):
                package = fed(location, one.sequence)
                if package is not None:
                    for position, entries in self._entries_of(one, location).items():
                        if position in units:
                            left = self._left(read, location, position, entries)
                            if left is not None:
                                yield _Placed(
                                    units[position],
                                    package,
                                    one.station,
                                    location,
                                    *left,
                                    1,
                                    one.journal_no,
                                )
            if read.departures:
                yield from self._otherwise(read, units)

    def _in_question(self, panels: Sequence[int]) -> list[int]:
        """The passes of these panels that may have placed what is meant."""
        question = self._question
        rows = PASSES_ON_PANELS.rows(
            panels=panels,
            since=instant(question.window.since),
            until=instant(question.window.until),
            as_of=question.as_of,
        )
        feeds = self._feeds
        return [
            pass_id
            for pass_id, station, sequence, template in rows
            if question.holds_station(station)
            and (
                feeds is None
                or pass_id in self._naming
                or any(
                    feeds(location, sequence) is not None for location in self._templates.get(template, ())
                )
            )
        ]

    def _locations(self, one: WholePass) -> Collection[int]:
        """Those that are meant and that the pass's template uses."""
        if self._feeds is not None:
            return self._templates.get(one.template, ())
        return [location for location in one.layout.from_ if self._question.windows_at(location)]

    def _fed(self, passes: Sequence[WholePass]) -> Fed:
        if self._feeds is not None:
            return self._feeds
        return fed_in({(location, one.sequence) for one in passes for location in self._locations(one)})

    def _entries_of(self, one: WholePass, location: int) -> dict[int, _Entries]:
        """By position, those with the head and the nozzle that are meant."""
        key = (one.template, bytes(one.digest), location)
        found = self._entries.get(key)
        if found is None:
            question = self._question
            slots: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
            for place, position, designator, _, head, nozzle in one.layout.from_.get(location, ()):
                if question.head in {"", head} and question.nozzle in {"", nozzle}:
                    slots[position].append((place, designator, head, nozzle))
            if len(self._entries) >= _MOST_ENTRIES:
                self._entries.clear()
            found = self._entries[key] = {
                position: _Entries(*zip(*sorted(some, key=lambda slot: natural(slot[1])), strict=True))
                for position, some in slots.items()
            }
        return found

    def _left(self, read: _Read, location: int, position: int, entries: _Entries) -> _Columns | None:
        """What was placed as the template says, within the time."""
        at = read.instants(entries.places)
        windows = self._question.windows_at(location)
        columns = (entries.designators, entries.heads, entries.nozzles, at)
        if not read.departures and any(read.lies_in(window) for window in windows):
            return columns
        if read.skips(position):
            return None
        kept = [
            (position, designator) not in read.departures and any(window.holds(when) for window in windows)
            for designator, when in zip(entries.designators, at, strict=True)
        ]
        if not any(kept):
            return None
        designators, heads, nozzles = (list(compress(column, kept)) for column in columns[:3])
        return designators, heads, nozzles, list(compress(at, kept))

    def _otherwise(self, read: _Read, units: Mapping[int, int]) -> Iterator[_Placed]:
        """What came from elsewhere, or of another package."""
        question, one = self._question, read.one
        for hit in placed_otherwise(one, question, read.departures, units):
            at = read.instants([hit.at])
            if question.holds_place(hit.location, hit.head, hit.nozzle, at[0]):
                for package in hit.packages:
                    yield _Placed(
                        units[hit.position],
                        package,
                        one.station,
                        hit.location,
                        [hit.designator],
                        [hit.head],
                        [hit.nozzle],
                        at,
                        hit.candidates,
                        one.journal_no,
                    )

    # --- what hands did -------------------------------------------------------------------------------------

    def _changes(
        self, units: Collection[int], placed: Sequence[_Placed]
    ) -> dict[int, dict[str, list[Change]]]:
        """By unit and designator; only of designators that hold something that is meant."""
        question = self._question
        if question.packages is None and not question.names_place:
            return changes_of(units, question.as_of)
        designators = {name for some in {tuple(one.designators) for one in placed} for name in some}
        wanted = sorted(designators | self._by_hand)
        return changes_told(
            row
            for some in in_parts(sorted(units))
            for row in REPLACEMENTS_ON_DESIGNATORS.rows(keys=some, designators=wanted, as_of=question.as_of)
        )

    def _is_meant(self, change: Change) -> bool:
        question = self._question
        return (
            not change.removed
            and not question.names_place
            and (question.packages is None or change.package_id in question.packages)
            and question.holds_station(change.station_id)
            and question.holds_lane(change.lane)
            and question.window.holds(change.at)
        )

    # --- as people read it ----------------------------------------------------------------------------------

    def _installations(
        self,
        placed: Sequence[_Placed],
        units: Mapping[int, UnitName],
        changes: Mapping[int, Mapping[str, Sequence[Change]]],
    ) -> dict[int, tuple[Installation, ...]]:
        names = self._names
        names.look_up(
            {one.package for one in placed}, {one.station for one in placed}, {one.location for one in placed}
        )
        found: dict[int, list[Installation]] = {unit: [] for unit in units}
        for one in placed:
            found[one.unit] += _rows(one, units[one.unit], names, changes.get(one.unit, {}))
        return {unit: tuple(sorted(rows, key=_order)) for unit, rows in found.items()}


class _Read:
    """A pass and what it did otherwise. Its times are not unpacked before somebody asks for one."""

    __slots__ = ("_ticks", "departures", "one")

    def __init__(self, one: WholePass, departures: Departures) -> None:
        self.one, self.departures = one, departures
        self._ticks: Sequence[int | None] | None = None

    def instants(self, places: Sequence[int]) -> list[int]:
        """When it placed these entries of its template, in microseconds from 1970."""
        one = self.one
        if self._ticks is None:
            self._ticks = times.unpack(bytes(one.times), one.base * 10 + EPOCH_TICKS, one.layout.size)
        ticks = [self._ticks[place] for place in places]
        return [one.base if tick is None else (tick - EPOCH_TICKS) // 10 for tick in ticks]

    def lies_in(self, window: Window) -> bool:
        return self.one.base >= window.since and self.one.last < window.until

    def skips(self, position: int) -> bool:
        departure = self.departures.get((position, ""))
        return departure is not None and departure.skips


def _placed_by_hand(change: Change) -> _Placed:
    return _Placed(
        change.unit_id,
        change.package_id,
        change.station_id,
        None,
        [change.designator],
        [""],
        [""],
        [change.at],
        change.candidates,
        change.journal_no,
    )


def _rows(
    one: _Placed, unit: UnitName, names: Names, changes: Mapping[str, Sequence[Change]]
) -> Iterator[Installation]:
    removed_at: Iterable[datetime | None] = repeat(None)
    reasons: Iterable[str] = repeat("")
    if changes:
        ends = [
            _end(changes.get(designator, ()), at, by_hand=one.location is None)
            for designator, at in zip(one.designators, one.instants, strict=True)
        ]
        removed_at, reasons = zip(*ends, strict=True)
    return map(
        Installation,
        repeat(unit.identifier),
        repeat(unit.panel),
        repeat(unit.position),
        one.designators,
        *map(repeat, names.packages[one.package]),
        repeat(names.stations[one.station]),
        repeat(names.locations[one.location]),
        one.heads,
        one.nozzles,
        [_EPOCH + timedelta(0, 0, at) for at in one.instants],
        repeat(_POSSIBLE if one.candidates > 1 else _CERTAIN),
        repeat(one.candidates),
        removed_at,
        reasons,
        repeat(one.journal_no),
    )


def _end(changes: Sequence[Change], at: int, *, by_hand: bool) -> tuple[datetime | None, str]:
    """When a part was taken off again, and why."""
    end = ended_by(changes, at, by_hand=by_hand)
    return (None, "") if end is None else (instant(end.at), end.why)


def _order(one: Installation) -> tuple[object, ...]:
    return natural(one.designator), one.installed_at, one.package
