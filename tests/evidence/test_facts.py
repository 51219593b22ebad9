"""What is on the books is what the messages tell: replayed, every fact comes out again, and a changed one is
found.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest
from django.apps import apps
from django.db import connection
from pytest_django import DjangoDbBlocker

from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.sites.commands import assign_station
from padstone.ingest.comparison import cites_messages, models_of_features
from padstone.ingest.models import Message
from padstone.ingest.replay import REBUILT, check_facts
from padstone.platform.audit.verify import Checked
from padstone.simulator.scenarios import Suspect
from padstone.simulator.world import Settings, run
from tests.evidence.factory_file import CHIEF, open_file
from tests.shop_floor import build

PER_TABLE_PROVED, PER_TABLE_SAMPLED = 40, 1
FACTS = sorted({model._meta.db_table for model in models_of_features() if cites_messages(model)} | REBUILT)
UNTOLD = {"production_panel": {"id", "client"}}
"""Columns that messages do not tell, by table; the ids of the others are told by what points at them."""


@pytest.fixture
def factory(db: None) -> list[bytes]:
    """Machines told, waited and were taken up again; in between, people placed stations and received."""
    made = run(Settings(units=6, panel_up=2, suspect=Suspect("LX-1", 2)))
    messages = [body for _, body in made.messages]
    half = len(messages) // 2
    receive_package(CHIEF, facts=PackageFacts(identifier="BY-HAND", part_number="100-001", lot="L-1"))
    build(messages[half : half + 40])  # out of order: much of it waits
    build(messages[:half])
    handle = Message.objects.exclude(source="line").values_list("source", flat=True).first()
    assert handle is not None
    assign_station(CHIEF, handle=handle, name="Renamed", kind="other", line="L")
    build([*messages[half + 40 :], messages[0], b"no envelope"])
    return messages


def test_the_books_come_out_of_the_messages_again(factory: list[bytes]) -> None:
    found = check_facts(connection)
    assert (str(found.broken), found.links) == ("None", Message.objects.filter(state="done").count())
    assert found.links > 100


def test_the_real_books_are_left_alone(factory: list[bytes]) -> None:
    before = [model._default_manager.count() for model in apps.get_models()]
    check_facts(connection)
    assert [model._default_manager.count() for model in apps.get_models()] == before
    assert connection.alias == "default"


def test_a_fact_that_no_message_tells_is_found(factory: list[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO production_unitstatus (status, journal_no, unit_id, work_transaction_id) "
            "SELECT 'Scrap', journal_no, MIN(unit_id), work_transaction_id FROM ("
            "SELECT t.journal_no AS journal_no, u.id AS unit_id, t.id AS work_transaction_id "
            "FROM production_worktransaction t JOIN production_unit u ON u.panel_id = t.panel_id) AS one "
            "GROUP BY journal_no, work_transaction_id LIMIT 1"
        )
    broken = check_facts(connection).broken
    assert broken is not None
    assert broken.table == "production_unitstatus"
    assert "tells no such row" in broken.what


# --- changed in the file ------------------------------


def in_file(path: Path) -> Checked:
    books = open_file(path)
    try:
        return check_facts(books)
    finally:
        books.close()


def columns_of(books: sqlite3.Connection, table: str) -> list[str]:
    every = [row[1] for row in books.execute(f"PRAGMA table_info({table})")]
    return [name for name in every if name not in UNTOLD.get(table, {"id", "client"})]


def change(books: sqlite3.Connection, table: str, chance: Random) -> tuple[int, str] | None:
    """Change one value a little; None where the table is empty."""
    ids = [row[0] for row in books.execute(f"SELECT id FROM {table} ORDER BY id")]
    if not ids:
        return None
    row, column = chance.choice(ids), chance.choice(columns_of(books, table))
    (value,) = books.execute(f"SELECT {column} FROM {table} WHERE id = ?", [row]).fetchone()
    match value:
        case int() | float():
            changed: object = value + chance.choice((-1, 1))
        case str():
            changed = value + " "
        case bytes():
            changed = bytes([*value, 0])
        case _:
            changed = 1
    books.execute("PRAGMA foreign_keys = OFF")
    books.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE id = ?", [changed, row])
    return (row, column) if books.total_changes else change(books, table, chance)


@pytest.mark.parametrize("table", FACTS)
def test_a_changed_fact_is_found(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, proving: bool, table: str
) -> None:
    missed = []
    for seed in range(PER_TABLE_PROVED if proving else PER_TABLE_SAMPLED):
        harmed = tmp_path / f"{seed}.sqlite3"
        shutil.copy(factory_file, harmed)
        books = sqlite3.connect(harmed)
        for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            books.execute(f"DROP TRIGGER {name}")
        changed = change(books, table, Random(f"{table} {seed}"))
        books.commit()
        books.close()
        if changed is None:
            pytest.skip("this little factory has none")
        with django_db_blocker.unblock():
            found = in_file(harmed)
        if found.broken is None:
            missed.append((seed, changed))
    assert missed == []
