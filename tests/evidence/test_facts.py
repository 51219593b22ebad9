"""What is on the books is what the messages tell: replayed, every fact comes out again, and a changed one is
found.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from django.apps import apps
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker

from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.sites.commands import assign_station
from padstone.ingest.comparison import Difference, cites_messages, compare_books, models_of_features
from padstone.ingest.models import Message
from padstone.ingest.replay import REBUILT, check_facts, told_again
from padstone.platform.audit.verify import Checked, no_progress
from padstone.platform.scratch import BOOKS
from padstone.simulator.scenarios import Suspect
from padstone.simulator.world import Settings, run
from tests.evidence.factory_file import CHIEF, open_file
from tests.evidence.told_events import tell_of_everything
from tests.shop_floor import build

PROVED = 1_000
Figure = Callable[[str], None]
FACTS = sorted({model._meta.db_table for model in models_of_features() if cites_messages(model)} | REBUILT)
UNTOLD = {"production_panel": {"id", "client"}}
"""Columns that messages do not tell, by table; the ids of the others are told by what points at them."""


@pytest.fixture(scope="module")
def factory(module_books: None) -> list[bytes]:
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
    tell_of_everything()
    return messages


@pytest.mark.django_db
def test_the_books_come_out_of_the_messages_again(factory: list[bytes]) -> None:
    found = check_facts(connection)
    assert (str(found.broken), found.links) == ("None", Message.objects.filter(state="done").count())
    assert found.links > 100


@pytest.mark.django_db
def test_the_real_books_are_left_alone(factory: list[bytes]) -> None:
    before = [model._default_manager.count() for model in apps.get_models()]
    check_facts(connection)
    assert [model._default_manager.count() for model in apps.get_models()] == before
    assert connection.alias == "default"


@pytest.mark.django_db
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("harm", "what"),
    [
        ("initial_quantity = 1", "quantity is '1.000000', and its audit line says"),
        ("part_id = (SELECT MAX(id) FROM parts_part)", "part is "),
        ("lot_id = NULL", "lot is '', and its audit line says 'L-1'"),
        ("identifier = 'ANOTHER'", "no audit line says that it came by hand"),
    ],
)
def test_a_package_received_by_hand_is_what_its_audit_line_says(
    factory: list[bytes], harm: str, what: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE materials_materialpackage SET {harm} WHERE identifier = 'BY-HAND'")
    broken = check_facts(connection).broken
    assert broken is not None
    assert (broken.table, what in broken.what) == ("materials_materialpackage", True), broken.what


@pytest.mark.django_db
def test_a_package_that_denies_its_message_is_found(factory: list[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE materials_materialpackage SET journal_no = NULL, manufacturer = 'Another' "
            "WHERE journal_no = (SELECT MIN(journal_no) FROM materials_materialpackage)"
        )
    broken = check_facts(connection).broken
    assert broken is not None
    assert "no audit line says that it came by hand" in broken.what


# --- changed in the file ------------------------------


@contextmanager
def closing_file(path: Path) -> Iterator[BaseDatabaseWrapper]:
    books = open_file(path)
    try:
        yield books
    finally:
        books.close()


def in_file(path: Path) -> Checked:
    with closing_file(path) as books:
        return check_facts(books)


def columns_of(books: sqlite3.Connection, table: str) -> list[str]:
    every = [row[1] for row in books.execute(f"PRAGMA table_info({table})")]
    return [name for name in every if name not in UNTOLD.get(table, {"id", "client"})]


def change(books: sqlite3.Connection, table: str, chance: Random) -> tuple[int, str] | None:
    """Change one value a little; None where the table is empty."""
    ids = [row[0] for row in books.execute(f"SELECT id FROM {table} ORDER BY id")]
    if not ids:
        return None
    row, column = chance.choice(ids), chance.choice(columns_of(books, table))
    (value,) = books.execute(f'SELECT "{column}" FROM {table} WHERE id = ?', [row]).fetchone()
    match value:
        case int() | float():
            changed: object = value + chance.choice((-1, 1))
        case str():
            changed = value + " "
        case bytes():
            changed = bytes([*value, 0])
        case _:
            changed = 1
    books.execute(f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE id = ?', [changed, row])
    (changes,) = books.execute("SELECT changes()").fetchone()
    return (row, column) if changes else change(books, table, chance)


def delete(books: sqlite3.Connection, table: str, chance: Random) -> tuple[int, str] | None:
    ids = [row[0] for row in books.execute(f"SELECT id FROM {table} ORDER BY id")]
    if not ids:
        return None
    row = chance.choice(ids)
    books.execute(f"DELETE FROM {table} WHERE id = ?", [row])
    return row, "deleted"


def swap(books: sqlite3.Connection, table: str, chance: Random) -> tuple[int, str] | None:
    """Two rows change places, with all that they say."""
    ids = [row[0] for row in books.execute(f"SELECT id FROM {table} ORDER BY id")]
    if len(ids) < 2 or table in REBUILT:
        return None
    first, second = sorted(chance.sample(ids, 2))
    for before, after in ((first, -1), (second, first), (-1, second)):
        books.execute(f"UPDATE {table} SET id = ? WHERE id = ?", [after, before])
    return first, f"swapped with {second}"


Harm = Callable[[sqlite3.Connection, str, Random], tuple[int, str] | None]
HARMS: tuple[Harm, ...] = (change, change, delete, swap)


def harmed(
    copy: Path, unguarded_file: Path, table: str, harm: Harm, chance: Random
) -> tuple[int, str] | None:
    """Harm a copy of the factory's file as somebody does who may do everything in the database."""
    shutil.copy(unguarded_file, copy)
    with closing(sqlite3.connect(copy)) as books:
        books.execute("PRAGMA synchronous = OFF")
        books.execute("PRAGMA foreign_keys = OFF")
        done = harm(books, table, chance)
        books.commit()
    return done


@pytest.mark.parametrize("table", ["genealogy_pass", "materials_loadevent", "production_panel"])
def test_a_changed_fact_is_found(
    unguarded_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, table: str
) -> None:
    copy = tmp_path / "copy.sqlite3"
    done = harmed(copy, unguarded_file, table, change, Random(table))
    assert done is not None
    with django_db_blocker.unblock():
        found = in_file(copy)
    assert found.broken is not None, done


def test_facts_that_change_vanish_or_change_places_are_found(
    factory_file: Path,
    unguarded_file: Path,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
    proving: bool,
    figure: Figure,
) -> None:
    """The messages are told again once, and compared with many books: with a fact of every table changed,
    and then with any.
    """
    trials = PROVED if proving else len(FACTS) // 2
    copy = tmp_path / "copy.sqlite3"
    chance = Random(trials)
    any_harm = ((chance.choice(FACTS), chance.choice(HARMS)) for _ in range(trials))
    missed, empty, done = [], set[str](), 0
    with django_db_blocker.unblock(), closing_file(factory_file) as books, told_again(books) as last:
        for table, harm in (*((table, change) for table in FACTS), *any_harm):
            what = harmed(copy, unguarded_file, table, harm, chance)
            if what is None:
                if harm is change:
                    empty.add(table)
                continue
            done += 1
            with closing_file(copy) as there:
                connections[BOOKS] = there
                if not differs(last):
                    missed.append((table, what))
            connections[BOOKS] = books
    figure(f"{done - len(missed)} of {done} changed, deleted or moved rows of facts found by looking deep")
    assert missed == []
    assert len(empty) <= 3, "tables of which this little factory has no rows to change"


def differs(last: int) -> bool:
    try:
        compare_books(last, no_progress)
    except Difference:
        return True
    return False
