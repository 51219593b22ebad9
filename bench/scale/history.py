"""What happened in the factory: work orders, panels, reels, splices, repairs. Deterministic, by blocks.

A reel's parts go onto the boards in the order in which the placer takes them; everything else follows. So the
packages of single placements are known here without any span: they are the truth that answers are held
against.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from factory import BOARDS, PLACERS, Factory, Plan, Program, factory_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

BEGIN_MS = 1_767_225_600_000
"""The first panel comes in at 2026-01-01T00:00Z; all times are milliseconds from 1970."""
PANEL_MS, _STATION_MS, _CHANGEOVER_MS = 30_000, 40_000, 1_200_000
_REPAIR_AFTER_MS, _REPAIR_EACH_MS = 600_000, 20_000
_JITTER_MS = 30
_SMALLEST_REMAINDER = 200
_LOTS = (5, 39)
JOURNAL_OF_PANEL = 12
"""Messages of a panel: begun, placed and done at each placer, and so at the repair bench."""


class Reel(NamedTuple):
    """``part`` is its place in the factory's list, ``lot`` its lot's in the history's."""

    part: int
    lot: int
    quantity: int


@dataclass(slots=True)
class Placed:
    """What one placer did with a block's panels.

    ``mounted`` is the reel (its number) of every column of the program where it stays the same for the whole
    block, and ``spliced`` has a row for each panel where it does not. ``started_ms``, ``at_ms``: of the panel
    and of each placement after it. ``placed``: None where nothing was left out.
    """

    program: Program
    started_ms: Numbers
    at_ms: NDArray[np.int32]
    placed: Flags
    mounted: Numbers
    spliced: dict[int, Numbers]

    @property
    def told_ms(self) -> Numbers:
        """When the machine reported each panel: at its end."""
        return self.started_ms + self.at_ms[:, -1]

    def reels(self) -> Numbers:
        """The reel of every placement, panel by panel."""
        reels = np.broadcast_to(self.mounted, self.placed.shape).copy()
        for slot, of_panels in self.spliced.items():
            reels[:, self.program.of_slot[slot]] = of_panels
        return reels


@dataclass(slots=True)
class Repairs:
    """Parts that were replaced by hand, ordered by panel; ``panels`` are counted from the block's first."""

    panels: Numbers
    boards: Numbers
    designators: Numbers
    stations: Numbers
    columns: Numbers
    reels: Numbers
    at_ms: Numbers


@dataclass(slots=True)
class Block:
    """A work order, or a part of one: panels from ``first_panel`` on (from 0), built one after the other.

    ``boards`` are those that were built; the others were crossed out. ``reels`` and ``lots`` are those that
    came in with it; their numbers go on from ``first_reel`` and ``first_lot``.
    """

    number: int
    product: int
    first_panel: int
    panels: int
    lanes: Numbers
    boards: Flags
    first_reel: int
    reels: list[Reel]
    first_lot: int
    lots: list[int]
    stations: list[Placed]
    repairs: Repairs


@dataclass(slots=True)
class _Stores:
    """Reels by part: what was given back, and the lot that the next new one is of."""

    plan: Plan
    chance: np.random.Generator
    reels: list[Reel] = field(default_factory=list)
    lots: list[int] = field(default_factory=list)
    left: dict[int, int] = field(default_factory=dict)
    given_back: dict[int, list[int]] = field(default_factory=dict)
    lot_of: dict[int, tuple[int, int]] = field(default_factory=dict)

    def fetch(self, part: int) -> int:
        """A reel for a slot: the one that was given back last, or a new one."""
        back = self.given_back.get(part)
        return back.pop() if back else self.new(part)

    def new(self, part: int) -> int:
        lot, more = self.lot_of.get(part, (0, 0))
        if not more:
            lot, more = len(self.lots), int(self.chance.integers(_LOTS[0], _LOTS[1] + 1))
            self.lots.append(part)
        self.lot_of[part] = lot, more - 1
        smallest, largest = self.plan.reels
        usual = (smallest + largest) // 13 * 5 if self.chance.random() < 0.65 else 0
        quantity = usual or int(self.chance.integers(smallest, largest + 1))
        self.reels.append(Reel(part, lot, quantity))
        number = len(self.reels) - 1
        self.left[number] = quantity
        return number

    def give_back(self, reel: int) -> None:
        """What is not worth mounting again is thrown away."""
        if self.left[reel] >= _SMALLEST_REMAINDER:
            self.given_back.setdefault(self.reels[reel].part, []).append(reel)
        else:
            del self.left[reel]


