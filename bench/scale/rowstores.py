"""The same history with a row for every placement: in PostgreSQL with sensible indexes, and in DuckDB.

As lean as a row can be: numbers alone, with names in tables of their own.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from asking import drop_pages
from factory import PLACERS, location_name, lot_name, nozzle_name, package_name, station_name, unit_name
from history import History
from questions import Answer, Placement, Window, checked, placement_text
from rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from factory import Plan
    from rows import Arrays

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_POSTGRESQL_EPOCH_US = 946_684_800_000_000
_AT_ONCE = 200_000

_TABLES = (
    "CREATE TABLE lot (id integer PRIMARY KEY, code text NOT NULL UNIQUE)",
    "CREATE TABLE part (id integer PRIMARY KEY, number text NOT NULL UNIQUE)",
    """
    CREATE TABLE package (
        id integer PRIMARY KEY, identifier text NOT NULL UNIQUE, part_id integer NOT NULL,
        lot_id integer NOT NULL
    )
    """,
    "CREATE TABLE station (id smallint PRIMARY KEY, name text NOT NULL UNIQUE)",
    "CREATE TABLE location (station smallint NOT NULL, slot smallint NOT NULL, name text NOT NULL)",
    "CREATE TABLE unit (id integer PRIMARY KEY, identifier text NOT NULL UNIQUE)",
    "CREATE TABLE designator (id smallint PRIMARY KEY, name text NOT NULL)",
    """
    CREATE TABLE placement (
        unit_id integer NOT NULL, package_id integer NOT NULL, station smallint NOT NULL,
        slot smallint NOT NULL, designator smallint NOT NULL, nozzle smallint NOT NULL,
        placed_at timestamptz NOT NULL, removed_at timestamptz
    )
    """,
)
_INDEXES = (
    "CREATE INDEX placement_package ON placement (package_id)",
    "CREATE INDEX placement_unit ON placement (unit_id)",
    "CREATE INDEX placement_place ON placement (station, slot, placed_at)",
    "CREATE INDEX package_lot ON package (lot_id)",
    "ALTER TABLE location ADD PRIMARY KEY (station, slot)",
)
_UNITS_OF_LOT = """
SELECT DISTINCT p.unit_id
FROM lot l JOIN package k ON k.lot_id = l.id JOIN placement p ON p.package_id = k.id
WHERE l.code = {0}
"""
_TOLD = """
SELECT u.identifier, d.name, k.identifier, a.number, l.code, s.name, o.name, p.nozzle, p.removed_at,
       p.placed_at
"""
_NAMED = """
JOIN designator d ON d.id = p.designator JOIN part a ON a.id = k.part_id JOIN station s ON s.id = p.station
LEFT JOIN location o ON o.station = p.station AND o.slot = p.slot
"""
_OF_LOT = f"""{_TOLD}
FROM lot l JOIN package k ON k.lot_id = l.id JOIN placement p ON p.package_id = k.id
JOIN unit u ON u.id = p.unit_id {_NAMED}
WHERE l.code = {{0}}
"""
_OF_UNIT = f"""{_TOLD}
FROM unit u JOIN placement p ON p.unit_id = u.id JOIN package k ON k.id = p.package_id
JOIN lot l ON l.id = k.lot_id {_NAMED}
WHERE u.identifier = {{0}}
"""
_IN_WINDOW = """
SELECT DISTINCT unit_id
FROM placement
WHERE station = {0} AND {what} = {0} AND placed_at >= {0} AND placed_at < {0}
"""
_FROM_BLOCK = """
INSERT INTO placement
SELECT unit_id, package_id, station, slot, designator, nozzle, make_timestamp(at_us),
       CASE WHEN removed_us <> 0 THEN make_timestamp(removed_us) END
FROM block
"""


class _RowStore:
    """``{0}`` in a statement is a parameter."""

    with_times = True
    place = "?"
    zone: tzinfo | None = None
    """Of the instants as the engine takes and gives them: None where it knows no zones."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        raise NotImplementedError

    def _asked(self, statement: str, *parameters: Any, what: str = "") -> list[Any]:
        return self.rows(statement.format(self.place, what=what), parameters)

    def lot_units(self, lot: int) -> Any:
        return self._asked(_UNITS_OF_LOT, lot_name(self._plan, lot))

    def lot_placements(self, lot: int) -> Any:
        return self._asked(_OF_LOT, lot_name(self._plan, lot))

    def certificate(self, unit: int) -> Any:
        return self._asked(_OF_UNIT, unit_name(self._plan, unit))

    def slot_window(self, window: Window) -> Any:
        return self._asked(_IN_WINDOW, window.station, window.slot, *self._instants(window), what="slot")

    def nozzle_window(self, window: Window) -> Any:
        return self._asked(_IN_WINDOW, window.station, window.nozzle, *self._instants(window), what="nozzle")

    def _instants(self, window: Window) -> tuple[datetime, datetime]:
        since, until = (
            (_EPOCH + timedelta(microseconds=us)).replace(tzinfo=self.zone)
            for us in (window.since_us, window.until_us)
        )
        return since, until

    def units(self, answer: Sequence[Any]) -> Answer:
        return checked(unit_name(self._plan, row[0]) for row in answer)

    def placements(self, answer: Sequence[Any]) -> Answer:
        return checked(placement_text(_placement(row)) for row in answer)


