"""The same history with a row for every placement, as most systems keep it, and the truth for answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from factory import BOARDS, REPAIR

if TYPE_CHECKING:
    from history import Block, Placed
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.int64]]

COLUMNS = ("unit_id", "package_id", "station", "slot", "designator", "nozzle", "at_us", "removed_us")
"""Units, packages, slots and designators by their numbers from 0; ``removed_us`` 0: it is still there."""


def rows_of(block: Block) -> Arrays:
    """All placements of a block, panel by panel, and then what the repairer placed (slot -1)."""
    parts = [_placed(block, station, one) for station, one in enumerate(block.stations)]
    there = np.concatenate([one.placed for one in block.stations], axis=1)
    rows = {name: np.concatenate([part[name] for part in parts], axis=1)[there] for name in COLUMNS}
    repaired = _by_hand(block)
    return {name: np.concatenate([rows[name], repaired[name]]) for name in COLUMNS}


def rows_of_station(block: Block, station: int) -> Arrays:
    """What one placer placed; ``told_us``: when it was reported."""
    one = block.stations[station]
    part = _placed(block, station, one)
    part["told_us"] = np.broadcast_to(one.told_ms[:, None] * 1_000, one.placed.shape)
    return {name: values[one.placed] for name, values in part.items()}


def _placed(block: Block, station: int, one: Placed) -> Arrays:
    program, shape = one.program, one.placed.shape
    panels = block.first_panel + np.arange(block.panels)[:, None]
    removed = np.zeros(shape, dtype=np.int64)
    repairs = block.repairs
    here = repairs.stations == station
    removed[repairs.panels[here], repairs.columns[here]] = repairs.at_ms[here] * 1_000

    def of_program(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.broadcast_to(values, shape)

    return {
        "unit_id": panels * BOARDS + program.boards,
        "package_id": one.reels(),
        "station": np.broadcast_to(np.int64(station), shape),
        "slot": of_program(program.slots),
        "designator": of_program(program.designators),
        "nozzle": of_program(program.nozzles),
        "at_us": (one.started_ms[:, None] + one.at_ms) * 1_000,
        "removed_us": removed,
    }


def _by_hand(block: Block) -> Arrays:
    repairs = block.repairs
    count = len(repairs.panels)
    none = np.zeros(count, dtype=np.int64)
    return {
        "unit_id": (block.first_panel + repairs.panels) * BOARDS + repairs.boards,
        "package_id": repairs.reels,
        "station": none + REPAIR,
        "slot": none - 1,
        "designator": repairs.designators,
        "nozzle": none,
        "at_us": repairs.at_ms * 1_000,
        "removed_us": none,
    }
