"""A run: the line, its work orders, and the messages they make, in the order they are sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from padstone.cfx import (
    Envelope,
    encode_envelope,
)
from padstone.simulator import scenarios
from padstone.simulator.design import Product, Side, heart_monitor
from padstone.simulator.endpoint import Clock
from padstone.simulator.fates import draw_fates
from padstone.simulator.feeders import Slot, check_setup, plan_setup
from padstone.simulator.inspecting import OpticalInspection, PasteInspection
from padstone.simulator.ledger import Header, Ledger, UnitRecord
from padstone.simulator.line import Line, pulse_line
from padstone.simulator.panels import Panel, Unit, WorkOrder
from padstone.simulator.placing import Handover, Placer
from padstone.simulator.printing import Printer
from padstone.simulator.reels import Warehouse
from padstone.simulator.reflow import Oven
from padstone.simulator.repairing import Bench
from padstone.simulator.scenarios import Suspect
from padstone.simulator.station import HANDOVER, Floor, Station
from padstone.simulator.testing import FunctionalTest
from padstone.simulator.timeline import SECOND, Belt, Process, Timeline

DEFAULT_START = datetime(2026, 3, 2, 6, 0, tzinfo=timezone(timedelta(hours=1)))
CHANGEOVER = 300 * SECOND
MOST_WAITING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run follows from, wholly: equal settings give equal bytes.

    ``orders`` is how many work orders follow one another, None for no end. ``slots`` is the set-up of the
    placers; None plans one. The start needs a zone, which is the zone of all times in the messages.
    """

    units: int = 500
    panel_up: int = 4
    seed: int = 1
    start: datetime = DEFAULT_START
    scenario: str = "heart-monitor"
    suspect: Suspect | None = None
    product: Product | None = None
    line: Line | None = None
    slots: tuple[Slot, ...] | None = None
    orders: int | None = 1


