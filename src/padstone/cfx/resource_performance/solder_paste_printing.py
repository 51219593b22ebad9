"""CFX.ResourcePerformance.SolderPastePrinting: the cleaning of squeegees and stencils."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.solder_paste_printing import (
    SMTSqueegee,
    SMTSqueegeeCleanType,
    SMTStencil,
    SMTStencilCleanMode,
)
from padstone.cfx.vocabulary import Maybe, Message, SpanText, Whole


class CleanSqueegeeRequest(Message, kw_only=True):
    """Asks a printer to clean its squeegee."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.CleanSqueegeeRequest"

    clean_type_requested: Maybe[SMTSqueegeeCleanType] = UNSET


class CleanSqueegeeResponse(Message, kw_only=True):
    """Whether the squeegee is being cleaned."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.CleanSqueegeeResponse"

    result: Maybe[RequestResult] = UNSET


class CleanStencilRequest(Message, kw_only=True):
    """Asks a printer to wipe its stencil."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.CleanStencilRequest"

    clean_type_requested: Maybe[SMTStencilCleanMode] = UNSET


class CleanStencilResponse(Message, kw_only=True):
    """Whether the stencil is being wiped."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.CleanStencilResponse"

    result: Maybe[RequestResult] = UNSET


class SqueegeeCleaned(Message, kw_only=True):
    """A squeegee was cleaned, after so long and so many cycles."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.SqueegeeCleaned"

    squeegee: Maybe[SMTSqueegee] = UNSET
    squeegee_clean_type: Maybe[SMTSqueegeeCleanType] = UNSET
    time_since_last_clean: Maybe[SpanText] = UNSET
    cycles_since_last_clean: Maybe[Whole] = UNSET
    squeegee_clean_cycles: Maybe[Whole] = UNSET
    squeegee_clean_time: Maybe[SpanText] = UNSET


class StencilCleaned(Message, kw_only=True):
    """A stencil was wiped, after so long and so many cycles."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SolderPastePrinting.StencilCleaned"

    stencil: Maybe[SMTStencil] = UNSET
    stencil_clean_mode: Maybe[SMTStencilCleanMode] = UNSET
    time_since_last_clean: Maybe[SpanText] = UNSET
    cycles_since_last_clean: Maybe[Whole] = UNSET
    stencil_clean_cycles: Maybe[Whole] = UNSET
    stencil_clean_time: Maybe[SpanText] = UNSET
