"""Null where a list or a structure belongs."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="null_lists",
    title="Null where a list or a structure belongs",
    seen="The SDK, for every property that was never set.",
    repair=("Null is kept as null: not sent and nothing are told apart. That is no deviation, and no flag."),
    done_in="padstone.cfx.vocabulary",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Units": null}}'
    ),
    says="",
    quality={
        "seen": "done",
        "placed": "exempt: there is nothing to flag",
        "certain": "exempt: it has one meaning",
        "kept": "done",
    },
)
