"""CFX.Structures.Coating: conformal coating, encapsulation and dispensing."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import Maybe, Structure, Whole, Word


class CoatingMeasurementType(Word):
    FluidPressure = "FluidPressure"
    FluidVolume = "FluidVolume"
    Heater = "Heater"
    Monitor = "Monitor"
    Axis = "Axis"
    Fluidweight = "Fluidweight"
    MaterialLevel = "MaterialLevel"
    NozzleWidth = "NozzleWidth"


class CoatingNozzleType(Word):
    Jetter = "Jetter"
    Dispensing = "Dispensing"
    Curtain = "Curtain"
    Spray = "Spray"
    Doser = "Doser"


class CoatingMeasurement(Measurement, kw_only=True, tag="CFX.Structures.Coating.CoatingMeasurement, CFX"):
    """A measurement of a coating machine."""

    measurement_type: Maybe[CoatingMeasurementType] = UNSET
    actual_value: Maybe[float] = UNSET
    expected_value: Maybe[float] = UNSET
    min_acceptable_value: Maybe[float] = UNSET
    max_acceptable_value: Maybe[float] = UNSET
    axis: Maybe[str] = UNSET
    fluid_pressure: Maybe[Whole] = UNSET
    nozzle_width: Maybe[Whole] = UNSET


class CoatingNozzle(Stage, kw_only=True, tag="CFX.Structures.Coating.CoatingNozzle, CFX"):
    """A nozzle, which is also a stage."""

    coating_nozzle_type: Maybe[CoatingNozzleType] = UNSET


class CoatingNozzleData(Structure, kw_only=True):
    """The readings of one nozzle."""

    nozzle: Maybe[CoatingNozzle] = UNSET
    nozzle_readings: Maybe[Sequence[CoatingMeasurement]] = UNSET


class CoatingProcessData(ProcessData, kw_only=True, tag="CFX.Structures.Coating.CoatingProcessData, CFX"):
    """A pass through a coating machine."""

    readings: Maybe[Sequence[CoatingMeasurement]] = UNSET
    nozzle: Maybe[Sequence[CoatingNozzleData]] = UNSET


class EncapsulationProcessData(
    CoatingProcessData, kw_only=True, tag="CFX.Structures.Coating.EncapsulationProcessData, CFX"
):
    """A pass through an encapsulating machine."""
