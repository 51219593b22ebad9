"""What the questions of kits cost: statements that do not grow with the store, and rows by index alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from padstone.features.kitting import commands
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.kitting.queries.outlook import outlook
from padstone.features.materials.models import MaterialPackage
from padstone.features.parts.models import Part
from padstone.features.stock.models import Position, StorageLocation
from tests.features.kitting.conftest import ANNA, Store

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 2_000
OF_KITS = r'FROM "?(kitting_|stock_position|stock_packagecode|production_workorder|production_panel)'


def statements(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_a_page_takes_as_many_statements_however_much_is_in_store(
    store: Store, stocked: Callable[..., None]
) -> None:
    commands.begin_kit(ANNA, order="WO-1", location="T-1")
    commands.pick(ANNA, order="WO-1", package="R1", location="A-2")
    stocked("WO-2", due="2026-12-01")
    questions = {"card": lambda: kit_card(ANNA, "WO-1"), "outlook": lambda: outlook(ANNA)}
    first = {name: statements(ask) for name, ask in questions.items()}
    store(*(f"R{n}" for n in range(10, 40)), part="100-001")
    store(*(f"C{n}" for n in range(10, 40)), part="200-001", at="A-2")
    stocked("WO-3", quantity=500)
    assert {name: statements(ask) for name, ask in questions.items()} == first
    assert max(first.values()) <= 50
    assert statements(lambda: commands.pick(ANNA, order="WO-1", package="C1", location="A-10")) <= 110, (
        "a pick is a reservation and a move, and judges what it takes"
    )


def test_no_question_reads_a_table_from_end_to_end(store: Store, stocked: Callable[..., None]) -> None:
    many()
    commands.begin_kit(ANNA, order="WO-1", location="T-1")
    commands.pick(ANNA, order="WO-1", package="R1", location="A-2")
    with CaptureQueriesContext(connection) as asked:
        kit_card(ANNA, "WO-1")
    selects = [one["sql"] for one in asked.captured_queries if re.search(OF_KITS, one["sql"])]
    assert len(selects) > 5
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (COSTS OFF)"
    for sql in selects:
        with connection.cursor() as cursor:
            cursor.execute(f"{how} {sql}".replace("%", "%%"), [])
            said = "\n".join(str(row[-1]) for row in cursor.fetchall())
        big = r"(Seq Scan on|SCAN) (stock_position|stock_packagecode|materials_materialpackage|parts_part)\b"
        assert not re.search(big, said), f"{sql}\n{said}"


def many() -> None:
    """Enough that no planner reads a table from end to end for its smallness."""
    parts = Part.objects.bulk_create(Part(number=f"P-{n}") for n in range(MANY))
    shelf = StorageLocation.objects.get(code="A-1")
    rows = MaterialPackage.objects.bulk_create(
        MaterialPackage(identifier=f"M{n}", part=part) for n, part in enumerate(parts)
    )
    Position.objects.bulk_create(
        Position(package=row, location=shelf, quantity=9, since=AT, changed_by="anna", changed_at=AT)
        for row in rows
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
