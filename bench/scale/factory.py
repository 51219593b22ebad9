"""The factory of the history: a line of three placers and a repair bench, its products, and what they need.

Everything here is small and known before the first panel; what happens is ``history``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    PartOf = Callable[[int, int, str], int]

PLACERS = 3
REPAIR = PLACERS
"""The station that repairs, after the placers."""
BOARDS = 4
_FIXED, _SLOTS, _FAMILIES = 25, 120, 3
_PICK_MS, _PLACE_MS, _GANG = 180, 25, 12
NOZZLES = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How much history, and of what kind. The same plan gives the same history, to the last byte of a blob.

    ``designators`` are those of one unit, over all stations; ``orders`` and ``reels`` are the smallest and
    the largest. ``prefix`` begins every name, so that two histories can stand in one database.
    """

    placements: int
    seed: int = 1
    prefix: str = ""
    designators: int = 500
    products: int = 12
    slots: tuple[int, int] = (60, 90)
    orders: tuple[int, int] = (60, 500)
    reels: tuple[int, int] = (3_000, 10_000)
    replaced: float = 0.002
    crossed_out: float = 0.01
    skipped: float = 0.00002
    alternates: float = 0.1
    two_lanes: float = 0.4

    @property
    def panels(self) -> int:
        return max(1, round(self.placements / (self.designators * BOARDS)))


@dataclass(frozen=True, slots=True)
class Program:
    """What one placer does with a panel of one product: its placements in the machine's order, by columns.

    ``slots`` are the places of feeders, from 0 at each station; ``of_slot`` says which columns each takes.
    ``offsets_ms`` are counted from the start of the panel.
    """

    product: int
    station: int
    boards: Numbers
    designators: Numbers
    slots: Numbers
    nozzles: Numbers
    offsets_ms: Numbers
    parts: dict[int, int]
    of_slot: dict[int, Numbers]


@dataclass(frozen=True, slots=True)
class Factory:
    designators: tuple[str, ...]
    parts: tuple[str, ...]
    programs: tuple[tuple[Program, ...], ...]
    """By product, then by station."""

    @property
    def locations(self) -> list[tuple[int, int]]:
        """Every slot that a product uses, after its station."""
        return sorted(
            {(one.station, slot) for programs in self.programs for one in programs for slot in one.of_slot}
        )


def nozzle_words(nozzle: int) -> tuple[str, str]:
    """The head and the nozzle as a placer says them."""
    return "1", f"{nozzle} N040"


def slot_words(slot: int) -> tuple[str, str]:
    """A slot's identifier and its name."""
    return f"F{slot + 1:03}", f"SLOT{slot + 1}"


def location_name(slot: int) -> str:
    """What people read of a slot, and of what a repairer placed, which came from none (-1)."""
    return slot_words(slot)[1] if slot >= 0 else ""


def nozzle_name(nozzle: int) -> str:
    """What people read of a nozzle, and of what a repairer placed with none (0)."""
    return nozzle_words(nozzle)[1] if nozzle else ""


def lot_name(plan: Plan, lot: int) -> str:
    return f"{plan.prefix}LOT{lot:06}"


def package_name(plan: Plan, reel: int) -> str:
    return f"{plan.prefix}R{reel:08}"


def station_name(plan: Plan, station: int) -> str:
    return f"{plan.prefix}{'REPAIR' if station == REPAIR else f'PLACER-{station + 1}'}"


def unit_name(plan: Plan, unit: int) -> str:
    return f"{plan.prefix}SN{unit:09}"


def factory_of(plan: Plan) -> Factory:
    chance = np.random.default_rng([plan.seed, 1])
    designators = tuple(f"{'RCLUQD'[number % 6]}{number}" for number in range(plan.designators))
    parts: list[str] = []
    known: dict[tuple[int, int, str], int] = {}

    def part(station: int, slot: int, owner: str) -> int:
        """Parts come in pairs: the usual one, and the alternate that a splice may bring."""
        found = known.get((station, slot, owner))
        if found is None:
            found = known[station, slot, owner] = len(parts)
            parts.extend((f"{plan.prefix}P{found:05}", f"{plan.prefix}P{found:05}-ALT"))
        return found

    programs = []
    for product in range(plan.products):
        stations = chance.integers(0, PLACERS, plan.designators)
        programs.append(
            tuple(
                _program(plan, product, station, np.flatnonzero(stations == station), chance, part)
                for station in range(PLACERS)
            )
        )
    return Factory(designators, tuple(parts), tuple(programs))


def _program(
    plan: Plan, product: int, station: int, designators: Numbers, chance: np.random.Generator, part: PartOf
) -> Program:
    most = min(int(chance.integers(plan.slots[0], plan.slots[1] + 1)), len(designators))
    fixed = min(_FIXED, most)
    family = min((most - fixed) // 2, _SLOTS - fixed)
    others = fixed + chance.permutation(_SLOTS - fixed)[: most - fixed]
    used = np.concatenate([np.arange(fixed), others])
    owners = ["all"] * fixed + [f"family {product % _FAMILIES}"] * family
    owners += [f"product {product}"] * (most - len(owners))
    # Every slot takes one designator at least; of the rest a few take many, as capacitors do.
    weights = 1 / (np.arange(most) + 3.0)
    rest = chance.choice(most, len(designators) - most, p=weights / weights.sum())
    slot_of = used[chance.permutation(np.concatenate([np.arange(most), rest]))]
    by_board = bool(chance.integers(2))
    boards = np.repeat(np.arange(BOARDS), len(designators))
    columns = np.tile(np.arange(len(designators)), BOARDS)
    keys = (columns, slot_of[columns], boards) if by_board else (columns, boards, slot_of[columns])
    order = np.lexsort(keys)
    boards, columns = boards[order], columns[order]
    slots = slot_of[columns]
    count = len(columns)
    steps = np.full(count, _PLACE_MS) + np.where(np.arange(count) % _GANG == 0, _PICK_MS, 0)
    return Program(
        product=product,
        station=station,
        boards=boards,
        designators=designators[columns],
        slots=slots,
        nozzles=np.arange(count) % NOZZLES + 1,
        offsets_ms=np.cumsum(steps),
        parts={int(slot): part(station, int(slot), owner) for slot, owner in zip(used, owners, strict=True)},
        of_slot={int(slot): np.flatnonzero(slots == slot) for slot in used},
    )
