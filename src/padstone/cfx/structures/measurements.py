"""CFX.Structures: measurements and the conditions they were made under."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.structures.values import NumericValue
from padstone.cfx.vocabulary import Family, InstantText, Maybe, Whole, Word


class TestResult(Word):
    Passed = "Passed"
    Failed = "Failed"
    Error = "Error"
    Aborted = "Aborted"
    Skipped = "Skipped"


class Measurement(Family, kw_only=True):
    """Base of everything measured. `crds` names the designators concerned."""

    unique_identifier: Maybe[str] = UNSET
    measurement_name: Maybe[str] = UNSET
    time_recorded: Maybe[InstantText] = UNSET
    sequence: Maybe[Whole] = UNSET
    result: Maybe[TestResult] = UNSET
    crds: Maybe[str] = field(default=UNSET, name="CRDs")


class BooleanMeasurement(Measurement, kw_only=True, tag="CFX.Structures.BooleanMeasurement, CFX"):
    """A yes or no, with what it should be."""

    value: Maybe[bool] = UNSET
    expected_value: Maybe[bool] = UNSET


class EnvironmentalCondition(Family, kw_only=True):
    """Base of the conditions around a test, over its time."""

    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    mean_value: Maybe[float] = UNSET
    median_value: Maybe[float] = UNSET
    max_value: Maybe[float] = UNSET
    min_value: Maybe[float] = UNSET


class Humidity(EnvironmentalCondition, kw_only=True, tag="CFX.Structures.Humidity, CFX"):
    """Humidity around a test."""


class NumericMeasurement(Measurement, kw_only=True, tag="CFX.Structures.NumericMeasurement, CFX"):
    """A number, with what it may be."""

    measured_value: Maybe[NumericValue] = UNSET


class Temperature(EnvironmentalCondition, kw_only=True, tag="CFX.Structures.Temperature, CFX"):
    """Temperature around a test."""


class TextMeasurement(Measurement, kw_only=True, tag="CFX.Structures.TextMeasurement, CFX"):
    """A text, with what it should be."""

    value: Maybe[str] = UNSET
    expected_value: Maybe[str] = UNSET
