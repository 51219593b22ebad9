"""CFX.Structures: what must be mounted where before work may begin."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.assembly import InstalledComponent
from padstone.cfx.structures.resources import Stage, Tool
from padstone.cfx.vocabulary import AnyOf, Maybe, Structure, Whole


class MaterialSetupRequirement(Structure, kw_only=True):
    """The part that a position needs, and the parts that may stand in for it."""

    position: Maybe[str] = UNSET
    part_number: Maybe[str] = UNSET
    approved_alternate_parts: Maybe[Sequence[str]] = UNSET
    approved_manufacturer_parts: Maybe[Sequence[str]] = UNSET


class StationSetupRequirements(Structure, kw_only=True):
    """All that a lane or stage needs for a setup."""

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    setup_name: Maybe[str] = UNSET
    material_setup_requirements: Maybe[Sequence[MaterialSetupRequirement]] = UNSET
    tool_setup_requirements: Maybe[Sequence[ToolSetupRequirement]] = UNSET


class ToolHolder(Structure, kw_only=True):
    """A place that holds a tool."""

    location_unique_identifier: Maybe[str] = UNSET
    location_name: Maybe[str] = UNSET
    base_name: Maybe[str] = UNSET


class ToolSetupRequirement(Structure, kw_only=True):
    """The tool that a position needs."""

    position: Maybe[str] = UNSET
    part_number: Maybe[str] = UNSET
    tool_identifier: Maybe[str] = UNSET


class ToolUsed(Structure, kw_only=True):
    """A tool, how often it was used on a unit, and for which components."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    tool: Maybe[Tool] = UNSET
    usage_cycles: Maybe[Whole] = UNSET
    installed_components: Maybe[Sequence[AnyOf[InstalledComponent]]] = UNSET
