"""Units that were found, each possible or certain: a byte for each, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

POSSIBLE, CERTAIN = 1, 2
_BLOCK = 1 << 14


class Touched:
    """Units by their ids, each possible or certain. Once certain, always certain. ``holds_applied``: to some
    of them paste, glue or the like was applied that is meant.
    """

    def __init__(self) -> None:
        self.holds_applied = False
        self._blocks: dict[int, NDArray[np.uint8]] = {}

    def mark(self, unit_ids: Collection[int], verdict: int) -> None:
        ids = np.fromiter(unit_ids, np.int64, len(unit_ids))
        numbers = ids // _BLOCK
        for number in np.unique(numbers).tolist():
            block = self._blocks.get(number)
            if block is None:
                block = self._blocks[number] = np.zeros(_BLOCK, np.uint8)
            places = ids[numbers == number] - number * _BLOCK
            block[places] = np.maximum(block[places], verdict)

    def count(self, verdict: int) -> int:
        return sum(int(np.count_nonzero(block == verdict)) for block in self._blocks.values())

    def units(self, verdict: int | None = None, *, after: int = 0) -> Iterator[int]:
        """Unit ids in their order, those behind ``after``."""
        start, place = divmod(after + 1, _BLOCK)
        for number in sorted(number for number in self._blocks if number >= start):
            block = self._blocks[number]
            places = np.flatnonzero(block if verdict is None else block == verdict)
            if number == start:
                places = places[places >= place]
            yield from (places + number * _BLOCK).tolist()
