"""CFX.Structures: readings of any kind, their values as text."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.measurements import TestResult
from padstone.cfx.structures.units import ComponentDesignator
from padstone.cfx.vocabulary import Base64Text, Family, InstantText, Maybe, Whole, Word


class DataType(Word):
    """How the text of a reading's value is to be understood."""

    String = "String"
    StringList = "StringList"
    Numeric = "Numeric"
    Integer = "Integer"
    Boolean = "Boolean"
    Enumeration = "Enumeration"
    Binary = "Binary"
    Guid = "Guid"


class Reading(Family, kw_only=True):
    """A value by name, of units or components, as text or bytes, with what it should and may be."""

    reading_identifier: Maybe[str] = UNSET
    time_recorded: Maybe[InstantText] = UNSET
    reading_sequence: Maybe[Whole] = UNSET
    result: Maybe[TestResult] = UNSET
    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    components: Maybe[Sequence[ComponentDesignator]] = UNSET
    value_data_type: Maybe[DataType] = UNSET
    value_units: Maybe[str] = UNSET
    value_mime_type: Maybe[str] = UNSET
    value: Maybe[str] = UNSET
    binary_value: Maybe[Base64Text] = UNSET
    expected_value: Maybe[str] = UNSET
    expected_value_units: Maybe[str] = UNSET
    minimum_acceptable_value: Maybe[str] = UNSET
    maximum_acceptable_value: Maybe[str] = UNSET
