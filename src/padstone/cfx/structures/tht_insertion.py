"""CFX.Structures.THTInsertion: insertion of through-hole components."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.materials import MaterialLocation
from padstone.cfx.structures.units import ComponentDesignator
from padstone.cfx.vocabulary import Maybe, Whole, Word


class THTInsertionFaultType(Word):
    XAxisError = "XAxisError"
    YAxisError = "YAxisError"
    ZAxisError = "ZAxisError"
    InsertionError = "InsertionError"
    AlignmentError = "AlignmentError"
    PickupError = "PickupError"
    PartsExhaustedError = "PartsExhaustedError"
    AnvilError = "AnvilError"
    ClinchError = "ClinchError"
    PanelLocationError = "PanelLocationError"
    AirSupplyDown = "AirSupplyDown"


class THTInsertionFault(Fault, kw_only=True, tag="CFX.Structures.THTInsertion.THTInsertionFault, CFX"):
    """A fault of an insertion machine."""

    insertion_fault_type: Maybe[THTInsertionFaultType] = UNSET
    program_step: Maybe[Whole] = UNSET
    designator: Maybe[ComponentDesignator] = UNSET
    material_location: Maybe[MaterialLocation] = UNSET