class World:
    """One simulated line with its ledger. Iterate over it once; the ledger is whole when the iteration has
    ended.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.units < 1 or settings.panel_up < 1:
            raise ValueError("a work order has at least one unit and a panel at least one position")
        self.settings = settings
        self.product = settings.product or heart_monitor()
        self.line = settings.line or pulse_line()
        self.finished_panels = 0
        self.total_panels = -(-settings.units // settings.panel_up) * len(self.product.sides)
        self._suspect = settings.suspect
        if settings.scenario == "heart-monitor-recall" and self._suspect is None:
            self._suspect = Suspect()
        self._tag = _tag(settings)
        self._floor = self._make_floor()
        self.ledger = self._floor.ledger
        self._timeline = self._floor.timeline
        self._done: Belt[Panel] = Belt(self._timeline)
        self._stations: list[Station] = []
        self._build_line()

    # --- building -------------------------------------------------------------------------------------------

    def _make_floor(self) -> Floor:
        settings = self.settings
        slots = settings.slots or plan_setup(self.product, self.line.of_kind("placer"))
        check_setup(self.product, slots)
        seed = str(settings.seed)
        clock = Clock(settings.start)
        warehouse = Warehouse(self.product.parts, self._tag, settings.start, seed)
        header = Header(
            seed=settings.seed,
            start=clock.text(0),
            scenario=settings.scenario,
            product=self.product.name,
            line=self.line.name,
            work_orders=[],
            units=settings.units,
            panel_up=settings.panel_up,
        )
        untouched: frozenset[str] = frozenset()
        if self._suspect is not None:
            chosen = scenarios.suspect_slot(self.product, slots)
            slots = scenarios.spliced(slots, chosen)
            lot = scenarios.lay_ready(warehouse, chosen, self._suspect, settings.units)
            untouched = frozenset(chosen.designators)
            header.suspect_lot, header.suspect_part = lot.code, chosen.part_number
        return Floor(
            seed=seed,
            tag=self._tag,
            timeline=Timeline(),
            clock=clock,
            offset=settings.start.utcoffset() or timedelta(0),
            product=self.product,
            line=self.line,
            slots=slots,
            warehouse=warehouse,
            ledger=Ledger(header),
            untouched=untouched,
        )

    def _build_line(self) -> None:
        """Make the stations from the last to the first, each told where its panels go on to."""
        floor, line = self._floor, self.line
        self._test = FunctionalTest(floor, line.one("test"), self._after_test)
        self._bench = Bench(floor, line.one("repair"), self._after_bench)
        aoi = OpticalInspection(floor, line.one("aoi"), self._after_inspection)
        oven = Oven(floor, line.one("oven"), self._to(aoi))
        chain: list[Station] = [oven]
        for spec in reversed(line.of_kind("placer")):
            chain.insert(0, Placer(floor, spec, self._to(chain[0]), self.settings.units))
        chain.insert(0, PasteInspection(floor, line.one("spi"), self._to(chain[0])))
        chain.insert(0, Printer(floor, line.one("printer"), self._to(chain[0])))
        self._stations = [*chain, aoi, self._test, self._bench]
        self._placers = [station for station in chain if isinstance(station, Placer)]
        self._plan_handover()

    def _to(self, station: Station) -> _Carry:
        return _Carry(station)

    def _plan_handover(self) -> None:
        """One reel is to wander from the first placer to the last, part used."""
        if len(self._placers) < 2:
            return
        first, last = self._placers[0].spec.name, self._placers[-1].spec.name
        for slot in self._floor.slots:
            shared = any(s.part_number == slot.part_number and s.station == last for s in self._floor.slots)
            if slot.station == first and shared and not self._floor.untouched.intersection(slot.designators):
                side: Side = self.product.placement_by_designator[slot.designators[0]].side
                panels = self.total_panels // len(self.product.sides)
                self._placers[0].handover = Handover(slot.part_number, last, side, panels // 3)
                return

    # --- routing --------------------------------------------------------------------------------------------

    def _after_inspection(self, panel: Panel) -> None:
        if panel.flawed:
            self._bench.inbox.put_later(panel, HANDOVER)
        else:
            self._after_side(panel)

    def _after_side(self, panel: Panel) -> None:
        if panel.side == self.product.sides[-1]:
            panel.is_built = True
            self._test.inbox.put_later(panel, HANDOVER)
        else:
            self._done.put(panel)

    def _after_test(self, panel: Panel) -> None:
        if panel.flawed:
            self._bench.inbox.put_later(panel, HANDOVER)
        else:
            self._done.put(panel)

    def _after_bench(self, panel: Panel) -> None:
        if not panel.is_built:
            self._after_side(panel)
        else:
            panel.retest = True
            self._test.inbox.put_later(panel, HANDOVER)

    # --- running --------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[tuple[str, Envelope]]:
        """The messages of all endpoints in the order they are sent, each with the handle of its endpoint.

        Raises:
            scenarios.ScenarioError: at the end, when a scenario did not come out as promised.

        """
        for station in self._stations:
            station.start()
        self._timeline.start(self._orders())
        outbox = self._floor.outbox
        for _ in self._timeline.run():
            if outbox:
                yield from outbox
                outbox.clear()
        if self._suspect is not None and self.settings.orders == 1:
            scenarios.check(self.ledger, self._suspect)

    @property
    def now(self) -> datetime:
        """Simulated time, in UTC."""
        return self._floor.clock.moment(self._timeline.now)

    def _orders(self) -> Process:
        yield 120 * SECOND
        number = 0
        while self.settings.orders is None or number < self.settings.orders:
            number += 1
            order = self._make_order(number)
            for side in self.product.sides:
                yield from self._build_side(order, side)
                yield CHANGEOVER

    def _build_side(self, order: WorkOrder, side: Side) -> Process:
        printer = self._stations[0]
        crowded = (printer, *self._placers)
        for panel in order.panels:
            panel.side = side
            while any(len(station.inbox) >= MOST_WAITING for station in crowded):
                yield 5 * SECOND
            printer.inbox.put(panel)
            yield SECOND
        for _ in order.panels:
            yield from self._done.take()
            self.finished_panels += 1

    def _make_order(self, number: int) -> WorkOrder:
        settings = self.settings
        order = WorkOrder(f"WO-{self._tag}-{number:02d}", self.product)
        rng = self._floor.random(f"fates/{number}")
        fates = draw_fates(self.product, settings.units, rng, self._floor.untouched)
        panels: list[Panel] = []
        first = (number - 1) * settings.units
        for start in range(0, settings.units, settings.panel_up):
            index = (number - 1) * -(-settings.units // settings.panel_up) + len(panels) + 1
            barcode = f"P{self._tag}{index:05d}"
            units = []
            for position, fate in enumerate(fates[start : start + settings.panel_up], start=1):
                serial = f"{self.product.code}-{self._tag}-{first + start + position:06d}"
                record = UnitRecord(
                    unit=serial, panel=barcode, position=position, work_order=order.identifier
                )
                if fate.bad_mark:
                    record.state = "skipped"
                self.ledger.units[serial] = record
                units.append(Unit(serial, position, fate, record))
            panels.append(Panel(barcode, index, tuple(units), order))
        order.panels = tuple(panels)
        self.ledger.header.work_orders.append(order.identifier)
        return order


@dataclass(frozen=True, slots=True)
class _Carry:
    """The conveyor to the next station."""

    station: Station

    def __call__(self, panel: Panel) -> None:
        self.station.inbox.put_later(panel, HANDOVER)


def _tag(settings: Settings) -> str:
    """Four letters that set the identifiers of one seed and start apart from another's.

    What happens follows from the seed alone: the same story may be told at another time under other names.
    """
    digest = hashlib.sha256(f"{settings.seed}/{settings.start.isoformat()}".encode()).digest()
    return base64.b32encode(digest)[:4].decode()


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: the messages as bytes in the order they were sent, and the truth."""

    messages: tuple[tuple[str, bytes], ...]
    ledger: Ledger


def build(settings: Settings | None = None) -> World:
    """A line ready to run.

    Raises:
        ValueError: the settings make no order (no units, a start without a zone).
        scenarios.ScenarioError: the scenario does not fit the product or the number of units.
        feeders.SetupError: the set-up does not fit the product.

    """
    return World(settings or Settings())


def run(settings: Settings | None = None) -> Run:
    """Run to the end and keep everything in memory; as `build`, and not for a run without end."""
    world = build(settings)
    if world.settings.orders is None:
        raise ValueError("a run without end cannot be kept in memory")
    messages = tuple((handle, encode_envelope(envelope)) for handle, envelope in world)
    return Run(messages, world.ledger)
