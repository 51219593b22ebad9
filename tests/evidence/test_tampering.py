"""Whoever changes evidence is found out: a byte in the file, rows less or more, rows in another order.

What is evidence here: all that a reader of the database can see of audit lines, signatures, batches, messages
and the heads of their chains, and the triggers that guard them; of a message not how often it was tried and
why it waits. No evidence: bytes that no reader sees (free pages, the gaps between rows, a second spelling of
an empty column), and indexes, which are made from the rows and never asked when evidence is verified.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

from click.testing import CliRunner
from pytest_django import DjangoDbBlocker

from padstone.config.main import main
from padstone.ingest.models import Batch, Message
from padstone.ingest.verify import check_inbox, check_journal
from padstone.platform.audit.file import FILE, check_file
from padstone.platform.audit.models import AuditLine
from padstone.platform.audit.verify import HEADS, Checked, check_audit
from padstone.platform.journal.models import Head
from padstone.platform.signatures.models import Signature
from padstone.platform.signatures.verify import check_signatures
from tests.evidence.factory_file import as_default, open_file
from tests.evidence.pages import Record, records

FLIPPED = ("audit_auditline", "signatures_signature", "ingest_batch", "ingest_message")
CHAINS = {
    "audit_auditline": "audit",
    "signatures_signature": "signatures",
    "ingest_batch": "inbox",
    "ingest_message": "journal",
}
STATES = ("code", "reason", "awaits", "attempts", "dismissed")
"""Columns of a message that may change, and are no evidence."""
TOGETHER = {"ingest_batch", "ingest_message"}
EVIDENCE = {
    model._meta.db_table: [
        str(field.column)
        for field in model._meta.concrete_fields
        if model is not Message or field.column not in STATES
    ]
    for model in (AuditLine, Signature, Batch, Message, Head)
}
NEAR = {HEADS: set(CHAINS), "ingest_batch": TOGETHER, "ingest_message": {*TOGETHER, HEADS}}
"""Where else a change of a table may be noticed first."""
NAMED = {table: TOGETHER if table in TOGETHER else {table} for table in FLIPPED}
"""Where a change of a row may be noticed: a batch and its messages are sealed together."""
TRIGGERS = "trigger"
PROVED, SAMPLED = 1_000, 40
Figure = Callable[[str], None]


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


def places_told(path: Path) -> set[str]:
    """The tables that ``padstone audit verify`` names; none where it says that all is well."""
    with as_default(path):
        told = CliRunner().invoke(main, ["audit", "verify", "--format", "json"])
    if told.exit_code == 0:
        return set()
    assert told.exit_code == 1, told.output
    assert isinstance(told.exception, SystemExit), told.output
    checks = json.loads(told.stdout)["checks"]
    return {check["broken"]["table"] for check in checks if check["broken"]}


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


def as_read(path: Path, table: str) -> object:
    """What SQLite itself makes of a table's evidence, kinds and bytes; or why it cannot."""
    values = ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in EVIDENCE[table])
    return answer(path, f"SELECT {values} FROM {table} NOT INDEXED ORDER BY rowid")


def answer(path: Path, question: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        try:
            return connection.execute(question).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return str(error)


def test_any_flipped_byte_of_a_row_is_found(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, proving: bool, figure: Figure
) -> None:
    """Each kind of evidence as often as another, however few bytes it has."""
    file = factory_file.read_bytes()
    connection = sqlite3.connect(factory_file)
    roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'"))
    columns = {table: columns_of(connection, table) for table in FLIPPED}
    connection.close()
    rows = {table: list(records(file, roots[table])) for table in FLIPPED}
    truth = {table: as_read(factory_file, table) for table in FLIPPED}
    harmed = tmp_path / "harmed.sqlite3"
    missed = []
    trials = PROVED if proving else SAMPLED
    with django_db_blocker.unblock():
        for seed in range(trials):
            chance = Random(seed)
            table = chance.choice(FLIPPED)
            record = chance.choice(rows[table])
            reads_the_same = True
            while reads_the_same:  # SQLite has two spellings of nothing: see docs/explanation/evidence.md
                place = chance.choice(evidence_bytes(record, columns[table]))
                changed = bytearray(file)
                changed[place] ^= chance.randrange(1, 256)
                harmed.write_bytes(changed)
                reads_the_same = as_read(harmed, table) == truth[table]
            told = places(looked_at(harmed))
            if not told & NAMED[table]:
                missed.append((seed, table, record.row_id, told))
    figure(f"{trials - len(missed)} of {trials} flipped bytes in rows of evidence found, table named")
    assert missed == []


def readings(path: Path) -> dict[str, object]:
    """All evidence of a file, and its guards, by table."""
    return {
        **{table: as_read(path, table) for table in EVIDENCE},
        TRIGGERS: answer(path, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"),
    }


def harmed_files(
    file: bytes, path: Path, truth: dict[str, object], count: int
) -> Iterator[tuple[int, set[str]]]:
    """Flip one byte anywhere in the file, again and again: the place, and what of the evidence reads
    otherwise. The changed file is at ``path``. Flips that no reader of evidence sees are passed over.
    """
    chance = Random(count)
    while count:
        place = chance.randrange(len(file))
        changed = bytearray(file)
        changed[place] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        other = {table for table, read in readings(path).items() if read != truth[table]}
        if other:
            count -= 1
            yield place, other


def test_a_flipped_byte_anywhere_in_the_file_is_found(
    factory_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, proving: bool, figure: Figure
) -> None:
    """In rows, but also in what leads to them, in the heads, the guards and the file's own header; by the
    command that people give.
    """
    truth, harmed = readings(factory_file), tmp_path / "harmed.sqlite3"
    trials = PROVED if proving else SAMPLED // 2
    missed = []
    with django_db_blocker.unblock():
        for place, other in harmed_files(factory_file.read_bytes(), harmed, truth, trials):
            told = places_told(harmed)
            if not told & {FILE, *other, *(name for table in other for name in NEAR.get(table, ()))}:
                missed.append((place, other, told))
    figure(f"{trials - len(missed)} of {trials} flipped bytes anywhere in the file found, place named")
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


def harm_rows(path: Path, table: str, harm: Harm, chance: Random) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        harm(connection, table, chance)
        connection.commit()


def test_rows_that_vanish_move_or_multiply_are_found(
    unguarded_file: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker, proving: bool, figure: Figure
) -> None:
    harmed = tmp_path / "harmed.sqlite3"
    trials = PROVED if proving else len(HARMS)
    missed = []
    for seed in range(trials):
        table, harm = HARMS[seed % len(HARMS)]
        shutil.copy(unguarded_file, harmed)
        harm_rows(harmed, table, harm, Random(seed))
        with django_db_blocker.unblock():
            told = places(looked_at(harmed))
        if not told & (NAMED[table] | ({HEADS} if harm in OF_HEADS else set())):
            missed.append((seed, table, harm.__name__, told))
    figure(
        f"{trials - len(missed)} of {trials} times that rows vanished, moved, multiplied or were respelled "
        "found, table named"
    )
    assert missed == []
