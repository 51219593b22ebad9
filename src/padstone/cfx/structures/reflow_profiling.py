"""CFX.Structures.ReflowProfiling: the thermal profile of each unit in an oven."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.measurements import TestResult
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.solder_reflow import ReflowZoneData
from padstone.cfx.vocabulary import InstantText, Maybe, Whole


class ReflowProfilingProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.ReflowProfiling.ReflowProfilingProcessData, CFX"
):
    """The profile of one unit. `production_unit_pwi` is its process window index, in percent: below 100 is
    inside.
    """

    time_date_unit_in: Maybe[InstantText] = UNSET
    time_date_unit_out: Maybe[InstantText] = UNSET
    product_name: Maybe[str] = UNSET
    barcode: Maybe[str] = UNSET
    recipe_name: Maybe[str] = UNSET
    process_window_name: Maybe[str] = UNSET
    lot_id: Maybe[str] = field(default=UNSET, name="LotID")
    oven_name: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    conveyor_speed_setpoint: Maybe[float] = UNSET
    measured_conveyor_speed: Maybe[float] = UNSET
    result: Maybe[TestResult] = UNSET
    production_unit_pwi: Maybe[float] = field(default=UNSET, name="ProductionUnitPWI")
    zone_data: Maybe[Sequence[ReflowZoneData]] = UNSET
