"""Unfiltered reads for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.sites.models import Endpoint, FeederLocation, Station

if TYPE_CHECKING:
    from collections.abc import Collection


def endpoint(handle: str) -> Endpoint | None:
    return Endpoint.objects.select_related("station").filter(handle=handle).first()


def endpoint_ids(handles: Collection[str]) -> dict[str, int]:
    """Ids of those of these endpoints that are known, by their handles."""
    return dict(Endpoint.objects.filter(handle__in=handles).values_list("handle", "pk"))


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
    return dict(Station.objects.filter(pk__in=ids).values_list("pk", "name"))


def station_named(name: str) -> Station | None:
    return Station.objects.filter(name=name).first()


def location_names(ids: Collection[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in FeederLocation.objects.filter(pk__in=ids)}
