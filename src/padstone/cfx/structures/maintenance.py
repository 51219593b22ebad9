"""CFX.Structures.Maintenance: what a machine is made of, for those who maintain it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.calibration import Calibration, OperationStatus
from padstone.cfx.structures.resources import Resource, ResourceInformation
from padstone.cfx.structures.smt_placement import SMTNozzleChangerPocket, SMTTable
from padstone.cfx.structures.work import Operator
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


class CounterType(Word):
    """What a counter of wear counts. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    General = "General"
    NonStandard = "NonStandard"
    Odometer = "Odometer"
    Timer = "Timer"
    ActivityCount = "ActivityCount"


class MaintenanceType(Word):
    """What kind of maintenance was done."""

    Preventive = "Preventive"
    Inspection = "Inspection"
    Repair = "Repair"
    Test = "Test"


class VerificationType(Word):
    """What kind of check was made. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    General = "General"
    Special = "Special"


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


class ErrorInformation(Structure, kw_only=True):
    """An error, and when it last occurred."""

    name: Maybe[str] = UNSET
    error_code: Maybe[Whole] = UNSET
    occurrence_time: Maybe[InstantText] = UNSET


class MaintenanceInformation(Structure, kw_only=True):
    """A counter of wear: where it stands, where it stood at the last maintenance, and the share used up."""

    name: Maybe[str] = UNSET
    counter_type: Maybe[CounterType] = UNSET
    custom_counter_type: Maybe[str] = UNSET
    measurement_location: Maybe[str] = UNSET
    current_counter_value: Maybe[float] = UNSET
    current_ratio: Maybe[float] = UNSET
    current_ratio_valid: Maybe[bool] = UNSET
    current_time_stamp: Maybe[InstantText] = UNSET
    last_maintenance_counter_value: Maybe[float] = UNSET
    last_maintenance_time_stamp: Maybe[InstantText] = UNSET
    last_maintenance_valid: Maybe[bool] = UNSET


class MaintenanceTask(Structure, kw_only=True):
    """One job of a maintenance, by whom, in how many hours of work."""

    task: Maybe[str] = UNSET
    task_id: Maybe[str] = UNSET
    operator: Maybe[Operator] = UNSET
    man_hours_consumed: Maybe[float] = UNSET


class ServiceAndMaintenanceData(Structure, kw_only=True):
    """All that is known for the maintenance of one part of a machine."""

    unique_identifier: Maybe[str] = UNSET
    name: Maybe[str] = UNSET
    calibration_details: Maybe[Sequence[Calibration]] = UNSET
    error_details: Maybe[Sequence[ErrorInformation]] = UNSET
    maintenance_details: Maybe[Sequence[MaintenanceInformation]] = UNSET
    sensor_details: Maybe[Sequence[SensorInformation]] = UNSET
    verification_details: Maybe[Sequence[VerificationInformation]] = UNSET


class VerificationInformation(Structure, kw_only=True):
    """A check of a machine, its result, and whether it still holds."""

    name: Maybe[str] = UNSET
    status: Maybe[OperationStatus] = UNSET
    value: Maybe[float] = UNSET
    unit_of_measure: Maybe[str] = UNSET
    verification_location: Maybe[str] = UNSET
    type: Maybe[VerificationType] = UNSET
    is_valid: Maybe[bool] = UNSET
    last_execution: Maybe[InstantText] = UNSET
    comment: Maybe[str] = UNSET
