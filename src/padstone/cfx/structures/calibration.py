"""CFX.Structures: calibrations and what they measured."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.values import NumericValue
from padstone.cfx.vocabulary import InstantText, Maybe, Structure, Word


class CalibrationType(Word):
    """What was calibrated. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    General = "General"
    XAxis = "XAxis"
    YAxis = "YAxis"
    ZAxis = "ZAxis"
    UnitPosition = "UnitPosition"
    TravelRange = "TravelRange"
    SystemIdentification = "SystemIdentification"
    ZeroPointOffset = "ZeroPointOffset"
    BoardCamera = "BoardCamera"
    FeedUnitsTable = "FeedUnitsTable"
    NozzleChanger = "NozzleChanger"
    BoardReferenceCorner = "BoardReferenceCorner"
    ComponentSensorCamera = "ComponentSensorCamera"
    SegmentOffset = "SegmentOffset"
    ComponentSensorLightBarrier = "ComponentSensorLightBarrier"
    ZeroPressure = "ZeroPressure"
    BoardMapping = "BoardMapping"
    HeadMapping = "HeadMapping"
    HeadsAndCameras = "HeadsAndCameras"
    VacuumTooling = "VacuumTooling"


class OperationStatus(Word):
    """How a calibration or verification ended."""

    Unknown = "Unknown"
    Failed = "Failed"
    Ok = "Ok"


class Calibration(Structure, kw_only=True):
    """A calibration, done or due, with its measurements."""

    calibration_code: Maybe[str] = UNSET
    calibration_type: Maybe[CalibrationType] = UNSET
    comments: Maybe[str] = UNSET
    status: Maybe[OperationStatus] = UNSET
    calibration_time: Maybe[InstantText] = UNSET
    measurements: Maybe[Sequence[CalibrationMeasurement]] = UNSET


class CalibrationMeasurement(Structure, kw_only=True):
    """One value found by a calibration, and what it may be."""

    measurement_name: Maybe[str] = UNSET
    measurement_value: Maybe[NumericValue] = UNSET
