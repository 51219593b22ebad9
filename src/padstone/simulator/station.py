"""What every station does: connect, say its state, and take panels through a transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from padstone.cfx import (
    EndpointConnected,
    Envelope,
    Heartbeat,
    ResourceState,
    format_span,
)
from padstone.simulator import messages
from padstone.simulator.design import Product
from padstone.simulator.endpoint import Clock, Endpoint
from padstone.simulator.feeders import Slot
from padstone.simulator.ledger import Installation, Ledger, PackageRecord
from padstone.simulator.line import Line, StationSpec
from padstone.simulator.messages import Transaction
from padstone.simulator.panels import Panel, Unit
from padstone.simulator.reels import Package, Warehouse
from padstone.simulator.timeline import SECOND, Belt, Process, Step, Timeline

Work: TypeAlias = Generator[Step, None, None]

HEARTBEAT = timedelta(minutes=5)
STARVED_AFTER = 90 * SECOND
HANDOVER = 4 * SECOND


@dataclass(slots=True)
class Floor:
    """What the stations of one line share."""

    seed: str
    tag: str
    timeline: Timeline
    clock: Clock
    offset: timedelta
    product: Product
    line: Line
    slots: tuple[Slot, ...]
    warehouse: Warehouse
    ledger: Ledger
    untouched: frozenset[str]
    """Designators a scenario counts on: nothing goes wrong with them."""
    outbox: list[tuple[str, Envelope]] = field(default_factory=list)

    def random(self, name: str) -> random.Random:
        """A stream of chance of its own: one station's dice do not move another's."""
        return random.Random(f"{self.seed}/{name}")

    def endpoint(self, spec: StationSpec) -> Endpoint:
        return Endpoint(spec.handle, self.timeline, self.clock, self.outbox, f"{self.seed}/{self.tag}")

    def note_package(self, package: Package, place: str) -> bool:
        """Write down that the package lies there; says whether it is seen for the first time."""
        record = self.ledger.packages.get(package.identifier)
        is_new = record is None
        if record is None:
            record = PackageRecord(
                package=package.identifier,
                part_number=package.part_number,
                manufacturer=package.lot.manufacturer,
                mpn=package.lot.mpn,
                supplier=package.lot.supplier,
                lot=package.lot.code,
                date_code=package.lot.date_code,
                manufactured_on=package.lot.manufactured_on.isoformat(),
                announced=package.announced,
                held=package.held,
                announced_by=place.split("/", 1)[0],
            )
            self.ledger.packages[package.identifier] = record
        record.places.append(place)
        return is_new

    def note_installation(self, unit: Unit, installation: Installation) -> None:
        """Write down that the unit has got the part."""
        self.ledger.installations.append(installation)
        self.ledger.packages[installation.truth].placed += 1
        unit.installed[installation.designator] = installation


class Station:
    """One machine between the panels that come in and where they go on to."""

    def __init__(self, floor: Floor, spec: StationSpec, onward: Callable[[Panel], None]) -> None:
        self.floor = floor
        self.spec = spec
        self.endpoint = floor.endpoint(spec)
        self.inbox: Belt[Panel] = Belt(floor.timeline)
        self.random = floor.random(spec.handle)
        self.onward = onward
        self._state: int = ResourceState.SBY_NoProductStarved
        self._state_since = 0

    # --- what a kind of station does its own way ------------------------------------------------------------

    def set_up(self) -> Work:
        """Make ready before the first panel."""
        yield 0

    def work(self, work: Transaction) -> Work:
        """Do the station's job on the panel; the transaction is open."""
        raise NotImplementedError

    def units_of(self, panel: Panel) -> tuple[Unit, ...]:
        """The units the station is told of: all of the panel, the bad ones marked."""
        return panel.units

    def recipe(self, panel: Panel) -> str:
        return self.floor.product.recipe(panel.side)

    # --- what all do alike ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Let the station live on the timeline."""
        self.floor.timeline.start(self._heart(), background=True)
        self.floor.timeline.start(self._live(), background=True)

    def _live(self) -> Process:
        yield self.random.randrange(SECOND)
        self.endpoint.say(EndpointConnected(cfx_handle=self.spec.handle))
        yield from self.set_up()
        for lane in range(1, self.spec.lanes + 1):
            self.floor.timeline.start(self.serve(lane), background=True)

    def serve(self, lane: int) -> Process:
        """Take one panel after the other through the station."""
        while True:
            panel = yield from self.next_panel()
            yield from self.handle(panel, lane)
            self.onward(panel)

    def next_panel(self) -> Generator[Step, None, Panel]:
        if not (yield from self.inbox.wait(STARVED_AFTER)):
            self.change_state(ResourceState.SBY_NoProductStarved)
        panel = yield from self.inbox.take()
        self.change_state(ResourceState.PRD_RegularWork)
        return panel

    def handle(self, panel: Panel, lane: int) -> Work:
        """Arrival to departure of one panel."""
        work = Transaction(self.endpoint.guid(), panel, self.units_of(panel), lane, self.recipe(panel))
        self.endpoint.say(messages.arrived(work))
        yield self._pause(0.8, 0.4)
        self.endpoint.say(messages.started(work))
        yield from self.work(work)
        failed = any(unit.record.state == "failed" for unit in work.units)
        self.endpoint.say(messages.completed(work, failed=failed))
        yield self._pause(0.6, 0.3)
        self.endpoint.say(messages.departed(work))

    def _pause(self, seconds: float, spread: float) -> int:
        return int((seconds + self.random.random() * spread) * SECOND)

    def change_state(self, new: int) -> None:
        """Report a change of the resource's state; nothing where it stays the same."""
        if new == self._state:
            return
        now = self.floor.timeline.now
        lasted = timedelta(microseconds=now - self._state_since)
        self.endpoint.say(messages.state_changed(int(self._state), int(new), lasted))
        self._state, self._state_since = new, now

    def announce(self, packages: list[Package], place: str) -> None:
        """Tell the world of packages it has not heard of, and note for all of them where they lie."""
        new = [package for package in packages if self.floor.note_package(package, place)]
        if new:
            now = self.floor.clock.text(self.floor.timeline.now)
            self.endpoint.say(messages.initialized(new, now, self.floor.offset))

    def _heart(self) -> Process:
        yield self.random.randrange(int(HEARTBEAT.total_seconds()) * SECOND) + 2 * SECOND
        beat = Heartbeat(cfx_handle=self.spec.handle, heartbeat_frequency=format_span(HEARTBEAT))
        while True:
            self.endpoint.say(beat)
            yield int(HEARTBEAT.total_seconds()) * SECOND
