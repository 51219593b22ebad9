"""Where things stand, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.sites.models import Endpoint, Station
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor


StationRow = Station
"""What :func:`stations` answers with, for the annotations of other features."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The endpoint that speaks for a station, and the last it said of itself."""

    handle: str
    last_heard_at: datetime
    resource_state: int | None
    resource_state_since: datetime | None
    heartbeat_s: int | None


def stations(actor: Actor) -> QuerySet[Station]:
    """The stations the actor may see, with their lines, in the order in which they stand.

    A queryset, for the queries of other features to narrow and annotate.
    """
    must_see(actor)
    return Station.objects.select_related("line").order_by("line__name", "place_in_line", "name")


def voices(actor: Actor, station_ids: list[int]) -> dict[int, Voice]:
    """By station, the endpoint that was heard last."""
    must_see(actor)
    rows = Endpoint.objects.filter(station_id__in=station_ids).order_by("last_heard_at", "id")
    return {
        row.station_id: Voice(
            handle=row.handle,
            last_heard_at=row.last_heard_at,
            resource_state=row.resource_state,
            resource_state_since=row.resource_state_since,
            heartbeat_s=row.heartbeat_s,
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """A machine that has spoken, and where it stands; ``line`` is "" while nobody has said so."""

    handle: str
    station: str
    line: str
    last_heard_at: datetime


def endpoints(actor: Actor) -> tuple[EndpointLine, ...]:
    """Every machine that has spoken, by its handle."""
    must_see(actor)
    rows = Endpoint.objects.select_related("station__line").order_by("handle")
    return tuple(
        EndpointLine(
            row.handle, row.station.name, row.station.line.name if row.station.line else "", row.last_heard_at
        )
        for row in rows
    )


def find(actor: Actor, text: str) -> str | None:
    """The name of the station that a scan names, by its own name or by its endpoint's handle."""
    known = stations(actor)
    by_name = known.filter(name=text).first() or known.filter(endpoints__handle=text).first()
    return by_name.name if by_name else None
