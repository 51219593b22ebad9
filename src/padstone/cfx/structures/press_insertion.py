"""CFX.Structures.PressInsertion: pressing connectors in."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.resources import Tool
from padstone.cfx.structures.units import ComponentDesignator
from padstone.cfx.vocabulary import Maybe, Structure, Whole, Word


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


class PressTool(Tool, kw_only=True):
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
