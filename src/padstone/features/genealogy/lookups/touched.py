"""Which units hold what is meant: a byte for each, however many there are, and no installation."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.applied import applied_rows
from padstone.features.genealogy.lookups.decoding import (
    Departures,
    Fed,
    Feeds,
    WholePass,
    departures_of,
    hits,
    of_the_lane,
)
from padstone.features.genealogy.lookups.question import EARLIEST, Window, instant
from padstone.features.genealogy.lookups.sql.deviations import PASSES_NAMING_PACKAGES
from padstone.features.genealogy.lookups.sql.passes_at_station import PASSES_AT_STATION
from padstone.features.genealogy.lookups.sql.passes_in_ranges import PASSES_IN_RANGES
from padstone.features.genealogy.lookups.sql.replacements import (
    REPLACEMENTS_BETWEEN,
    REPLACEMENTS_OF_PACKAGES,
)
from padstone.features.genealogy.lookups.sql.uses_of_locations import USES_OF_LOCATIONS, USES_OF_TEMPLATES
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_BY_ID
from padstone.features.genealogy.models import Certainty
from padstone.features.production.lookups import units_by_position
from padstone.platform.pinned import Row, in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from padstone.features.genealogy.lookups.question import Question

POSSIBLE, CERTAIN = 1, 2
_BLOCK = 1 << 14
_RANGES_AT_ONCE = 1_000
_PASSES_AT_ONCE = 200
_PANELS_IN_MIND = 20_000
_SECOND = 1_000_000
_CLASSES = range(40)
"""``Pass.reach`` of all that fits into the calendar."""
_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)


class Touched:
    """Units by their ids, each possible or certain. Once certain, always certain."""

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}
        self._on: dict[int, dict[tuple[int, int], int]] = {}

    def units_on(self, panels: AbstractSet[int]) -> dict[tuple[int, int], int]:
        """Units by panel and position. A panel is met again with each of its locations and stations: some are
        kept in mind.
        """
        if len(self._on) > _PANELS_IN_MIND:
            self._on.clear()
        new = panels - self._on.keys()
        if new:
            self._on.update((panel, {}) for panel in new)
            for (panel, position), unit in units_by_position(new).items():
                self._on[panel][panel, position] = unit
        return {place: unit for panel in panels for place, unit in self._on[panel].items()}

    def add(self, unit_id: int, verdict: int) -> None:
        number, place = divmod(unit_id, _BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = bytearray(_BLOCK)
        block[place] = max(block[place], verdict)

    def count(self, verdict: int) -> int:
        return sum(block.count(verdict) for block in self._blocks.values())

    def units(self, verdict: int | None = None, *, after: int = 0) -> Iterator[int]:
        """Unit ids in their order, those behind ``after``."""
        wanted = (POSSIBLE, CERTAIN) if verdict is None else (verdict,)
        start, place = divmod(after + 1, _BLOCK)
        for number in sorted(number for number in self._blocks if number >= start):
            block = self._blocks[number]
            first = place if number == start else 0
            yield from (number * _BLOCK + at for at in range(first, _BLOCK) if block[at] in wanted)


class _Meant(NamedTuple):
    """On these positions, a pass placed so many parts that are meant, unless it did otherwise. ``windows``:
    when parts of the location in question are.
    """

    pass_id: int
    panel: int
    base: int
    last: int
    windows: Sequence[Window]
    positions: Sequence[tuple[int, int]]


def touched_units(question: Question) -> Touched:
    """Every unit that holds, held or may hold what is meant."""
    found = Touched()
    if question.packages is not None:
        _by_packages(question, question.packages, found)
    else:
        _at_stations(question, found)
    _by_hand(question, found)
    _applied(question, found)
    return found


# --- from packages ------------------------------------------------------------------------------------------


def _by_packages(question: Question, packages: frozenset[int], found: Touched) -> None:
    fed = Feeds(packages)
    spans = [span for span in fed.spans if question.holds_station(span[4]) and question.windows_at(span[0])]
    uses = uses_of({span[0] for span in spans}, question)
    ranges = (
        (template, span[2], span[3], span[0], positions)
        for span in spans
        for template, positions in uses.get(span[0], {}).items()
    )
    while some := list(islice(ranges, _RANGES_AT_ONCE)):
        numbered = [(*one[:3], number) for number, one in enumerate(some)]
        for batch in PASSES_IN_RANGES.batches(ranges=numbered, as_of=question.as_of):
            meant = [
                _Meant(row[1], row[2], row[3], row[4], question.windows_at(some[row[0]][3]), some[row[0]][4])
                for row in of_the_lane(batch, 5, question)
            ]
            _judge(meant, question, fed, found)
    for keys in in_parts(sorted(packages)):
        for batch in PASSES_NAMING_PACKAGES.batches(packages=keys, as_of=question.as_of):
            _judge_named({row[0] for row in batch}, question, fed, found)


def uses_of(locations: Iterable[int], question: Question) -> dict[int, dict[int, list[tuple[int, int]]]]:
    """By location and template, the positions on which parts are placed from there that are meant, and how
    many.
    """
    found: dict[int, dict[int, list[tuple[int, int]]]] = {}
    for some in in_parts(sorted(locations)):
        for row in USES_OF_LOCATIONS.rows(locations=some, head=question.head, nozzle=question.nozzle):
            found.setdefault(row[0], {}).setdefault(row[1], []).append((row[2], row[3]))
    return found


# --- from a time --------------------------------------------------------------------------------------------


def _at_stations(question: Question, found: Touched) -> None:
    """A pass whose template has no use that is meant may have done so otherwise."""
    by_template: dict[int, list[tuple[Sequence[Window], Sequence[tuple[int, int]]]]] = {}
    for station, window in _windows(question):
        for batch in PASSES_AT_STATION.batches(
            station=station,
            classes=_classes(window),
            since=instant(window.since),
            until=instant(window.until),
            as_of=question.as_of,
        ):
            rows = of_the_lane(batch, 5, question)
            new = sorted({row[0] for row in rows} - by_template.keys())
            by_template.update(_uses_of_templates(new, question))
            meant = [
                _Meant(row[1], row[2], row[3], row[4], windows, positions)
                for row in rows
                for windows, positions in by_template[row[0]] or [((window,), ())]
            ]
            if question.stays is not None:
                meant += [_Meant(row[1], row[2], row[3], row[4], (window,), ()) for row in rows]
            _judge(meant, question, _any_package, found)


def _any_package(location: int, sequence: int) -> int:
    """Where no packages are asked for, what fed does not matter."""
    return 0


def _windows(question: Question) -> Iterator[tuple[int, Window]]:
    """The stations and times that are meant."""
    if question.stays is None:
        yield from ((station, question.window) for station in sorted(question.stations or ()))
        return
    for location in question.stays:
        station = question.station_of[location]
        if question.holds_station(station):
            yield from ((station, one) for one in question.windows_at(location) if one.since < one.until)


def _classes(window: Window) -> list[tuple[int, int]]:
    """By ``Pass.reach``, the earliest beginning of what may overlap the window; a second is for rounding."""
    return [(reach, max(EARLIEST, window.since - ((1 << reach) + 1) * _SECOND)) for reach in _CLASSES]


def _uses_of_templates(
    templates: Sequence[int], question: Question
) -> dict[int, list[tuple[Sequence[Window], Sequence[tuple[int, int]]]]]:
    """By template, what of it is meant: when, and how much on which positions. Places that share their time
    stand together.
    """
    found: dict[int, dict[Sequence[Window], dict[int, int]]] = {template: {} for template in templates}
    for some in in_parts(templates):
        for location, template, position, count in USES_OF_TEMPLATES.rows(
            templates=some, head=question.head, nozzle=question.nozzle
        ):
            if windows := tuple(question.windows_at(location)):
                counts = found[template].setdefault(windows, {})
                counts[position] = counts.get(position, 0) + count
    return {
        template: [(windows, sorted(counts.items())) for windows, counts in of_it.items()]
        for template, of_it in found.items()
    }


# --- judging ------------------------------------------------------------------------------------------------


def _judge(meant: Sequence[_Meant], question: Question, fed: Fed, found: Touched) -> None:
    """Only a pass that straddles the end of the time need be decoded, or one of which nobody can tell from
    the number of its departures whether anything is left.
    """
    near = [one for one in meant if any(_overlaps(one, window) for window in one.windows)]
    departing = departures_of({one.pass_id for one in near}, question.as_of)
    places: set[tuple[int, int, int]] = set()
    straddling: set[int] = set()
    unclear: set[int] = set()
    for one in near:
        departures = departing.get(one.pass_id)
        panel = one.panel
        if not any(_lies_in(one, window) for window in one.windows):
            straddling.add(one.pass_id)
        elif departures is None:
            places.update([(panel, position, CERTAIN) for position, _ in one.positions])
        elif question.stays is not None:
            straddling.add(one.pass_id)
        else:
            clear, unsure = _left(one.positions, departures)
            places.update([(panel, position, CERTAIN) for position in clear])
            if unsure:
                unclear.add(one.pass_id)
            if question.packages is None:
                places.update(_otherwise(panel, departures, question, one.base))
    _mark(places, found)
    _decode(straddling, question, fed, found)
    _decode(unclear, question, fed, found, timed=False)


def _left(positions: Iterable[tuple[int, int]], departures: Departures) -> tuple[list[int], list[int]]:
    """The positions that have more parts than departures, and those that may or may not have any left."""
    departed = Counter(position for position, designator in departures if designator)
    clear: list[int] = []
    unsure: list[int] = []
    for position, count in positions:
        skipped = departures.get((position, ""))
        if skipped is None or not skipped.skips:
            (clear if count > departed[position] else unsure).append(position)
    return clear, unsure


def _otherwise(
    panel: int, departures: Departures, question: Question, at: int
) -> Iterator[tuple[int, int, int]]:
    """Panel, position and verdict of what is meant among the departures, all of them placed within the time,
    as at ``at``.
    """
    for (position, _), departure in departures.items():
        if departure.location is None or not departure.packages:
            continue
        if question.packages is None:
            missing = 0
        else:
            missing = sum(package not in question.packages for package in departure.packages)
        if missing < len(departure.packages) and question.holds_place(
            departure.location, departure.head, departure.nozzle, at
        ):
            yield panel, position, POSSIBLE if missing else CERTAIN


def _overlaps(one: _Meant, window: Window) -> bool:
    return one.last >= window.since and one.base < window.until


def _lies_in(one: _Meant, window: Window) -> bool:
    return one.base >= window.since and one.last < window.until


def _judge_named(pass_ids: Iterable[int], question: Question, fed: Fed, found: Touched) -> None:
    """Passes of which a departure names a package."""
    for passes, departing in _whole(pass_ids, question):
        places: set[tuple[int, int, int]] = set()
        straddling: set[int] = set()
        for one in passes:
            since, until = question.window
            if question.stays is not None or one.base < since or one.last >= until:
                straddling.add(one.id)
            else:
                places.update(_otherwise(one.panel, departing.get(one.id, {}), question, one.base))
        _mark(places, found)
        _decode(straddling, question, fed, found)


def _whole(
    pass_ids: Iterable[int], question: Question
) -> Iterator[tuple[Sequence[WholePass], dict[int, Departures]]]:
    for some in in_parts(sorted(pass_ids), _PASSES_AT_ONCE):
        rows = PASSES_BY_ID.rows(keys=some, as_of=question.as_of)
        passes = [WholePass(*row) for row in of_the_lane(rows, 9, question)]
        passes = [one for one in passes if question.holds_station(one.station)]
        yield passes, departures_of([one.id for one in passes], question.as_of)


def _decode(
    pass_ids: Iterable[int], question: Question, fed: Fed, found: Touched, *, timed: bool = True
) -> None:
    for passes, departing in _whole(pass_ids, question):
        _mark(
            {
                (one.panel, hit.position, CERTAIN if len(hit.packages) >= hit.candidates else POSSIBLE)
                for one in passes
                for hit in hits(one, question, departing.get(one.id, {}), fed, timed=timed)
            },
            found,
        )


def _mark(places: Collection[tuple[int, int, int]], found: Touched) -> None:
    """Panel, position and verdict."""
    units = found.units_on({panel for panel, _, _ in places})
    for panel, position, verdict in places:
        unit = units.get((panel, position))
        if unit is not None:
            found.add(unit, verdict)


# --- without a feeder ---------------------------------------------------------------------------------------


def _by_hand(question: Question, found: Touched) -> None:
    if question.names_place:
        return
    for rows in _replacements(question):
        counted: dict[tuple[int, str, int, int, int, bool], int] = defaultdict(int)
        for unit, designator, at, removed, package, station, _, word, number, _, lane in rows:
            meant = question.packages is None or package in question.packages
            if (
                meant
                and not removed
                and question.holds_station(station)
                and question.holds_lane(lane)
                and question.window.holds(at)
            ):
                counted[unit, designator, at, station, number, word == _POSSIBLE_WORD] += 1
        for (unit, _, _, _, _, is_doubtful), count in counted.items():
            found.add(unit, POSSIBLE if is_doubtful and count < 2 else CERTAIN)


def _replacements(question: Question) -> Iterator[list[Row]]:
    """In one list all that belongs together."""
    if question.packages is not None:
        yield [
            row
            for some in in_parts(sorted(question.packages))
            for row in REPLACEMENTS_OF_PACKAGES.rows(keys=some, as_of=question.as_of)
        ]
        return
    for station in sorted(question.stations or ()):
        yield REPLACEMENTS_BETWEEN.rows(
            station=station,
            since=instant(question.window.since),
            until=instant(question.window.until),
            as_of=question.as_of,
        )


def _applied(question: Question, found: Touched) -> None:
    counted: dict[tuple[int, int, int | None, datetime, int, int], int] = defaultdict(int)
    for one in applied_rows(question):
        if one.candidates < 2:
            found.add(one.unit, CERTAIN)
        else:
            key = (one.unit, one.station, one.designators, one.at, one.journal_no, one.candidates)
            counted[key] += 1
    for (unit, *_, candidates), count in counted.items():
        found.add(unit, CERTAIN if count >= candidates else POSSIBLE)
