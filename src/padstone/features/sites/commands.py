"""The only code that changes where things stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from padstone.features.sites.models import (
    ClockZone,
    Endpoint,
    EndpointNews,
    FeederLocation,
    Line,
    NewsKind,
    Site,
    Station,
    StationKind,
)
from padstone.features.sites.queries import endpoint_unknown
from padstone.kernel import clock
from padstone.kernel.bounds import LONGEST_IDENTIFIER, check_length, check_range
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.kernel.seal import digest
from padstone.kernel.zones import zone_called
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.journal.models import Head

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor

DEFAULT_SITE = "Factory"
LONGEST_HANDLE = 400
LONGEST_VERSION = 40
MOST_LANES = 32_767
MOST = 2**31 - 1


@command("report_state")
def register_endpoint(actor: Actor, *, handle: str) -> Endpoint:
    """An endpoint speaks for the first time: it gets a station of its own, not on any line until a person
    says so.
    """
    now = clock.now()
    name = _station_name(handle)
    station = Station.objects.filter(name=name).first() or Station.objects.create(name=name)
    made = Endpoint.objects.create(handle=handle, station=station, first_heard_at=now, last_heard_at=now)
    if station.line_id is not None:  # it takes over a station that stands somewhere
        _note_zones([made], after_no=0)
    return made


def _station_name(handle: str) -> str:
    """A station's name is shorter than a handle may be; a digest keeps two long handles apart."""
    if len(handle) <= LONGEST_IDENTIFIER:
        return handle
    ending = f"… {digest(handle.encode()).hex()[:8]}"
    return handle[: LONGEST_IDENTIFIER - len(ending)] + ending


@command("report_state")
def note_heard(actor: Actor, *, heard: Mapping[int, datetime]) -> None:
    """When each endpoint (by id) was last heard; an older time than the known one changes nothing."""
    for endpoint_id, at in heard.items():
        Endpoint.objects.filter(pk=endpoint_id, last_heard_at__lt=at).update(last_heard_at=at)


@command("report_state")
def change_state(actor: Actor, *, endpoint_id: int, state: int, at: datetime) -> None:
    """The station's state since ``at`` (SEMI E10, as CFX ResourceState). Late news changes nothing. A time in
    the future counts as now: else a clock that was wrong once would make all later news late.
    """
    check_range(state, "NewState", 0, MOST)
    at = min(at, clock.now())
    known = Endpoint.objects.filter(pk=endpoint_id)
    (known.filter(resource_state_since=None) | known.filter(resource_state_since__lte=at)).update(
        resource_state=state, resource_state_since=at
    )


@command("report_state")
def change_heartbeat(actor: Actor, *, endpoint_id: int, seconds: int) -> None:
    check_range(seconds, "HeartbeatFrequency", 1, MOST)
    Endpoint.objects.filter(pk=endpoint_id).update(heartbeat_s=seconds)


@command("report_state")
def change_cfx_version(actor: Actor, *, endpoint_id: int, version: str) -> None:
    check_length(version, "Version", LONGEST_VERSION)
    Endpoint.objects.filter(pk=endpoint_id).update(cfx_version=version)


@command("report_state")
def note_connected(
    actor: Actor, *, endpoint_id: int, at: datetime, journal_no: int, told: Mapping[str, str]
) -> None:
    """The endpoint has joined the network. ``told``: where it listens for requests."""
    _note_news(endpoint_id, NewsKind.CONNECTED, at, journal_no, told)


