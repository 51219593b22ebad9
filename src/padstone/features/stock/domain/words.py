"""The words of the ledger and of the store."""

from __future__ import annotations

from enum import StrEnum


class LocationKind(StrEnum):
    """What a storage location is. A dry cabinet and a fridge tell the clocks of what lies in them."""

    SITE = "site"
    WAREHOUSE = "warehouse"
    RACK = "rack"
    SHELF = "shelf"
    DRY_CABINET = "dry_cabinet"
    FRIDGE = "fridge"
    TOWER = "tower"
    QUARANTINE = "quarantine"
    LINE = "line"
    TROLLEY = "trolley"
    FEEDER = "feeder"
    BENCH = "bench"


class Account(StrEnum):
    """Where pieces can be. ``RECEIVED`` is where they come from; of ``STORED`` the location says where."""

    RECEIVED = "received"
    STORED = "stored"
    PLACED = "placed"
    SPOILED = "spoiled"
    SCRAPPED = "scrapped"
    RETURNED = "returned"
    COUNTED_AWAY = "counted_away"
    """Fewer than the ledger says, and accepted: what a label promised and a leader cost."""
    MISSING = "missing"
    """Fewer than the ledger says, and nobody knows why. Below nothing: there was more."""


OUT_OF_STORE = (
    Account.PLACED,
    Account.SPOILED,
    Account.SCRAPPED,
    Account.RETURNED,
    Account.COUNTED_AWAY,
    Account.MISSING,
)


class MovementKind(StrEnum):
    BOOKED_IN = "booked_in"
    MOVED = "moved"
    USED = "used"
    """What the genealogy says was placed and thrown away since somebody last touched the package."""
    SETTLED = "settled"
    """A count said which side of a splice doubtful pieces were of."""
    COUNTED = "counted"
    SPLIT = "split"
    JOINED = "joined"
    SCRAPPED = "scrapped"
    SPOILED = "spoiled"
    RETURNED = "returned"
    WRITTEN_OFF = "written_off"


class HoldReason(StrEnum):
    """Why a package must not be used."""

    LABEL = "label"
    PART = "part"
    CERTIFICATE = "certificate"
    SUPPLIER = "supplier"
    DATE_CODE = "date_code"
    MOISTURE = "moisture"
    EXPIRED = "expired"
    DAMAGED = "damaged"
    COUNTERFEIT = "counterfeit"
    RECALL = "recall"
    OTHER = "other"


class Disposal(StrEnum):
    """How a hold ended."""

    RELEASED = "released"
    SCRAPPED = "scrapped"
    RETURNED = "returned"
    INHERITED = "inherited"
    """Its pieces are in another package now, which has the hold."""
