"""The only code that writes genealogy."""

from __future__ import annotations

from padstone.features.genealogy.commands.applying import (
    Application,
    UsedTool,
    record_applications,
    record_tool_uses,
)
from padstone.features.genealogy.commands.hands import Change, record_changes
from padstone.features.genealogy.commands.passes import PassReport, Rejected, record_pass
from padstone.features.genealogy.commands.zones import open_zone

__all__ = (
    "Application",
    "Change",
    "PassReport",
    "Rejected",
    "UsedTool",
    "open_zone",
    "record_applications",
    "record_changes",
    "record_pass",
    "record_tool_uses",
)
