"""CFX.Structures.Maintenance: what a machine is made of, for those who maintain it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.resources import Resource, ResourceInformation
from padstone.cfx.structures.smt_placement import SMTNozzleChangerPocket, SMTTable
from padstone.cfx.vocabulary import AnyOf, InstantText, Maybe, Structure, Whole, Word


class SensorType(Word):
    """What a sensor senses. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    General = "General"
    NonStandard = "NonStandard"
    Temperature = "Temperature"
    Electric = "Electric"
    Distance = "Distance"
    Time = "Time"
    Humidity = "Humidity"
    Pressure = "Pressure"
    Torque = "Torque"
    Power = "Power"
    Frequency = "Frequency"


class SensorUnitOfMeasure(Word):
    """The unit of a sensor. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    NonStandard = "NonStandard"
    DegreeCelsius = "DegreeCelsius"
    V = "V"
    A = "A"
    Ohm = "Ohm"
    m = "m"
    h = "h"
    HumidityPercentage = "HumidityPercentage"
    Pa = "Pa"
    Nm = "Nm"
    W = "W"
    Hz = "Hz"


class MaintenanceResource(Resource, kw_only=True, tag="CFX.Structures.Maintenance.MaintenanceResource, CFX"):
    """A machine with its parts."""

    resources: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class SMTPlacementSetup(Resource, kw_only=True, tag="CFX.Structures.Maintenance.SMTPlacementSetup, CFX"):
    """A placement machine with its tables, feeders and nozzle changer."""

    nozzle_changer_pockets: Maybe[Sequence[SMTNozzleChangerPocket]] = UNSET
    tables: Maybe[Sequence[SMTTable]] = UNSET
    feeders: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class SMTTapeFeederInformation(
    ResourceInformation, kw_only=True, tag="CFX.Structures.Maintenance.SMTTapeFeederInformation, CFX"
):
    """A tape feeder with its lanes."""

    multi_lanes: Maybe[Sequence[MultiLane]] = UNSET


class MultiLane(Structure, kw_only=True):
    """A lane of a feeder, with its count of cycles."""

    cycle_count: Maybe[Whole] = UNSET
    lane_number: Maybe[Whole] = UNSET
    unique_identifier: Maybe[str] = UNSET


class SensorInformation(
    ResourceInformation, kw_only=True, tag="CFX.Structures.Maintenance.SensorInformation, CFX"
):
    """A sensor and its reading."""

    type: Maybe[SensorType] = UNSET
    custom_sensor_type: Maybe[str] = UNSET
    value: Maybe[float] = UNSET
    low_limit: Maybe[float] = UNSET
    high_limit: Maybe[float] = UNSET
    unit_of_measure: Maybe[SensorUnitOfMeasure] = UNSET
    custom_unit_of_measure: Maybe[str] = UNSET
    sample_time: Maybe[InstantText] = UNSET
