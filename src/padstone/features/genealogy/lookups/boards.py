"""What templates place on a board, made ready once for all boards that are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from padstone.features.genealogy.domain.designators import Natural, natural
from padstone.features.genealogy.lookups.decoding import layout


class Board(NamedTuple):
    """What the templates of some passes place on a position, by columns, in the order of the designators.

    ``numbers`` say which of the passes it is. ``pick_time`` picks out of the times of all the passes, one
    after the other; ``pick_feed`` out of what stands for each of the ``feeders``, which are the number of a
    pass and a location; ``pick_pass`` out of what stands for each pass.
    """

    keys: tuple[Natural, ...]
    numbers: tuple[int, ...]
    designators: tuple[str, ...]
    heads: tuple[str, ...]
    nozzles: tuple[str, ...]
    feeders: tuple[tuple[int, int], ...]
    pick_time: Pick
    pick_feed: Pick
    pick_pass: Pick
    is_in_order: bool
    """No designator is placed twice, so that nothing but its name says where it stands."""


Pick = Callable[[Sequence[Any]], Sequence[Any]]


@lru_cache(maxsize=192)
def board(parts: tuple[tuple[int, bytes, int], ...]) -> Board:
    """Each pass by its template, the digest of that (see ``decoding.layout``), and the position."""
    entries = []
    before = 0
    for number, (template_id, digest, position) in enumerate(parts):
        content = layout(template_id, digest)
        entries += [
            (natural(slot.designator), number, before + slot.place, slot)
            for slot in content.on.get(position, ())
        ]
        before += content.size
    keys, numbers, places, slots = zip(*sorted(entries), strict=True) if entries else ((), (), (), ())
    fed_from = [(number, slot.location) for number, slot in zip(numbers, slots, strict=True)]
    feeders = {feeder: place for place, feeder in enumerate(dict.fromkeys(fed_from))}
    return Board(
        keys=keys,
        numbers=numbers,
        designators=tuple([slot.designator for slot in slots]),
        heads=tuple([slot.head for slot in slots]),
        nozzles=tuple([slot.nozzle for slot in slots]),
        feeders=tuple(feeders),
        pick_time=picking(places),
        pick_feed=picking([feeders[one] for one in fed_from]),
        pick_pass=picking(numbers),
        is_in_order=len(set(keys)) == len(keys),
    )


def picking(places: Sequence[int]) -> Pick:
    """Picks what stands at these places."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[place] for place in places]
