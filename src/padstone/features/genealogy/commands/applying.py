"""What was applied to units, and the tools that worked on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.genealogy.models import (
    AppliedMaterial,
    DesignatorSet,
    ToolUse,
)
from padstone.kernel.bounds import check_length, check_range
from padstone.kernel.seal import digest
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Material of a package came onto a unit, or off it. ``packages``: more than one where the machine could
    not tell which; none where it named none. ``designators``: none told means the unit as a whole.
    """

    unit_id: int
    at: datetime
    packages: tuple[int, ...]
    removed: bool = False
    location_id: int | None = None
    designators: tuple[str, ...] = ()
    quantity: str = ""
    reason: str = ""


@command("report_placements")
def record_applications(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    applications: Sequence[Application],
    journal_no: int,
) -> None:
    """Put on the books what was applied to units and taken off them. What was reported before, in the same
    words, is left out.
    """
    sets = _designator_sets((one.designators for one in applications), journal_no)
    known = set(
        AppliedMaterial.objects.filter(
            station_id=station_id, transaction_uuid=transaction_uuid, at__in={one.at for one in applications}
        ).values_list("unit_id", "package_id", "designators_id", "removed", "at")
    )
    AppliedMaterial.objects.bulk_create(
        AppliedMaterial(
            unit_id=one.unit_id,
            station_id=station_id,
            package_id=package,
            location_id=one.location_id,
            designators_id=sets[one.designators],
            removed=one.removed,
            candidates=max(len(one.packages), 1),
            quantity=one.quantity[:60],
            reason=one.reason[:60],
            transaction_uuid=transaction_uuid,
            at=one.at,
            journal_no=journal_no,
        )
        for one in applications
        for package in (one.packages or (None,))
        if (one.unit_id, package, sets[one.designators], one.removed, one.at) not in known
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTool:
    """A tool that worked on a unit. ``kind`` is the standard's class; ``cycles`` None: not told."""

    unit_id: int
    tool: str
    name: str
    kind: str
    cycles: int | None
    designators: tuple[str, ...]


@command("report_placements")
def record_tool_uses(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    at: datetime,
    tools: Sequence[UsedTool],
    journal_no: int,
) -> None:
    """Put on the books which tools worked on which units, for which designators. What was reported before,
    in the same words, is left out. Raises Invalid for a tool or a count that can't be.
    """
    for tool in tools:
        check_length(tool.tool, "Tool.UniqueIdentifier")
        if tool.cycles is not None:
            check_range(tool.cycles, "UsageCycles", 0, 2**31 - 1)
    sets = _designator_sets((tool.designators for tool in tools), journal_no)
    known = set(
        ToolUse.objects.filter(station_id=station_id, transaction_uuid=transaction_uuid, at=at).values_list(
            "unit_id", "tool", "name", "designators_id"
        )
    )
    ToolUse.objects.bulk_create(
        ToolUse(
            unit_id=tool.unit_id,
            station_id=station_id,
            tool=tool.tool,
            name=tool.name[:200],
            kind=tool.kind[:100],
            cycles=tool.cycles,
            designators_id=sets[tool.designators],
            transaction_uuid=transaction_uuid,
            at=at,
            journal_no=journal_no,
        )
        for tool in tools
        if (tool.unit_id, tool.tool, tool.name[:200], sets[tool.designators]) not in known
    )


def _designator_sets(lists: Iterable[tuple[str, ...]], journal_no: int) -> dict[tuple[str, ...], int | None]:
    """The id of each list of designators, put on the books where it is new; None for the empty one."""
    found: dict[tuple[str, ...], int | None] = {(): None}
    for designators in lists:
        if designators in found:
            continue
        row, _ = DesignatorSet.objects.get_or_create(
            digest=digest("\0".join(designators).encode()),
            defaults={"designators": list(designators), "journal_no": journal_no},
        )
        found[designators] = row.pk
    return found