def _placement(row: tuple[Any, ...]) -> Placement:
    """Of a row as ``_TOLD`` asks for it."""
    unit, designator, package, part, lot, station, location, nozzle, removed_at, _placed_at = row
    return Placement(
        unit=unit,
        designator=designator,
        package=package,
        part=part,
        lot=lot,
        station=station,
        location=location or "",
        nozzle=nozzle_name(nozzle),
        removed_us=(removed_at.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND if removed_at else 0,
    )


def _names(plan: Plan, history: History) -> dict[str, Iterator[tuple[Any, ...]]]:
    """The small tables, after the history has been gone through."""
    return {
        "lot": ((number, lot_name(plan, number)) for number in range(len(history.lots))),
        "part": enumerate(history.factory.parts),
        "package": (
            (number, package_name(plan, number), reel.part, reel.lot)
            for number, reel in enumerate(history.reels)
        ),
        "station": ((number, station_name(plan, number)) for number in range(PLACERS + 1)),
        "location": ((station, slot, location_name(slot)) for station, slot in history.factory.locations),
        "unit": ((number, unit_name(plan, number)) for number in range(plan.panels * 4)),
        "designator": enumerate(history.factory.designators),
    }


class InPostgresql(_RowStore):
    place = "%s"
    zone = UTC

    def __init__(
        self, plan: Plan, url: str, files: Path | None = None, restart: Callable[[], None] | None = None
    ) -> None:
        super().__init__(plan)
        self._url, self._files, self._restart = url, files, restart
        self._connect()

    def _connect(self) -> None:
        import psycopg

        self._connection = psycopg.connect(self._url, autocommit=True)
        self._connection.execute("SET TimeZone = 'UTC'")

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        return self._connection.execute(statement, parameters).fetchall()

    def load(self, *, progress: Callable[[int], None]) -> dict[str, float]:
        for statement in _TABLES:
            self._connection.execute(statement)
        history = History(self._plan)
        began, placements = time.perf_counter(), 0
        for block in history.blocks():
            rows = rows_of(block)
            placements += len(rows["unit_id"])
            with (
                self._connection.transaction(),
                self._connection.cursor() as cursor,
                cursor.copy("COPY placement FROM STDIN (FORMAT BINARY)") as copy,
            ):
                copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
                there = rows["removed_us"] == 0
                for some, removed in ((there, False), (~there, True)):
                    copy.write(
                        _binary({name: values[some] for name, values in rows.items()}, removed=removed)
                    )
                copy.write(b"\xff\xff")
            progress(block.first_panel + block.panels)
        for table, names in _names(self._plan, history).items():
            with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in names:
                    copy.write_row(row)
        copied = time.perf_counter() - began
        for statement in _INDEXES:
            self._connection.execute(statement)
        self._connection.execute("VACUUM ANALYZE")
        size = self.rows("SELECT pg_total_relation_size('placement')", ())[0][0]
        return {
            "placements": placements,
            "bytes": size,
            "load s": time.perf_counter() - began,
            "load s without indexes": copied,
        }

    def forget(self) -> None:
        self._connection.close()
        if self._restart is not None:
            self._restart()
        if self._files is not None:
            drop_pages([self._files])
        self._connect()


def _binary(rows: Arrays, *, removed: bool) -> bytes:
    """Rows as PostgreSQL's binary COPY takes them: all of one width, so that numpy can lay them out."""
    names = [
        ("unit_id", "i4"),
        ("package_id", "i4"),
        ("station", "i2"),
        ("slot", "i2"),
        ("designator", "i2"),
        ("nozzle", "i2"),
        ("at_us", "i8"),
    ] + ([("removed_us", "i8")] if removed else [])
    fields = [("fields", ">i2")]
    for name, kind in names:
        fields += [(f"{name} length", ">i4"), (name, f">{kind}")]
    if not removed:
        fields.append(("null", ">i4"))
    laid_out = np.empty(len(rows["unit_id"]), dtype=fields)
    laid_out["fields"] = 8
    for name, kind in names:
        laid_out[f"{name} length"] = int(kind[1])
        laid_out[name] = rows[name] - _POSTGRESQL_EPOCH_US if name.endswith("_us") else rows[name]
    if not removed:
        laid_out["null"] = -1
    return laid_out.tobytes()


class InDuckdb(_RowStore):
    def __init__(self, plan: Plan, file: Path) -> None:
        super().__init__(plan)
        self._file = file
        self._connect()

    def _connect(self) -> None:
        import duckdb

        self._connection = duckdb.connect(str(self._file))

    def rows(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        return self._connection.execute(statement, parameters).fetchall()

    def load(self, *, progress: Callable[[int], None]) -> dict[str, float]:
        for statement in _TABLES:
            plain = statement.replace(" PRIMARY KEY", "").replace(" UNIQUE", "")
            self._connection.execute(plain.replace("timestamptz", "timestamp"))
        history = History(self._plan)
        began, placements = time.perf_counter(), 0
        for block in history.blocks():
            rows = rows_of(block)
            placements += len(rows["unit_id"])
            self._connection.register("block", rows)
            self._connection.execute(_FROM_BLOCK)
            progress(block.first_panel + block.panels)
        for table, names in _names(self._plan, history).items():
            while some := list(islice(names, _AT_ONCE)):
                columns = zip(*some, strict=True)
                self._connection.register(
                    "named", {f"c{place}": np.asarray(column) for place, column in enumerate(columns)}
                )
                self._connection.execute(f"INSERT INTO {table} SELECT * FROM named")
        self._connection.execute("CHECKPOINT")
        took = time.perf_counter() - began
        self._connection.close()
        size = self._file.stat().st_size
        self._connect()
        return {"placements": placements, "bytes": size, "load s": took}

    def forget(self) -> None:
        self._connection.close()
        drop_pages([self._file])
        self._connect()
