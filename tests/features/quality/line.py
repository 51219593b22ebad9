"""A line that speaks CFX to the interpreters, message by message."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from padstone import cfx
from padstone.features.production.lookups import must_unit
from padstone.features.quality.queries import UnitFindings, findings_of_unit
from padstone.ingest.context import Context, Memory
from padstone.ingest.interpreters import INTERPRETERS
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind
from padstone.platform.command import durable

READER = Actor(ActorKind.PERSON, "engineer", EVERYTHING)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PRINT = "11111111-1111-1111-1111-111111111111"
INSPECTED = "CFX.Production.TestAndInspection.UnitsInspected"
TESTED = "CFX.Production.TestAndInspection.UnitsTested"
PROCESSED = "CFX.Production.Processing.UnitsProcessed"
REPAIRED = "CFX.Production.ReworkAndRepair.UnitsRepaired"


class Line:
    """Tells messages in order; each that is taken gets the next journal number."""

    def __init__(self) -> None:
        self.journal_no = 0
        self.memory = Memory()

    def tell(self, name: str, body: dict[str, Any], source: str = "AOI.1", at: datetime = NOON) -> Context:
        message = cfx.decode_body(name, json.dumps(body).encode())
        context = Context(
            memory=self.memory,
            source=source,
            happened_at=at,
            happened_ticks=cfx.parse_instant(at.isoformat()).ticks,
            journal_no=self.journal_no + 1,
        )
        try:
            with durable():
                INTERPRETERS[name](message, context)
        except BaseException:
            self.memory.forget()
            raise
        self.journal_no += 1
        return context

    def start(self, panel: str, positions: int, transaction: str = PRINT) -> None:
        units = [{"UnitIdentifier": panel, "PositionNumber": n} for n in range(1, positions + 1)]
        body = {"PrimaryIdentifier": panel, "TransactionID": transaction, "Units": units}
        self.tell("CFX.Production.WorkStarted", body)

    def unit_id(self, panel: str, position: int | None = None) -> int:
        return must_unit(panel, position, None).pk

    def findings(self, panel: str, position: int | None = None, as_of: int | None = None) -> UnitFindings:
        return findings_of_unit(READER, self.unit_id(panel, position), as_of=as_of)
