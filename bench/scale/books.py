"""The history as rows of the product's own tables: what its ingest would have written, by whole columns.

The product encodes a report at a time, and a test holds the two against each other. Here the same rules are
applied to the places where something happens: a reel that comes, a splice, a board that is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from factory import BOARDS, PLACERS, REPAIR, nozzle_words
from history import JOURNAL_OF_PANEL

from padstone.features.genealogy.domain import times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from factory import Program
    from history import Block, Numbers, Placed
    from numpy.typing import NDArray

    Columns = dict[str, Sequence[Any]]
    Rows = dict[str, Columns]

_OPEN = 2**31 - 1
"""``genealogy.models.OPEN``, which cannot be read before Django is set up."""
_TICKS_PER_MS = 10_000
_EPOCH_TICKS = 621_355_968_000_000_000
"""1970, in ticks."""
_SKIPPED, _NOT_PLACED, _OTHERWISE = 0, 1, 2
"""Kinds of deviations, by their places in ``DeviationKind``."""
_CERTAIN = 0
_WORK_OF_PANEL = PLACERS + 1
_POSITIONS = "1-4"


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the database before the first panel: the ids of stations (the bench is the last), of
    feeder locations by station and slot, and of templates by product and station; the last id and number of
    everything that a block adds.
    """

    stations: tuple[int, ...]
    locations: dict[tuple[int, int], int]
    templates: dict[tuple[int, int], int]
    before: dict[str, int] = field(default_factory=dict)

    def last(self, table: str) -> int:
        return self.before.get(table, 0)


class _Span(NamedTuple):
    pk: int
    station: int
    location: int
    package: int
    first: int
    last: int = _OPEN


class _Deviation(NamedTuple):
    panel: int
    kind: int
    board: int
    column: int
    reel: int