@command("report_state")
def note_shut_down(actor: Actor, *, endpoint_id: int, at: datetime, journal_no: int) -> None:
    """The endpoint has said goodbye."""
    _note_news(endpoint_id, NewsKind.SHUT_DOWN, at, journal_no, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an endpoint tells of itself (GetEndpointInformationResponse). ``supported_topics``: of each topic
    its name, its support (Publisher, Consumer or both) and the messages; no messages mean all of them.
    """

    friendly_name: str
    vendor: str
    model_number: str
    serial_number: str
    supported_topics: Sequence[Mapping[str, Any]]


@command("report_state")
def describe_endpoint(
    actor: Actor, *, endpoint_id: int, at: datetime, journal_no: int, description: Description
) -> None:
    """What the endpoint is. Of several descriptions the one counts that it gave last, by its own time."""
    texts = {
        "friendly_name": description.friendly_name,
        "vendor": description.vendor,
        "model_number": description.model_number,
        "serial_number": description.serial_number,
    }
    for name, text in texts.items():
        check_length(text, name)
    topics = [dict(topic) for topic in description.supported_topics]
    told = {**texts, "supported_topics": topics}
    _note_news(endpoint_id, NewsKind.INFORMED, at, journal_no, told)
    known = EndpointNews.objects.filter(endpoint_id=endpoint_id, kind=NewsKind.INFORMED)
    if not known.filter(at__gt=at).exists():
        Endpoint.objects.filter(pk=endpoint_id).update(**texts, supported_topics=topics)


def _note_news(
    endpoint_id: int, kind: NewsKind, at: datetime, journal_no: int, told: Mapping[str, Any]
) -> None:
    EndpointNews.objects.create(
        endpoint_id=endpoint_id, kind=kind, at=at, journal_no=journal_no, told=dict(told)
    )


@command("report_state")
def register_feeder_location(
    actor: Actor, *, station_id: int, identifier: str, name: str, feeder_lane: int
) -> int:
    """The id of a location that a machine named. Raises Invalid for what can be no location's name."""
    check_length(identifier, "LocationIdentifier")
    check_length(name, "LocationName")
    check_range(feeder_lane, "LaneNumber", 0, MOST_LANES)
    row, _ = FeederLocation.objects.get_or_create(
        station_id=station_id, identifier=identifier, name=name, feeder_lane=feeder_lane
    )
    return row.pk


def _check_names(*, handle: str, **names: str) -> None:
    for field, text in {"handle": handle, **names}.items():
        if not text.strip():
            raise Invalid("name_missing", "{subject} must not be blank.", field=field, subject=field)
        check_length(text, field, LONGEST_HANDLE if field == "handle" else LONGEST_IDENTIFIER)


@command("assign_station")
def assign_station(
    actor: Actor,
    *,
    handle: str,
    name: str,
    kind: str,
    line: str,
    place_in_line: int = 0,
    site: str = DEFAULT_SITE,
) -> Station:
    """Say which station an endpoint speaks for and where it stands. Known or not yet heard of, it is the same
    call. Raises Invalid for an unknown kind and for what can be no name, Conflict where the station's name is
    taken by another endpoint's station.
    """
    _check_names(handle=handle, name=name, line=line, site=site)
    check_range(place_in_line, "place_in_line", 0, MOST_LANES)
    if kind not in StationKind.values:
        raise Invalid(
            "unknown_station_kind",
            "There is no station kind {kind}.",
            field="kind",
            way_out="Use one of: {kinds}.".format(kinds=", ".join(StationKind.values)),
            kind=kind,
        )
    journal = Head.locked("journal")  # another site may have another zone
    endpoint = Endpoint.objects.select_related("station").filter(handle=handle).first()
    station = endpoint.station if endpoint else None
    named = Station.objects.filter(name=name).first()
    if named is not None and named != station:
        if station is not None:
            raise Conflict(
                "station_name_taken",
                "Another endpoint speaks for the station {name} already.",
                field="name",
                way_out="Choose another name.",
                name=name,
            )
        station = named
    stands_on, _ = Line.objects.get_or_create(
        name=line, defaults={"site": Site.objects.get_or_create(name=site)[0]}
    )
    before = _place(station) if station else None
    station = station or Station()
    station.name, station.kind, station.line, station.place_in_line = name, kind, stands_on, place_in_line
    station.save()
    if endpoint is None:
        now = clock.now()
        Endpoint.objects.create(handle=handle, station=station, first_heard_at=now, last_heard_at=now)
    _note_zones(_with_sites().filter(station=station), journal.number)
    record(actor, "assign_station", f"endpoint:{handle}", before=before, after=_place(station))
    return station


def _place(station: Station) -> dict[str, object]:
    """Where a station stands, in words for the record."""
    return {
        "station": station.name,
        "kind": station.kind,
        "line": station.line.name if station.line else "",
        "place": station.place_in_line,
    }


@command("assign_station")
def set_zone(actor: Actor, *, handle: str, zone: str) -> None:
    """Say in which zone an endpoint's clock runs, by its IANA name; "" takes it back, and the site's counts.

    It counts for the times without a zone in messages that are interpreted from now on; what is on the books
    stays. Raises NotFound for an endpoint that there is not, Invalid for a zone that there is not.
    """
    zone = _checked_zone(zone)
    journal = Head.locked("journal")
    endpoint = _with_sites().filter(handle=handle).first()
    if endpoint is None:
        raise endpoint_unknown(handle)
    before, endpoint.zone = endpoint.zone, zone
    endpoint.save(update_fields=["zone"])
    _note_zones([endpoint], journal.number)
    record(actor, "set_zone", f"endpoint:{handle}", before={"zone": before}, after={"zone": zone})


@command("assign_station")
def set_site_zone(actor: Actor, *, site: str, zone: str) -> None:
    """The same for all endpoints of a site of which nobody has said it, and for those that will stand there.
    Raises NotFound for a site that there is not, Invalid for a zone that there is not.
    """
    zone = _checked_zone(zone)
    journal = Head.locked("journal")
    known = Site.objects.filter(name=site).first()
    if known is None:
        raise NotFound(
            "site_unknown",
            "There is no site {site}.",
            field="site",
            way_out="A site is made with the first line that stands in it.",
            site=site[:LONGEST_IDENTIFIER],
        )
    before, known.zone = known.zone, zone
    known.save(update_fields=["zone"])
    _note_zones(_with_sites().filter(station__line__site=known), journal.number)
    record(actor, "set_zone", f"site:{site}", before={"zone": before}, after={"zone": zone})


def _checked_zone(name: str) -> str:
    name = name.strip()
    return zone_called(name).key if name else ""


def _with_sites() -> QuerySet[Endpoint]:
    return Endpoint.objects.select_related("station__line__site")


def _note_zones(endpoints: Iterable[Endpoint], after_no: int) -> None:
    """Note in which zones the endpoints' clocks run, of those where it is another than before. Whoever calls
    holds the journal, or else what is read meanwhile would be read again in another zone.
    """
    now = {one.pk: one.zone or _zone_of_site(one.station) for one in endpoints}
    known = ClockZone.objects.filter(endpoint_id__in=now).order_by("pk")
    before = dict(known.values_list("endpoint_id", "zone"))
    ClockZone.objects.bulk_create(
        ClockZone(endpoint_id=pk, zone=zone, after_no=after_no)
        for pk, zone in now.items()
        if zone != before.get(pk, "")
    )


def _zone_of_site(station: Station) -> str:
    return station.line.site.zone if station.line else ""
