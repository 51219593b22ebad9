"""What is asked, and what is true: worked out from the history itself, engine by engine the same.

An answer is a number of rows and a check sum over them, the same however they are ordered.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from factory import (
    BOARDS,
    Plan,
    factory_of,
    location_name,
    lot_name,
    nozzle_name,
    package_name,
    station_name,
    unit_name,
)
from history import BEGIN_MS, PANEL_MS, History
from rows import rows_of, rows_of_station

if TYPE_CHECKING:
    from collections.abc import Iterable

    from history import Block, Numbers
    from rows import Arrays

HOURS = 4
PLACEMENTS, UNITS = 20_000, 8_000
"""Of a lot that is asked about, about: so that answers are of equal size in any history."""


class Answer(NamedTuple):
    count: int
    check: int


class Placement(NamedTuple):
    """What is compared of a placement, by the names that people read. What a repairer placed came from no
    location and with no nozzle: both are "". ``removed_us``: 0 where it is still there.
    """

    unit: str
    designator: str
    package: str
    part: str
    lot: str
    station: str
    location: str
    nozzle: str
    removed_us: int


@dataclass(frozen=True, slots=True)
class Window:
    station: int
    since_us: int
    until_us: int
    slot: int = -1
    nozzle: int = 0


@dataclass(frozen=True, slots=True)
class Questions:
    """Lots and units by their numbers from 0; each list of answers goes with one of what is asked. What was
    told without times is dated by its reports: other units may be in a window then.
    """

    lots: tuple[int, ...]
    units: tuple[int, ...]
    slots: tuple[Window, ...]
    nozzles: tuple[Window, ...]
    units_of_lots: tuple[Answer, ...]
    placements_of_lots: tuple[Answer, ...]
    placements_of_units: tuple[Answer, ...]
    units_of_slots: tuple[Answer, ...]
    units_of_nozzles: tuple[Answer, ...]
    units_of_slots_untimed: tuple[Answer, ...]
    units_of_nozzles_untimed: tuple[Answer, ...]


def checked(rows: Iterable[str]) -> Answer:
    """A CRC would not do: what is wrong in the same way in every row would cancel out."""
    count = check = 0
    for row in rows:
        count += 1
        check += int.from_bytes(blake2b(row.encode(), digest_size=8).digest(), "big")
    return Answer(count, check)


def placement_text(placement: Placement) -> str:
    return "\t".join(map(str, placement))


def questions_of(plan: Plan, each: int = 8) -> Questions:
    """Two runs through the history: the first to choose what is asked, the second for the truth."""
    chance = np.random.default_rng([plan.seed, 9])
    lots = _lots_of_size(plan, each)
    units = tuple(int(panel) * BOARDS for panel in chance.integers(0, plan.panels, each))
    last_us = _last_us(plan)
    first_us = BEGIN_MS * 1_000
    width = min(HOURS * 3_600_000_000, (last_us - first_us) // 4)
    usual = _usual_slots(plan)
    slots, nozzles = [], []
    for number in range(each):
        since = int(chance.integers(first_us, last_us - width))
        window = Window(number % 3, since, since + width)
        slot = int(chance.choice(usual[window.station]))
        slots.append(Window(window.station, since, since + width, slot=slot))
        nozzles.append(Window(window.station, since, since + width, nozzle=int(chance.integers(1, 9))))
    found = _Truth(plan, lots, units, slots, nozzles)
    for block in History(plan).blocks():
        found.see(block)
    return Questions(lots, units, tuple(slots), tuple(nozzles), *found.answers())


def _lots_of_size(plan: Plan, each: int) -> tuple[int, ...]:
    history = History(plan)
    units = _UnitsOfLots()
    for block in history.blocks():
        units.see(block)
    placements = np.zeros(len(history.lots), dtype=np.int64)
    for number, reel in enumerate(history.reels):
        placements[reel.lot] += history.used(number)
    off = np.abs(np.log(np.maximum(placements, 1) / PLACEMENTS))
    off += np.abs(np.log(np.maximum(units.counted(len(history.lots)), 1) / UNITS))
    return tuple(int(lot) for lot in np.argsort(off, kind="stable")[:each])


class _UnitsOfLots:
    """On how many units parts of each lot were placed, but for what was left out. A lot is of one part, and a
    part of one slot, which takes each of a panel's boards.
    """

    def __init__(self) -> None:
        self._lot_of: list[int] = []
        self._units: Counter[int] = Counter()

    def see(self, block: Block) -> None:
        self._lot_of.extend(reel.lot for reel in block.reels)
        boards = block.boards.sum(axis=1)
        built = int(boards.sum())
        for one in block.stations:
            for slot, columns in one.program.of_slot.items():
                reels = one.spliced.get(slot)
                if reels is None:
                    self._units[self._lot_of[one.mounted[columns[0]]]] += built
                    continue
                for lot in {self._lot_of[reel] for reel in np.unique(reels).tolist()}:
                    here = np.isin(reels, [r for r in np.unique(reels).tolist() if self._lot_of[r] == lot])
                    self._units[lot] += int(boards[here.any(axis=1)].sum())

    def counted(self, lots: int) -> Numbers:
        return np.asarray([self._units[lot] for lot in range(lots)])


def _usual_slots(plan: Plan) -> list[list[int]]:
    """By station, the slots that every product uses."""
    of_stations = zip(*factory_of(plan).programs, strict=True)
    return [sorted(set.intersection(*(set(one.of_slot) for one in programs))) for programs in of_stations]


def _last_us(plan: Plan) -> int:
    """The end of the shortest time in which so many panels can be built."""
    return (BEGIN_MS + plan.panels * PANEL_MS) * 1_000


_TOLD = ("unit_id", "designator", "package_id", "station", "slot", "nozzle", "removed_us")
"""The columns that a placement is told from."""


class _Truth:
    """Picks the rows that are asked for out of the history."""

    def __init__(
        self,
        plan: Plan,
        lots: tuple[int, ...],
        units: tuple[int, ...],
        slots: list[Window],
        nozzles: list[Window],
    ) -> None:
        self._plan = plan
        self._factory = factory_of(plan)
        self._lots, self._units, self._slots, self._nozzles = lots, units, slots, nozzles
        self._lot_of: list[int] = []
        self._part_of: list[int] = []
        self._of_lots: list[list[str]] = [[] for _ in lots]
        self._units_of_lots: list[set[int]] = [set() for _ in lots]
        self._of_units: list[list[str]] = [[] for _ in units]
        self._of_slots: list[set[int]] = [set() for _ in slots]
        self._of_nozzles: list[set[int]] = [set() for _ in nozzles]
        self._of_slots_untimed: list[set[int]] = [set() for _ in slots]
        self._of_nozzles_untimed: list[set[int]] = [set() for _ in nozzles]

    def see(self, block: Block) -> None:
        self._lot_of.extend(reel.lot for reel in block.reels)
        self._part_of.extend(reel.part for reel in block.reels)
        lot_of = np.asarray(self._lot_of)
        wanted = np.isin(lot_of, self._lots)
        mounted = [
            bool(wanted[one.mounted].any() or any(wanted[reels].any() for reels in one.spliced.values()))
            for one in block.stations
        ]
        asked = [unit for unit in self._units if 0 <= unit // BOARDS - block.first_panel < block.panels]
        if any(mounted) or asked or wanted[block.repairs.reels].any():
            self._see_all(rows_of(block), lot_of)
        for windows, found, untimed in (
            (self._slots, self._of_slots, self._of_slots_untimed),
            (self._nozzles, self._of_nozzles, self._of_nozzles_untimed),
        ):
            for window, units, units_untimed in zip(windows, found, untimed, strict=True):
                one = block.stations[window.station]
                if (
                    one.started_ms[0] * 1_000 < window.until_us
                    and window.since_us < one.started_ms[-1] * 1_000 + 10**8
                ):
                    rows = rows_of_station(block, window.station)
                    units.update(_in_window(rows, window, rows["at_us"]))
                    units_untimed.update(_in_window(rows, window, rows["told_us"]))

    def _see_all(self, rows: Arrays, lot_of: np.ndarray) -> None:
        lots = lot_of[rows["package_id"]]
        for lot, texts, units in zip(self._lots, self._of_lots, self._units_of_lots, strict=True):
            here = np.flatnonzero(lots == lot)
            texts.extend(self._texts(rows, here))
            units.update(rows["unit_id"][here].tolist())
        for unit, texts in zip(self._units, self._of_units, strict=True):
            texts.extend(self._texts(rows, np.flatnonzero(rows["unit_id"] == unit)))

    def _texts(self, rows: Arrays, here: np.ndarray) -> list[str]:
        columns = [rows[name][here].tolist() for name in _TOLD]
        return [placement_text(self._placement(*row)) for row in zip(*columns, strict=True)]

    def _placement(
        self, unit: int, designator: int, package: int, station: int, slot: int, nozzle: int, removed_us: int
    ) -> Placement:
        return Placement(
            unit=unit_name(self._plan, unit),
            designator=self._factory.designators[designator],
            package=package_name(self._plan, package),
            part=self._factory.parts[self._part_of[package]],
            lot=lot_name(self._plan, self._lot_of[package]),
            station=station_name(self._plan, station),
            location=location_name(slot),
            nozzle=nozzle_name(nozzle),
            removed_us=removed_us,
        )

    def answers(self) -> tuple[tuple[Answer, ...], ...]:
        def of_units(found: list[set[int]]) -> tuple[Answer, ...]:
            return tuple(checked(unit_name(self._plan, unit) for unit in units) for units in found)

        return (
            of_units(self._units_of_lots),
            tuple(map(checked, self._of_lots)),
            tuple(map(checked, self._of_units)),
            of_units(self._of_slots),
            of_units(self._of_nozzles),
            of_units(self._of_slots_untimed),
            of_units(self._of_nozzles_untimed),
        )


def _in_window(rows: Arrays, window: Window, at_us: Numbers) -> list[int]:
    here = (at_us >= window.since_us) & (at_us < window.until_us)
    here &= rows["slot"] == window.slot if window.slot >= 0 else rows["nozzle"] == window.nozzle
    return np.unique(rows["unit_id"][here]).tolist()
