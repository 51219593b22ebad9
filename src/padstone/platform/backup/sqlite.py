"""Backing up SQLite while others write: one read transaction holds the snapshot, and in WAL mode nobody
waits.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.backup.facts import LEFT_OUT, Tell, facts_of
from padstone.platform.backup.manifest import Facts, damaged
from padstone.platform.backup.staging import sync_folder

FILE: Final = "padstone.sqlite3"
COMPANIONS: Final = ("-wal", "-shm", "-journal")
_HEAD: Final = b"SQLite format 3\0"
_PAGES_AT_ONCE: Final = 1024
_FINDINGS: Final = 5
UNREADABLE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What a broken file raises: its names, which SQLite's own errors repeat, may be no text any more."""


class Sqlite:
    kind = "sqlite"
    image = "database.sqlite3"

    def __init__(self, path: Path) -> None:
        self.path = path

    def version(self) -> str:
        return sqlite3.sqlite_version

    def size_bytes(self) -> int:
        files = (self.path, Path(f"{self.path}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def save(self, image: Path, tell: Tell) -> Facts:
        """Copy page by page out of one snapshot; writers go on, and only the WAL file grows meanwhile.

        Without logins under way: see :data:`padstone.platform.backup.facts.LEFT_OUT`.
        """
        if not self.path.exists():
            raise NotFound(
                "database_missing",
                "There is no database at {path}.",
                way_out="Name the right folder in PADSTONE_DATA, or make the database: padstone migrate.",
                path=self.path,
            )
        with closing(_open(self.path)) as source, closing(_open(image)) as copy:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchall()  # the snapshot begins with a read
            source.backup(copy, pages=_PAGES_AT_ONCE, progress=_telling(tell))
            source.execute("ROLLBACK")
            _without_logins(copy)
            _must_be_sound(copy, "quick_check")
            return _facts(copy, tell)

    def facts(self, tell: Tell) -> Facts | None:
        """Raises UNREADABLE where the file is no sound database."""
        if not self.path.exists() or not self.size_bytes():
            return None
        if not _has_a_head(self.path):
            raise sqlite3.DatabaseError("file is not a database")
        with closing(_open(self.path)) as connection:
            connection.execute("BEGIN")
            return _facts(connection, tell)

    @contextmanager
    def scratch(self, folder: Path) -> Iterator[Sqlite]:
        yield Sqlite(folder / FILE)

    def recover(self) -> bool:
        """There is never anything to put back: a restore is one rename."""
        return False

    def environment(self) -> dict[str, str]:
        return {
            "PADSTONE_DATA": str(self.path.parent),
            "PADSTONE_DATABASE_URL": "",
            "PADSTONE_DATABASE_URL_FILE": "",
        }

    def replace(
        self, image: Path, expected: Facts, settle: Callable[[Mapping[str, str]], None], tell: Tell
    ) -> SqliteAside:
        """Put a copy in the place of this database, or of none. What is there is kept aside.

        The copy is checked and made one of this version in its own folder first: the change is one rename,
        and who is killed before or after it has a whole database. Refuses (Conflict) while another process
        has it open.
        """
        settled = image.with_name(f"{image.name}-settled")
        settled.mkdir(mode=0o700)
        new = Sqlite(settled / FILE)
        image.rename(new.path)
        new.must_hold(expected, tell)
        settle(new.environment())
        new.come_to_rest()
        aside = self.path.with_name(f"{FILE}.before-restore-{secrets.token_hex(4)}")
        with self._alone() as was_sound:
            there = self.path.exists()
            if there:
                os.link(self.path, aside)
            if (
                not was_sound
            ):  # a write-ahead log that belongs to other pages would be played into the new ones
                for companion in COMPANIONS:
                    _move(Path(f"{self.path}{companion}"), Path(f"{aside}{companion}"))
            new.path.replace(self.path)
            sync_folder(self.path.parent)
        return SqliteAside(self.path, aside if there else None)

    def must_hold(self, expected: Facts, tell: Tell) -> None:
        """Refuse (Invalid) unless it is sound and holds what it should."""
        try:
            with closing(_open(self.path)) as connection:
                tell("Checking the database", 0, 1)
                _must_be_sound(connection, "integrity_check")
                tell("Checking the database", 1, 1)
                found = _facts(connection, tell)
        except UNREADABLE as error:
            raise damaged(f"its database cannot be read ({error})") from error
        if differences := expected.differences(found):
            raise damaged("; ".join(differences[:_FINDINGS]))

    def come_to_rest(self) -> None:
        """Everything in the one file, and on the disk."""
        with closing(_open(self.path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        with self.path.open("rb") as file:
            os.fsync(file.fileno())

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Nobody else has it open, and nobody can open it. False where it is too broken to be locked."""
        if not self.path.exists():
            yield True
            return
        if not _has_a_head(self.path):  # SQLite would throw away its log, which somebody may yet want to see
            yield False
            return
        with closing(sqlite3.connect(self.path, isolation_level=None, timeout=0)) as connection:
            try:
                connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
                connection.execute("PRAGMA journal_mode=DELETE").fetchall()
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                raise Conflict(
                    "database_in_use",
                    "{path} is in use by another process ({why}).",
                    way_out="Stop Padstone, then restore.",
                    path=self.path,
                    why=error,
                ) from error
            except UNREADABLE:
                yield False
            else:
                yield True


@dataclass(frozen=True, slots=True)
class SqliteAside:
    """What a database was before, if there was one."""

    path: Path
    aside: Path | None

    def put_back(self) -> None:
        if self.aside is None:
            self.path.unlink()
            return
        self.aside.replace(self.path)
        for companion in COMPANIONS:
            _move(Path(f"{self.aside}{companion}"), Path(f"{self.path}{companion}"))

    def keep(self) -> str:
        return str(self.aside or "")

    def discard(self) -> None:
        if self.aside is not None:
            for ending in ("", *COMPANIONS):
                Path(f"{self.aside}{ending}").unlink(missing_ok=True)


def _has_a_head(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, timeout=30)


def _telling(tell: Tell) -> Callable[[int, int, int], object]:
    return lambda _, remaining, total: tell("Copying", total - remaining, total)


def _without_logins(copy: sqlite3.Connection) -> None:
    """Deleted, and overwritten where they stood."""
    copy.execute("PRAGMA journal_mode=DELETE").fetchall()
    copy.execute("PRAGMA secure_delete=ON").fetchall()
    for table in set(LEFT_OUT).intersection(_tables(copy)):
        copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own word


def _must_be_sound(connection: sqlite3.Connection, check: str) -> None:
    said = [row[0] for row in connection.execute(f"PRAGMA {check}({_FINDINGS})")]
    if said != ["ok"]:
        raise damaged(f"SQLite finds: {'; '.join(said)}")


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in rows]


def _facts(connection: sqlite3.Connection, tell: Tell) -> Facts:
    def ask(query: str) -> Iterable[tuple[Any, ...]]:
        return connection.execute(query)

    return facts_of(_tables(connection), ask, tell)


def _move(source: Path, target: Path) -> None:
    if source.exists():
        shutil.move(source, target)
