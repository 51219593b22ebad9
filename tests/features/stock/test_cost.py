"""What a question costs: the plan of the search and the number of statements, golden on both databases.

If one changed on purpose: ``PADSTONE_WRITE_GOLDEN=1 pytest`` this file, on either database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from padstone.features.materials.models import Lot, MaterialPackage
from padstone.features.parts.models import Part, PartKey
from padstone.features.stock import commands
from padstone.features.stock.models import PackageCode, Position, StorageLocation
from padstone.features.stock.queries.balance import balance_of_lot
from padstone.features.stock.queries.cards import location_card, package_stock
from padstone.features.stock.queries.search import search
from padstone.features.stock.search_sql import PACKAGES_BY_CODE
from tests.features.stock.conftest import ANNA

pytestmark = pytest.mark.django_db
Store = Callable[..., None]
GOLDEN = Path(__file__).parent / "plans"
AT = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 2_000


def many_packages() -> None:
    """Enough that no planner reads a table from end to end for its smallness."""
    parts = Part.objects.bulk_create(Part(number=f"P-{n}") for n in range(MANY))
    PartKey.objects.bulk_create(
        PartKey(part=part, kind="maker", key=f"KEY{n}") for n, part in enumerate(parts)
    )
    lots = Lot.objects.bulk_create(Lot(part=part, code=f"L-{n}") for n, part in enumerate(parts))
    places = StorageLocation.objects.bulk_create(
        StorageLocation(code=f"S-{n}", kind="shelf", walk=f"S-{n}") for n in range(MANY)
    )
    rows = MaterialPackage.objects.bulk_create(
        MaterialPackage(identifier=f"R{n}", part=part, lot=lots[n], date_code=f"{n:04}")
        for n, part in enumerate(parts)
    )
    PackageCode.objects.bulk_create(
        PackageCode(package=row, code=f"C-{n}", at=AT, by="anna") for n, row in enumerate(rows)
    )
    Position.objects.bulk_create(
        Position(package=row, location=place, since=AT, changed_by="anna", changed_at=AT)
        for row, place in zip(rows, places, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan() -> str:
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (COSTS OFF)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{how} {PACKAGES_BY_CODE.text}", {"code": "R7", "key": "R7", "end": "R7\uffff", "limit": 51}
        )
        return "\n".join(str(row[-1]) for row in cursor.fetchall()) + "\n"


def hold_against(name: str, said: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("PADSTONE_WRITE_GOLDEN") == "1":
        path.write_text(said)
    assert path.read_text() == said


def test_a_search_by_any_code_is_index_lookups(db: None) -> None:
    many_packages()
    said = plan()
    assert not re.search(r"Seq Scan|SCAN (?!way_|\d|\()", said), said
    hold_against(f"search-{connection.vendor}", said)
    for code in ("R1999", "C-1999", "L-1999", "P-1999", "S-1999", "1999", "KEY1999"):
        assert search(ANNA, code).packages, code


def statements(ask: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def test_a_question_takes_as_many_statements_however_much_it_answers(store: Store) -> None:
    store("R1")
    questions: dict[str, Callable[[], object]] = {
        "a package": lambda: package_stock(ANNA, "R1"),
        "a location": lambda: location_card(ANNA, "A-1"),
        "a search": lambda: search(ANNA, "L-1"),
        "a lot's balance": lambda: balance_of_lot(ANNA, "L-1"),
    }
    first = {name: statements(ask) for name, ask in questions.items()}
    store(*(f"R{n}" for n in range(2, 30)))
    assert {name: statements(ask) for name, ask in questions.items()} == first
    first["a move"] = statements(lambda: commands.move(ANNA, package="R1", to="A-2"))
    first["a count"] = statements(lambda: commands.count(ANNA, package="R1", quantity=Decimal(90)))
    first["a split"] = statements(lambda: commands.split(ANNA, package="R1", new="R1a", quantity=Decimal(9)))
    first["thirty booked in"] = statements(book_in_thirty)
    hold_against(
        f"statements-{connection.vendor}", "".join(f"{name}: {n}\n" for name, n in sorted(first.items()))
    )


def book_in_thirty() -> None:
    part = Part.objects.get(number="100-001")
    rows = [MaterialPackage(identifier=f"N{n}", part=part, initial_quantity=Decimal(5)) for n in range(30)]
    MaterialPackage.objects.bulk_create(rows)
    commands.book_in(
        ANNA, arrivals=[commands.Arrival(package=row.identifier, location="A-1") for row in rows]
    )
