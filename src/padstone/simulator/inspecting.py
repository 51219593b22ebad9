"""The two inspections: solder paste before placing, the soldered board after the oven."""

from __future__ import annotations

from padstone.cfx import (
    ComponentDesignator,
    Defect,
    InspectedUnit,
    Inspection,
    InspectionMethod,
    SamplingInformation,
    SamplingMethod,
    SolderPasteMeasurement,
    TestResult,
    UnitsInspected,
    VerificationResult,
)
from padstone.simulator.messages import Transaction
from padstone.simulator.panels import Flaw, Unit
from padstone.simulator.station import Station, Work

SPI_SAMPLE = 4
CODES = {
    "missing": ("MISSING", "Component", "Component is missing"),
    "tombstone": ("TOMBSTONE", "Component", "Component stands on one end"),
    "shifted": ("SHIFT", "Component", "Component is off its pads"),
    "bridge": ("BRIDGE", "Solder", "Solder bridges two leads"),
}
ALL_UNITS = SamplingInformation(sampling_method=SamplingMethod.NoSampling)


class PasteInspection(Station):
    """Measures the paste of a few pads on each unit and passes the panel."""

    def work(self, work: Transaction) -> Work:
        began = self.floor.clock.text(self.floor.timeline.now)
        yield self._pause(9, 1)
        designators = self.floor.product.designators_on(work.panel.side)
        units = []
        for unit in work.panel.workable:
            unit.record.spi_inspections += 1
            sample = self.random.sample(designators, min(SPI_SAMPLE, len(designators)))
            units.append(self._inspected(unit, began, sample))
        self.endpoint.say(
            UnitsInspected(
                transaction_id=work.identifier,
                inspection_method=InspectionMethod.SPI,
                sampling_information=ALL_UNITS,
                recipe_name=work.recipe,
                recipe_revision=self.floor.product.revision,
                inspected_units=units,
            )
        )

    def _inspected(self, unit: Unit, began: str, sample: list[str]) -> InspectedUnit:
        return InspectedUnit(
            unit_identifier=unit.serial,
            unit_position_number=unit.position,
            overall_result=TestResult.Passed,
            inspections=[
                Inspection(
                    unique_identifier=self.endpoint.guid(),
                    inspection_name="PASTE_DEPOSITS",
                    inspection_start_time=began,
                    inspection_end_time=self.floor.clock.text(self.floor.timeline.now),
                    result=TestResult.Passed,
                    defects_found=[],
                    measurements=[self._deposit(d, number) for number, d in enumerate(sample, start=1)],
                )
            ],
        )

    def _deposit(self, designator: str, number: int) -> SolderPasteMeasurement:
        place = self.floor.product.placement_by_designator[designator]
        height = 0.12 * (1 + self.random.gauss(0, 0.03))
        area = 0.25 * (1 + self.random.gauss(0, 0.02))
        return SolderPasteMeasurement(
            unique_identifier=self.endpoint.guid(),
            measurement_name=f"{designator}.1",
            sequence=number,
            result=TestResult.Passed,
            crds=f"{designator}.1",
            x=round(place.x_mm + self.random.gauss(0, 0.01), 4),
            ex=round(place.x_mm, 4),
            y=round(place.y_mm + self.random.gauss(0, 0.01), 4),
            ey=round(place.y_mm, 4),
            z=round(height, 4),
            ez=0.12,
            vol=round(height * area, 6),
            e_vol=0.03,
            a=round(area, 4),
            ea=0.25,
        )


class OpticalInspection(Station):
    """Looks at every unit after reflow. A person confirms each finding or rejects it as a false call."""

    def work(self, work: Transaction) -> Work:
        began = self.floor.clock.text(self.floor.timeline.now)
        yield self._pause(12, 2)
        units = []
        for unit in work.panel.workable:
            unit.record.aoi_inspections += 1
            defects = self._confirmed(work, unit) + self._false_calls(work, unit)
            if defects:
                yield self._pause(8, 6)  # the person looks
            units.append(self._inspected(unit, began, defects))
        self.endpoint.say(
            UnitsInspected(
                transaction_id=work.identifier,
                inspection_method=InspectionMethod.AOI,
                sampling_information=ALL_UNITS,
                recipe_name=work.recipe,
                recipe_revision=self.floor.product.revision,
                inspected_units=units,
            )
        )

    def _confirmed(self, work: Transaction, unit: Unit) -> list[Defect]:
        on_side = set(self.floor.product.designators_on(work.panel.side))
        found = [
            flaw
            for flaw in unit.flaws.values()
            if flaw.designator in on_side and flaw.kind in CODES and not flaw.escapes_aoi
        ]
        for flaw in found:
            flaw.defect_id = self.endpoint.guid()
            unit.record.defects_confirmed.append(flaw.designator)
        return [self._defect(flaw, VerificationResult.DefectConfirmed) for flaw in found]

    def _false_calls(self, work: Transaction, unit: Unit) -> list[Defect]:
        designator = unit.fate.false_calls.get(work.panel.side)
        if designator is None:
            return []
        unit.record.false_calls.append(designator)
        flaw = Flaw(designator, "shifted", defect_id=self.endpoint.guid())
        return [self._defect(flaw, VerificationResult.DefectRejected)]

    def _defect(self, flaw: Flaw, verification: VerificationResult) -> Defect:
        code, category, text = CODES[flaw.kind]
        part_number = self.floor.product.placement_by_designator[flaw.designator].part_number
        return Defect(
            unique_identifier=flaw.defect_id,
            defect_code=code,
            defect_category=category,
            description=text,
            component_of_interest=ComponentDesignator(
                reference_designator=flaw.designator, part_number=part_number
            ),
            confidence_level=round(0.7 + 0.3 * self.random.random(), 2),
            verification=verification,
        )

    def _inspected(self, unit: Unit, began: str, defects: list[Defect]) -> InspectedUnit:
        confirmed = any(d.verification == VerificationResult.DefectConfirmed for d in defects)
        if confirmed:
            unit.record.state = "failed"
        result = TestResult.Failed if defects else TestResult.Passed
        inspection = Inspection(
            unique_identifier=self.endpoint.guid(),
            inspection_name="OPTICAL",
            inspection_start_time=began,
            inspection_end_time=self.floor.clock.text(self.floor.timeline.now),
            result=result,
            defects_found=defects,
        )
        inspected = InspectedUnit(
            unit_identifier=unit.serial,
            unit_position_number=unit.position,
            overall_result=result,
            inspections=[inspection],
        )
        if defects:
            verdict = VerificationResult.DefectConfirmed if confirmed else VerificationResult.DefectRejected
            inspection.verification = inspected.verification = verdict
        return inspected
