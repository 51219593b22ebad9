"""`$type` with version, or from before a class moved."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="type_names",
    title="`$type` with version, or from before a class moved",
    seen=(
        "Serialisers that write assembly names in full; IPC's own sample of LocalRecipeChanged, "
        "whose classes have moved to another name space since."
    ),
    repair=(
        "The structure is chosen among those that the place may hold, by its full name or, if it "
        "begins with `CFX.`, by its last name. Any other name is not looked up: the structure is "
        "then the one its place declares, with all that it said."
    ),
    done_in="padstone.cfx.shapes",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Uni'
        b'ts": [{"$type": "CFX.Structures.UnitInfo, CFX, Version=1.7.0.0, Culture=neutral, Publ'
        b'icKeyToken=null", "BadMark": 1}]}}'
    ),
    says="read as UnitInfo",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
