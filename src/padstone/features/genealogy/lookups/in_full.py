"""All that units hold, by whole columns: for certificates, which leave nothing out.

``held`` answers placement by placement what a question means. Here a board is taken as its templates have it
(see ``boards``), with their order; only what a pass did otherwise, what hands did, and what was taken off
again is looked at part by part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from padstone.features.genealogy.domain.designators import Natural, natural
from padstone.features.genealogy.installations import Installation
from padstone.features.genealogy.lookups.boards import Board, board, picking
from padstone.features.genealogy.lookups.decoding import EPOCH_TICKS, Departures, WholePass, departures_told
from padstone.features.genealogy.lookups.held import Change, changes_told, ended_by
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.lookups.sql.deviations import DEVIATIONS_OF_PASSES
from padstone.features.genealogy.lookups.sql.feeds_by_name import FEEDS_BY_NAME, apart, place
from padstone.features.genealogy.lookups.sql.replacements import REPLACEMENTS_OF_UNITS
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_OF_PANELS
from padstone.features.genealogy.models import Certainty
from padstone.features.materials.lookups import PackageName, asking_names_in_force, asking_package_names
from padstone.features.production.lookups import UnitPlaces, places_of_units
from padstone.features.sites.lookups import asking_location_names, asking_station_names, location_label
from padstone.platform.together import Answer, alone, asking_in_parts, beside

if TYPE_CHECKING:
    from padstone.features.production.lookups import UnitName
    from padstone.platform.pinned import Row
    from padstone.platform.together import Asks

_CERTAIN, _POSSIBLE = Certainty.CERTAIN.value, Certainty.POSSIBLE.value
_BEGIN = datetime(1, 1, 1, tzinfo=UTC)
"""Of the ticks."""
_NO_PACKAGE = ("", "", "", "", "", "", "")

Feed = tuple[tuple[str, ...], str]
"""What fed a part, as people read it: the package (see PackageName) and the location, "" for none."""
Changes = Mapping[str, Sequence[Change]]
"""What hands did to a unit, by designator."""


def all_parts(units: Mapping[int, UnitName], as_of: int) -> dict[int, tuple[Installation, ...]]:
    """All that was ever placed on some hundred units, by their ids. ``as_of``: a journal number."""
    return alone(asking_parts(units, places_of_units(units), as_of))


def asking_parts(
    units: Mapping[int, UnitName], places: Iterable[UnitPlaces], as_of: int
) -> Asks[dict[int, tuple[Installation, ...]]]:
    """The same of units of which it is known where they are, asked together with other things."""
    panels: dict[int, dict[int, int]] = defaultdict(dict)
    for of_unit in places:
        panels[of_unit.panel_id][of_unit.position] = of_unit.unit_id
        if of_unit.alone_id is not None:
            panels[of_unit.alone_id][1] = of_unit.unit_id
    told = Answer(asking_in_parts(PASSES_OF_PANELS, "keys", panels, as_of=as_of))
    changed = Answer(asking_in_parts(REPLACEMENTS_OF_UNITS, "keys", units, as_of=as_of))
    yield from beside(told, changed)
    work: dict[int, _Work] = {unit: _Work() for unit in units}
    for row in told.value:
        one = WholePass._make(row)
        for position, unit in panels[one.panel].items():
            work[unit].passes.append(one)
            work[unit].positions.append(position)
    changes: Mapping[int, Changes] = changes_told(changed.value)
    known = yield from _asking_known(work, changes, as_of)
    return {
        unit: tuple(_rows(name, work[unit], changes.get(unit, {}), known)) for unit, name in units.items()
    }


class _Work:
    """The passes that may have placed on a unit, and the positions on which it was in each."""

    def __init__(self) -> None:
        self.passes: list[WholePass] = []
        self.positions: list[int] = []

    @cached_property
    def board(self) -> Board:
        return board(
            tuple(
                [
                    (one.template, bytes(one.digest), position)
                    for one, position in zip(self.passes, self.positions, strict=True)
                ]
            )
        )

    @cached_property
    def feeders(self) -> list[int]:
        """Its board's feeders as the places that FEEDS_BY_NAME asks for."""
        sequences = [one.sequence for one in self.passes]
        return [place(location, sequences[number]) for number, location in self.board.feeders]


