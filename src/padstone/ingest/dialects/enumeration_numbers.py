"""Enumerations by number, or in other letter case."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="enumeration_numbers",
    title="Enumerations by number, or in other letter case",
    seen=(
        "Senders that use the SDK's classes with another serialiser; IPC's own sample of "
        "CreateTransportOrderRequest, which is why four enumerations are numbers here."
    ),
    repair=(
        "A number stands for the word that the standard gives it. A number or word that the "
        "standard does not have is refused with the words that it has; for station states an "
        "unknown number is kept."
    ),
    done_in="padstone.cfx.repairing",
    example=(
        b'{"MessageName": "CFX.Production.WorkCompleted", "UniqueID": "u1", "MessageBody": {"Result": 1}}'
    ),
    says="Result: the number 1 read as the text 'Failed'",
    quality={
        "seen": "exempt: the enumerations that IPC itself writes as numbers are numbers here",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
