"""The only code that writes what befalls machines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from padstone.features.equipment.models import EquipmentEvent, FaultEvent, StateChange
from padstone.kernel.bounds import check_length, check_range
from padstone.kernel.errors import Invalid
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from padstone.kernel.actor import Actor

MOST = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A station (no stage) or a stage went into ``state``; ``old_state_s`` is how long the old one lasted, in
    seconds, and ``fault`` the occurrence of the fault that did it.
    """

    state: int
    at: datetime
    stage: str = ""
    lane: int | None = None
    old_state: int | None = None
    old_state_s: int | None = None
    fault: str = ""


@command("report_state")
def record_state_change(actor: Actor, *, station_id: int, change: Change, journal_no: int) -> None:
    """A station or a stage of it went from one state to another. Raises Invalid for what can be no state."""
    check_range(change.state, "NewState", 0, MOST)
    check_length(change.stage, "Stage.StageName")
    check_length(change.fault, "RelatedFault.FaultOccurrenceId")
    old = change.old_state
    StateChange.objects.create(
        station_id=station_id,
        stage=change.stage,
        lane=_lane(change.lane),
        state=change.state,
        old_state=old if old is not None and 0 <= old <= MOST else None,
        old_state_s=change.old_state_s,
        fault=change.fault,
        at=change.at,
        journal_no=journal_no,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultNews:
    """A fault occurred, was seen or is over; ``told`` in plain JSON values under the standard's names."""

    kind: str
    occurrence: str
    at: datetime
    code: str = ""
    cause: str = ""
    severity: str = ""
    stage: str = ""
    lane: int | None = None
    description: str = ""
    by: str = ""
    told: Mapping[str, object] = field(default_factory=dict)
    transaction_uuid: UUID | None = None


@command("report_state")
def record_fault(actor: Actor, *, station_id: int, news: FaultNews, journal_no: int) -> None:
    """A fault occurred, was seen by somebody or is over, in whatever order that is told. Raises Invalid where
    it is not said which fault was seen or is over.
    """
    check_length(news.occurrence, "FaultOccurrenceId")
    if not news.occurrence and news.kind != "occurred":
        raise Invalid(
            "no_fault",
            "The message does not say which fault it speaks of.",
            field="FaultOccurrenceId",
            way_out="Give the FaultOccurrenceId of FaultOccurred.",
        )
    FaultEvent.objects.create(
        station_id=station_id,
        kind=news.kind,
        occurrence=news.occurrence,
        code=news.code[:200],
        cause=news.cause[:60],
        severity=news.severity[:20],
        stage=news.stage[:200],
        lane=_lane(news.lane),
        description=news.description,
        by=news.by[:200],
        told=dict(news.told),
        transaction_uuid=news.transaction_uuid,
        at=news.at,
        journal_no=journal_no,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentNews:
    """What befell a machine; ``told`` in plain JSON values under the standard's names."""

    kind: str
    at: datetime
    subject: str = ""
    name: str = ""
    result: str = ""
    by: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


@command("report_state")
def record_equipment_news(
    actor: Actor,
    *,
    station_id: int,
    news: Sequence[EquipmentNews],
    journal_no: int,
    transaction_uuid: UUID | None = None,
) -> None:
    """What befell a machine. Raises Invalid for a tool or carrier whose identifier can't be one."""
    for one in news:
        check_length(one.subject, "UniqueIdentifier")
    EquipmentEvent.objects.bulk_create(
        EquipmentEvent(
            station_id=station_id,
            kind=one.kind,
            subject=one.subject,
            name=one.name[:300],
            result=one.result[:60],
            by=one.by[:200],
            told=dict(one.told),
            transaction_uuid=transaction_uuid,
            at=one.at,
            journal_no=journal_no,
        )
        for one in news
    )


def _lane(lane: int | None) -> int | None:
    """A lane that can't be is left out."""
    return lane if lane is not None and 0 <= lane <= MOST else None
