"""Times without a zone."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="missing_zone",
    title="Times without a zone",
    seen="Machines that send their local time.",
    repair=(
        "Read in the zone in which the machine's clock runs, once somebody has said it (on the machine's "
        "page, or for its site): certain, and no flag. In the hours in which clocks are put back or forward "
        "what was assumed is flagged: `time_twice`, read as the one nearer to the receipt or to its message, "
        "in a file as the first; `time_never`, read as a clock shows it that was not put forward. "
        "While nobody has said it: read as UTC, with the flag `time_without_zone`."
    ),
    done_in="padstone.ingest.zones",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "TimeStamp": "2031-0'
        b'2-03T04:05:06", "MessageBody": {}}'
    ),
    says="",
    quality={
        "seen": "todo: no delivery is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
