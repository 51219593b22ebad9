"""What a batch speaks of is read and written together, and remembered only as long as it is true."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from padstone.features.production.models import FlowEvent, Panel, Unit
from padstone.ingest.models import Message, State
from tests.ingest.factory import (
    ARRIVED,
    COMPLETED,
    STARTED,
    Factory,
    completed,
    started,
    transaction,
)

DEPARTED = "CFX.Production.UnitsDeparted"
UNITS_INITIALIZED = "CFX.Production.UnitsInitialized"


def moved(panel: str) -> dict[str, Any]:
    return {"PrimaryIdentifier": panel, "Units": [{"UnitIdentifier": panel, "PositionNumber": 1}]}


def statements_to_interpret(factory: Factory) -> int:
    with CaptureQueriesContext(connection) as asked:
        factory.interpreter.some()
    return len(asked)


def test_panels_that_come_and_go_take_no_statements_each(factory: Factory) -> None:
    for number in range(30):
        factory.start(number, f"P{number}")
    factory.interpreter.memory.forget()
    took = []
    for panels in (range(3), range(3, 30)):
        factory.deliver(*(factory.envelope(ARRIVED, moved(f"P{n}")) for n in panels))
        took.append(statements_to_interpret(factory))
        factory.deliver(*(factory.envelope(DEPARTED, moved(f"P{n}")) for n in panels))
        took.append(statements_to_interpret(factory))
    assert FlowEvent.objects.count() == 60
    assert took[2] <= took[0]
    assert took[3] <= took[1]


def test_work_takes_one_statement_to_begin_and_one_to_end_or_none(factory: Factory) -> None:
    """Where a server is asked, rows go together."""
    factory.deliver(*(factory.envelope(ARRIVED, moved(f"P{n}")) for n in range(40)))
    factory.interpret()
    took = []
    for numbers in (range(10), range(10, 40)):
        factory.deliver(
            *(factory.envelope(STARTED, started(n, f"P{n}")) for n in numbers),
            *(factory.envelope(COMPLETED, completed(n)) for n in numbers),
        )
        took.append(statements_to_interpret(factory))
    assert not Message.objects.exclude(state=State.DONE).exists()
    more = took[1] - took[0]
    assert more <= 4 if connection.vendor == "postgresql" else more == 2 * (30 - 10)


def test_a_refusal_after_something_was_written_leaves_its_neighbours(factory: Factory) -> None:
    """The transaction is another panel's: by then the new panel has been written."""
    factory.start(1, "P1")
    rows = factory.deliver(
        factory.envelope(STARTED, started(2, "P2")),
        factory.envelope(STARTED, started(1, "NEW")),
        factory.envelope(STARTED, started(3, "P3")),
    )
    factory.interpret()
    lines = [factory.line(row) for row in rows]
    assert [(line.state, line.code) for line in lines] == [
        ("done", ""),
        ("rejected", "transaction_known_otherwise"),
        ("done", ""),
    ]
    assert [line.attempts for line in lines] == [1, 1, 1]
    assert set(Panel.objects.values_list("identifier", flat=True)) == {"P1", "P2", "P3"}
    assert Unit.objects.count() == 3
    assert factory.start(4, "NEW").state == State.DONE


def test_an_order_that_a_panel_has_stays_its_order(factory: Factory) -> None:
    """The order was told by another message than the one that brought the panel."""
    factory.tell(ARRIVED, moved("P1"))
    factory.tell(UNITS_INITIALIZED, moved("P1") | {"WorkOrderIdentifier": {"WorkOrderId": "FIRST"}})
    body = started(1, "P1") | {"WorkOrderIdentifier": {"WorkOrderId": "SECOND"}}
    assert factory.tell(STARTED, body).state == State.DONE
    panel = Panel.objects.select_related("work_order").get(identifier="P1")
    assert panel.work_order is not None
    assert panel.work_order.number == "FIRST"


def test_work_that_is_completed_before_its_start_is_told_waits_for_it(factory: Factory) -> None:
    """That there is no such work is remembered, until there is."""
    rows = factory.deliver(
        factory.envelope(COMPLETED, completed(1)),
        factory.envelope(STARTED, started(1, "P1")),
    )
    factory.interpret()
    assert [factory.line(row).state for row in rows] == ["done", "done"]
    assert transaction(1) in factory.bytes_of(rows[0]).decode()