class History:
    """The blocks of a plan, in order. Iterate once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.factory: Factory = factory_of(plan)
        self._chance = np.random.default_rng([plan.seed, 2])
        self._stores = _Stores(plan, np.random.default_rng([plan.seed, 3]))
        self._mounted: list[dict[int, int]] = [{} for _ in range(PLACERS)]
        self._bench: dict[int, int] = {}
        self._now_ms = BEGIN_MS

    @property
    def reels(self) -> list[Reel]:
        """All that came in so far."""
        return self._stores.reels

    @property
    def lots(self) -> list[int]:
        """The part of each lot so far."""
        return self._stores.lots

    def used(self, reel: int) -> int:
        """About how many parts of a reel were placed so far; a remainder that was thrown away counts, too."""
        return self.reels[reel].quantity - self._stores.left.get(reel, 0)

    def blocks(self) -> Iterator[Block]:
        done = number = 0
        while done < self.plan.panels:
            smallest, largest = self.plan.orders
            panels = min(int(self._chance.integers(smallest, largest + 1)), self.plan.panels - done)
            yield self._block(number, done, panels)
            done, number = done + panels, number + 1

    def _block(self, number: int, first_panel: int, panels: int) -> Block:
        product = int(self._chance.integers(self.plan.products))
        two_lanes = self._chance.random() < self.plan.two_lanes
        first_reel, first_lot = len(self.reels), len(self.lots)
        boards = self._chance.random((panels, BOARDS)) >= self.plan.crossed_out
        boards[0] = True
        boards[~boards.any(axis=1), 0] = True
        stations = []
        for station, program in enumerate(self.factory.programs[product]):
            self._change_over(station, program)
            started = self._now_ms + station * _STATION_MS + _starts(panels, two_lanes=two_lanes)
            stations.append(self._placed(program, started, boards, two_lanes=two_lanes))
        self._now_ms += panels * PANEL_MS + _CHANGEOVER_MS
        repairs = self._repaired(stations)
        return Block(
            number=number,
            product=product,
            first_panel=first_panel,
            panels=panels,
            lanes=np.arange(panels) % 2 + 1 if two_lanes else np.ones(panels, dtype=np.int64),
            boards=boards,
            first_reel=first_reel,
            reels=self.reels[first_reel:],
            first_lot=first_lot,
            lots=self.lots[first_lot:],
            stations=stations,
            repairs=repairs,
        )

    def _change_over(self, station: int, program: Program) -> None:
        """Mount what the program needs where another part hangs, and what is nearly empty."""
        mounted, stores = self._mounted[station], self._stores
        for slot, part in program.parts.items():
            there = mounted.get(slot)
            is_right = there is not None and stores.reels[there].part // 2 * 2 == part
            if is_right and stores.left[mounted[slot]] >= _SMALLEST_REMAINDER:
                continue
            if there is not None:
                stores.give_back(there)
            mounted[slot] = stores.fetch(part)

    def _placed(self, program: Program, started: Numbers, boards: Flags, *, two_lanes: bool) -> Placed:
        shape = len(started), len(program.slots)
        placed = boards[:, program.boards]
        skipped = int(self._chance.binomial(shape[0] * shape[1], self.plan.skipped))
        if skipped and shape[0] > 1:
            panels = self._chance.integers(1, shape[0], skipped)
            placed[panels, self._chance.integers(0, shape[1], skipped)] = False
        offsets = program.offsets_ms * (2 if two_lanes else 1)
        jitter = self._chance.integers(0, _JITTER_MS + 1, shape, dtype=np.uint8)
        at_ms = offsets.astype(np.int32) + jitter
        mounted = np.empty(shape[1], dtype=np.int64)
        spliced = {}
        for slot, columns in program.of_slot.items():
            reels = self._used(program.station, slot, placed[:, columns], two_lanes=two_lanes)
            if isinstance(reels, int):
                mounted[columns] = reels
            else:
                mounted[columns] = reels[0, 0]
                spliced[slot] = reels
        return Placed(program, started, at_ms, placed, mounted, spliced)

    def _used(self, station: int, slot: int, placed: Flags, *, two_lanes: bool) -> int | Numbers:
        """The reel that each placement of a slot was taken from; a number alone where it is always the same.
        Takes the parts off the reels, and splices new ones on.
        """
        stores, mounted = self._stores, self._mounted[station]
        reel = mounted[slot]
        wanted = int(placed.sum())
        if wanted < stores.left[reel]:
            stores.left[reel] -= wanted
            return reel
        reels, ends = [reel], [stores.left.pop(reel)]
        while wanted >= ends[-1]:
            part = stores.reels[reel].part // 2 * 2
            reel = stores.new(part + int(self._chance.random() < self.plan.alternates))
            reels.append(reel)
            ends.append(ends[-1] + stores.left.pop(reel))
        mounted[slot] = reel
        stores.left[reel] = ends[-1] - wanted
        taken = _order_of_taking(placed, two_lanes=two_lanes)
        return np.asarray(reels)[np.searchsorted(np.asarray(ends), taken, side="right")]

    def _repaired(self, stations: list[Placed]) -> Repairs:
        found = []
        for station, one in enumerate(stations):
            count = int(self._chance.binomial(one.placed.size, self.plan.replaced))
            places = np.unique(self._chance.integers(0, one.placed.size, count))
            places = places[one.placed.reshape(-1)[places]]
            panels, columns = np.divmod(places, one.placed.shape[1])
            found.append((panels, np.full(len(places), station), columns))
        panels, of_station, columns = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(panels, kind="stable")
        panels, of_station, columns = panels[order], of_station[order], columns[order]
        boards, designators, reels = (np.empty(len(panels), dtype=np.int64) for _ in range(3))
        for station, one in enumerate(stations):
            here = np.flatnonzero(of_station == station)
            boards[here] = one.program.boards[columns[here]]
            designators[here] = one.program.designators[columns[here]]
            parts = one.program.parts
            reels[here] = [
                self._from_the_bench(parts[slot]) for slot in one.program.slots[columns[here]].tolist()
            ]
        first = np.searchsorted(panels, panels, side="left")
        done = stations[-1].started_ms[panels] + _REPAIR_AFTER_MS
        at_ms = done + (np.arange(len(panels)) - first) * _REPAIR_EACH_MS
        return Repairs(panels, boards, designators, of_station, columns, reels, at_ms)

    def _from_the_bench(self, part: int) -> int:
        """A part from the repairer's own reel."""
        reel = self._bench.get(part)
        if reel is None or not self._stores.left[reel]:
            reel = self._bench[part] = self._stores.new(part)
        self._stores.left[reel] -= 1
        return reel


def _starts(panels: int, *, two_lanes: bool) -> Numbers:
    """With two lanes both panels of a pair begin together, and both take twice as long."""
    number = np.arange(panels)
    return (number // 2 * 2 if two_lanes else number) * PANEL_MS


def _order_of_taking(placed: Flags, *, two_lanes: bool) -> Numbers:
    """How many parts were taken from the slot before each placement. What was not placed took none."""
    if not two_lanes:
        flat = placed.reshape(-1)
        return (np.cumsum(flat) - flat).reshape(placed.shape)
    panels, columns = placed.shape
    pairs = np.zeros((-(-panels // 2) * 2, columns), dtype=bool)
    pairs[:panels] = placed
    in_time = pairs.reshape(-1, 2, columns).transpose(0, 2, 1).reshape(-1)
    before = np.cumsum(in_time) - in_time
    return before.reshape(-1, columns, 2).transpose(0, 2, 1).reshape(-1, columns)[:panels]
