"""CFX.Structures.LaserMarking: laser markers."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import Maybe, SpanText


class LaserMarkingProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.LaserMarking.LaserMarkingProcessData, CFX"
):
    """A pass through a laser marker."""

    laser_processing_time: Maybe[SpanText] = UNSET
    recipe_name: Maybe[str] = UNSET
