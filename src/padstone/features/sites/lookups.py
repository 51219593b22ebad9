"""Unfiltered reads for commands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from padstone.features.sites import models
from padstone.features.sites.labels import LOCATIONS_BY_ID, STATIONS_BY_ID
from padstone.features.sites.models import ClockZone, Endpoint, FeederLocation, Line, Site, Station
from padstone.platform.together import alone, asking_in_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from padstone.platform.together import Asks


def endpoint(handle: str) -> Endpoint | None:
    return Endpoint.objects.select_related("station").filter(handle=handle).first()


def endpoint_ids(handles: Collection[str]) -> dict[str, int]:
    """Ids of those of these endpoints that are known, by their handles."""
    return dict(Endpoint.objects.filter(handle__in=handles).values_list("handle", "pk"))


def clock_zones(handles: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """In which zones the clocks of these endpoints ran, oldest first: the journal number after which each
    counts, and its name, "" where nobody had said. An endpoint of which nobody ever said is left out.
    """
    rows = ClockZone.objects.filter(endpoint__handle__in=handles).order_by("pk")
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for handle, after_no, zone in rows.values_list("endpoint__handle", "after_no", "zone"):
        found[handle].append((after_no, zone))
    return dict(found)


def feeder_locations(station_id: int) -> dict[tuple[str, str, int], int]:
    """Ids of a station's known locations by (identifier, name, feeder lane)."""
    rows = FeederLocation.objects.filter(station_id=station_id)
    return {
        (identifier, name, lane): pk
        for pk, identifier, name, lane in rows.values_list("pk", "identifier", "name", "feeder_lane")
    }


def stations_of(handles: Collection[str]) -> set[int]:
    """The ids of the stations that these endpoints speak for."""
    return set(Endpoint.objects.filter(handle__in=handles).values_list("station_id", flat=True))


def station_names(ids: Collection[int]) -> dict[int, str]:
    return alone(asking_station_names(ids))


def asking_station_names(ids: Collection[int]) -> Asks[dict[int, str]]:
    rows = yield from asking_in_parts(STATIONS_BY_ID, "stations", ids)
    return dict(rows)


def site_named(name: str) -> Site | None:
    return Site.objects.filter(name=name).first()


def handle_of(station_id: int) -> str:
    """The machine that speaks for a station; of several the one that was heard last, "" for none."""
    rows = Endpoint.objects.filter(station_id=station_id).order_by("-last_heard_at")
    return rows.values_list("handle", flat=True).first() or ""


def site_names() -> list[str]:
    return list(Site.objects.order_by("name").values_list("name", flat=True))


def line_names() -> dict[int, str]:
    """Every line by its id, in the order of their names."""
    return dict(Line.objects.order_by("name").values_list("pk", "name"))


def site_of_station(station_id: int) -> int | None:
    """The site of the station's line; None while nobody has said where it stands."""
    return Station.objects.filter(pk=station_id).values_list("line__site_id", flat=True).first()


def station_named(name: str) -> Station | None:
    return Station.objects.filter(name=name).first()


def location_label(identifier: str, name: str, feeder_lane: int) -> str:
    """What people read of a feeder location."""
    return models.location_label(identifier, name, feeder_lane)


def location_names(ids: Collection[int]) -> dict[int, str]:
    return alone(asking_location_names(ids))


def asking_location_names(ids: Collection[int]) -> Asks[dict[int, str]]:
    rows = yield from asking_in_parts(LOCATIONS_BY_ID, "locations", ids)
    return {pk: location_label(identifier, name, lane) for pk, identifier, name, lane in rows}


def locations_called(text: str, station_id: int | None = None) -> dict[int, int]:
    """Feeder locations that are called so, by label, name or identifier: their stations by their ids."""
    of_the_name = FeederLocation.objects.filter(Q(name=text) | Q(identifier=text) | Q(feeder_lane__gt=0))
    rows = of_the_name if station_id is None else of_the_name.filter(station_id=station_id)
    return {row.pk: row.station_id for row in rows if text in {str(row), row.name, row.identifier}}
