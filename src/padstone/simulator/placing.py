"""The placers: feeders with reels on them, heads that pick and place, and what they report of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from padstone.cfx import (
    MaterialPackage,
    RejectionReason,
    ResourceState,
)
from padstone.simulator import messages
from padstone.simulator.design import Side
from padstone.simulator.feeders import Slot
from padstone.simulator.ledger import Installation
from padstone.simulator.line import StationSpec
from padstone.simulator.messages import Placed, Report, Transaction
from padstone.simulator.panels import Flaw, Panel, Unit
from padstone.simulator.reels import MOST_GREY, Feed, Joint, Package, Pick, reel_size
from padstone.simulator.station import Floor, Station, Work
from padstone.simulator.timeline import SECOND, Turn

NOZZLES = {1: 12, 2: 4}
PICK_US = {1: 60_000, 2: 240_000}
PLACE_US = {1: 70_000, 2: 310_000}
MOST_TRIES = 3
REASONS = (
    RejectionReason.BadVisionTestAfterPickup,
    RejectionReason.BadVisionTestAfterPickup,
    RejectionReason.ErrorAfterPickUp,
    RejectionReason.BadElectricalTest,
)


@dataclass(slots=True)
class _Progress:
    """How far a panel is: the head's counters and the reports not yet sent."""

    work: Transaction
    sequence: int = 0
    ahead: int = 0
    """Microseconds the head has worked beyond the timeline's now."""
    reports: list[Report] = field(default_factory=list)
    current: dict[int, Report] = field(default_factory=dict)

    def report_for(self, unit: Unit, slot: Slot, pick: Pick) -> Report:
        """The entry the pick belongs to: a new one where unit or knowledge of the machine has changed."""
        report = self.current.get(id(slot))
        if report is None or report.unit is not unit or report.stretch != pick.stretch:
            report = Report(unit, slot, pick.stretch, pick.state)
            self.current[id(slot)] = report
            self.reports.append(report)
        report.state = pick.state
        return report


@dataclass(frozen=True, slots=True)
class Handover:
    """One reel that is to move, part used, from this placer to another, when so many panels of a side have
    begun.
    """

    part_number: str
    to_station: str
    side: Side
    after_panels: int


