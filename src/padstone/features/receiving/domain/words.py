"""The words of suppliers and deliveries."""

from __future__ import annotations

from enum import StrEnum


class Approval(StrEnum):
    """What the house thinks of a supplier."""

    NEW = "new"
    """Nobody has decided yet."""
    APPROVED = "approved"
    SUSPENDED = "suspended"
    REJECTED = "rejected"


class Tier(StrEnum):
    """How near a supplier is to the maker (DFARS 252.246-7008 orders sources so)."""

    MANUFACTURER = "manufacturer"
    AUTHORISED = "authorised"
    APPROVED = "approved"
    """Not the maker's distributor, and vetted by the house."""
    OTHER = "other"


class LineState(StrEnum):
    """How far a line of a purchase order is delivered."""

    OPEN = "open"
    LATE = "late"
    PART = "part"
    DELIVERED = "delivered"
    OVER = "over"
    SHORT = "short"
    """Closed with less than was ordered."""
