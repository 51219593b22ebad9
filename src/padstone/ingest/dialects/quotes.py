"""Quotes of another kind, or none."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="quotes",
    title="Quotes of another kind, or none",
    seen=(
        "IPC's own published samples (LocalRecipeChanged and EnergyConsumptionResponse with "
        "typographic quotes, GetUnitInfoRequest with a serial number without quotes); Python "
        "scripts that print a dict."
    ),
    repair=(
        "Single and typographic quotes are read as quotes, `True`, `None` and the like as JSON's "
        "words. A name, or one word as a value, is read without quotes; more than one word is "
        "refused."
    ),
    done_in="padstone.cfx.lenient",
    example=(
        b"{'MessageName': 'CFX.Production.UnitsArrived', UniqueID: SN1234, 'MessageBody': {'Lane': None}}"
    ),
    says="quotes ' for",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: a text that is not JSON is written again as JSON",
    },
)