class Placer(Station):
    """A placer with one lane, or with two that take turns at its heads.

    A machine with one lane reports a panel in one message at its end; one with two lanes reports each unit of
    a panel as soon as it is done, the two panels' reports interleaved.
    """

    def __init__(self, floor: Floor, spec: StationSpec, onward: Callable[[Panel], None], units: int) -> None:
        super().__init__(floor, spec, onward)
        self._slots = [slot for slot in floor.slots if slot.station == spec.name]
        self._feeds: dict[int, Feed] = {}
        self._order: list[Feed] = []
        self._head = Turn(floor.timeline)
        self._joints: list[Joint] = []
        self._begun: dict[Side, int] = {}
        self.handover: Handover | None = None
        self._units = units
        self._programs = {side: self._program(side) for side in floor.product.sides}

    def _program(self, side: Side) -> list[tuple[Slot, tuple[str, ...]]]:
        placements = self.floor.product.placement_by_designator
        program = []
        for slot in self._slots:
            here = tuple(d for d in slot.designators if placements[d].side == side)
            if here:
                program.append((slot, here))
        return program

    # --- setting up -----------------------------------------------------------------------------------------

    def set_up(self) -> Work:
        """Put the first package on every location and say so."""
        self.change_state(ResourceState.SDT_Setup)
        for slot in self._slots:
            twin = next((s for s in self._slots if s.identifier == slot.twin_of), None)
            if twin is None:
                self._make_feed(slot)
            else:
                feed = self._feeds[id(twin)]
                feed.slots.append(slot)
                self._feeds[id(slot)] = feed
        yield 30 * SECOND
        for feed in self._order:
            self._announce(feed, [feed.active])
        for start in range(0, len(self._order), 12):
            yield 15 * SECOND
            batch = self._order[start : start + 12]
            self.endpoint.say(messages.loaded([place for feed in batch for place in _places(feed)]))
        self.change_state(ResourceState.SBY_NoProductStarved)

    def _make_feed(self, slot: Slot) -> None:
        part = self.floor.product.part_by_number[slot.part_number]
        per_unit = len(slot.designators) + sum(
            len(s.designators) for s in self._slots if s.twin_of == slot.identifier
        )
        is_safe = bool(self.floor.untouched.intersection(slot.designators))
        size = reel_size(per_unit * self._units, per_unit * 4 * self.spec.lanes)
        grey = min(MOST_GREY, max(3, size // 5))
        first = (
            size if is_safe else max(per_unit * 4 * self.spec.lanes, int(size * self.random.uniform(0.3, 1)))
        )
        feed = Feed(
            slots=[slot],
            part=part,
            active=self.floor.warehouse.take_new(part.number, size=first, short=self.random.randint(0, 3)),
            chance_of_reject=0.0
            if is_safe
            else max(0.002, 4 / (self._units * len(self.floor.product.placements))),
            reel_size=size,
            shorts=(grey, grey + 3) if slot.change == "grey" else (0, 3),
            on_joint=self._joints.append,
        )
        self._feeds[id(slot)] = feed
        self._order.append(feed)

    def _announce(self, feed: Feed, packages: list[Package]) -> None:
        for slot in feed.slots:
            self.announce(packages, f"{self.spec.handle}/{slot.identifier}/{slot.lane}")

    # --- reels ----------------------------------------------------------------------------------------------

    def _replenish(self, panel: Panel) -> Work:
        """Before a panel: exchange what will not last for it, splice what runs low."""
        self._begun[panel.side] = self._begun.get(panel.side, 0) + 1
        here = {id(slot): len(designators) for slot, designators in self._programs.get(panel.side, [])}
        units = len(panel.workable)
        for feed in self._order:
            need = units * self.spec.lanes * sum(here.get(id(slot), 0) for slot in feed.slots)
            if need == 0:
                continue
            yield from self._replenish_feed(feed, need, panel)

    def _replenish_feed(self, feed: Feed, need: int, panel: Panel) -> Work:
        move = self.handover
        due = move is not None and move.part_number == feed.part.number and feed.phase == "single"
        if (
            move is not None
            and due
            and move.side == panel.side
            and self._begun[panel.side] > move.after_panels
        ):
            self.handover = None
            yield from self._exchange(feed, need, keep_for=move.to_station, fresh=True)
        elif feed.phase == "single" and self.floor.warehouse.keeps_for(feed.part.number, self.spec.name):
            yield from self._exchange(feed, need)
        elif feed.slot.change == "exchange":
            if feed.active.believed < need:
                yield from self._exchange(feed, need)
        elif feed.following is None and feed.active.believed < 2 * need + MOST_GREY:
            yield from self._splice(feed)

    def _new_package(self, feed: Feed) -> Package:
        return self.floor.warehouse.take_new(
            feed.part.number, size=feed.reel_size, short=self.random.randint(*feed.shorts)
        )

    def _exchange(self, feed: Feed, need: int, *, keep_for: str | None = None, fresh: bool = False) -> Work:
        """Stop, take the old reel off, put another on."""
        old = feed.active
        self.change_state(ResourceState.SDT_ChangeOfConsumables)
        yield self._pause(12, 10)
        self.endpoint.say(messages.unloaded([old]))
        warehouse = self.floor.warehouse
        used = None if fresh else warehouse.take_used(feed.part.number, self.spec.name, need)
        package = used or self._new_package(feed)
        if old.left:
            warehouse.give_back(old, keep_for)
        yield self._pause(10, 10)
        self._announce(feed, [package])
        feed.load(package)
        self.endpoint.say(messages.loaded(_places(feed)))
        yield self._pause(3, 2)
        self.change_state(ResourceState.PRD_RegularWork)

    def _splice(self, feed: Feed) -> Work:
        """Stick a new tape to the running one; the machine does not stop."""
        package = self._new_package(feed)
        self._announce(feed, [package])
        grey = 0
        if feed.slot.change == "grey":
            grey = self.random.randint(3, feed.shorts[0])
        old = feed.active
        feed.splice(package, grey=grey, fires_at=self.random.randint(0, grey))
        said = messages.plain_package(package, package.believed)
        said.leading_material_package = messages.plain_package(old, old.believed)
        self.endpoint.say(messages.loaded([(feed.slot, said)]))
        yield 0

    # --- placing --------------------------------------------------------------------------------------------

    def work(self, work: Transaction) -> Work:
        """Place everything this placer has for the panel's side."""
        yield from self._head.acquire()
        yield from self._replenish(work.panel)
        self._head.release()
        progress = _Progress(work)
        for unit in work.panel.workable:
            yield from self._head.acquire()
            yield from self._place_unit(progress, unit)
            self._head.release()
            if self.spec.lanes > 1:
                self._send(progress)
            yield 50_000
        self._send(progress)

    def _send(self, progress: _Progress) -> None:
        if progress.reports:
            self.endpoint.say(messages.installed(progress.work.identifier, progress.reports))
        progress.reports, progress.current = [], {}

    def _place_unit(self, progress: _Progress, unit: Unit) -> Work:
        for slot, designators in self._programs.get(progress.work.panel.side, []):
            for designator in designators:
                yield from self._place(progress, unit, slot, designator)
        yield progress.ahead
        progress.ahead = 0

    def _place(self, progress: _Progress, unit: Unit, home: Slot, designator: str) -> Work:
        """Place one designator: pick, look, place, or throw away and try again, perhaps from another
        location.
        """
        slot = home
        for _ in range(MOST_TRIES):
            feed = self._feeds[id(slot)]
            if feed.is_empty():
                yield from self._catch_up(progress)
                yield from self._exchange(feed, MOST_GREY)
            progress.ahead += PICK_US[slot.head]
            picked_at = self.floor.timeline.now + progress.ahead
            pick = feed.pick()
            if self._joints:
                yield from self._catch_up(progress)
                self._report_joints()
            progress.ahead += PLACE_US[slot.head]
            reason = self._rejection(unit, designator, feed)
            placed = self._placed(progress, slot, designator, picked_at, reason)
            progress.report_for(unit, slot, pick).picks.append(placed)
            if reason is None:
                self._write_down(progress.work, unit, slot, placed, pick)
                return
            self.floor.ledger.packages[pick.truth.identifier].rejected += 1
            slot = self._alternate(unit, designator, slot)
        unit.flaws[designator] = Flaw(designator, "missing")

    def _catch_up(self, progress: _Progress) -> Work:
        """Let the timeline come to where the head is."""
        ahead, progress.ahead = progress.ahead, 0
        yield ahead

    def _report_joints(self) -> None:
        for joint in self._joints:
            self.endpoint.say(messages.splice_detected(joint))
        self._joints.clear()

    def _rejection(self, unit: Unit, designator: str, feed: Feed) -> RejectionReason | None:
        chance = self.random.random()
        if designator in unit.fate.unplaceable or chance < feed.chance_of_reject:
            return REASONS[self.random.randrange(len(REASONS))]
        return None

    def _alternate(self, unit: Unit, designator: str, slot: Slot) -> Slot:
        """After a reject every other time another location with the same part, if there is one that has
        parts.
        """
        if designator in unit.fate.unplaceable or self.random.random() < 0.5:
            return slot
        others = [
            other
            for other in self._slots
            if other.part_number == slot.part_number
            and other is not slot
            and self._feeds[id(other)].believed() > MOST_GREY
            and not self.floor.untouched.intersection(other.designators)
        ]
        return others[0] if others else slot

    def _placed(
        self, progress: _Progress, slot: Slot, designator: str, picked_at: int, reason: RejectionReason | None
    ) -> Placed:
        progress.sequence += 1
        nozzles = NOZZLES[slot.head]
        clock = self.floor.clock
        return Placed(
            designator=designator,
            picked_at="" if self.spec.lanes > 1 else clock.text(picked_at),
            at=clock.text(self.floor.timeline.now + progress.ahead),
            head=slot.head,
            nozzle=progress.sequence % nozzles + 1,
            nozzle_type=slot.nozzle_type,
            sequence=progress.sequence,
            cycle=(progress.sequence - 1) // nozzles + 1,
            rejected=reason,
        )

    def _write_down(self, work: Transaction, unit: Unit, slot: Slot, placed: Placed, pick: Pick) -> None:
        lot = pick.truth.lot
        designator = placed.designator
        self.floor.note_installation(
            unit,
            Installation(
                unit=unit.serial,
                panel=work.panel.barcode,
                position=unit.position,
                designator=designator,
                side=work.panel.side,
                part_number=slot.part_number,
                certainty="certain" if len(pick.candidates) == 1 else "possible",
                packages=[package.identifier for package in pick.candidates],
                truth=pick.truth.identifier,
                lot=lot.code,
                supplier=lot.supplier,
                manufacturer=lot.manufacturer,
                mpn=lot.mpn,
                station=self.spec.handle,
                transaction=work.identifier,
                location=slot.identifier,
                location_name=slot.name,
                lane=slot.lane,
                head=str(placed.head),
                nozzle=placed.nozzle,
                installed_at=placed.at,
            ),
        )
        kind = unit.fate.flaws.get(designator)
        if kind is not None:
            unit.flaws[designator] = Flaw(designator, kind, escapes_aoi=designator in unit.fate.escapes)


def _places(feed: Feed) -> Sequence[tuple[Slot, MaterialPackage]]:
    said = messages.plain_package(feed.active, feed.active.believed)
    return [(slot, said) for slot in feed.slots]
