"""A body that is JSON inside a text."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="body_as_text",
    title="A body that is JSON inside a text",
    seen="Gateways that serialise twice.",
    repair="The text is read as the body.",
    done_in="padstone.cfx.settling",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": "{\\"U'
        b'nitCount\\": 2}"}'
    ),
    says="the body was JSON inside a text",
    quality={
        "seen": "todo: no delivery is at hand",
        "placed": "exempt: it is the whole body",
        "certain": "done",
        "kept": "todo: it is written again as an object",
    },
)
