"""What stations report about the quality of units, in plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Plain = Mapping[str, object]
"""An object of plain JSON values (str, int, float, bool, lists and objects of these)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedDefect:
    """A defect as an inspection, a test or a repair reports it.

    A false call is a defect whose ``verification`` says so (CFX: ``DefectRejected``).
    """

    identifier: str = ""
    code: str = ""
    category: str = ""
    designator: str = ""
    description: str = ""
    verification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedInspection:
    unit_id: int
    at: datetime
    result: str = ""
    name: str = ""
    method: str = ""
    recipe_name: str = ""
    inspector: str = ""
    verification: str = ""
    measurements: tuple[Plain, ...] = ()
    defects: tuple[ReportedDefect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTest:
    unit_id: int
    at: datetime
    result: str = ""
    name: str = ""
    method: str = ""
    recipe_name: str = ""
    tester: str = ""
    measurements: tuple[Plain, ...] = ()
    defects: tuple[ReportedDefect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProcess:
    """What a process did to a unit; ``data`` is what the machine reported of it."""

    unit_id: int
    at: datetime
    kind: str
    data: Plain
    result: str = ""
    recipe_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRepair:
    """A repair of a unit. ``reclassified``: what the repairer now says of defects reported before."""

    unit_id: int
    at: datetime
    result: str = ""
    name: str = ""
    designator: str = ""
    comments: str = ""
    repairer: str = ""
    defect_identifiers: tuple[str, ...] = ()
    reclassified: tuple[ReportedDefect, ...] = ()
