"""What units hold of what is meant, placement by placement, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.decoding import (
    Fed,
    Feeds,
    WholePass,
    departures_of,
    fed_in,
    hits,
    of_the_lane,
)
from padstone.features.genealogy.lookups.question import instant
from padstone.features.genealogy.lookups.sql.replacements import REPLACEMENTS_OF_UNITS
from padstone.features.genealogy.lookups.sql.whole_passes import PASSES_OF_PANELS
from padstone.features.genealogy.models import Certainty
from padstone.features.production.lookups import places_of_units
from padstone.platform.columns import microseconds_of
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from padstone.features.genealogy.lookups.question import Question
    from padstone.platform.pinned import Row

_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)
_PANELS_AT_ONCE = 200


@dataclass(slots=True)
class Held:
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


class Change(NamedTuple):
    """What hands did to a designator; ``at`` in microseconds from 1970."""

    unit_id: int
    designator: str
    at: int
    removed: bool
    package_id: int | None
    station_id: int
    reason: str
    candidates: int
    journal_no: int
    lane: int | None

    @property
    def why(self) -> str:
        """Why what was there came off."""
        return self.reason or ("" if self.removed else "Replaced")


class Holdings:
    """What units hold of what is meant."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._feeds = None if question.packages is None else Feeds(question.packages)

    def of(self, unit_ids: Collection[int]) -> list[Held]:
        """Of some hundred units at once, unit by unit in no order; also what was taken off again."""
        question = self._question
        units: dict[int, dict[int, int]] = defaultdict(dict)
        for place in places_of_units(unit_ids):
            units[place.panel_id][place.position] = place.unit_id
            if place.alone_id is not None:
                units[place.alone_id][1] = place.unit_id
        held = [one for some in in_parts(sorted(units), _PANELS_AT_ONCE) for one in self._placed(some, units)]
        changes = changes_of(unit_ids, question.as_of)
        held += [
            _by_hand(change)
            for of_unit in changes.values()
            for of_place in of_unit.values()
            for change in of_place
            if self._is_meant(change)
        ]
        for one in held:
            if one.unit_id in changes:
                _close(one, changes[one.unit_id].get(one.designator, ()))
        return held

    def _placed(self, panels: Sequence[int], units: Mapping[int, Mapping[int, int]]) -> list[Held]:
        question = self._question
        rows = PASSES_OF_PANELS.rows(keys=panels, as_of=question.as_of)
        since, until = question.window
        passes = [
            one
            for one in map(WholePass._make, of_the_lane(rows, 9, question))
            if question.holds_station(one.station) and one.last >= since and one.base < until
        ]
        departing = departures_of([one.id for one in passes], question.as_of)
        fed = self._fed(passes, units)
        held = []
        for one in passes:
            of_panel = units[one.panel]
            for hit in hits(one, question, departing.get(one.id, {}), fed, of_panel):
                at = instant(hit.at)
                held += [
                    Held(
                        of_panel[hit.position],
                        hit.designator,
                        package,
                        one.station,
                        hit.location,
                        hit.head,
                        hit.nozzle,
                        at,
                        hit.candidates,
                        one.journal_no,
                    )
                    for package in hit.packages
                ]
        return held

    def _fed(self, passes: Iterable[WholePass], units: Mapping[int, Mapping[int, int]]) -> Fed:
        if self._feeds is not None:
            return self._feeds
        return fed_in(
            {
                (slot.location, one.sequence)
                for one in passes
                for position in units[one.panel]
                for slot in one.layout.on.get(position, ())
            }
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


def changes_of(unit_ids: Collection[int], as_of: int) -> dict[int, dict[str, list[Change]]]:
    """By unit and designator, in the machine's time."""
    rows: list[Row] = [
        row
        for some in in_parts(sorted(unit_ids))
        for row in REPLACEMENTS_OF_UNITS.rows(keys=some, as_of=as_of)
    ]
    by_place: dict[int, dict[str, list[Change]]] = {}
    for unit, designator, at, removed, package, station, reason, word, number, _, lane in sorted(
        rows, key=lambda row: (row[2], row[9])
    ):
        candidates = 2 if word == _POSSIBLE_WORD else 1
        one = Change(unit, designator, at, bool(removed), package, station, reason, candidates, number, lane)
        by_place.setdefault(unit, {}).setdefault(designator, []).append(one)
    return by_place


def _by_hand(change: Change) -> Held:
    return Held(
        unit_id=change.unit_id,
        designator=change.designator,
        package_id=change.package_id,
        station_id=change.station_id,
        location_id=None,
        head="",
        nozzle="",
        at=instant(change.at),
        candidates=change.candidates,
        journal_no=change.journal_no,
        by_hand=True,
    )


def _close(one: Held, changes: Iterable[Change]) -> None:
    end = ended_by(changes, microseconds_of(one.at), by_hand=one.by_hand)
    if end is not None:
        one.removed_at = instant(end.at)
        one.removal_reason = end.why


def ended_by(changes: Iterable[Change], at: int, *, by_hand: bool) -> Change | None:
    """The first change of the designator (in time) after a part was placed ends it.

    Clocks are coarse: of a removal and a placement by hand in the same instant, the removal came first.
    """
    for change in changes:
        if change.at > at or (change.removed and change.at == at and not by_hand):
            return change
    return None
