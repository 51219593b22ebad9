"""The words of kits."""

from __future__ import annotations

from enum import StrEnum


class KitState(StrEnum):
    """How far a kit is. All but ``ISSUED`` follow from what was picked, what is there, and what came back."""

    PLANNED = "planned"
    """Nobody has begun it, and all that it needs is there."""
    PICKING = "picking"
    SHORT = "short"
    """Something that it needs is nowhere to be had."""
    COMPLETE = "complete"
    """All that is still to be placed is at hand."""
    ISSUED = "issued"
    """It was handed to the line, or a machine has loaded of it."""
    RETURNED = "returned"
    """All of it is back or used up."""


class EndKind(StrEnum):
    """How a package left a kit."""

    COUNTED = "counted"
    """Somebody brought it back, and counted."""
    UNTOUCHED = "untouched"
    """It came back as it went."""
    USED_UP = "used_up"
    FREED = "freed"
    """Somebody freed it in the store, and it was picked anew."""


class KitLineState(StrEnum):
    """How far a line of a kit is."""

    DONE = "done"
    OPEN = "open"
    SHORT = "short"
