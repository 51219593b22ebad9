"""Control characters and stray backslashes inside texts."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="control_characters",
    title="Control characters and stray backslashes inside texts",
    seen=(
        "Barcode readers that pass on GS and RS of a Data Matrix code; paths of Windows; texts with "
        "line breaks typed by people."
    ),
    repair=(
        "The character is kept as JSON spells it. A backslash that escapes nothing is a backslash. "
        "NULs after the end, of buffers of fixed length, are passed over."
    ),
    done_in="padstone.cfx.lenient",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Pri'
        b'maryIdentifier": "[)>\x1e06\x1dSN1"}}\x00\x00'
    ),
    says="a control character (0x1e)",
    quality={
        "seen": "todo: no delivery of such a machine is at hand; the labels that hold these characters are",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: a text that is not JSON is written again as JSON",
    },
)
