"""Whoever changes evidence is found out: a byte in the file, rows less or more, rows in another order."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

import pytest
from pytest_django import DjangoDbBlocker

from padstone.ingest.verify import check_inbox, check_journal
from padstone.platform.audit.file import check_file
from padstone.platform.audit.verify import Checked, check_audit
from padstone.platform.signatures.verify import check_signatures
from tests.evidence.factory_file import open_file
from tests.evidence.pages import Record, records

FLIPPED = ("audit_auditline", "signatures_signature", "ingest_batch", "ingest_message")
CHAINS = {
    "audit_auditline": "audit",
    "signatures_signature": "signatures",
    "ingest_batch": "inbox",
    "ingest_message": "journal",
}
STATES = ("code", "reason", "awaits", "attempts")
"""Columns of a message that may change, and are no evidence."""
TOGETHER = {"ingest_batch", "ingest_message"}
NAMED = {table: TOGETHER if table in TOGETHER else {table} for table in FLIPPED}
"""Where a change of a row may be noticed: a batch and its messages are sealed together."""
PROVED, SAMPLED = 1_000, 40


def looked_at(path: Path) -> list[Checked]:
    """Every check but that of the guards: those who tamper put them back."""
    connection = open_file(path)
    try:
        return [
            check_file(connection),
            check_audit(connection),
            check_signatures(connection),
            check_inbox(connection),
            check_journal(connection),
        ]
    finally:
        connection.close()


def places(found: Iterable[Checked]) -> set[str]:
    """The tables that are named by what is wrong."""
    return {one.broken.table for one in found if one.broken is not None}


def test_what_nobody_touched_is_intact(factory_file: Path, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        found = looked_at(factory_file)
    assert [str(one.broken) for one in found if not one.intact] == []
    links = {one.name: one.links for one in found}
    assert min(links[name] for name in ("audit", "signatures", "inbox", "journal")) > 3


# --- the file's bytes: no trigger sees them ------------------------------


def columns_of(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def evidence_bytes(record: Record, columns: Sequence[str]) -> list[int]:
    """The places of all bytes that say which row it is, what it says, and how that is to be read."""
    of_columns = [
        place
        for name, kinds, own in zip(columns, record.kinds, record.columns, strict=True)
        if name not in STATES
        for place in (*kinds, *own)
    ]
    return [*record.head, *of_columns]


def as_read(path: Path, table: str, columns: Sequence[str]) -> list[tuple[object, ...]] | str:
    """What SQLite itself makes of a table: kinds and bytes."""
    values = ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in columns)
    connection = sqlite3.connect(path)
    try:
        return connection.execute(f"SELECT {values} FROM {table} NOT INDEXED ORDER BY id").fetchall()
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()


def test_any_flipped_byte_is_found(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, proving: bool
) -> None:
    file = factory_file.read_bytes()
    connection = sqlite3.connect(factory_file)
    roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
    columns = {table: columns_of(connection, table) for table in FLIPPED}
    connection.close()
    rows = {table: list(records(file, roots[table])) for table in FLIPPED}
    truth = {table: as_read(factory_file, table, columns[table]) for table in FLIPPED}
    harmed = tmp_path / "harmed.sqlite3"
    missed = []
    with django_db_blocker.unblock():
        for seed in range(PROVED if proving else SAMPLED):
            chance = Random(seed)
            table = chance.choice(FLIPPED)
            record = chance.choice(rows[table])
            reads_the_same = True
            while reads_the_same:  # SQLite has two spellings of nothing: see docs/explanation/evidence.md
                place = chance.choice(evidence_bytes(record, columns[table]))
                changed = bytearray(file)
                changed[place] ^= chance.randrange(1, 256)
                harmed.write_bytes(changed)
                reads_the_same = as_read(harmed, table, columns[table]) == truth[table]
            told = places(looked_at(harmed))
            if not told & NAMED[table]:
                missed.append((seed, table, record.row_id, told))
    assert missed == []


# --- rows, by somebody who may do everything in the database ------------------------------


Harm = Callable[[sqlite3.Connection, str, Random], None]


def some_ids(connection: sqlite3.Connection, table: str, chance: Random, count: int) -> list[int]:
    ids = [row[0] for row in connection.execute(f"SELECT id FROM {table}")]
    return sorted(chance.sample(ids, count))


def delete(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    (row,) = some_ids(connection, table, chance, 1)
    connection.execute(f"DELETE FROM {table} WHERE id = ?", [row])


def swap(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """Two rows change places, with all that they say."""
    first, second = some_ids(connection, table, chance, 2)
    for before, after in ((first, -1), (second, first), (-1, second)):
        connection.execute(f"UPDATE {table} SET id = ? WHERE id = ?", [after, before])


def move(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """A row goes to the end, and those after it close the gap."""
    (row,) = some_ids(connection, table, chance, 1)
    (last,) = connection.execute(f"SELECT MAX(id) FROM {table}").fetchone()
    if row == last:
        row = last - 1
    connection.execute(f"UPDATE {table} SET id = -1 WHERE id = ?", [row])
    for one in range(row + 1, last + 1):
        connection.execute(f"UPDATE {table} SET id = ? WHERE id = ?", [one - 1, one])
    connection.execute(f"UPDATE {table} SET id = ? WHERE id = -1", [last])


def duplicate(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """A row stands there twice; where its seal must be its own, the copy has another."""
    (row,) = some_ids(connection, table, chance, 1)
    columns = columns_of(connection, table)
    changed = {"id": f"(SELECT MAX(id) + 1 FROM {table})", "seal": "randomblob(32)", "journal_no": "NULL"}
    values = ", ".join(changed.get(name, name) for name in columns)
    connection.execute("DROP INDEX IF EXISTS message_once")
    connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE id = ?", [row]
    )


def truncate(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    (last,) = connection.execute(f"SELECT MAX(id) FROM {table}").fetchone()
    connection.execute(f"DELETE FROM {table} WHERE id > ?", [last - chance.randrange(1, 4)])


def renumber_head(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    change = chance.choice((-3, -1, 1, 2))
    head = CHAINS[table]
    connection.execute("UPDATE journal_head SET number = number + ? WHERE name = ?", [change, head])


def reseal_head(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    connection.execute("UPDATE journal_head SET seal = randomblob(32) WHERE name = ?", [CHAINS[table]])


def behead(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    connection.execute("DELETE FROM journal_head WHERE name = ?", [CHAINS[table]])


def respell(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """The same instant to whoever converts it, in other words."""
    column = {"ingest_batch": "received_at", "ingest_message": "happened_at"}.get(table, "at")
    (row,) = some_ids(connection, table, chance, 1)
    connection.execute(f"UPDATE {table} SET {column} = {column} || '+00:00' WHERE id = ?", [row])


def empty_or_nothing(connection: sqlite3.Connection, table: str, chance: Random) -> None:
    """A text becomes the bytes of that text."""
    column = {"ingest_batch": "door", "ingest_message": "message_id"}.get(table, "actor")
    (row,) = some_ids(connection, table, chance, 1)
    connection.execute(f"UPDATE {table} SET {column} = CAST({column} AS BLOB) WHERE id = ?", [row])


OF_HEADS = (renumber_head, reseal_head, behead)
HARMS: Sequence[tuple[str, Harm]] = [
    *(
        (table, harm)
        for table in FLIPPED
        for harm in (delete, swap, move, duplicate, truncate, respell, empty_or_nothing)
    ),
    *((table, harm) for table in CHAINS for harm in OF_HEADS),
]


@pytest.mark.parametrize(("table", "harm"), HARMS, ids=lambda value: getattr(value, "__name__", value))
def test_rows_that_vanish_move_or_multiply_are_found(
    factory_file: Path,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
    proving: bool,
    table: str,
    harm: Harm,
) -> None:
    harmed = tmp_path / "harmed.sqlite3"
    missed = []
    for seed in range(PROVED // len(HARMS) + 1 if proving else 1):
        shutil.copy(factory_file, harmed)
        connection = sqlite3.connect(harmed)
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        harm(connection, table, Random(seed))
        connection.commit()
        connection.close()
        with django_db_blocker.unblock():
            told = places(looked_at(harmed))
        if not told & (NAMED[table] | ({"journal_head"} if harm in OF_HEADS else set())):
            missed.append((seed, told))
    assert missed == []
