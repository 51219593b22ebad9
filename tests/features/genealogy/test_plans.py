"""The plans of the pinned statements, and how many statements a question takes: golden on both databases.

A plan that begins to read a growing table from end to end is a change for the worse, whatever the figures of
the day say. If it changed on purpose: ``PADSTONE_WRITE_GOLDEN=1 pytest`` this file, on either database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from padstone.features.certificate.queries import panel_certificate
from padstone.features.genealogy.lookups import sql
from padstone.features.genealogy.package_history import package_history
from padstone.features.genealogy.queries import installations_of_unit
from padstone.features.recall.queries import Suspect, survey
from padstone.platform.pinned import Pinned, parameters
from tests.features.genealogy import large_books
from tests.shop_floor import AUDITOR

pytestmark = pytest.mark.django_db

GOLDEN = Path(__file__).parent / "plans"
GROWING = (
    "genealogy_pass",
    "genealogy_materialspan",
    "genealogy_deviation",
    "genealogy_replacement",
    "genealogy_templateentry",
    "production_unit",
    "production_panel",
    "production_worktransaction",
    "materials_materialpackage",
    "materials_packageevent",
)
AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
KEYS = list(range(1, 40))
ITS_OWN_CHOICE = (
    frozenset({"feeds_by_name", "order_of_panel"}) if connection.vendor == "postgresql" else frozenset()
)
"""Statements that leave it to the database how it joins small tables of names: it goes by how large these
are, and tests leave them behind in any size. What they read of growing tables is looked at all the same.
"""
ASKED: dict[str, Any] = {
    "packages": KEYS,
    "locations": [1, 2, 3],
    "coded": [1 << 32 | 100, 2 << 32 | 100, 3 << 32 | 700],
    "stations": [1, 2],
    "most": 50,
    "doubts": [(0, 100, 1, 1), (1, 101, 1, 0)],
    "runs": [(1, 40, 0), (50, 60, 1)],
    "positions": [1, 2, 3, 4],
    "designators": ["R1", "R2"],
    "templates": [1, 2],
    "panel": 7,
    "panels": KEYS,
    "units": KEYS,
    "passes": KEYS,
    "work": KEYS,
    "keys": KEYS,
    "head": "",
    "nozzle": "",
    "kind": "modified",
    "as_of": 2**62,
    "station": 1,
    "since": AT,
    "until": AT + timedelta(minutes=20),
    "ranges": [(1, 100, 160, 0), (3, 100, 160, 1)],
    "places": [(1, 100), (2, 100), (3, 700)],
    "classes": [(reach, 1_772_345_000_000_000 - (1 << reach) * 1_000_000) for reach in range(40)],
}


def statements() -> list[Pinned]:
    modules = [import_module(f"{sql.__name__}.{found.name}") for found in iter_modules(sql.__path__)]
    modules += [
        import_module(f"padstone.features.{name}")
        for name in ("production.places", "materials.names", "sites.labels")
    ]
    found = {one.name: one for module in modules for one in vars(module).values() if isinstance(one, Pinned)}
    return [found[name] for name in sorted(found)]


def plan(one: Pinned) -> str:
    wanted = set(re.findall(r"%\((\w+?)(?:_\d)?\)s", one.text))
    asked = parameters({name: value for name, value in ASKED.items() if name in wanted})
    how = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN (COSTS OFF)"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {one.text}", asked)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def aliases(one: Pinned) -> dict[str, str]:
    """Table by alias: SQLite's plans speak of aliases."""
    return {alias: table for table, alias in re.findall(r"(\w+_\w+) AS (\w+)", one.text)}


def read_whole(one: Pinned, said: str) -> set[str]:
    """The growing tables that a plan reads from end to end."""
    scanned = set(re.findall(r"^(?:.*)SCAN (\w+)", said, re.MULTILINE))
    tables = {aliases(one).get(name, name) for name in scanned}
    tables |= set(re.findall(r"Seq Scan on (\w+)", said))
    return tables & set(GROWING)


def hold_against(name: str, said: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("PADSTONE_WRITE_GOLDEN") == "1":
        path.write_text(said)
    assert path.read_text() == said


def test_no_plan_reads_a_growing_table_from_end_to_end() -> None:
    large_books.write()
    plans = {one.name: plan(one) for one in statements()}
    whole = {one.name: read_whole(one, plans[one.name]) for one in statements()}
    assert {name: tables for name, tables in whole.items() if tables} == {}
    said = "".join(f"{name}\n{text}\n\n" for name, text in plans.items() if name not in ITS_OWN_CHOICE)
    hold_against(connection.vendor, said)


QUESTIONS: dict[str, Callable[[], object]] = {
    "what is in a unit": lambda: installations_of_unit(AUDITOR, "SN500"),
    "all units of a panel": lambda: panel_certificate(AUDITOR, "PN125"),
    "a lot, counted": lambda: survey(AUDITOR, Suspect(lot="L20")),
    "a lot, its first hundred units": lambda: survey(AUDITOR, Suspect(lot="L20")).page("certain"),
    "a station for half an hour, counted": lambda: survey(
        AUDITOR, Suspect(station="S1", since=AT, until=AT + timedelta(minutes=30))
    ),
    "a nozzle for half an hour, counted": lambda: survey(
        AUDITOR, Suspect(station="S1", nozzle="1 N", since=AT, until=AT + timedelta(minutes=30))
    ),
    "a package's history": lambda: package_history(AUDITOR, "R105"),
}


def test_a_question_takes_as_many_statements_as_it_did() -> None:
    large_books.write()
    counted = {}
    for question, ask in QUESTIONS.items():
        ask()  # templates are kept in memory by their content
        with CaptureQueriesContext(connection) as asked:
            ask()
        own = [one for one in asked.captured_queries if not one["sql"].startswith(("FETCH", "CLOSE"))]
        counted[question] = len(own)
    hold_against(
        f"statements-{connection.vendor}",
        "".join(f"{count:4} {question}\n" for question, count in counted.items()),
    )


def test_the_answers_of_the_large_books_are_what_was_written() -> None:
    """So that plans and counts are those of real answers."""
    large_books.write()
    found = survey(AUDITOR, Suspect(package="R105"))
    assert found.certain > 0
    assert len(installations_of_unit(AUDITOR, "SN500")) == 2 * large_books.PARTS_A_UNIT + 1  # one by hand
    half_an_hour = survey(AUDITOR, Suspect(station="S1", since=AT, until=AT + timedelta(minutes=30)))
    passes = 1800 // large_books.PASS_S
    by_hand = passes * 2  # a unit for each pass of either station
    assert (passes - 1) * 4 <= half_an_hour.certain <= (passes + 1) * 4 + by_hand


@pytest.mark.parametrize(
    "said", ["SCAN p", "  |--SCAN p USING COVERING INDEX x", "Seq Scan on genealogy_pass p"]
)
def test_a_whole_reading_is_seen(said: str) -> None:
    one = Pinned(name="", sqlite="FROM genealogy_pass AS p", postgresql="FROM genealogy_pass AS p")
    assert read_whole(one, said) == {"genealogy_pass"}
