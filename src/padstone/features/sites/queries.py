"""Where things stand, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from padstone.features.sites.models import Endpoint, EndpointNews, Site, Station
from padstone.kernel.errors import NotFound
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


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic that an endpoint supports: whether it sends its messages, takes them or both, and which; none
    named means all of them.
    """

    name: str
    support: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Zone:
    """In which zone an endpoint's clock runs: its ``own``, or else that of its ``site``; ``name`` is the one
    that counts, "" where nobody has said: then times without a zone are read as UTC.
    """

    name: str
    own: str
    site: str
    of_site: str


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site, and in which zone its machines' clocks run; "" where nobody has said."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Self:
    """What an endpoint is and where it stands; "" and None for what nobody has told."""

    id: int
    handle: str
    friendly_name: str
    vendor: str
    model_number: str
    serial_number: str
    cfx_version: str
    station: str
    station_kind: str
    line: str
    first_heard_at: datetime
    last_heard_at: datetime
    heartbeat_s: int | None
    resource_state: int | None
    resource_state_since: datetime | None
    zone: Zone
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class NewsLine:
    """What an endpoint told of itself: ``connected``, ``informed`` or ``shut_down``, by its own time."""

    kind: str
    at: datetime
    journal_no: int
    told: dict[str, Any]


def selves(actor: Actor) -> tuple[Self, ...]:
    """Every endpoint that is known, by its handle."""
    must_see(actor)
    rows = Endpoint.objects.select_related("station__line__site").order_by("handle")
    return tuple(_self(row) for row in rows)


def self_of(actor: Actor, handle: str) -> Self:
    """One endpoint. Raises NotFound."""
    must_see(actor)
    row = Endpoint.objects.select_related("station__line__site").filter(handle=handle).first()
    if row is None:
        raise endpoint_unknown(handle)
    return _self(row)


def endpoint_unknown(handle: str) -> NotFound:
    return NotFound(
        "endpoint_unknown",
        "No machine with the CFX handle {handle} has spoken.",
        field="handle",
        way_out="The list of endpoints shows the handles there are.",
        handle=handle,
    )


def sites(actor: Actor) -> tuple[SiteLine, ...]:
    """Every site, by its name."""
    must_see(actor)
    return tuple(SiteLine(row.name, row.zone) for row in Site.objects.order_by("name"))


def news_of(actor: Actor, endpoint_id: int, limit: int) -> tuple[NewsLine, ...]:
    """The newest that an endpoint told of itself, newest first."""
    must_see(actor)
    rows = EndpointNews.objects.filter(endpoint_id=endpoint_id).order_by("-id")[:limit]
    return tuple(NewsLine(row.kind, row.at, row.journal_no, row.told) for row in rows)


def _self(row: Endpoint) -> Self:
    site = row.station.line.site if row.station.line else None
    of_site = site.zone if site else ""
    return Self(
        id=row.pk,
        handle=row.handle,
        friendly_name=row.friendly_name,
        vendor=row.vendor,
        model_number=row.model_number,
        serial_number=row.serial_number,
        cfx_version=row.cfx_version,
        station=row.station.name,
        station_kind=row.station.kind,
        line=row.station.line.name if row.station.line else "",
        first_heard_at=row.first_heard_at,
        last_heard_at=row.last_heard_at,
        heartbeat_s=row.heartbeat_s,
        resource_state=row.resource_state,
        resource_state_since=row.resource_state_since,
        zone=Zone(row.zone or of_site, row.zone, site.name if site else "", of_site),
        topics=tuple(
            Topic(topic["name"], topic["support"], tuple(topic["messages"])) for topic in row.supported_topics
        ),
    )


def find(actor: Actor, text: str) -> str | None:
    """The name of the station that a scan names, by its own name or by its endpoint's handle."""
    known = stations(actor)
    by_name = known.filter(name=text).first() or known.filter(endpoints__handle=text).first()
    return by_name.name if by_name else None
