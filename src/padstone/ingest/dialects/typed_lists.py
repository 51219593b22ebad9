"""Lists inside `$values`."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="typed_lists",
    title="Lists inside `$values`",
    seen="Serialisers that name the type of everything (`TypeNameHandling.All`).",
    repair="The list is taken out.",
    done_in="padstone.cfx.settling",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Uni'
        b'ts": {"$type": "System.Collections.Generic.List`1[[CFX.Structures.UnitPosition, CFX]]'
        b', mscorlib", "$values": [{"PositionNumber": 1}]}}}'
    ),
    says="Units: the list was inside $values",
    quality={
        "seen": "todo: known from how the serialiser behaves; no delivery is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "todo: it is written again as a plain list",
    },
)
