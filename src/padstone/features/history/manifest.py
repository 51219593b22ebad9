"""What an export's folder holds for certain, and how far it has come.

Readers go by ``manifest.json`` alone. An export that has begun keeps its state in ``unfinished.json`` until
all of it is there; then the manifest is replaced in one step. A file that neither names is a leftover.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from padstone.features.history.parquet import ENDING, UNFINISHED, ExportedFile
from padstone.features.history.tables import FORMAT, TABLES
from padstone.kernel.errors import Conflict

MANIFEST = "manifest.json"
IN_WORK = "unfinished.json"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What an export is of: these tables, and of the large ones what happened in this time."""

    tables: tuple[str, ...]
    since: str = ""
    until: str = ""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """How far the books had come: by table of facts the number of its last row, by station that of its last
    pass. What comes onto the books later has higher numbers, whatever the order of its journal numbers.
    """

    journal_no: int = 0
    rows: dict[str, int] = {}
    sequences: dict[int, int] = {}


class Manifest(msgspec.Struct, kw_only=True):
    """An export. ``parts`` are the states' files by table and part; ``number`` counts the exports into this
    folder.
    """

    format: int = FORMAT
    padstone: str = ""
    number: int = 0
    exported_at: str = ""
    scope: Scope
    cut: Cut
    facts: dict[str, list[ExportedFile]] = {}
    parts: dict[str, dict[str, ExportedFile]] = {}

    def files(self, table: str) -> list[ExportedFile]:
        return [*self.facts.get(table, ()), *self.parts.get(table, {}).values()]

    def paths(self) -> set[str]:
        return {file.path for table in TABLES for file in self.files(table)}

    @property
    def rows(self) -> int:
        return sum(file.rows for table in TABLES for file in self.files(table))

    @property
    def bytes(self) -> int:
        return sum(file.bytes for table in TABLES for file in self.files(table))


class Unfinished(msgspec.Struct, kw_only=True):
    """An export in work, from the published cut to ``cut``: the facts that are written, and how far each
    source of facts has been read.
    """

    number: int
    scope: Scope
    cut: Cut
    facts: dict[str, list[ExportedFile]] = {}
    reached: dict[str, int] = {}

    def add(self, table: str, files: list[ExportedFile]) -> None:
        self.facts.setdefault(table, []).extend(files)

    def paths(self) -> set[str]:
        return {file.path for files in self.facts.values() for file in files}


T = TypeVar("T", Manifest, Unfinished)


def published(folder: Path) -> Manifest | None:
    found = _read(folder / MANIFEST, Manifest)
    if found is not None and found.format != FORMAT:
        raise Conflict(
            "other_format",
            "{folder} holds an export of format {theirs}, and this Padstone writes {ours}.",
            way_out="Export into a new folder.",
            folder=folder,
            theirs=found.format,
            ours=FORMAT,
        )
    return found


def in_work(folder: Path) -> Unfinished | None:
    return _read(folder / IN_WORK, Unfinished)


def _read(file: Path, kind: type[T]) -> T | None:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.MsgspecError as error:
        raise Conflict(
            "manifest_unreadable",
            "{file} is not what an export writes.",
            way_out="Export into a new folder.",
            file=file,
        ) from error


def keep(folder: Path, state: Unfinished) -> None:
    _replace(folder / IN_WORK, state)


def publish(folder: Path, manifest: Manifest) -> None:
    """From here on readers see the new export. The files of before that it does not name go."""
    _replace(folder / MANIFEST, manifest)
    (folder / IN_WORK).unlink(missing_ok=True)
    sweep(folder, manifest.paths())


def sweep(folder: Path, named: set[str]) -> None:
    """Remove the files of tables that nothing names: what a killed export left, what a new one replaced."""
    for table in TABLES:
        for file in (folder / table).rglob("*"):
            leftover = file.name.endswith((ENDING, ENDING + UNFINISHED))
            if leftover and str(file.relative_to(folder)) not in named:
                file.unlink()


def must_be_ours(folder: Path) -> None:
    """Refuses a folder that holds something else: what is not an export is not touched."""
    if (
        folder.is_dir()
        and any(folder.iterdir())
        and not any((folder / name).exists() for name in (MANIFEST, IN_WORK))
    ):
        raise Conflict(
            "not_an_export",
            "{folder} is not empty, and holds no export.",
            way_out="Name a new folder, or one that an export was written to.",
            folder=folder,
        )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else exports into the folder meanwhile; refuses where somebody does."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Conflict(
            "export_runs", "Another export into {folder} is running.", way_out="Let it finish.", folder=folder
        ) from None
    finally:
        os.close(opened)


def _replace(file: Path, content: Manifest | Unfinished) -> None:
    new = file.with_name(file.name + UNFINISHED)
    with new.open("wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(content), indent=1))
        out.flush()
        os.fsync(out.fileno())
    new.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
