"""Numbers and truth values as text, texts as numbers."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="numbers_as_text",
    title="Numbers and truth values as text, texts as numbers",
    seen=(
        "IPC's own published samples (UnitInfo, FiducialInfo, MaterialsInstalled); machines whose "
        "fields are all text."
    ),
    repair=(
        '`"10.2"` is a number where a number belongs, `"True"` a truth value, 4711 an identifier. A '
        "decimal comma, a unit or an empty text is refused with its path."
    ),
    done_in="padstone.cfx.repairing",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"UnitCount": "2"}}'
    ),
    says="UnitCount: the text '2' read as the number 2",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
