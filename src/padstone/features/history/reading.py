"""An exported history, opened on an engine: DuckDB, Spark, whatever Ibis speaks to. Needs no database.

The manifest says which files count; what it does not name is not read, even while an export goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import ibis

FORMAT = 1


class _File(msgspec.Struct):
    path: str


class _Cut(msgspec.Struct):
    journal_no: int


class _Manifest(msgspec.Struct):
    format: int
    cut: _Cut
    facts: dict[str, list[_File]]
    parts: dict[str, dict[str, _File]]


@dataclass(frozen=True, slots=True)
class History:
    """The tables of an export by name, on one engine. ``as_of`` is how far the export goes."""

    tables: dict[str, ibis.Table]
    as_of: int

    def __getitem__(self, table: str) -> ibis.Table:
        return self.tables[table]


def open_history(engine: ibis.BaseBackend, folder: Path) -> History:
    """Give the export's tables to an engine. Raises ValueError for a format that this version cannot read,
    FileNotFoundError where no export was finished.
    """
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
    if manifest.format != FORMAT:
        message = f"{folder} holds format {manifest.format}; this version reads {FORMAT}"
        raise ValueError(message)
    tables = {}
    for name in sorted(manifest.facts.keys() | manifest.parts.keys()):
        files = [*manifest.facts.get(name, ()), *manifest.parts.get(name, {}).values()]
        tables[name] = _read(engine, name, [str(folder.resolve() / file.path) for file in files])
    return History(tables, manifest.cut.journal_no)


def _read(engine: ibis.BaseBackend, name: str, paths: list[str]) -> ibis.Table:
    if engine.name == "pyspark":  # its own reader of Ibis takes a single path
        engine._session.read.parquet(*paths).createOrReplaceTempView(name)  # noqa: SLF001
        return engine.table(name)
    return engine.read_parquet(paths, table_name=name, hive_partitioning=False)
