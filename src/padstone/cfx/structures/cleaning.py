"""CFX.Structures.Cleaning: washing machines for assembled units."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import Maybe, Structure, Word


class CleaningReadingType(Word):
    BottomSprayBarsPressure = "BottomSprayBarsPressure"
    BottomWaterKnifePressure = "BottomWaterKnifePressure"
    CleaningChemistryVolumeAdd = "CleaningChemistryVolumeAdd"
    ConcentrationMin = "ConcentrationMin"
    ConcentrationMax = "ConcentrationMax"
    ConcentrationAverage = "ConcentrationAverage"
    ConductivityMin = "ConductivityMin"
    ConductivityMax = "ConductivityMax"
    ConductivityAverage = "ConductivityAverage"
    DIWaterVolumeAdd = "DIWaterVolumeAdd"
    FlowRateMin = "FlowRateMin"
    FlowRateMax = "FlowRateMax"
    FlowRateAverage = "FlowRateAverage"
    LiquidConductivityMin = "LiquidConductivityMin"
    LiquidConductivityMax = "LiquidConductivityMax"
    LiquidConductivityAverage = "LiquidConductivityAverage"
    LiquidSaturationMin = "LiquidSaturationMin"
    LiquidSaturationMax = "LiquidSaturationMax"
    LiquidSaturationAverage = "LiquidSaturationAverage"
    PressureMin = "PressureMin"
    PressureMax = "PressureMax"
    PressureAverage = "PressureAverage"
    RefreshWaterAmount = "RefreshWaterAmount"
    TemperatureMin = "TemperatureMin"
    TemperatureMax = "TemperatureMax"
    TemperatureAverage = "TemperatureAverage"
    TopSprayBarsPressure = "TopSprayBarsPressure"
    TopWaterKnifePressure = "TopWaterKnifePressure"
    UltrasonicPowerMin = "UltrasonicPowerMin"
    UltrasonicPowerMax = "UltrasonicPowerMax"
    UltrasonicPowerAverage = "UltrasonicPowerAverage"
    Vacuum = "Vacuum"
    VFDFrequency = "VFDFrequency"


class CleaningState(Word):
    Unknown = "Unknown"
    Cleaned = "Cleaned"
    NotCleaned = "NotCleaned"


class CleaningStepType(Word):
    PreWash = "PreWash"
    Wash = "Wash"
    PreRinse = "PreRinse"
    Rinse = "Rinse"
    FinalRinse = "FinalRinse"
    Dry = "Dry"


class CleaningManagementData(
    ProcessData, kw_only=True, tag="CFX.Structures.Cleaning.CleaningManagementData, CFX"
):
    """Readings of a washing machine."""

    readings: Maybe[Sequence[CleaningReading]] = UNSET


class CleaningProcessData(ProcessData, kw_only=True, tag="CFX.Structures.Cleaning.CleaningProcessData, CFX"):
    """A pass through a washing machine, step by step."""

    conveyor_speed: Maybe[float] = UNSET
    cleaning_time_set: Maybe[float] = UNSET
    cleaning_time_actual: Maybe[float] = UNSET
    cleaning_steps: Maybe[Sequence[CleaningStep]] = UNSET


class CleaningReading(Structure, kw_only=True):
    """One reading of a washing machine."""

    reading_type: Maybe[CleaningReadingType] = UNSET
    reading_value: Maybe[float] = UNSET


class CleaningStep(Structure, kw_only=True):
    """One step of washing."""

    cleaning_step_type: Maybe[CleaningStepType] = UNSET
    cleaning_step_time: Maybe[float] = UNSET
    readings: Maybe[Sequence[CleaningReading]] = UNSET
