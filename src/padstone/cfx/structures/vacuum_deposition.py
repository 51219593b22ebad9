"""CFX.Structures.VacuumDeposition: coatings laid down in vacuum."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.structures.readings import Reading
from padstone.cfx.vocabulary import Maybe, Whole


class CoatingThicknessMeasurement(
    Measurement, kw_only=True, tag="CFX.Structures.VacuumDeposition.CoatingThicknessMeasurement, CFX"
):
    """The thickness of a coating at a position."""

    position: Maybe[Whole] = UNSET
    thickness: Maybe[float] = UNSET


class CoatingProcessReading(
    Reading, kw_only=True, tag="CFX.Structures.VacuumDeposition.CoatingProcessReading, CFX"
):
    """A reading of a coating in vacuum."""

    chamber_pressure: Maybe[float] = UNSET
    vaporizer_temperature: Maybe[float] = UNSET
