"""The reflow oven: several panels in the tunnel at once, each with its own transaction and profile."""

from __future__ import annotations

from padstone.cfx import (
    ProcessedUnit,
    ProcessingResult,
    ReflowProfilingProcessData,
    ReflowReading,
    ReflowReadingType,
    ReflowSetPoint,
    ReflowSetpointType,
    ReflowSubZoneType,
    ReflowZone,
    ReflowZoneData,
    ReflowZoneType,
    StageType,
    TestResult,
    UnitsProcessed,
)
from padstone.simulator.messages import Transaction
from padstone.simulator.panels import Panel
from padstone.simulator.station import Station, Work
from padstone.simulator.timeline import SECOND, Process

SPACING = 12 * SECOND
IN_THE_TUNNEL = 270
ZONES = (
    (ReflowZoneType.PreHeat, 150.0),
    (ReflowZoneType.PreHeat, 165.0),
    (ReflowZoneType.Soak, 180.0),
    (ReflowZoneType.Soak, 190.0),
    (ReflowZoneType.Reflow, 235.0),
    (ReflowZoneType.Reflow, 255.0),
    (ReflowZoneType.Cool, 90.0),
)
SUB_ZONES = (ReflowSubZoneType.Top, ReflowSubZoneType.Bottom)


class Oven(Station):
    """Lets a panel in as soon as the one before has moved on far enough."""

    def serve(self, lane: int) -> Process:
        while True:
            panel = yield from self.next_panel()
            self.floor.timeline.start(self._pass_through(panel, lane), background=True)
            yield SPACING

    def _pass_through(self, panel: Panel, lane: int) -> Process:
        yield from self.handle(panel, lane)
        self.onward(panel)

    def work(self, work: Transaction) -> Work:
        entered = self.floor.clock.text(self.floor.timeline.now)
        yield int((IN_THE_TUNNEL + self.random.uniform(-1, 1)) * SECOND)
        for unit in work.panel.workable:
            unit.record.reflow_passes += 1
        self.endpoint.say(
            UnitsProcessed(
                transaction_id=work.identifier,
                overall_result=ProcessingResult.Succeeded,
                common_process_data=self._profile(work, entered),
                unit_process_data=[
                    ProcessedUnit(
                        unit_identifier=unit.serial,
                        unit_position_number=unit.position,
                        unit_result=ProcessingResult.Succeeded,
                    )
                    for unit in work.panel.workable
                ],
            )
        )

    def _profile(self, work: Transaction, entered: str) -> ReflowProfilingProcessData:
        return ReflowProfilingProcessData(
            time_date_unit_in=entered,
            time_date_unit_out=self.floor.clock.text(self.floor.timeline.now),
            product_name=self.floor.product.name,
            barcode=work.panel.barcode,
            recipe_name=work.recipe,
            process_window_name="SAC305",
            lot_id=work.panel.order.identifier,
            oven_name=self.spec.name,
            lane=work.lane,
            conveyor_speed_setpoint=80.0,
            measured_conveyor_speed=round(80 + self.random.gauss(0, 0.2), 1),
            result=TestResult.Passed,
            production_unit_pwi=round(min(95.0, 62 + self.random.gauss(0, 6)), 1),
            zone_data=[
                self._zone(number, kind, degrees) for number, (kind, degrees) in enumerate(ZONES, start=1)
            ],
        )

    def _zone(self, number: int, kind: ReflowZoneType, degrees: float) -> ReflowZoneData:
        return ReflowZoneData(
            zone=ReflowZone(
                reflow_zone_type=kind,
                stage_sequence=number,
                stage_name=f"Zone{number}",
                stage_type=StageType.Work,
            ),
            setpoints=[
                ReflowSetPoint(
                    sub_zone=sub_zone, setpoint_type=ReflowSetpointType.Temperature, setpoint=degrees
                )
                for sub_zone in SUB_ZONES
            ],
            readings=[
                ReflowReading(
                    sub_zone=sub_zone,
                    reading_type=ReflowReadingType.Temperature,
                    reading_value=round(degrees + self.random.gauss(0, 0.6), 1),
                )
                for sub_zone in SUB_ZONES
            ],
        )
