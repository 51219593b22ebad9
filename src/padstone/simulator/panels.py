"""What moves down the line: work orders, panels and the units on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from padstone.simulator.design import Product, Side
from padstone.simulator.ledger import Installation, UnitRecord

FlawKind = Literal["missing", "tombstone", "shifted", "bridge", "electrical"]


@dataclass(slots=True)
class Flaw:
    """Something wrong with one designator of a unit. ``defect_id`` is the one its finder gave it."""

    designator: str
    kind: FlawKind
    escapes_aoi: bool = False
    defect_id: str = ""


@dataclass(slots=True)
class Fate:
    """What is to happen to a unit, decided before it enters the line."""

    bad_mark: bool = False
    unplaceable: set[str] = field(default_factory=set)
    flaws: dict[str, FlawKind] = field(default_factory=dict)
    escapes: set[str] = field(default_factory=set)
    false_calls: dict[Side, str] = field(default_factory=dict)
    beyond_repair: bool = False


@dataclass(slots=True, eq=False)
class Unit:
    serial: str
    position: int
    fate: Fate
    record: UnitRecord
    flaws: dict[str, Flaw] = field(default_factory=dict)
    installed: dict[str, Installation] = field(default_factory=dict)

    @property
    def is_workable(self) -> bool:
        """Neither marked bad nor scrapped: machines work on it."""
        return self.record.state not in ("skipped", "scrapped")


@dataclass(slots=True, eq=False)
class Panel:
    barcode: str
    number: int
    units: tuple[Unit, ...]
    order: WorkOrder
    side: Side = "bottom"
    is_built: bool = False
    """All its sides are done and it has gone on to the test."""
    retest: bool = False

    @property
    def workable(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.is_workable)

    @property
    def flawed(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.workable if any(f.defect_id for f in unit.flaws.values()))


@dataclass(slots=True, eq=False)
class WorkOrder:
    identifier: str
    product: Product
    panels: tuple[Panel, ...] = ()

    @property
    def units(self) -> Iterable[Unit]:
        return (unit for panel in self.panels for unit in panel.units)
