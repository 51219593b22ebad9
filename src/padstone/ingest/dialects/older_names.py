"""Names and forms from before."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="older_names",
    title="Names and forms from before",
    seen=(
        "IPC's own sample of LocalRecipeChanged: `ProductionChanges` for `LocalRecipeChanges`, and "
        "a mere number for a UnitPosition."
    ),
    repair="Each is read as what took its place. Only what IPC itself has published is on the list.",
    done_in="padstone.cfx.shapes, padstone.cfx.repairing",
    example=(
        b'{"MessageName": "CFX.Production.LocalRecipeChanged", "UniqueID": "u1", "MessageBody":'
        b' {"ProductionChanges": []}}'
    ),
    says="ProductionChanges: read as LocalRecipeChanges",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "todo: it is written again under its present name",
    },
)
