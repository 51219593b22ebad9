"""Names in other letters."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="spelled_names",
    title="Names in other letters",
    seen=(
        "The standard itself (`TransactionID` beside `TransactionId`), IPC's own samples (`result`, "
        "`Chamber Pressure`), senders with camelCase or snake_case serialisers."
    ),
    repair=(
        "A name that is a property's but for letter case, `_`, `-` and spaces is that property. If "
        "both spellings are there they are kept apart, and the standard's counts."
    ),
    done_in="padstone.cfx.settling",
    example=(
        b'{"messageName": "CFX.Production.WorkCompleted", "uniqueId": "u1", "messageBody": {"tr'
        b'ansaction_id": "T1"}}'
    ),
    says="transaction_id: read as TransactionID",
    quality={
        "seen": "done",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
