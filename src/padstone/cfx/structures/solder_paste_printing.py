"""CFX.Structures.SolderPastePrinting: stencil printers."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.cleaning import CleaningState
from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.recipes import Recipe
from padstone.cfx.structures.resources import Tool
from padstone.cfx.vocabulary import Maybe, SpanText, Structure, Whole, Word


class SMTSolderPastePrintingFaultType(Word):
    SqueegeeError = "SqueegeeError"
    PasteError = "PasteError"


class SolderPasteSqueegeeDirection(Word):
    forward = "forward"
    backward = "backward"


class SMTSqueegeeCleanType(Word):
    """How thoroughly a squeegee is cleaned."""

    Normal = "Normal"
    Deep = "Deep"
    Quick = "Quick"


class SMTStencilCleanMode(Word):
    """How a stencil is wiped: wet, with vacuum, dry."""

    W = "W"
    V = "V"
    D = "D"


class PeriodicCleaning(Structure, kw_only=True):
    """How often, and how, the stencil is wiped."""

    clean_frequency: Maybe[Whole] = UNSET
    clean_mode: Maybe[str] = UNSET


class SMTSolderPastePrintingFault(
    Fault, kw_only=True, tag="CFX.Structures.SolderPastePrinting.SMTSolderPastePrintingFault, CFX"
):
    """A fault of a printer."""

    printing_fault_type: Maybe[SMTSolderPastePrintingFaultType] = UNSET


class SMTSqueegee(Tool, kw_only=True, tag="CFX.Structures.SolderPastePrinting.SMTSqueegee, CFX"):
    """A squeegee."""

    cleaning_state: Maybe[CleaningState] = UNSET


class SMTStencil(Tool, kw_only=True, tag="CFX.Structures.SolderPastePrinting.SMTStencil, CFX"):
    """A stencil."""

    cleaning_state: Maybe[CleaningState] = UNSET


class Separation(Structure, kw_only=True):
    """How the board leaves the stencil."""

    name: Maybe[str] = UNSET
    separation_speed: Maybe[float] = UNSET
    separation_distance: Maybe[float] = UNSET
    separation_delay: Maybe[float] = UNSET


class SolderPastePrintingPCBProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.SolderPastePrinting.SolderPastePrintingPCBProcessData, CFX"
):
    """A print."""

    strokes: Maybe[Sequence[Stroke]] = UNSET
    separation: Maybe[Separation] = UNSET
    periodic_cleanings: Maybe[Sequence[PeriodicCleaning]] = UNSET
    recipe_name: Maybe[str] = UNSET
    offset_x: Maybe[float] = UNSET
    offset_y: Maybe[float] = UNSET
    offset_theta: Maybe[float] = UNSET
    first_print_direction: Maybe[str] = UNSET
    cycle_time: Maybe[SpanText] = UNSET
    pre_print_stretch: Maybe[float] = UNSET
    post_print_stretch: Maybe[float] = UNSET


class Stroke(Structure, kw_only=True):
    """A stroke of the squeegee."""

    print_pressure: Maybe[float] = UNSET
    print_speed: Maybe[float] = UNSET


class SolderPastePrintingRecipe(
    Recipe, kw_only=True, tag="CFX.Structures.SolderPastePrinting.SolderPastePrintingRecipe, CFX"
):
    """A recipe for a printer."""

    strokes: Maybe[Sequence[Stroke]] = UNSET
    print_gap: Maybe[float] = UNSET
    separation: Maybe[Separation] = UNSET
    periodic_cleanings: Maybe[Sequence[PeriodicCleaning]] = UNSET
