"""The functional test: all units of a panel in one fixture, and again those that come back from repair."""

from __future__ import annotations

from dataclasses import dataclass

from padstone.cfx import (
    ComponentDesignator,
    NumericMeasurement,
    NumericValue,
    Symptom,
    Test,
    TestedUnit,
    TestMethod,
    TestResult,
    UnitsTested,
)
from padstone.simulator.inspecting import ALL_UNITS
from padstone.simulator.messages import Transaction
from padstone.simulator.panels import Flaw, Panel, Unit
from padstone.simulator.station import Station, Work


@dataclass(frozen=True, slots=True)
class Limit:
    """One measured value: what it should be, within which limits, and how it scatters."""

    test: str
    unit: str
    expected: float
    low: float
    high: float
    sigma: float


LIMITS = (
    Limit("SUPPLY_CURRENT", "mA", 11.8, 9.0, 15.0, 0.4),
    Limit("RAIL_3V3", "V", 3.3, 3.2, 3.4, 0.01),
    Limit("RAIL_1V8", "V", 1.8, 1.75, 1.85, 0.006),
    Limit("SIGNAL_GAIN", "V/V", 12.0, 11.6, 12.4, 0.06),
    Limit("RADIO_RSSI", "dBm", -48.0, -60.0, -40.0, 1.5),
)


class FunctionalTest(Station):
    """Measures each unit; a unit with a flaw fails one of its tests and shows a symptom."""

    def units_of(self, panel: Panel) -> tuple[Unit, ...]:
        """All units at first; only those that came back from the bench when the panel is tested again."""
        if panel.retest:
            return tuple(unit for unit in panel.workable if unit.record.tests_passed == 0)
        return panel.units

    def recipe(self, panel: Panel) -> str:
        return f"{self.floor.product.code}-FCT"

    def work(self, work: Transaction) -> Work:
        began = self.floor.clock.text(self.floor.timeline.now)
        yield self._pause(36, 4)
        tested = [self._tested(unit, began) for unit in work.units if unit.is_workable]
        self.endpoint.say(
            UnitsTested(
                transaction_id=work.identifier,
                test_method=TestMethod.FCT,
                recipe_name=work.recipe,
                recipe_revision=self.floor.product.revision,
                sampling_information=ALL_UNITS,
                tested_units=tested,
            )
        )

    def _tested(self, unit: Unit, began: str) -> TestedUnit:
        flaw = next(iter(unit.flaws.values()), None)
        failing = None
        if flaw is not None:
            failing = self.random.randrange(len(LIMITS))
            unit.record.tests_failed += 1
            unit.record.state = "failed"
        else:
            unit.record.tests_passed += 1
            unit.record.state = "good"
        return TestedUnit(
            unit_identifier=unit.serial,
            unit_position_number=unit.position,
            overall_result=TestResult.Passed if flaw is None else TestResult.Failed,
            tests=[
                self._test(limit, began, flaw if number == failing else None)
                for number, limit in enumerate(LIMITS)
            ],
        )

    def _test(self, limit: Limit, began: str, flaw: Flaw | None) -> Test:
        value = limit.expected + self.random.gauss(0, limit.sigma)
        value = min(max(value, limit.low), limit.high)
        if flaw is not None:
            value = limit.high + (limit.high - limit.expected) * (0.2 + self.random.random())
        result = TestResult.Passed if flaw is None else TestResult.Failed
        measured = NumericMeasurement(
            unique_identifier=self.endpoint.guid(),
            measurement_name=limit.test,
            sequence=1,
            result=result,
            measured_value=NumericValue(
                value=round(value, 4),
                value_units=limit.unit,
                expected_value=limit.expected,
                expected_value_units=limit.unit,
                minimum_acceptable_value=limit.low,
                minimum_acceptable_value_units=limit.unit,
                maximum_acceptable_value=limit.high,
                maximum_acceptable_value_units=limit.unit,
            ),
        )
        return Test(
            unique_identifier=self.endpoint.guid(),
            test_name=limit.test,
            test_start_time=began,
            test_end_time=self.floor.clock.text(self.floor.timeline.now),
            result=result,
            symptoms_found=[] if flaw is None else [self._symptom(limit, flaw)],
            defects_found=[],
            measurements=[measured],
        )

    def _symptom(self, limit: Limit, flaw: Flaw) -> Symptom:
        flaw.defect_id = self.endpoint.guid()
        part_number = self.floor.product.placement_by_designator[flaw.designator].part_number
        return Symptom(
            unique_identifier=flaw.defect_id,
            symptom_code=f"{limit.test}_HIGH",
            symptom_category="Functional",
            description=f"{limit.test} above its limit",
            components_of_interest=[
                ComponentDesignator(reference_designator=flaw.designator, part_number=part_number)
            ],
            priority=1,
        )
