"""Words of loading and unloading, and of what else becomes of a package."""

from __future__ import annotations

from enum import StrEnum


class LoadEventKind(StrEnum):
    """How a package came to a feeder location, or left it."""

    LOADED = "loaded"
    UNLOADED = "unloaded"
    SPLICED = "spliced"
    DEPLETED = "depleted"


class PackageEventKind(StrEnum):
    """What became of a package. A split, a joint and a cut have two ends: each package has a line of its own,
    which names the other.
    """

    SPLIT_OFF = "split_off"
    """A part of it is a package of its own now: the other one."""
    SPLIT_FROM = "split_from"
    """It was a part of the other one."""
    JOINED_BEHIND = "joined_behind"
    """It hangs behind the other one, on the same tape."""
    JOINED_BEFORE = "joined_before"
    CUT_OFF = "cut_off"
    """The chain was cut: it no longer hangs with the other one."""
    MODIFIED = "modified"
    """What is known of it was corrected."""
    CONSUMED = "consumed"
    RETIRED = "retired"
    """It is gone: empty, scrapped or sent away."""
    BLOCK_ASKED = "block_asked"
    """Somebody asked that it must not be used any more."""
    UNBLOCK_ASKED = "unblock_asked"


class ExposureKind(StrEnum):
    """What a moisture-sensitive package went through (CFX.Materials.Management.MSDManagement)."""

    OPENED = "opened"
    EXPIRED = "expired"
    INTO_DRY_STORAGE = "into_dry_storage"
    OUT_OF_DRY_STORAGE = "out_of_dry_storage"
    RESTORED = "restored"
    """It was baked."""
