"""What befell machines, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from padstone.features.equipment.domain import FaultKind
from padstone.features.equipment.models import EquipmentEvent, FaultEvent, StateChange
from padstone.features.sites.queries import stations
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """A state that a station (no stage) or one of its stages went into; ``old_state_s`` in seconds."""

    at: datetime
    stage: str
    lane: int | None
    state: int
    old_state: int | None
    old_state_s: int | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A fault with its end. No ``at``: it was seen or cleared, and nobody told that it occurred."""

    occurrence: str
    code: str
    cause: str
    severity: str
    stage: str
    lane: int | None
    description: str
    told: dict[str, Any]
    at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    cleared_at: datetime | None
    cleared_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentLine:
    """What befell a station beside states and faults; ``kind`` as in ``domain.EquipmentEventKind``."""

    at: datetime
    kind: str
    subject: str
    name: str
    result: str
    by: str
    told: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationHistory:
    """What befell a station, newest first: its states, its faults, and what else."""

    station: str
    states: tuple[StateLine, ...]
    faults: tuple[FaultLine, ...]
    events: tuple[EquipmentLine, ...]


def history_of_station(actor: Actor, station: str, limit: int = 50) -> StationHistory:
    """The newest of everything that befell a station, so many of each. Raises NotFound."""
    if not stations(actor).filter(name=station).exists():
        raise NotFound(
            "station_unknown",
            "There is no station {station}.",
            field="name",
            way_out="The factory page lists the stations there are.",
            station=station,
        )
    return StationHistory(
        station=station,
        states=states_of_station(actor, station, limit),
        faults=faults_of_station(actor, station, limit),
        events=news_of_station(actor, station, limit),
    )


def states_of_station(actor: Actor, station: str, limit: int = 50) -> tuple[StateLine, ...]:
    """The newest states of a station and its stages, newest first."""
    must_see(actor)
    rows = StateChange.objects.filter(station__name=station).order_by("-at", "-pk")[:limit]
    return tuple(
        StateLine(
            at=row.at,
            stage=row.stage,
            lane=row.lane,
            state=row.state,
            old_state=row.old_state,
            old_state_s=row.old_state_s,
            fault=row.fault,
        )
        for row in rows
    )


def faults_of_station(actor: Actor, station: str, limit: int = 20) -> tuple[FaultLine, ...]:
    """The newest faults of a station, newest first, each with who saw it and when it was over."""
    must_see(actor)
    rows = FaultEvent.objects.filter(station__name=station).order_by("-at", "-pk")[: 3 * limit]
    by_occurrence: dict[str, list[FaultEvent]] = {}
    for row in rows:
        by_occurrence.setdefault(row.occurrence or f"no identifier {row.pk}", []).append(row)
    return tuple(_fault(rows) for rows in list(by_occurrence.values())[:limit])


def _fault(rows: list[FaultEvent]) -> FaultLine:
    """One fault from its lines, newest first: the first occurrence, sight and end of it count."""
    first = {row.kind: row for row in rows}
    occurred, seen, over = (first.get(kind) for kind in FaultKind)
    told = occurred or rows[-1]
    return FaultLine(
        occurrence=told.occurrence,
        code=told.code,
        cause=told.cause,
        severity=told.severity,
        stage=told.stage,
        lane=told.lane,
        description=told.description,
        told=told.told,
        at=occurred.at if occurred else None,
        acknowledged_at=seen.at if seen else None,
        acknowledged_by=seen.by if seen else "",
        cleared_at=over.at if over else None,
        cleared_by=over.by if over else "",
    )


def news_of_station(actor: Actor, station: str, limit: int = 20) -> tuple[EquipmentLine, ...]:
    """The newest that befell a station beside states and faults, newest first."""
    must_see(actor)
    rows = EquipmentEvent.objects.filter(station__name=station).order_by("-at", "-pk")[:limit]
    return tuple(
        EquipmentLine(
            at=row.at,
            kind=row.kind,
            subject=row.subject,
            name=row.name,
            result=row.result,
            by=row.by,
            told=row.told,
        )
        for row in rows
    )
