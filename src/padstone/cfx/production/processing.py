"""CFX.Production.Processing: what a process did to its units (reflow, printing, cleaning, coating ...)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.processing import ProcessData, ProcessedUnit, ProcessingResult
from padstone.cfx.vocabulary import AnyOf, Maybe, Message


class UnitsProcessed(Message, kw_only=True):
    """Units went through a process; its data is common to all of them, or each has its own, or both."""

    name: ClassVar[str] = "CFX.Production.Processing.UnitsProcessed"

    transaction_id: Maybe[str] = UNSET
    overall_result: Maybe[ProcessingResult] = UNSET
    common_process_data: Maybe[AnyOf[ProcessData]] = UNSET
    unit_process_data: Maybe[Sequence[ProcessedUnit]] = UNSET
