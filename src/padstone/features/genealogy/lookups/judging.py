"""Which units the passes that come into question touched: nearly all of them unread.

A pass that lies within the time that is meant, and did nothing otherwise, placed on each panel position what
its template says. Of one that departed on some designators, a count tells mostly that some of its many parts
are left; where it does not, the database is asked for those few. Only what straddles an end of the time is
decoded, part by part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.decoding import (
    Departures,
    Fed,
    WholePass,
    departures_of,
    departures_told,
    hits,
    of_the_lane,
)
from padstone.features.genealogy.lookups.marks import CERTAIN, POSSIBLE
from padstone.features.genealogy.lookups.sql.deviations import DEVIATIONS_OF_PASSES
from padstone.features.genealogy.lookups.sql.entries_departed import ENTRIES_DEPARTED
from padstone.features.genealogy.lookups.sql.suspect_passes import POSITION_SHIFT, Told
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_BY_ID
from padstone.features.production.lookups import asking_units_by_position, units_by_position
from padstone.features.production.runs import asking_units_at
from padstone.platform.pinned import all_answers, in_parts
from padstone.platform.together import Answer, alone, asking_in_parts, beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from padstone.features.genealogy.lookups.marks import Touched
    from padstone.features.genealogy.lookups.question import Question
    from padstone.platform.pinned import Row
    from padstone.platform.together import Asks

_PASSES_AT_ONCE = 200


class Use(NamedTuple):
    """What a template places that is meant: from these locations (or ANYWHERE), so many parts on each panel
    position.
    """

    template: int
    locations: Sequence[int]
    positions: dict[int, int]


class _Otherwise(NamedTuple):
    """What a pass did otherwise, in short: how many designators of a position, which positions were skipped,
    on which it is not to be told in short, and whether it may have placed from a place that is meant.
    """

    departed: Mapping[int, int]
    skipped: AbstractSet[int]
    unclear: AbstractSet[int]
    may_place: bool


@lru_cache(maxsize=1024)
def _in_short(told: str) -> _Otherwise:
    numbers = [int(number) for number in told.split(",")]
    skipped = {number >> POSITION_SHIFT for number in numbers if number & Told.SKIPS}
    unnamed = {number >> POSITION_SHIFT for number in numbers if number & Told.UNNAMED}
    departed = Counter(
        number >> POSITION_SHIFT for number in numbers if not number & (Told.SKIPS | Told.UNNAMED)
    )
    return _Otherwise(departed, skipped, unnamed, any(number & Told.PLACES for number in numbers))


class _Doubt(NamedTuple):
    """On these positions a pass departed on as many designators as its use has, or on more."""

    pass_id: int
    panel: int
    use: Use
    positions: AbstractSet[int]


@dataclass(slots=True)
class _Sorted:
    """Passes by what is to be done to judge them.

    ``whole``: by the number of their use, panels on which some of it is left on each position. ``single``:
    panels and positions of which that is known. ``straddling``, ``unclear``: to be decoded, because they lie
    across an end of the time, or cannot be told in short. ``placing``: with their panels, those that may have
    placed otherwise from a place that is meant.
    """

    whole: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    single: set[tuple[int, int]] = field(default_factory=set)
    doubts: list[_Doubt] = field(default_factory=list)
    straddling: set[int] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)
    placing: dict[int, int] = field(default_factory=dict)

    def sort(self, rows: Iterable[Row], uses: Mapping[int, Use]) -> None:
        for number, pass_id, panel, lies_within, _, told in rows:
            if not lies_within:
                self.straddling.add(pass_id)
            elif told is None:
                self.whole[number].append(panel)
            else:
                self._sort_departing(number, pass_id, panel, uses[number], _in_short(told))

    def _sort_departing(self, number: int, pass_id: int, panel: int, use: Use, otherwise: _Otherwise) -> None:
        if otherwise.may_place:
            self.placing[pass_id] = panel
        if not otherwise.unclear.isdisjoint(use.positions):
            self.unclear.add(pass_id)
            return
        clear, doubtful = _left(use, otherwise)
        if len(clear) == len(use.positions):
            self.whole[number].append(panel)
        else:
            self.single.update((panel, position) for position in clear)
        if doubtful:
            self.doubts.append(_Doubt(pass_id, panel, use, doubtful))


class Judge:
    """``question`` asks for one time, and for a feeder by its locations: it has no ``stays``."""

    def __init__(self, question: Question, fed: Fed, found: Touched) -> None:
        self._question, self._fed, self._found = question, fed, found

    def judge(self, rows: Iterable[Row], uses: Mapping[int, Use]) -> None:
        """Mark what passes placed that is meant. They come as ``sql.suspect_passes`` gives them; ``uses`` go
        by the first column.
        """
        question, fed, found = self._question, self._fed, self._found
        passes = _Sorted()
        passes.sort(rows, uses)
        alone(self._asking_certain(passes, uses))
        self._mark_placed_otherwise(passes.placing)
        decode(passes.straddling, question, fed, found)
        decode(passes.unclear, question, fed, found, timed=False)

    def _asking_certain(self, passes: _Sorted, uses: Mapping[int, Use]) -> Asks[None]:
        """Mark what need not be decoded."""
        panels_at: dict[frozenset[int], set[int]] = defaultdict(set)
        for number, panels in passes.whole.items():
            if uses[number].positions:
                panels_at[frozenset(uses[number].positions)].update(panels)
        whole = [Answer(asking_units_at(panels, positions)) for positions, panels in panels_at.items()]
        settled = Answer(self._asking_settled(passes.doubts))
        singly = {panel for panel, _ in passes.single} | {doubt.panel for doubt in passes.doubts}
        units = Answer(asking_units_by_position(singly))
        yield from beside(settled, *whole, units)
        for answer in whole:
            self._found.mark(answer.value, CERTAIN)
        _mark_places(self._found, passes.single | settled.value, units.value, CERTAIN)

    def _asking_settled(self, doubts: Sequence[_Doubt]) -> Asks[set[tuple[int, int]]]:
        """Panel and position of those that have parts left."""
        question = self._question
        departed: Counter[tuple[int, int]] = Counter()
        keys = [
            (number, doubt.pass_id, doubt.use.template, location)
            for number, doubt in enumerate(doubts)
            for location in doubt.use.locations
        ]
        told = yield from asking_in_parts(
            ENTRIES_DEPARTED,
            "doubts",
            keys,
            head=question.head,
            nozzle=question.nozzle,
            as_of=question.as_of,
        )
        for number, position, count in told:
            departed[number, position] += count
        return {
            (doubt.panel, position)
            for number, doubt in enumerate(doubts)
            for position in doubt.positions
            if doubt.use.positions[position] > departed[number, position]
        }

    def _mark_placed_otherwise(self, placing: Mapping[int, int]) -> None:
        """What passes, with their panels, placed from a place that is meant although their template does not:
        for a question that asks for no packages.
        """
        question = self._question
        departing = departures_of(placing, question.as_of)
        places = {
            (panel, position)
            for pass_id, panel in placing.items()
            for position, _ in _named(departing[pass_id], question, question.window.since)
        }
        mark(self._found, places, CERTAIN)


def _left(use: Use, otherwise: _Otherwise) -> tuple[list[int], set[int]]:
    """The positions that have more parts than departures, and those that may or may not have any left."""
    clear: list[int] = []
    doubtful: set[int] = set()
    for position, count in use.positions.items():
        if position in otherwise.skipped:
            continue
        if count > otherwise.departed.get(position, 0):
            clear.append(position)
        else:
            doubtful.add(position)
    return clear, doubtful


def judge_named(pass_ids: AbstractSet[int], question: Question, fed: Fed, found: Touched) -> None:
    """Passes of which departures name packages that are meant: these departures are. What the passes placed
    as ever is judged by its ranges.
    """
    since, until = question.window
    straddling: set[int] = set()
    places: dict[int, set[tuple[int, int]]] = {CERTAIN: set(), POSSIBLE: set()}
    for passes, departing in _whole(pass_ids, question):
        for one in passes:
            if question.stays is not None or one.base < since or one.last >= until:
                straddling.add(one.id)
                continue
            for position, verdict in _named(departing.get(one.id, {}), question, one.base):
                places[verdict].add((one.panel, position))
    for verdict, some in places.items():
        mark(found, some, verdict)
    decode(straddling, question, fed, found)


def _named(departures: Departures, question: Question, at: int) -> Iterator[tuple[int, int]]:
    """Position and verdict of what is meant among the departures of a pass within the time, as at ``at``."""
    for (position, _), one in departures.items():
        if one.location is None or not one.packages:
            continue
        if not question.holds_place(one.location, one.head, one.nozzle, at):
            continue
        if question.packages is None or question.packages.issuperset(one.packages):
            yield position, CERTAIN
        elif not question.packages.isdisjoint(one.packages):
            yield position, POSSIBLE


def decode(
    pass_ids: AbstractSet[int], question: Question, fed: Fed, found: Touched, *, timed: bool = True
) -> None:
    """Mark what these passes placed, part by part. ``timed``: see ``hits``."""
    places: dict[int, set[tuple[int, int]]] = {CERTAIN: set(), POSSIBLE: set()}
    for passes, departing in _whole(pass_ids, question):
        for one in passes:
            for hit in hits(one, question, departing.get(one.id, {}), fed, timed=timed):
                verdict = CERTAIN if len(hit.packages) >= hit.candidates else POSSIBLE
                places[verdict].add((one.panel, hit.position))
    for verdict, some in places.items():
        mark(found, some, verdict)


def _whole(
    pass_ids: AbstractSet[int], question: Question
) -> Iterator[tuple[Sequence[WholePass], dict[int, Departures]]]:
    for some in in_parts(sorted(pass_ids), _PASSES_AT_ONCE):
        rows, told = all_answers(
            [
                PASSES_BY_ID.asked(keys=some, as_of=question.as_of),
                DEVIATIONS_OF_PASSES.asked(passes=some, as_of=question.as_of),
            ]
        )
        passes = [WholePass(*row) for row in of_the_lane(rows, 9, question)]
        yield [one for one in passes if question.holds_station(one.station)], departures_told(told)


def mark(found: Touched, places: AbstractSet[tuple[int, int]], verdict: int) -> None:
    """Mark the units there, by panel and position."""
    if places:
        _mark_places(found, places, units_by_position({panel for panel, _ in places}), verdict)


def _mark_places(
    found: Touched, places: AbstractSet[tuple[int, int]], units: Mapping[tuple[int, int], int], verdict: int
) -> None:
    found.mark([units[place] for place in places if place in units], verdict)
