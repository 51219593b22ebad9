"""CFX.Structures.Depaneling: routers that cut units out of their panel."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import InstantText, Maybe, Quantity, Structure, Whole, check_quantities


class Axis(Structure, kw_only=True):
    """Speeds of one axis."""

    axis_name: Maybe[str] = UNSET
    actual_axis_speed: Maybe[Quantity] = UNSET
    axis_acceleration_set_value: Maybe[Quantity] = field(default=UNSET, name="AxisAcceleration_SetValue")
    axis_decceleration_set_value: Maybe[Quantity] = field(default=UNSET, name="AxisDecceleration_SetValue")
    actual_max_velocity: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(
            self.actual_axis_speed,
            self.axis_acceleration_set_value,
            self.axis_decceleration_set_value,
            self.actual_max_velocity,
        )


class RouterToolProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.Depaneling.RouterToolProcessData, CFX"
):
    """State and wear of the routing tool."""

    tool_data_version: Maybe[Quantity] = UNSET
    tool_diameter_set_point: Maybe[Quantity] = field(default=UNSET, name="ToolDiameter_SetPoint")
    tool_bit_start_time: Maybe[InstantText] = UNSET
    tool_bit_end_time: Maybe[InstantText] = UNSET
    tool_bit_distance_routed: Maybe[Quantity] = UNSET
    tool_bit_change_distance_alarm_set: Maybe[Quantity] = UNSET
    number_of_boards_routed: Maybe[Whole] = UNSET
    feed_rate_set_point: Maybe[Quantity] = field(default=UNSET, name="FeedRate_SetPoint")
    vacuum_distance_routed: Maybe[Quantity] = UNSET
    vacuum_filter_change_distance_alarm_set: Maybe[Quantity] = UNSET
    actual_vacuum_level: Maybe[Quantity] = UNSET
    actual_incoming_pressure: Maybe[Quantity] = UNSET
    actual_machine_power: Maybe[Quantity] = UNSET
    actual_gripper_force_pick_and_place: Maybe[Quantity] = UNSET
    spindle_speed_set_point: Maybe[Quantity] = field(default=UNSET, name="SpindleSpeed_SetPoint")
    min_spindle_rpm: Maybe[Quantity] = UNSET
    max_spindle_rpm: Maybe[Quantity] = UNSET
    axis_details: Maybe[Sequence[Axis]] = UNSET

    def __post_init__(self) -> None:
        check_quantities(
            self.tool_data_version,
            self.tool_diameter_set_point,
            self.tool_bit_distance_routed,
            self.tool_bit_change_distance_alarm_set,
            self.feed_rate_set_point,
            self.vacuum_distance_routed,
            self.vacuum_filter_change_distance_alarm_set,
            self.actual_vacuum_level,
            self.actual_incoming_pressure,
            self.actual_machine_power,
            self.actual_gripper_force_pick_and_place,
            self.spindle_speed_set_point,
            self.min_spindle_rpm,
            self.max_spindle_rpm,
        )
