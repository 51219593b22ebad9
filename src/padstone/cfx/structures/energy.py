"""CFX.Structures: energy, power, current, voltage and frequency over a time."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.vocabulary import InstantText, Maybe, Structure


class EnergyReadings(Structure, kw_only=True):
    """The readings that every report of energy has. Lists named RYB have one entry per phase of a three-
    phase supply.
    """

    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    energy_used: Maybe[float] = UNSET
    peak_power: Maybe[float] = UNSET
    minimum_power: Maybe[float] = UNSET
    mean_power: Maybe[float] = UNSET
    power_now: Maybe[float] = UNSET
    power_factor_now: Maybe[float] = UNSET
    peak_current: Maybe[float] = UNSET
    minimum_current: Maybe[float] = UNSET
    mean_current: Maybe[float] = UNSET
    current_now: Maybe[float] = UNSET
    peak_voltage: Maybe[float] = UNSET
    minimum_voltage: Maybe[float] = UNSET
    mean_voltage: Maybe[float] = UNSET
    voltage_now: Maybe[float] = UNSET
    peak_frequency: Maybe[float] = UNSET
    minimum_frequency: Maybe[float] = UNSET
    mean_frequency: Maybe[float] = UNSET
    frequency_now: Maybe[float] = UNSET
    peak_power_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="PeakPowerRYB")
    minimum_power_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MinimumPowerRYB")
    mean_power_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MeanPowerRYB")
    power_now_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="PowerNowRYB")
    power_factor_now_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="PowerFactorNowRYB")
    peak_current_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="PeakCurrentRYB")
    minimum_current_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MinimumCurrentRYB")
    mean_current_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MeanCurrentRYB")
    current_now_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="CurrentNowRYB")
    peak_voltage_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="PeakVoltageRYB")
    minimum_voltage_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MinimumVoltageRYB")
    mean_voltage_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="MeanVoltageRYB")
    voltage_now_ryb: Maybe[Sequence[float]] = field(default=UNSET, name="VoltageNowRYB")
    three_phase_neutral_current_now: Maybe[float] = UNSET


class ConsumptionDetail(EnergyReadings, kw_only=True):
    """The part of the energy that one subsystem used."""

    subsystem_name: Maybe[str] = UNSET


class ResourcePerformanceConsumptionDetail(EnergyReadings, kw_only=True):
    """The part of the energy that one subsystem used, and its own subsystems (the standard's
    ResourcePerformance.ConsumptionDetail).
    """

    subsystem_name: Maybe[str] = UNSET
    consumption_details: Maybe[Sequence[ResourcePerformanceConsumptionDetail]] = UNSET
