"""One part on one designator of one unit, as everybody reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, unsafe_hash=True)
class Installation:
    """One part on one designator of one unit.

    Two rows with certainty *possible* for one designator: the machine could not tell which of two packages it
    was, and ``candidates`` is 2. ``removed_at`` is set once the part was taken off again. Text is empty where
    nothing is known.

    Nobody changes one. It is not frozen, because a certificate has hundreds, and to make a frozen one takes
    ten times as long.
    """

    unit: str
    panel: str
    position: int
    designator: str
    package: str
    part: str
    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str
    station: str
    location: str
    head: str
    nozzle: str
    installed_at: datetime | None
    certainty: str
    candidates: int
    removed_at: datetime | None
    removal_reason: str
    journal_no: int
