"""NUL inside texts."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="nul_characters",
    title="NUL inside texts",
    seen="Machines that fill texts up to a fixed length.",
    repair="The NULs are left out, with the flag `nul_left_out`: no database keeps them in a text.",
    done_in="padstone.ingest.interpret",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Pri'
        b'maryIdentifier": "P1\\u0000\\u0000"}}'
    ),
    says="",
    quality={
        "seen": "todo: no delivery is at hand",
        "placed": "todo: the flag counts them and names no place",
        "certain": "done",
        "kept": "exempt: the bytes in the inbox are",
    },
)
