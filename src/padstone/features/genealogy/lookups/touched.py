"""Which units hold what is meant: a byte for each, however many there are, and no installation."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups.applied import applied_rows
from padstone.features.genealogy.lookups.decoding import Feeds, of_the_lane
from padstone.features.genealogy.lookups.judging import Judge, Use, judge_named
from padstone.features.genealogy.lookups.marks import CERTAIN, POSSIBLE, Touched
from padstone.features.genealogy.lookups.question import EARLIEST, Window, instant
from padstone.features.genealogy.lookups.sql.deviations import PASSES_NAMING_PACKAGES
from padstone.features.genealogy.lookups.sql.entries_departed import ANYWHERE
from padstone.features.genealogy.lookups.sql.replacements import (
    REPLACEMENTS_BETWEEN,
    REPLACEMENTS_OF_PACKAGES,
)
from padstone.features.genealogy.lookups.sql.suspect_passes import (
    SUSPECT_PASSES_AT_STATION,
    SUSPECT_PASSES_IN_RANGES,
)
from padstone.features.genealogy.lookups.sql.uses_of_locations import USES_OF_LOCATIONS, USES_OF_TEMPLATES
from padstone.features.genealogy.models import Certainty
from padstone.platform.pinned import Row, in_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from padstone.features.genealogy.lookups.question import Question

__all__ = ("CERTAIN", "PACKAGES_AT_ONCE", "POSSIBLE", "Touched", "touched_units", "uses_of")

_RANGES_AT_ONCE = 1_000
PACKAGES_AT_ONCE = 50
"""Each may be named by every part that was placed from an alternate slot."""
_SECOND = 1_000_000
_CLASSES = range(40)
"""``Pass.reach`` of all that fits into the calendar."""
_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)
_WORK = 4
"""Where ``suspect_passes`` has the work transaction."""


def touched_units(question: Question) -> Touched:
    """Every unit that holds, held or may hold what is meant."""
    found = Touched()
    if question.packages is not None:
        _by_packages(question, question.packages, found)
    else:
        for one in _by_time(question):
            _at_stations(one, found)
    _by_hand(question, found)
    _applied(question, found)
    return found


def _by_time(question: Question) -> Iterator[Question]:
    """The same as questions of one time each: for a feeder they ask for a location while it was there."""
    if question.stays is None:
        yield question
        return
    for location in question.stays:
        station = question.station_of[location]
        if question.holds_station(station):
            there = replace(
                question, stations=frozenset({station}), locations=frozenset({location}), stays=None
            )
            for window in question.windows_at(location):
                if window.since < window.until:
                    yield replace(there, window=window)


# --- from packages ------------------------------------------------------------------------------------------


def _by_packages(question: Question, packages: frozenset[int], found: Touched) -> None:
    fed = Feeds(packages)
    for one in _by_time(question):
        _in_spans(one, fed, found)
    for keys in in_parts(sorted(packages), PACKAGES_AT_ONCE):
        rows = PASSES_NAMING_PACKAGES.rows(packages=keys, as_of=question.as_of)
        judge_named({row[0] for row in rows}, question, fed, found)


def _in_spans(question: Question, fed: Feeds, found: Touched) -> None:
    judge = Judge(question, fed, found)
    spans = [span for span in fed.spans if question.holds_station(span[4]) and question.windows_at(span[0])]
    uses = uses_of({span[0] for span in spans}, question)
    ranges = (
        (template, span[2], span[3], Use(template, [span[0]], dict(positions)))
        for span in spans
        for template, positions in uses.get(span[0], {}).items()
    )
    while some := list(islice(ranges, _RANGES_AT_ONCE)):
        used = {number: one[3] for number, one in enumerate(some)}
        for batch in SUSPECT_PASSES_IN_RANGES.batches(
            ranges=[(*one[:3], number) for number, one in enumerate(some)], **_time_of(question)
        ):
            judge.judge(of_the_lane(batch, _WORK, question), used)


def _time_of(question: Question) -> dict[str, datetime | int]:
    """The time that is meant, as statements take it."""
    return {
        "since": instant(question.window.since),
        "until": instant(question.window.until),
        "as_of": question.as_of,
    }


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
    judge = Judge(question, _any_package, found)
    uses: dict[int, Use] = {}
    for station in sorted(question.stations or ()):
        for batch in SUSPECT_PASSES_AT_STATION.batches(
            station=station,
            classes=_classes(question.window),
            locations=sorted(question.locations or ()),
            **_time_of(question),
        ):
            rows = of_the_lane(batch, _WORK, question)
            uses |= _uses_of_templates(sorted({row[0] for row in rows} - uses.keys()), question)
            judge.judge(rows, uses)


def _any_package(location: int, sequence: int) -> int:
    """Where no packages are asked for, what fed does not matter."""
    return 0


def _classes(window: Window) -> list[tuple[int, int]]:
    """By ``Pass.reach``, the earliest beginning of what may overlap the window; a second is for rounding."""
    return [(reach, max(EARLIEST, window.since - ((1 << reach) + 1) * _SECOND)) for reach in _CLASSES]


def _uses_of_templates(templates: Sequence[int], question: Question) -> dict[int, Use]:
    """By template, what of it is meant."""
    locations = [ANYWHERE] if question.locations is None else sorted(question.locations)
    found = {template: Use(template, locations, {}) for template in templates}
    for some in in_parts(templates):
        for location, template, position, count in USES_OF_TEMPLATES.rows(
            templates=some, head=question.head, nozzle=question.nozzle
        ):
            if question.windows_at(location):
                counts = found[template].positions
                counts[position] = counts.get(position, 0) + count
    return found


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
        possible = {key[0] for key, count in counted.items() if key[5] and count < 2}
        certain = {key[0] for key, count in counted.items() if not key[5] or count >= 2}
        found.mark(possible, POSSIBLE)
        found.mark(certain, CERTAIN)


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
        counted[one.unit, one.station, one.designators, one.at, one.journal_no, one.candidates] += 1
    found.holds_applied = bool(counted)
    found.mark({key[0] for key, count in counted.items() if count < key[5]}, POSSIBLE)
    found.mark({key[0] for key, count in counted.items() if count >= key[5]}, CERTAIN)
