"""Times without a zone."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="missing_zone",
    title="Times without a zone",
    seen="Machines that send their local time.",
    repair="Read as UTC, with the flag `time_without_zone`: the machine's own zone is not known here.",
    done_in="padstone.ingest.interpret",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "TimeStamp": "2031-0'
        b'2-03T04:05:06", "MessageBody": {}}'
    ),
    says="",
    quality={
        "seen": "todo: no delivery is at hand",
        "placed": "done",
        "certain": "todo: a zone per machine would make it certain",
        "kept": "done",
    },
)
