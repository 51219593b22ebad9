"""Commas too few or too many."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="commas",
    title="Commas too few or too many",
    seen=(
        "IPC's own published samples (MaterialsInstalled, RecipeActivated, "
        "WorkOrderActionExecuted): members without a comma between them, a comma after the last. "
        "Scripts that join texts do the same."
    ),
    repair=(
        "A comma is put between two members that are both whole, where the next begins with a "
        "quoted name, a bracket, or on a line of its own. A comma too many in an object, or after "
        "the last item of a list, is left out. `[1,,2]` and `[1 2]` mean nothing certain and are "
        "refused."
    ),
    done_in="padstone.cfx.lenient",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived" "UniqueID": "u1", "MessageBody": {"UnitCount": 2,},}'
    ),
    says="a comma was missing",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: a text that is not JSON is written again as JSON",
    },
)
