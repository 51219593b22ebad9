"""Comments."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="comments",
    title="Comments",
    seen="Messages that people keep in files for tests, and send.",
    repair="`// to the end of the line` and `/* between */` are passed over.",
    done_in="padstone.cfx.lenient",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", // first board\n "UniqueID": "u1", "Mes'
        b'sageBody": {}}'
    ),
    says="line 1, column 48: a comment",
    quality={
        "seen": "todo: no file of a real site is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: a text that is not JSON is written again as JSON",
    },
)
