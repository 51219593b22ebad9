"""What a message costs does not grow with what was received before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from padstone import cfx
from padstone.ingest.identities import STANDING
from padstone.ingest.interpret import retry
from padstone.platform.pinned import parameters
from tests.ingest.factory import STARTED, Factory, placed, started
from tests.shop_floor import AUDITOR

IS_SMALL = ("VIRTUAL TABLE", "CONSTANT ROW", "SUBQUERY", "USING INDEX message_to_interpret", "SCAN (")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by what is in the tables")
def test_neither_door_nor_books_read_through_the_archive(factory: Factory) -> None:
    """With the parameters as they are sent: a planner may take another way than with values in the text."""
    asked: dict[str, Any] = {}

    def note(execute: Callable[..., Any], sql: str, taken: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "UPDATE", "DELETE", "\nSELECT")):
            asked[sql] = taken[0] if many else taken
        return execute(sql, taken, many, context)

    with connection.execute_wrapper(note):
        a_little_of_everything(factory)
    assert {sql: found for sql, taken in asked.items() if (found := scans(sql, taken))} == {}


def scans(sql: str, taken: Any) -> list[str]:
    """What it reads from end to end. The newest row, or any, is one row."""
    if " WHERE " not in sql and " LIMIT 1" in sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", taken)
        plan = [str(row[-1]) for row in cursor.fetchall()]
    return [step for step in plan if step.startswith("SCAN") and not any(one in step for one in IS_SMALL)]


def a_little_of_everything(factory: Factory) -> None:
    factory.receive("R1", "R2")
    for number in (1, 2, 3, 4):
        factory.start(number, f"P{number}", (1, 2))
        factory.install(number, *[placed(f"P{number}", position, "R1") for position in (1, 2)])
        factory.complete(number)
    waiting = factory.install(9, placed("P9", 1, "R1"))
    factory.start(9, "P9")
    again = factory.envelope(STARTED, started(9, "P9"), UniqueID="said twice")
    factory.deliver(again)
    factory.deliver(again)
    factory.tell(cfx.Heartbeat.name, {"CFXHandle": "x"})
    factory.interpret()
    assert factory.line(factory.deliver(b"{}")[0]).state == "rejected"
    rejected = factory.tell("CFX.Nothing", {})
    retry(AUDITOR, message_id=rejected.id)
    assert waiting.state == "waiting"


@pytest.mark.django_db
def test_who_stands_for_an_identity_is_looked_up_in_its_index() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {STANDING.text}", parameters({"source": "A", "ids": ["1", "2"]}))
        assert "message_once" in str(cursor.fetchall())