class Encoder:
    """Turns one block after the other into rows. ``with_times``: with the time of every placement."""

    def __init__(
        self, known: Known, designators: Sequence[str], prefix: str = "", *, with_times: bool
    ) -> None:
        self._known = known
        self._designators = designators
        self._prefix = prefix
        self._with_times = with_times
        self._feeding: dict[tuple[int, int], _Span] = {}
        self._spans = known.last("MaterialSpan")
        self._deviations = known.last("Deviation")
        self._replacements = known.last("Replacement")
        self._random = np.random.default_rng(7)

    def rows(self, block: Block) -> Rows:
        """By table, in an order in which they may be inserted. Spans come when they end."""
        closed: list[_Span] = []
        departed = [self._spliced(block, one, closed) for one in block.stations]
        return {
            "Panel": self._panels(block),
            "Unit": self._units(block),
            "WorkTransaction": self._work(block),
            "Pass": self._passes(block),
            "MaterialSpan": _span_rows(closed),
            "Deviation": self._deviation_rows(block, departed),
            "Replacement": self._replacement_rows(block),
        }

    def open_spans(self) -> Rows:
        """What still feeds at the end."""
        return {"MaterialSpan": _span_rows(list(self._feeding.values()))}

    # --- panels, units and the work on them ------------------------------

    def _panel_ids(self, block: Block) -> Numbers:
        return self._known.last("Panel") + block.first_panel + np.arange(1, block.panels + 1)

    def _journal(self, panels: Numbers, stage: int | Numbers, step: int) -> Numbers:
        """``stage``: 0 to 2 at the placers, 3 at the repair bench; ``step``: 1 begun, 2 placed, 3 done."""
        return self._known.last("journal") + JOURNAL_OF_PANEL * (panels - 1) + 3 * stage + step

    def _panels(self, block: Block) -> Columns:
        ids = self._panel_ids(block)
        first = block.first_panel
        return {
            "id": ids.tolist(),
            "identifier": [f"{self._prefix}PN{first + number:08}" for number in range(block.panels)],
            "work_order_id": [self._known.last("WorkOrder") + block.number + 1] * block.panels,
        }

    def _unit_id(self, panels: Numbers, boards: Numbers) -> Numbers:
        """``panels``: counted from the history's first, from 0."""
        return self._known.last("Unit") + panels * BOARDS + boards + 1

    def _units(self, block: Block) -> Columns:
        panels = np.repeat(np.arange(block.panels), BOARDS)
        boards = np.tile(np.arange(BOARDS), block.panels)
        first = block.first_panel * BOARDS
        told = self._journal(block.first_panel + panels + 1, 0, 1)
        return {
            "id": self._unit_id(block.first_panel + panels, boards).tolist(),
            "identifier": [f"{self._prefix}SN{first + number:09}" for number in range(len(panels))],
            "panel_id": np.repeat(self._panel_ids(block), BOARDS).tolist(),
            "position": (boards + 1).tolist(),
            "journal_no": told.tolist(),
        }

    def _work(self, block: Block) -> Columns:
        """The work of each panel at each station, in the order in which it was told: by panel."""
        repaired = np.unique(block.repairs.panels)
        panels = np.concatenate([np.repeat(np.arange(block.panels), PLACERS), repaired])
        stages = np.concatenate([np.tile(np.arange(PLACERS), block.panels), np.full(len(repaired), REPAIR)])
        order = np.argsort(panels, kind="stable")
        panels, stages = panels[order], stages[order]
        count = len(panels)
        numbers = block.first_panel + panels
        started = np.empty(count, dtype=np.int64)
        completed = np.empty(count, dtype=np.int64)
        for stage, one in enumerate(block.stations):
            here = stages == stage
            started[here] = one.started_ms
            completed[here] = one.told_ms
        here = stages == REPAIR
        started[here] = block.repairs.at_ms[np.searchsorted(block.repairs.panels, repaired, side="left")]
        completed[here] = block.repairs.at_ms[
            np.searchsorted(block.repairs.panels, repaired, side="right") - 1
        ]
        raw = self._random.bytes(16 * count)
        lanes = np.where(here, 0, block.lanes[panels]).tolist()
        at_bench = here.tolist()
        station_ids = np.asarray(self._known.stations)[stages]
        return {
            "id": self._work_id(numbers, stages).tolist(),
            "uuid": [raw[at : at + 16] for at in range(0, 16 * count, 16)],
            "station_id": station_ids.tolist(),
            "panel_id": (self._known.last("Panel") + numbers + 1).tolist(),
            "work_order_id": [self._known.last("WorkOrder") + block.number + 1] * count,
            "positions": [_POSITIONS] * count,
            "lane": [lane or None for lane in lanes],
            "recipe_name": ["" if bench else f"PRODUCT-{block.product:02}" for bench in at_bench],
            "recipe_revision": ["" if bench else "A" for bench in at_bench],
            "surface": [""] * count,
            "started_at": (started * 1_000).tolist(),
            "journal_no": self._journal(numbers + 1, stages, 1).tolist(),
            "completed_at": (completed * 1_000).tolist(),
            "result": ["Completed"] * count,
            "completed_journal_no": self._journal(numbers + 1, stages, 3).tolist(),
        }

    def _work_id(self, panels: Numbers, stage: int | Numbers) -> Numbers:
        return self._known.last("WorkTransaction") + panels * _WORK_OF_PANEL + stage + 1

    # --- passes ------------------------------

    def _pass_id(self, panels: Numbers, station: int | Numbers) -> Numbers:
        return self._known.last("Pass") + panels * PLACERS + station + 1

    def _passes(self, block: Block) -> Columns:
        numbers = block.first_panel + np.arange(block.panels)
        parts = []
        for station, one in enumerate(block.stations):
            base, last = self._dated(one)
            parts.append(
                {
                    "id": self._pass_id(numbers, station),
                    "station_id": np.full(block.panels, self._known.stations[station]),
                    "sequence": numbers + 1,
                    "work_transaction_id": self._work_id(numbers, station),
                    "panel_id": self._panel_ids(block),
                    "template_id": np.full(block.panels, self._known.templates[block.product, station]),
                    "base_at": base * 1_000,
                    "last_at": last * 1_000,
                    "reach": np.frexp((last - base) // 1_000)[1],  # the binary digits of a whole number
                    "journal_no": self._journal(numbers + 1, station, 2),
                }
            )
            parts[-1]["times"] = np.empty(block.panels, dtype=object)
            parts[-1]["times"][:] = list(_blobs(one, base)) if self._with_times else [b""] * block.panels
        return {
            name: np.stack([part[name] for part in parts], axis=1).reshape(-1).tolist() for name in parts[0]
        }

    def _dated(self, one: Placed) -> tuple[Numbers, Numbers]:
        """What the times of each panel count from, and its last. What is told without times is dated by its
        report.
        """
        if not self._with_times:
            return one.told_ms, one.told_ms
        first, last = _first_and_last(one)
        return first - first % 1_000, last

    # --- spans and deviations ------------------------------

    def _package(self, reel: int) -> int:
        return self._known.last("MaterialPackage") + reel + 1

    def _spliced(self, block: Block, one: Placed, closed: list[_Span]) -> list[_Deviation]:
        program = one.program
        found: list[_Deviation] = []
        for slot, columns in program.of_slot.items():
            if slot in one.spliced:
                reels, placed = one.spliced[slot], one.placed[:, columns]
                for panel in _worth_a_look(reels, placed):
                    there = placed[panel]
                    used = reels[panel][there].tolist()
                    fed = self._fed(program, slot, used, block.first_panel + panel + 1, closed)
                    found += [
                        _Deviation(panel, _OTHERWISE, 0, column, reel)
                        for column, reel in zip(columns[there].tolist(), used, strict=True)
                        if reel != fed
                    ]
            else:
                self._fed(program, slot, [int(one.mounted[columns[0]])], block.first_panel + 1, closed)
        panels, boards = np.nonzero(~block.boards)
        found += [
            _Deviation(panel, _SKIPPED, board, -1, -1)
            for panel, board in zip(panels.tolist(), boards.tolist(), strict=True)
        ]
        left_out = block.boards[:, program.boards] & ~one.placed
        panels, places = np.nonzero(left_out)
        found += [
            _Deviation(panel, _NOT_PLACED, 0, column, -1)
            for panel, column in zip(panels.tolist(), places.tolist(), strict=True)
        ]
        return found

    def _fed(
        self, program: Program, slot: int, used: Sequence[int], sequence: int, closed: list[_Span]
    ) -> int:
        """The reel that feeds a slot from this pass on: another one where none of its parts came from the one
        before.
        """
        key = program.station, slot
        span = self._feeding.get(key)
        before = None if span is None else span.package - self._known.last("MaterialPackage") - 1
        if before in used:
            return before
        if span is not None:
            closed.append(span._replace(last=sequence - 1))
        reel = Counter(used).most_common(1)[0][0]
        self._spans += 1
        self._feeding[key] = _Span(
            self._spans,
            self._known.stations[program.station],
            self._known.locations[key],
            self._package(reel),
            sequence,
        )
        return reel

    def _deviation_rows(self, block: Block, departed: Sequence[Sequence[_Deviation]]) -> Columns:
        """In the order of the passes. A part that was left out has neither package nor location."""
        found = sorted(
            ((one.panel, station, one) for station, some in enumerate(departed) for one in some),
            key=lambda of: of[:2],
        )
        rows = []
        for panel, station, one in found:
            program = block.stations[station].program
            number = block.first_panel + panel
            board = one.board if one.kind == _SKIPPED else int(program.boards[one.column])
            designator = "" if one.kind == _SKIPPED else self._designators[program.designators[one.column]]
            package = location = None
            head = nozzle = ""
            if one.kind == _OTHERWISE:
                package = self._package(one.reel)
                location = self._known.locations[station, int(program.slots[one.column])]
                head, nozzle = nozzle_words(int(program.nozzles[one.column]))
            self._deviations += 1
            rows.append(
                (
                    self._deviations,
                    self._known.last("Pass") + number * PLACERS + station + 1,
                    one.kind,
                    board + 1,
                    designator,
                    self._known.last("Unit") + number * BOARDS + board + 1,
                    package,
                    location,
                    head,
                    nozzle,
                    _CERTAIN,
                    self._known.last("journal") + JOURNAL_OF_PANEL * number + 3 * station + 2,
                )
            )
        return _by_column(_DEVIATION, rows)

    def _replacement_rows(self, block: Block) -> Columns:
        repairs = block.repairs
        count = len(repairs.panels)
        first = self._replacements
        self._replacements += count
        numbers = block.first_panel + repairs.panels
        return {
            "id": list(range(first + 1, first + count + 1)),
            "unit_id": self._unit_id(numbers, repairs.boards).tolist(),
            "designator": [self._designators[number] for number in repairs.designators.tolist()],
            "at": (repairs.at_ms * 1_000).tolist(),
            "removed": [False] * count,
            "package_id": (self._known.last("MaterialPackage") + repairs.reels + 1).tolist(),
            "work_transaction_id": self._work_id(numbers, REPAIR).tolist(),
            "reason": [""] * count,
            "certainty": [_CERTAIN] * count,
            "journal_no": self._journal(numbers + 1, REPAIR, 2).tolist(),
        }


_DEVIATION = (
    "id of_pass_id kind position designator unit_id package_id location_id head nozzle certainty journal_no"
).split()
_SPAN = "id station_id location_id package_id first_sequence last_sequence".split()


def _span_rows(spans: Sequence[_Span]) -> Columns:
    return _by_column(_SPAN, spans)


def _by_column(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    if not rows:
        return {name: [] for name in names}
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _worth_a_look(reels: Numbers, placed: NDArray[np.bool_]) -> list[int]:
    """The panels at which a slot's reel changes, or that took from several, and those after them."""
    lowest = np.where(placed, reels, np.iinfo(np.int64).max).min(axis=1)
    highest = np.where(placed, reels, -1).max(axis=1)
    used = np.flatnonzero(highest >= 0)
    lowest, highest = lowest[used], highest[used]
    look = lowest != highest
    look[1:] |= (lowest[1:] != highest[:-1]) | (lowest[:-1] != highest[:-1])
    look[0] = True
    return used[look].tolist()


def _first_and_last(one: Placed) -> tuple[Numbers, Numbers]:
    """When the first and the last part of each panel was placed."""
    far = np.iinfo(np.int32).max
    full = one.placed.all(axis=1)
    first, last = one.at_ms.min(axis=1).astype(np.int64), one.at_ms.max(axis=1).astype(np.int64)
    rest = ~full
    first[rest] = np.where(one.placed[rest], one.at_ms[rest], far).min(axis=1)
    last[rest] = np.where(one.placed[rest], one.at_ms[rest], 0).max(axis=1)
    return one.started_ms + first, one.started_ms + last


def _blobs(one: Placed, base: Numbers) -> Iterator[bytes]:
    """The times of each panel, as ``times.pack`` writes them; those that are all given many at once."""
    full = one.placed.all(axis=1)
    at = _ticks(one.started_ms[full, None] + one.at_ms[full].astype(np.int64))
    packed = iter(times.pack_rows(at, _ticks(base[full])) if full.any() else ())
    for panel, is_full in enumerate(full.tolist()):
        yield next(packed) if is_full else _packed(one, base, panel)


def _ticks(ms: Numbers) -> Numbers:
    return ms * _TICKS_PER_MS + _EPOCH_TICKS


def _packed(one: Placed, base: Numbers, panel: int) -> bytes:
    at = (one.started_ms[panel] + one.at_ms[panel].astype(np.int64)) * _TICKS_PER_MS + _EPOCH_TICKS
    ticks = [
        tick if there else None for tick, there in zip(at.tolist(), one.placed[panel].tolist(), strict=True)
    ]
    return times.pack(ticks, int(base[panel]) * _TICKS_PER_MS + _EPOCH_TICKS)
