"""CFX.Structures.Generic: process data of machines the standard has no structure for."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.resources import Stage
from padstone.cfx.structures.values import GenericParameter, NumericValue
from padstone.cfx.vocabulary import Maybe, Structure


class GenericProcessData(ProcessData, kw_only=True, tag="CFX.Structures.Generic.GenericProcessData, CFX"):
    """Set points, readings and parameters by name, as a whole and by stage."""

    setpoints: Maybe[Sequence[GenericValue]] = UNSET
    readings: Maybe[Sequence[GenericValue]] = UNSET
    parameters: Maybe[Sequence[GenericParameter]] = UNSET
    stage_data: Maybe[Sequence[GenericStageData]] = UNSET


class GenericStageData(Structure, kw_only=True):
    """Set points, readings and parameters of one stage."""

    stage: Maybe[Stage] = UNSET
    setpoints: Maybe[Sequence[GenericValue]] = UNSET
    readings: Maybe[Sequence[GenericValue]] = UNSET
    parameters: Maybe[Sequence[GenericParameter]] = UNSET


class GenericValue(Structure, kw_only=True):
    """A value by name."""

    name: Maybe[str] = UNSET
    value: Maybe[NumericValue] = UNSET
