"""What hands did to units, and installations before their names are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.sql.replacements import REPLACEMENTS_OF_UNITS
from padstone.features.genealogy.models import Certainty
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from padstone.platform.pinned import Row

_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)


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


def changes_of(unit_ids: Collection[int], as_of: int) -> dict[int, dict[str, list[Change]]]:
    """By unit and designator, in the machine's time."""
    parts = in_parts(sorted(unit_ids))
    return changes_told(row for some in parts for row in REPLACEMENTS_OF_UNITS.rows(keys=some, as_of=as_of))


def changes_told(rows: Iterable[Row]) -> dict[int, dict[str, list[Change]]]:
    """The same of rows of REPLACEMENTS_OF_UNITS."""
    by_place: dict[int, dict[str, list[Change]]] = {}
    for unit, designator, at, removed, package, station, reason, word, number, _, lane in sorted(
        rows, key=lambda row: (row[2], row[9])
    ):
        candidates = 2 if word == _POSSIBLE_WORD else 1
        one = Change(unit, designator, at, bool(removed), package, station, reason, candidates, number, lane)
        by_place.setdefault(unit, {}).setdefault(designator, []).append(one)
    return by_place


def ended_by(changes: Iterable[Change], at: int, *, by_hand: bool) -> Change | None:
    """The first change of the designator (in time) after a part was placed ends it.

    Clocks are coarse: of a removal and a placement by hand in the same instant, the removal came first.
    """
    for change in changes:
        if change.at > at or (change.removed and change.at == at and not by_hand):
            return change
    return None
