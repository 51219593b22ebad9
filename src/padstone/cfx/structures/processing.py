"""CFX.Structures: the base of process data, and its result for one unit."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.vocabulary import AnyOf, Family, Maybe, Structure, Whole, Word


class ProcessingResult(Word):
    Succeeded = "Succeeded"
    Failed = "Failed"
    Error = "Error"
    Aborted = "Aborted"
    Skipped = "Skipped"


class ProcessData(Family, kw_only=True):
    """Base of what a process records about its units."""


class ProcessedUnit(Structure, kw_only=True):
    """A unit, its result and its own process data."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    unit_result: Maybe[ProcessingResult] = UNSET
    unit_process_data: Maybe[AnyOf[ProcessData]] = UNSET
