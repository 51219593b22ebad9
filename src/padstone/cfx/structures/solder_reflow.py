"""CFX.Structures.SolderReflow: reflow ovens and their zones."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.resources import Stage
from padstone.cfx.structures.values import Parameter
from padstone.cfx.vocabulary import Maybe, Structure, Word


class ReflowOvenFaultType(Word):
    LowBeltSpeed = "LowBeltSpeed"
    HighBeltSpeed = "HighBeltSpeed"


class ReflowReadingType(Word):
    Temperature = "Temperature"
    O2 = "O2"
    Power = "Power"
    PowerLevel = "PowerLevel"
    Vacuum = "Vacuum"
    VacuumHoldTime = "VacuumHoldTime"
    ConvectionRate = "ConvectionRate"
    HoldTime = "HoldTime"


class ReflowSetpointType(Word):
    Temperature = "Temperature"
    O2 = "O2"
    Vacuum = "Vacuum"
    VacuumHoldTime = "VacuumHoldTime"
    HoldTime = "HoldTime"
    PowerLevel = "PowerLevel"
    Level = "Level"
    Position = "Position"
    Slope = "Slope"


class ReflowSubZoneType(Word):
    WholeZone = "WholeZone"
    Top = "Top"
    Bottom = "Bottom"


class ReflowZoneType(Word):
    PreHeat = "PreHeat"
    Soak = "Soak"
    Reflow = "Reflow"
    Cool = "Cool"
    Prepare = "Prepare"
    Vacuum = "Vacuum"


class ReflowOvenFault(Fault, kw_only=True, tag="CFX.Structures.SolderReflow.ReflowOvenFault, CFX"):
    """A fault of an oven."""

    reflow_oven_fault_type: Maybe[ReflowOvenFaultType] = UNSET


class ReflowOvenParameter(
    Parameter, kw_only=True, tag="CFX.Structures.SolderReflow.ReflowOvenParameter, CFX"
):
    """What an oven is set to."""

    conveyor_speed_setpoint: Maybe[float] = UNSET
    conveyor_width: Maybe[float] = UNSET
    zone_parameters: Maybe[Sequence[ReflowZoneParameter]] = UNSET


class ReflowProcessData(ProcessData, kw_only=True, tag="CFX.Structures.SolderReflow.ReflowProcessData, CFX"):
    """A pass through an oven, zone by zone."""

    conveyor_speed: Maybe[float] = UNSET
    conveyor_speed_setpoint: Maybe[float] = UNSET
    zone_data: Maybe[Sequence[ReflowZoneData]] = UNSET


class ReflowReading(Structure, kw_only=True):
    """One reading of a zone."""

    sub_zone: Maybe[ReflowSubZoneType] = UNSET
    reading_type: Maybe[ReflowReadingType] = UNSET
    reading_value: Maybe[float] = UNSET


class ReflowSetPoint(Structure, kw_only=True):
    """One set point of a zone."""

    sub_zone: Maybe[ReflowSubZoneType] = UNSET
    setpoint_type: Maybe[ReflowSetpointType] = UNSET
    setpoint: Maybe[float] = UNSET


class ReflowZone(Stage, kw_only=True, tag="CFX.Structures.SolderReflow.ReflowZone, CFX"):
    """A zone of an oven, which is also a stage."""

    reflow_zone_type: Maybe[ReflowZoneType] = UNSET


class ReflowZoneData(Structure, kw_only=True):
    """A zone with its set points and readings."""

    zone: Maybe[ReflowZone] = UNSET
    setpoints: Maybe[Sequence[ReflowSetPoint]] = UNSET
    readings: Maybe[Sequence[ReflowReading]] = UNSET


class ReflowZoneParameter(Structure, kw_only=True):
    """A zone with its set points."""

    zone: Maybe[ReflowZone] = UNSET
    setpoints: Maybe[Sequence[ReflowSetPoint]] = UNSET