@dataclass(frozen=True, slots=True)
class _Known:
    """What people read of stations, packages and locations, by their ids, and what fed, by place (see
    FEEDS_BY_NAME); by pass what it did otherwise, and its times.
    """

    stations: Mapping[int, str]
    packages: Mapping[int, tuple[str, ...]]
    locations: Mapping[int, str]
    feeds: Mapping[int, Feed]
    departing: Mapping[int, Departures]
    ticks: Mapping[int, Sequence[int]]


def _asking_known(work: Mapping[int, _Work], changes: Mapping[int, Changes], as_of: int) -> Asks[_Known]:
    passes = {one.id: one for of_unit in work.values() for one in of_unit.passes}
    by_hand = [one for of_unit in changes.values() for some in of_unit.values() for one in some]
    departed = Answer(asking_in_parts(DEVIATIONS_OF_PASSES, "passes", passes, as_of=as_of))
    fed = Answer(
        asking_in_parts(FEEDS_BY_NAME, "coded", {one for of_unit in work.values() for one in of_unit.feeders})
    )
    stations = Answer(
        asking_station_names(
            {*[one.station for one in passes.values()], *[one.station_id for one in by_hand]}
        )
    )
    packages = Answer(
        asking_package_names({one.package_id for one in by_hand if one.package_id is not None}, as_of)
    )
    yield from beside(fed, departed, stations, packages)  # what takes longest begins first
    departing = departures_told(departed.value)
    names = yield from _asking_names(fed.value, departing.values(), as_of)
    return _Known(
        stations.value,
        names.packages | packages.value,
        names.locations,
        names.feeds,
        departing,
        {pk: one.ticks() for pk, one in passes.items()},
    )


class _Names(NamedTuple):
    """See _Known."""

    packages: dict[int, tuple[str, ...]]
    locations: dict[int, str]
    feeds: dict[int, Feed]


def _asking_names(told: Iterable[Row], departing: Iterable[Departures], as_of: int) -> Asks[_Names]:
    """``told`` are rows of FEEDS_BY_NAME. What is still to be asked is what became of the packages since they
    came, and the names of what departs from what was fed.
    """
    fed = [row for row in told if row[1] >= apart(row[0])[1]]
    places, _, ids, identifiers, names, lanes, are_eventful, *of_package = _by_column(fed, 14)
    labels = list(map(location_label, identifiers, names, lanes))
    packages: dict[int, tuple[str, ...]] = dict(zip(ids, zip(*of_package, strict=True), strict=True))
    unsure = {
        pk: PackageName._make(packages[pk])
        for pk, is_eventful, lot in zip(ids, are_eventful, of_package[2], strict=True)
        if is_eventful or not lot
    }
    departures = [one for of_pass in departing for one in of_pass.values()]
    locations = (
        {apart(one)[0]: label for one, label in zip(places, labels, strict=True)} if departures else {}
    )
    others = {package for one in departures for package in one.packages} - packages.keys()
    elsewhere = {one.location for one in departures if one.location is not None} - locations.keys()

    in_force = Answer(asking_names_in_force(unsure, as_of))
    of_others = Answer(asking_package_names(others, as_of))
    of_elsewhere = Answer(asking_location_names(elsewhere))
    yield from beside(in_force, of_others, of_elsewhere)
    packages |= in_force.value
    feeds = dict(zip(places, zip([packages[pk] for pk in ids], labels, strict=True), strict=True))
    return _Names(packages | of_others.value, locations | of_elsewhere.value, feeds)


