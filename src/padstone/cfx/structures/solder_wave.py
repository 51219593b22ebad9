"""CFX.Structures.SolderWave: wave soldering: fluxing, preheating, waves and cooling."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.resources import Conveyor
from padstone.cfx.vocabulary import Maybe, SpanText, Structure, Whole, Word


class AggregateLocation(Word):
    WholeAggregate = "WholeAggregate"
    Top = "Top"
    Bottom = "Bottom"


class AggregateType(Word):
    Work = "Work"
    Buffer = "Buffer"


class ConvectionSpeedValueUnit(Word):
    Percentage = "Percentage"
    RPM = "RPM"


class CoolingType(Word):
    BlowpipeCooling = "BlowpipeCooling"
    CoolingBlowerSwitched = "CoolingBlowerSwitched"
    HeatExchanger = "HeatExchanger"


class N2Location(Word):
    Preheating = "Preheating"
    SolderPot1 = "SolderPot1"
    SolderPot2 = "SolderPot2"


class N2Mode(Word):
    Off = "Off"
    N2On = "N2On"
    N2Pot1 = "N2Pot1"
    N2Pot2 = "N2Pot2"


class PreheatingAggregateType(Word):
    MediumWave = "MediumWave"
    Convection = "Convection"
    CompressedAir = "CompressedAir"
    IrEmitter = "IrEmitter"
    Radiant = "Radiant"


class Aggregate(Structure, kw_only=True):
    """A part of a soldering line the board passes through."""

    active: Maybe[bool] = UNSET
    process_time_reading_value: Maybe[SpanText] = UNSET
    name: Maybe[str] = UNSET
    sequence: Maybe[Whole] = UNSET
    type: Maybe[AggregateType] = UNSET
    location: Maybe[AggregateLocation] = UNSET


class CoolingAggregate(Aggregate, kw_only=True):
    """A cooler."""

    cooling_type: Maybe[CoolingType] = UNSET


class DynamicWavePreheatingSection(Structure, kw_only=True):
    """Sections of a preheater that follow the board."""

    sequence: Maybe[Whole] = UNSET
    active: Maybe[bool] = UNSET
    preheating_sections: Maybe[Sequence[WavePreheatingSection]] = UNSET


class FluxAggregate(Aggregate, kw_only=True):
    """A fluxer."""

    flux_heads: Maybe[Sequence[WaveFluxHead]] = UNSET


class N2(Structure, kw_only=True):
    """The supply of nitrogen."""

    mode: Maybe[N2Mode] = UNSET
    nitrogen_supply_reading_value: Maybe[float] = UNSET
    flow_volume_reading_value: Maybe[float] = UNSET
    measurements: Maybe[Sequence[N2Measurement]] = UNSET


class N2Measurement(Structure, kw_only=True):
    """Nitrogen and the oxygen left, at one place."""

    location: Maybe[N2Location] = UNSET
    o2_reading_value: Maybe[float] = UNSET
    o2_setpoint: Maybe[float] = UNSET
    n2_reading_value: Maybe[float] = UNSET
    n2_setpoint: Maybe[float] = UNSET


class PreheatingAggregate(Aggregate, kw_only=True):
    """A preheater."""

    preheating_type: Maybe[PreheatingAggregateType] = UNSET
    temperature_setpoint: Maybe[float] = UNSET
    temperature_reading_value: Maybe[float] = UNSET
    convection_active_setpoint: Maybe[bool] = UNSET
    convection_active_reading_value: Maybe[bool] = UNSET
    convection_increase_active_setpoint: Maybe[bool] = UNSET
    convection_increase_active_reading_value: Maybe[bool] = UNSET
    convection_speed_setpoint: Maybe[Whole] = UNSET
    convection_speed_reading_value: Maybe[Whole] = UNSET
    convection_speed_value_unit: Maybe[ConvectionSpeedValueUnit] = UNSET
    power_setpoint: Maybe[float] = UNSET
    power_reading_value: Maybe[float] = UNSET
    preheating_sections: Maybe[Sequence[DynamicWavePreheatingSection]] = UNSET


class SolderPotHeating(Structure, kw_only=True):
    """The heating of a solder pot."""

    temperature_setpoint: Maybe[float] = UNSET
    temperature_reading_value: Maybe[float] = UNSET


class SolderingAggregate(Aggregate, kw_only=True):
    """A soldering module."""

    pot: Maybe[SolderingPot] = UNSET


class SolderingPot(Structure, kw_only=True):
    """A pot with its waves."""

    z_axis_setpoint: Maybe[float] = UNSET
    z_axis_reading_value: Maybe[float] = UNSET
    heating: Maybe[SolderPotHeating] = UNSET
    soldering_waves: Maybe[Sequence[SolderingWave]] = UNSET


class SolderingWave(Structure, kw_only=True):
    """One wave."""

    active: Maybe[bool] = UNSET
    sequence: Maybe[Whole] = UNSET
    process_time_reading_value: Maybe[SpanText] = UNSET
    number_of_revolutions_setpoint: Maybe[float] = UNSET
    number_of_revolutions_reading_value: Maybe[float] = UNSET


class WaveFluxHead(Structure, kw_only=True):
    """A flux head."""

    sequence: Maybe[Whole] = UNSET
    active: Maybe[bool] = UNSET
    process_time_reading_value: Maybe[SpanText] = UNSET
    dose_set_value: Maybe[float] = UNSET
    dose_reading_point: Maybe[float] = UNSET
    consumption_measurement_active: Maybe[bool] = UNSET
    consumption_set_value: Maybe[float] = UNSET
    consumption_reading_point: Maybe[float] = UNSET
    active_flux_tank_set_value: Maybe[Whole] = UNSET
    active_flux_tank_reading_point: Maybe[Whole] = UNSET
    flux_tank_pressure_set_value: Maybe[Whole] = UNSET
    flux_tank_pressure_reading_point: Maybe[Whole] = UNSET
    flux_traverse_speed_set_value: Maybe[Whole] = UNSET
    flux_traverse_speed_reading_point: Maybe[Whole] = UNSET


class WavePreheatingSection(Structure, kw_only=True):
    """One section of a preheater."""

    power_set_value: Maybe[float] = UNSET
    power_reading_point: Maybe[float] = UNSET
    temperature_reading_value: Maybe[float] = UNSET


class WaveProcessData(ProcessData, kw_only=True, tag="CFX.Structures.SolderWave.WaveProcessData, CFX"):
    """A pass through a wave soldering machine."""

    conveyors: Maybe[Sequence[Conveyor]] = UNSET
    unit_length: Maybe[float] = UNSET
    unit_length_setpoint: Maybe[float] = UNSET
    n2: Maybe[N2] = UNSET
    unit_process_data: Maybe[WaveUnitProcessData] = UNSET


class WaveUnitProcessData(Structure, kw_only=True):
    """What each part of the machine did to the unit."""

    flux_aggregates: Maybe[Sequence[FluxAggregate]] = UNSET
    preheating_aggregates: Maybe[Sequence[PreheatingAggregate]] = UNSET
    soldering_aggregates: Maybe[Sequence[SolderingAggregate]] = UNSET
    cooling_aggregates: Maybe[Sequence[CoolingAggregate]] = UNSET
