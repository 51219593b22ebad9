"""The repair bench: a person takes parts off, puts others on by hand, and touches up solder."""

from __future__ import annotations

from padstone.cfx import (
    ActorType,
    ComponentDesignator,
    Operator,
    Repair,
    RepairedUnit,
    RepairResult,
    ResourceState,
    UninstalledReason,
    UnitsRepaired,
)
from padstone.simulator import messages
from padstone.simulator.ledger import Installation
from padstone.simulator.messages import Transaction
from padstone.simulator.panels import Flaw, Panel, Unit
from padstone.simulator.reels import Package
from padstone.simulator.station import Station, Work
from padstone.simulator.timeline import Process

BAG = 50
OPERATOR = Operator(
    operator_identifier="BADGE0417", actor_type=ActorType.Human, last_name="Falk", first_name="Ines"
)
NAMES = {
    "missing": "PLACE_BY_HAND",
    "tombstone": "REPLACE",
    "shifted": "REPLACE",
    "electrical": "REPLACE",
    "bridge": "TOUCH_UP",
}


class Bench(Station):
    """Takes the units that failed off a panel one by one, each in a transaction of its own."""

    def set_up(self) -> Work:
        self._packages: dict[str, Package] = {}
        yield 0

    def units_of(self, panel: Panel) -> tuple[Unit, ...]:
        return panel.flawed[:1]

    def recipe(self, panel: Panel) -> str:
        return f"{self.floor.product.code}-REPAIR"

    def serve(self, lane: int) -> Process:
        while True:
            panel = yield from self.next_panel()
            self.change_state(ResourceState.PRD_Rework)
            while panel.flawed:
                yield from self.handle(panel, lane)
            self.onward(panel)

    def work(self, work: Transaction) -> Work:
        """Repair every flaw that was found on the unit."""
        (unit,) = work.units
        found = [flaw for flaw in unit.flaws.values() if flaw.defect_id]
        repairs = []
        for flaw in found:
            began = self.floor.clock.text(self.floor.timeline.now)
            yield self._pause(70, 60)
            if unit.fate.beyond_repair:
                result = RepairResult.UnableToRepair
            else:
                result = RepairResult.RepairSuccessful
                yield from self._mend(work, unit, flaw)
            del unit.flaws[flaw.designator]
            unit.record.repairs.append(flaw.designator)
            repairs.append(self._repair(flaw, began, result))
        scrapped = unit.fate.beyond_repair
        unit.record.state = "scrapped" if scrapped else "good"
        self.endpoint.say(
            UnitsRepaired(
                transaction_id=work.identifier,
                repair_operator=OPERATOR,
                repaired_units=[
                    RepairedUnit(
                        unit_identifier=unit.serial,
                        unit_position_number=unit.position,
                        overall_result=RepairResult.Scrap if scrapped else RepairResult.RepairSuccessful,
                        repairs=repairs,
                    )
                ],
            )
        )

    def _repair(self, flaw: Flaw, began: str, result: RepairResult) -> Repair:
        part_number = self.floor.product.placement_by_designator[flaw.designator].part_number
        return Repair(
            unique_identifier=self.endpoint.guid(),
            repair_name=NAMES[flaw.kind],
            repair_start_time=began,
            repair_end_time=self.floor.clock.text(self.floor.timeline.now),
            component_of_interest=ComponentDesignator(
                reference_designator=flaw.designator, part_number=part_number
            ),
            related_defect_identifiers=[flaw.defect_id],
            result=result,
        )

    def _mend(self, work: Transaction, unit: Unit, flaw: Flaw) -> Work:
        if flaw.kind == "bridge":
            return
        replaced = False
        if flaw.kind != "missing":
            self._take_off(work, unit, flaw)
            replaced = True
            yield self._pause(40, 30)
        yield from self._put_on(work, unit, flaw.designator, replaced=replaced)

    def _take_off(self, work: Transaction, unit: Unit, flaw: Flaw) -> None:
        broken = flaw.kind == "electrical"
        reason = UninstalledReason.DefectiveMaterial if broken else UninstalledReason.DefectiveInstallation
        old = unit.installed.pop(flaw.designator)
        self.endpoint.say(messages.uninstalled(work, unit, flaw.designator, reason, old.part_number))
        old.removed_at = self.floor.clock.text(self.floor.timeline.now)
        old.removed_why = reason.value

    def _put_on(self, work: Transaction, unit: Unit, designator: str, *, replaced: bool) -> Work:
        package = self._package_for(designator)
        package.use_one()
        package.believed = max(package.believed - 1, 0)
        now = self.floor.clock.text(self.floor.timeline.now)
        self.endpoint.say(messages.installed_by_hand(work, unit, designator, package, now))
        side = self.floor.product.placement_by_designator[designator].side
        self.floor.note_installation(
            unit,
            Installation(
                unit=unit.serial,
                panel=work.panel.barcode,
                position=unit.position,
                designator=designator,
                side=side,
                part_number=package.part_number,
                certainty="certain",
                packages=[package.identifier],
                truth=package.identifier,
                lot=package.lot.code,
                supplier=package.lot.supplier,
                manufacturer=package.lot.manufacturer,
                mpn=package.lot.mpn,
                station=self.spec.handle,
                transaction=work.identifier,
                installed_at=now,
                replaced=replaced,
            ),
        )
        yield self._pause(5, 5)

    def _package_for(self, designator: str) -> Package:
        """The bench's own package of the part: what a machine left over, or a new bag."""
        number = self.floor.product.placement_by_designator[designator].part_number
        package = self._packages.get(number)
        if package is None or package.left == 0:
            warehouse = self.floor.warehouse
            used = warehouse.take_used(number, self.spec.name, 1)
            package = (
                used if used is not None and used.left else warehouse.take_new(number, size=BAG, short=0)
            )
            self._packages[number] = package
            self.announce([package], self.spec.handle)
        return package
