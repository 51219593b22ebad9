"""Texts that end too early."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="cut_off",
    title="Texts that end too early",
    seen=(
        "Connections that broke, files copied while they were written, fields of a historian with a "
        "largest length."
    ),
    repair=(
        "Refused, with the place where the text ends: what is missing may be a part of what was "
        "installed. In a file with one message per line the other lines are read."
    ),
    done_in="padstone.cfx.lenient",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"UnitCount": 2'
    ),
    says="line 1, column 96: the text ends within the document (2 brackets are open)",
    quality={
        "seen": "todo: no delivery is at hand; the tests cut whole ones",
        "placed": "done",
        "certain": "done",
        "kept": "exempt: nothing is read",
    },
    refused=True,
)
