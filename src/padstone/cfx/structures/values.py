"""CFX.Structures: named and numeric values."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.vocabulary import Family, Maybe, Structure


class Parameter(Family, kw_only=True):
    """Base of the parameters of a station."""


class GenericParameter(Parameter, kw_only=True, tag="CFX.Structures.GenericParameter, CFX"):
    """A parameter by name, its value as text."""

    name: Maybe[str] = UNSET
    value: Maybe[str] = UNSET


class NumericValue(Structure, kw_only=True):
    """A number with its unit, what it should be and what it may be."""

    value: Maybe[float] = UNSET
    value_units: Maybe[str] = UNSET
    expected_value: Maybe[float] = UNSET
    expected_value_units: Maybe[str] = UNSET
    minimum_acceptable_value: Maybe[float] = UNSET
    minimum_acceptable_value_units: Maybe[str] = UNSET
    maximum_acceptable_value: Maybe[float] = UNSET
    maximum_acceptable_value_units: Maybe[str] = UNSET
