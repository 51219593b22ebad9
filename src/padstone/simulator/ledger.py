"""The ledger of the truth: what really happened on the simulated line, which no message tells.

A JSON-lines file that the product never reads. Its first line is the header; then come one line per package,
per unit and per installation. Tests read it with `read` and hold the product's answers against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Literal

Certainty = Literal["certain", "possible"]
UnitState = Literal["good", "scrapped", "skipped", "failed"]


@dataclass(slots=True, kw_only=True)
class Header:
    """What was simulated. ``suspect_lot`` is empty where the scenario has none."""

    RECORD: ClassVar[str] = "header"

    seed: int
    start: str
    scenario: str
    product: str
    line: str
    work_orders: list[str]
    units: int
    panel_up: int
    suspect_lot: str = ""
    suspect_part: str = ""


@dataclass(slots=True, kw_only=True)
class PackageRecord:
    """A reel, tray or bag. It was ``announced`` with a quantity, truly ``held`` fewer, and gave ``placed +
    rejected``.
    """

    RECORD: ClassVar[str] = "package"

    package: str
    part_number: str
    manufacturer: str
    mpn: str
    supplier: str
    lot: str
    date_code: str
    manufactured_on: str
    announced: int
    held: int
    placed: int = 0
    rejected: int = 0
    announced_by: str = ""
    places: list[str] = field(default_factory=list)
    """Every ``station handle/location/lane`` it was loaded at, in order; a bench has its handle alone."""


@dataclass(slots=True, kw_only=True)
class UnitRecord:
    """A unit and how often what was done to it. A ``skipped`` unit (bad mark) is never placed."""

    RECORD: ClassVar[str] = "unit"

    unit: str
    panel: str
    position: int
    work_order: str
    state: UnitState = "good"
    spi_inspections: int = 0
    aoi_inspections: int = 0
    defects_confirmed: list[str] = field(default_factory=list)
    false_calls: list[str] = field(default_factory=list)
    reflow_passes: int = 0
    tests_passed: int = 0
    tests_failed: int = 0
    repairs: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True, eq=False)
class Installation:
    """One part on one designator, from its installation to its removal.

    ``packages`` are the candidates as far as the machine can know at best: one for a certain installation,
    the old and the new one for a possible one. ``truth`` is the package it really came from; lot, supplier
    and MPN are the truth's. Location, lane, head and nozzle are empty where the part was placed by hand.
    """

    RECORD: ClassVar[str] = "installation"

    unit: str
    panel: str
    position: int
    designator: str
    side: str
    part_number: str
    certainty: Certainty
    packages: list[str]
    truth: str
    lot: str
    supplier: str
    manufacturer: str
    mpn: str
    station: str
    transaction: str
    location: str = ""
    location_name: str = ""
    lane: int = 0
    head: str = ""
    nozzle: int = 0
    installed_at: str
    removed_at: str = ""
    removed_why: str = ""
    replaced: bool = False
    """Whether this part replaces another that was removed."""

    @property
    def is_active(self) -> bool:
        return not self.removed_at


Record = Header | PackageRecord | UnitRecord | Installation


@dataclass(slots=True)
class Ledger:
    """The whole truth of a run, in memory."""

    header: Header
    packages: dict[str, PackageRecord] = field(default_factory=dict)
    units: dict[str, UnitRecord] = field(default_factory=dict)
    installations: list[Installation] = field(default_factory=list)

    def units_with_lot(self, lot: str) -> list[str]:
        """The serials of the units that truly got parts of this lot, ever, each once, in the order of
        placing.
        """
        found = (i.unit for i in self.installations if i.lot == lot)
        return list(dict.fromkeys(found))

    def records(self) -> Iterator[Record]:
        yield self.header
        yield from self.packages.values()
        yield from self.units.values()
        yield from self.installations

    def write(self, path: Path) -> None:
        """Write the ledger as JSON lines."""
        with path.open("w", encoding="utf-8") as file:
            file.writelines(_line(record) for record in self.records())


def _line(record: Record) -> str:
    values = {name: getattr(record, name) for name in _names(type(record))}
    return json.dumps({"record": record.RECORD, **values}, ensure_ascii=False, separators=(",", ":")) + "\n"


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Record]) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(f.name for f in fields(kind))
    return _NAMES[kind]


def read(path: Path) -> Ledger:
    """Read a ledger file.

    Raises:
        ValueError: the file is not a ledger: its first line is no header, or a line is of no known kind.

    """
    with path.open(encoding="utf-8") as file:
        return parse(file)


def parse(lines: Iterable[str]) -> Ledger:
    """Read the lines of a ledger; as `read`."""
    rows = (json.loads(line) for line in lines)
    first = next(rows, None)
    if not isinstance(first, dict) or first.pop("record", None) != Header.RECORD:
        raise ValueError("the first line is not the header of a ledger")
    ledger = Ledger(Header(**first))
    for row in rows:
        _add(ledger, row)
    return ledger


def _add(ledger: Ledger, row: dict[str, Any]) -> None:
    kind = row.pop("record", None)
    if kind == Installation.RECORD:
        ledger.installations.append(Installation(**row))
    elif kind == UnitRecord.RECORD:
        unit = UnitRecord(**row)
        ledger.units[unit.unit] = unit
    elif kind == PackageRecord.RECORD:
        package = PackageRecord(**row)
        ledger.packages[package.package] = package
    else:
        raise ValueError(f"a ledger has no records of the kind {kind!r}")
