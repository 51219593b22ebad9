"""Rules of panels and units."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from padstone.kernel.bounds import LONGEST_IDENTIFIER

LONGEST_PANEL = LONGEST_IDENTIFIER - len(":2147483647")
"""Characters of a panel's or a unit's identifier: with its position behind it, it still names a unit."""

PRESENCE_LASTS = timedelta(hours=24)
"""Nobody works longer at one go: who has not said goodbye by then is no longer taken to be at the station."""


class WorkEventKind(StrEnum):
    STAGE_STARTED = "stage_started"
    STAGE_PAUSED = "stage_paused"
    STAGE_RESUMED = "stage_resumed"
    STAGE_COMPLETED = "stage_completed"
    ACTIVITY = "activity"
    """What a station did besides the work itself (CFX ActivitiesExecuted)."""


class UnitEventKind(StrEnum):
    INITIALIZED = "initialized"
    """It was named for the first time."""
    IDENTIFIED = "identified"
    """A reader has read its code."""
    PERSONALIZED = "personalized"
    """It was given properties of its own."""
    DISQUALIFIED = "disqualified"
    """It goes no further."""
    LOADED = "loaded"
    """It was put into a carrier or magazine."""
    UNLOADED = "unloaded"


class OrderEventKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    STATUS = "status"
    QUANTITY = "quantity"
    SCHEDULED = "scheduled"
    UNSCHEDULED = "unscheduled"
    ACTION = "action"
    """Work around it: preparing, setting up, replenishing (CFX WorkOrderActionExecuted)."""


class RecipeEventKind(StrEnum):
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    MODIFIED = "modified"
    CHANGED_LOCALLY = "changed_locally"
