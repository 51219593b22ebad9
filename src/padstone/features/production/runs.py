"""The units of thousands of panels at once.

Panels mostly come onto the books one after the other, as a line builds them, so they are asked for by runs of
ids that follow each other: the database reads a run from end to end, where panel by panel it looks for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from padstone.features.production.lookups import asking_units_by_position
from padstone.features.production.places import UNITS_OF_RUNS
from padstone.platform.together import asking_in_parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from padstone.platform.together import Asks

_WORTH_A_RUN = 2
"""So many panels in each run, on the mean, make runs worth while."""


def asking_units_at(panel_ids: AbstractSet[int], positions: AbstractSet[int]) -> Asks[list[int]]:
    """Ids of the units at these positions of each of these panels, in no order."""
    runs = list(_runs(panel_ids))
    if len(runs) * _WORTH_A_RUN > len(panel_ids):
        return (yield from _asking_one_by_one(panel_ids, positions))
    found: list[int] = []
    uneven: set[int] = set()
    at = sorted(positions)
    numbered = [(*run, number) for number, run in enumerate(runs)]
    for number, ids in (yield from asking_in_parts(UNITS_OF_RUNS, "runs", numbered, positions=at)):
        first, last = runs[number]
        units = ids.split(",") if ids else ()
        if len(units) == (last - first + 1) * len(at):
            found += map(int, units)
        else:
            uneven.update(range(first, last + 1))
    return found + (yield from _asking_one_by_one(uneven, positions))


def _asking_one_by_one(panel_ids: AbstractSet[int], positions: AbstractSet[int]) -> Asks[list[int]]:
    """Also of panels that are boards which were heard of alone, and are elsewhere by now."""
    if not panel_ids:
        return []
    by_place = yield from asking_units_by_position(panel_ids)
    return [unit for (_, position), unit in by_place.items() if position in positions]


def _runs(ids: AbstractSet[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of those that follow each other without a gap."""
    if not ids:
        return
    ordered = np.sort(np.fromiter(ids, np.int64, len(ids)))
    ends = np.flatnonzero(np.diff(ordered) > 1)
    firsts, lasts = ordered[[0, *(ends + 1)]], ordered[[*ends, -1]]
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)