def _by_column(rows: Sequence[Row], width: int) -> Sequence[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


class _Part(NamedTuple):
    """A part, but for its unit; ``at`` in ticks (see ``domain.times``), ``key`` that of its designator."""

    key: Natural
    at: int
    feed: Feed
    designator: str
    station: str
    head: str
    nozzle: str
    candidates: int
    journal_no: int


Columns = Sequence[Sequence[Any]]
"""Of parts, in the order of _Part."""


def _rows(unit: UnitName, work: _Work, changes: Changes, known: _Known) -> list[Installation]:
    """In the order of their designators, their times and their packages."""
    columns, is_in_order = _placed(work, known)
    by_hand = [_by_hand(one, known) for some in changes.values() for one in some if not one.removed]
    by_hand_from = len(columns[0])
    if by_hand:
        columns, is_in_order = _joined(columns, by_hand), False
    removals = dict(_removals(columns, by_hand_from, changes)) if changes else {}
    order: Sequence[int] = range(len(columns[0]))
    if not is_in_order:
        keys, at, feeds = columns[:3]
        in_order = list(zip(keys, at, [feed[0][0] for feed in feeds], strict=True))
        order = sorted(order, key=in_order.__getitem__)
        columns = list(map(picking(order), columns))
    return _installations(unit, columns, [removals.get(row) for row in order] if removals else [])


def _placed(work: _Work, known: _Known) -> tuple[Columns, bool]:
    """What passes placed, and whether it is in order."""
    on = work.board
    columns: Columns = (
        on.keys,
        on.pick_time(list(chain.from_iterable([known.ticks[one.id] for one in work.passes]))),
        on.pick_feed([known.feeds.get(one) for one in work.feeders]),
        on.designators,
        on.pick_pass([known.stations[one.station] for one in work.passes]),
        on.heads,
        on.nozzles,
        (1,) * len(on.keys),
        on.pick_pass([one.journal_no for one in work.passes]),
    )
    departing = {
        number: known.departing[one.id] for number, one in enumerate(work.passes) if one.id in known.departing
    }
    feeds = columns[2]
    if not departing and None not in feeds:
        return columns, on.is_in_order
    kept = [
        feed is not None and not _departs(departing.get(number, {}), work.positions[number], designator)
        for feed, number, designator in zip(feeds, on.numbers, on.designators, strict=True)
    ]
    otherwise = list(_otherwise(columns, work, departing, known))
    columns = [list(compress(column, kept)) for column in columns]
    return (_joined(columns, otherwise), False) if otherwise else (columns, on.is_in_order)


def _departs(departures: Departures, position: int, designator: str) -> bool:
    whole = departures.get((position, ""))
    return (position, designator) in departures or (whole is not None and whole.skips)


def _otherwise(
    columns: Columns, work: _Work, departing: Mapping[int, Departures], known: _Known
) -> Iterator[_Part]:
    """What was placed in departure from the templates, of which these are the columns."""
    for number, key, at, designator in zip(
        work.board.numbers, columns[0], columns[1], columns[3], strict=True
    ):
        departure = departing.get(number, {}).get((work.positions[number], designator))
        if departure is None or departure.location is None:
            continue
        one = work.passes[number]
        for package in departure.packages:
            yield _Part(
                key,
                at,
                (known.packages[package], known.locations[departure.location]),
                designator,
                known.stations[one.station],
                departure.head,
                departure.nozzle,
                len(departure.packages),
                one.journal_no,
            )


def _by_hand(one: Change, known: _Known) -> _Part:
    package = _NO_PACKAGE if one.package_id is None else known.packages[one.package_id]
    return _Part(
        natural(one.designator),
        one.at * 10 + EPOCH_TICKS,
        (package, ""),
        one.designator,
        known.stations[one.station_id],
        "",
        "",
        one.candidates,
        one.journal_no,
    )


def _joined(columns: Columns, more: Sequence[_Part]) -> Columns:
    return [[*column, *of_more] for column, of_more in zip(columns, zip(*more, strict=True), strict=True)]


def _removals(columns: Columns, by_hand_from: int, changes: Changes) -> Iterator[tuple[int, Change]]:
    """What came off again: the row, and what ended it."""
    for row, designator in enumerate(columns[3]):
        if designator in changes:
            at = (columns[1][row] - EPOCH_TICKS) // 10
            end = ended_by(changes[designator], at, by_hand=row >= by_hand_from)
            if end is not None:
                yield row, end


def _installations(unit: UnitName, columns: Columns, removals: Sequence[Change | None]) -> list[Installation]:
    _, at, feeds, designators, stations, heads, nozzles, candidates, journal_nos = columns
    if not feeds:
        return []
    packages, locations = zip(*feeds, strict=True)
    ended: tuple[Iterable[datetime | None], Iterable[str]] = repeat(None), repeat("")
    if removals:
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
            designators,
            *zip(*packages, strict=True),
            stations,
            locations,
            heads,
            nozzles,
            _instants(at),
            [_POSSIBLE if one > 1 else _CERTAIN for one in candidates],
            candidates,
            *ended,
            journal_nos,
        )
    )


def _instants(ticks: Sequence[int]) -> list[datetime]:
    since_begin = (np.array(ticks, np.int64) // 10).astype("m8[us]").tolist()
    return [_BEGIN + time for time in since_begin]
