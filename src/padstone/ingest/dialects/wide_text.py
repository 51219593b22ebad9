"""UTF-16, and a byte order mark."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="wide_text",
    title="UTF-16, and a byte order mark",
    seen="Files saved by editors and by .NET programs with `Encoding.Unicode`.",
    repair=(
        "The mark, or the NUL in every other byte, tells. A mark before UTF-8 is passed over "
        "without a flag: it changes nothing."
    ),
    done_in="padstone.cfx.lenient",
    example=('{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {}}').encode(
        "utf-16-le"
    ),
    says="the text is UTF-16-LE, not UTF-8",
    quality={
        "seen": "todo: no file of a real site is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: it is written again as UTF-8",
    },
)
