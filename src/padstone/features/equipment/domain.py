"""Words for what befalls a machine."""

from __future__ import annotations

from enum import StrEnum


class FaultKind(StrEnum):
    OCCURRED = "occurred"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


class EquipmentEventKind(StrEnum):
    """What befalls a machine beside states and faults. ``subject`` of the event names the tool or carrier."""

    ONLINE = "online"
    OFFLINE = "offline"
    TOOL_CHANGED = "tool_changed"
    TOOL_LOADED = "tool_loaded"
    TOOL_UNLOADED = "tool_unloaded"
    TOOL_CLEANED = "tool_cleaned"
    CARRIER_LOADED = "carrier_loaded"
    CARRIER_UNLOADED = "carrier_unloaded"
    MAINTAINED = "maintained"
    CALIBRATED = "calibrated"
    PARAMETERS_MODIFIED = "parameters_modified"
    PROCESS_DATA = "process_data"
    """Data of a process that belong to no unit in particular."""
    COUNTED = "counted"
    """How many parts a machine placed, inserted or pressed over a time."""
