"""Numbers that JSON does not know."""

from __future__ import annotations

from padstone.ingest.dialects.dialect import Dialect

DIALECT = Dialect(
    code="loose_numbers",
    title="Numbers that JSON does not know",
    seen=(
        "JavaScript and hand-written senders (`+5`, `.5`, `5.`); .NET and Python for a reading that "
        "there is not (`NaN`, as a text or bare)."
    ),
    repair=(
        "`+5`, `.5` and `5.` are numbers. A NaN where a reading belongs is no reading: null. Where "
        "a count or a quantity belongs it is refused, and so is infinity. `007` is a text, which "
        "becomes a number only where one belongs."
    ),
    done_in="padstone.cfx.lenient, padstone.cfx.repairing",
    example=(
        b'{"MessageName": "CFX.Production.UnitsArrived", "UniqueID": "u1", "MessageBody": {"Uni'
        b'ts": [{"X": NaN, "Y": .5}]}}'
    ),
    says="Units[0].X: the text 'NaN' read as null",
    quality={
        "seen": "todo: known from how the serialisers behave; no delivery is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)
