"""The factory, a line, a station: pages that speak of several features at once, and of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render

from padstone.features.equipment.queries import faults_of_station, news_of_station, states_of_station
from padstone.features.materials.queries import loaded_now
from padstone.features.production.queries import (
    LineNow,
    factory_now,
    line_now,
    operators_now,
    recent_passes,
    recent_units,
    recipes_now,
    station_now,
)
from padstone.features.sites.domain import StateGroup, group_of
from padstone.ingest.desk import attention, to_interpret
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from padstone.features.production.queries import StationNow

RECENT_UNITS = 24
RECENT_PASSES = 40
RECENT_EVENTS = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """The factory in four numbers."""

    producing: int
    stations: int
    panels_today: int
    open_passes: int


def factory(request: HttpRequest) -> HttpResponse:
    """The whole floor, now. The page asks for itself again every few seconds and takes over what changed. A
    client begins at its orders.
    """
    actor = actor_of(request)
    if actor.client:
        return redirect("orders")
    lines = factory_now(actor)
    context = {
        "lines": lines,
        "figures": _figures(lines),
        "attention": attention(actor),
        "to_interpret": to_interpret(actor),
        "recent": recent_units(actor, limit=RECENT_UNITS),
        "scan_first": True,
    }
    return render(request, "web/factory.html", context)


def line(request: HttpRequest, name: str = "") -> HttpResponse:
    """One line: its stations, their feeders and the last passes. No name: the stations without a line."""
    actor = actor_of(request)
    context = {
        "line": line_now(actor, name),
        "loaded": loaded_now(actor, line=name),
        "passes": recent_passes(actor, line=name, limit=RECENT_PASSES),
        "scan_first": True,
    }
    return render(request, "web/line.html", context)


def station(request: HttpRequest, name: str) -> HttpResponse:
    actor = actor_of(request)
    line_name, now = station_now(actor, name)
    context: dict[str, Any] = {
        "line_name": line_name,
        "station": now,
        "loaded": loaded_now(actor, station=name),
        "passes": recent_passes(actor, station=name, limit=RECENT_PASSES),
        "recipes": recipes_now(actor, name),
        "operators": operators_now(actor, name),
        "faults": faults_of_station(actor, name, limit=RECENT_EVENTS),
        "states": states_of_station(actor, name, limit=RECENT_EVENTS),
        "news": news_of_station(actor, name, limit=RECENT_EVENTS),
        "scan_first": True,
    }
    return render(request, "web/station.html", context)


def _figures(lines: Iterable[LineNow]) -> Figures:
    stations = [station for line in lines for station in line.stations]
    return Figures(
        producing=sum(_produces(station) for station in stations),
        stations=len(stations),
        panels_today=sum(
            max((s.panels_today for s in line.stations), default=0) for line in lines if line.name
        ),
        open_passes=sum(station.open_transactions for station in stations),
    )


def _produces(station: StationNow) -> bool:
    return station.resource_state is not None and group_of(station.resource_state) is StateGroup.PRODUCTIVE
