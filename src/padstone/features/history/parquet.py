"""Files of Parquet: whole under their names, or not there. Memory is bounded by the rows that wait."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import file_digest
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from padstone.features.history.tables import FORMAT, Column, Kind, Table

ENDING = ".parquet"
UNFINISHED = ".unfinished"
ROWS_WAITING = 128_000
"""Rows that wait for being written, of all files of a table together; a row group is as large at most."""
FILES_OPEN = 24

_TYPES: dict[Kind, pa.DataType] = {
    "id": pa.int64(),
    "int": pa.int32(),
    "text": pa.string(),
    "instant": pa.timestamp("us", tz="UTC"),
    "flag": pa.bool_(),
    "decimal": pa.decimal128(18, 6),
    "ints": pa.list_(pa.int32()),
    "texts": pa.list_(pa.string()),
}


class ExportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an export. ``path`` is relative to its folder."""

    path: str
    rows: int
    bytes: int
    sha256: str


def schema_of(table: Table) -> pa.Schema:
    """The table's columns; what they hold, and the format's version, stand in the file's metadata."""
    return pa.schema(
        [
            pa.field(column.name, _TYPES[column.kind], metadata={"meaning": column.meaning})
            for column in table.columns
        ],
        metadata={
            "padstone.table": table.name,
            "padstone.holds": table.holds,
            "padstone.format": str(FORMAT),
        },
    )


def arrow(table: Table, rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Rows of plain values as columns. A text that the books do not have is empty."""
    schema = schema_of(table)
    if not rows:
        return schema.empty_table()
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(_plain(column, values), schema.field(column.name).type)
        for column, values in zip(table.columns, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _plain(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    if column.kind == "text":
        return ["" if value is None else str(value) for value in values]
    return values


class Writer:
    """One Parquet file under a temporary name until it is whole."""

    def __init__(self, folder: Path, path: str, schema: pa.Schema) -> None:
        self.folder, self.path = folder, path
        self._here = folder / (path + UNFINISHED)
        self._here.parent.mkdir(parents=True, exist_ok=True)
        # Instants hardly ever repeat: their differences take half the room of a dictionary.
        instants = [name for name in schema.names if pa.types.is_timestamp(schema.field(name).type)]
        self._writer = pq.ParquetWriter(
            self._here,
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=[name for name in schema.names if name not in instants],
            column_encoding=dict.fromkeys(instants, "DELTA_BINARY_PACKED"),
        )
        self._rows = 0

    def write(self, rows: pa.Table) -> None:
        self._writer.write_table(rows, row_group_size=ROWS_WAITING)
        self._rows += rows.num_rows

    def close(self) -> ExportedFile:
        """Give it its name: from now on it is whole, whatever happens."""
        self._writer.close()
        with self._here.open("rb") as file:
            os.fsync(file.fileno())
            sha256 = file_digest(file, "sha256").hexdigest()
        size = self._here.stat().st_size
        self._here.rename(self.folder / self.path)
        return ExportedFile(path=self.path, rows=self._rows, bytes=size, sha256=sha256)

    def abandon(self) -> None:
        self._writer.close()
        self._here.unlink()


class Partition(NamedTuple):
    """Where a row of facts belongs. ``month`` as 2026-03, "" in a table that is not divided."""

    month: str = ""
    station: int | None = None

    def folder(self, table: str) -> str:
        parts = [table]
        if self.month:
            parts.append(f"month={self.month}")
        if self.station is not None:
            parts.append(f"station={self.station}")
        return "/".join(parts)


class PartitionedWriter:
    """Writes rows of one table into a file for each partition: few files are open, few rows wait.

    ``label`` goes into the files' names; no two writers of a table may have the same.
    """

    def __init__(self, folder: Path, table: Table, label: str) -> None:
        self._folder, self._table, self._label = folder, table, label
        self._schema = schema_of(table)
        self._numbers = count(1)
        self._waiting: dict[Partition, list[pa.Table]] = {}
        self._rows_waiting = 0
        self._open: OrderedDict[Partition, Writer] = OrderedDict()
        self._files: list[ExportedFile] = []

    def add(self, partition: Partition, rows: pa.Table) -> None:
        if rows.num_rows:
            self._waiting.setdefault(partition, []).append(rows)
            self._rows_waiting += rows.num_rows
        if self._rows_waiting >= ROWS_WAITING:
            self._write()

    def close(self) -> list[ExportedFile]:
        self._write()
        while self._open:
            self._close_oldest()
        files, self._files = self._files, []
        return files

    def _write(self) -> None:
        for partition, rows in self._waiting.items():
            self._writer(partition).write(pa.concat_tables(rows))
        self._waiting.clear()
        self._rows_waiting = 0

    def _writer(self, partition: Partition) -> Writer:
        if partition not in self._open:
            if len(self._open) >= FILES_OPEN:
                self._close_oldest()
            name = f"{self._label}-{next(self._numbers):04d}{ENDING}"
            path = f"{partition.folder(self._table.name)}/{name}"
            self._open[partition] = Writer(self._folder, path, self._schema)
        self._open.move_to_end(partition)
        return self._open[partition]

    def _close_oldest(self) -> None:
        _, writer = self._open.popitem(last=False)
        self._files.append(writer.close())


def by_partition(table: Table, rows: Iterable[Sequence[Any]]) -> dict[Partition, list[Sequence[Any]]]:
    """Rows of facts by where they belong."""
    at = table.names.index(table.at) if table.at else None
    station = table.names.index("station_id") if table.by_station else None
    found: dict[Partition, list[Sequence[Any]]] = {}
    for row in rows:
        partition = Partition(
            month_of(row[at]) if at is not None else "", row[station] if station is not None else None
        )
        found.setdefault(partition, []).append(row)
    return found


def month_of(at: datetime | None) -> str:
    return f"{at:%Y-%m}" if at is not None else "unknown"
