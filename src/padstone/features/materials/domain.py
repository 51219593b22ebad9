"""Words of loading and unloading."""

from __future__ import annotations

from enum import StrEnum


class LoadEventKind(StrEnum):
    """How a package came to a feeder location, or left it."""

    LOADED = "loaded"
    UNLOADED = "unloaded"
    SPLICED = "spliced"
    DEPLETED = "depleted"
