"""CFX.Structures.PressInsertion: pressing connectors in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.requests import StatusResult
from padstone.cfx.structures.resources import Tool
from padstone.cfx.structures.units import ComponentDesignator, UnitPosition
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import InstantText, Maybe, Structure, Unsigned, Whole, Word


class StepType(Word):
    MoveToHeightOrForce = "MoveToHeightOrForce"
    Delay = "Delay"
    Retract = "Retract"


class Connector(ComponentDesignator, kw_only=True, tag="CFX.Structures.PressInsertion.Connector, CFX"):
    """A connector that is pressed in."""

    connector_tool: Maybe[PressTool] = UNSET
    profile_applied: Maybe[PressProfile] = UNSET
    pin_count: Maybe[Whole] = UNSET
    connector_image: Maybe[Image] = UNSET
    unseated_top: Maybe[float] = UNSET
    seated_height: Maybe[float] = UNSET
    base_thickness: Maybe[float] = UNSET
    flatrock_tooling: Maybe[bool] = UNSET
    forces: Maybe[ConnectorForces] = UNSET
    manufacturer_data: Maybe[Manufacturer] = UNSET
    group: Maybe[str] = UNSET
    pars_setting: Maybe[Pars] = UNSET
    spc_setting: Maybe[SPC] = field(default=UNSET, name="SPCSetting")


class ConnectorForces(Structure, kw_only=True):
    """Limits of the pressing force."""

    maximum_force: Maybe[float] = UNSET
    minimum_force: Maybe[float] = UNSET
    other_force: Maybe[float] = UNSET
    user_defined_force: Maybe[float] = UNSET


class Manufacturer(Structure, kw_only=True):
    """Who made a connector."""

    unique_identifier: Maybe[str] = UNSET
    name: Maybe[str] = UNSET


class Pars(Structure, kw_only=True):
    """Limit of force by percentage above the resistance met (PARS)."""

    percent_above: Maybe[float] = UNSET
    start_height: Maybe[float] = UNSET
    distance: Maybe[float] = UNSET


class PressProfile(Structure, kw_only=True):
    """How the press moves, step by step."""

    profile_name: Maybe[str] = UNSET
    steps: Maybe[Sequence[ProfileStep]] = UNSET


class PressTool(Tool, kw_only=True, tag="CFX.Structures.PressInsertion.PressTool, CFX"):
    """A pressing tool."""

    tool_dimension_x: Maybe[float] = UNSET
    tool_dimension_y: Maybe[float] = UNSET
    tool_dimension_z: Maybe[float] = UNSET
    tool_clearance_dimension: Maybe[float] = UNSET


class ProfileStep(Structure, kw_only=True):
    """One step of a press profile."""

    sequence_position: Maybe[Whole] = UNSET
    name: Maybe[str] = UNSET
    speed: Maybe[float] = UNSET
    type_of_step: Maybe[StepType] = UNSET


class SPC(Structure, kw_only=True):
    """Limits of force for statistical process control."""

    start_distance: Maybe[float] = UNSET
    start_height: Maybe[float] = UNSET
    minimum_force_limit: Maybe[float] = UNSET
    maximum_force_limit: Maybe[float] = UNSET


class BoardData(Structure, kw_only=True):
    """The board under the press, and when."""

    board_name: Maybe[str] = UNSET
    serial_number: Maybe[str] = UNSET
    barcode_label: Maybe[str] = UNSET
    start_date_time: Maybe[InstantText] = UNSET
    end_date_time: Maybe[InstantText] = UNSET


class Condition(Structure, kw_only=True):
    """A condition for pressing, as steps or a script of the press. It is never run here."""

    condition_name: Maybe[str] = UNSET
    steps: Maybe[Sequence[ConditionStep]] = UNSET
    java_script_code: Maybe[str] = UNSET
    multi_step: Maybe[bool] = UNSET


class ConditionResult(Structure, kw_only=True):
    """What came of a condition, for which units."""

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    units: Maybe[Sequence[UnitPosition]] = UNSET
    condition_sequence: Maybe[Condition] = UNSET
    condition_status: Maybe[StatusResult] = UNSET
    condition_operator: Maybe[Operator] = UNSET


class ConditionStep(Structure, kw_only=True):
    """One step of a condition."""

    sequence_position: Maybe[Whole] = UNSET
    name: Maybe[str] = UNSET
    java_script_code: Maybe[str] = UNSET


class ConnectorCoordinates(Structure, kw_only=True):
    """Where a connector is."""

    x_position: Maybe[float] = UNSET
    y_position: Maybe[float] = UNSET


class FPTDataPoint(Structure, kw_only=True):
    """Force, position and time at one moment of a press."""

    total_force: Maybe[float] = UNSET
    force_a: Maybe[float] = UNSET
    force_b: Maybe[float] = UNSET
    position: Maybe[float] = UNSET
    time: Maybe[float] = UNSET


class PlotData(Structure, kw_only=True):
    """The course of a press, moment by moment."""

    points: Maybe[Sequence[FPTDataPoint]] = UNSET


class PressData(Structure, kw_only=True):
    """The end of a press: forces, heights, and why it ended."""

    status: Maybe[str] = UNSET
    termination_measurement: Maybe[str] = UNSET
    spc_average_force: Maybe[float] = field(default=UNSET, name="SPCAverageForce")
    height_at_max_force: Maybe[float] = UNSET
    max_force: Maybe[float] = UNSET
    termination_height: Maybe[float] = UNSET
    termination_force: Maybe[float] = UNSET


class PressResult(Structure, kw_only=True):
    """One connector pressed into one board."""

    press_board_data: Maybe[BoardData] = UNSET
    press_connector: Maybe[Connector] = UNSET
    data: Maybe[PressData] = UNSET
    connector_location: Maybe[ConnectorCoordinates] = UNSET
    sequence_number: Maybe[Unsigned] = UNSET
    machine_id: Maybe[str] = field(default=UNSET, name="MachineID")
    press_operator: Maybe[Operator] = UNSET
