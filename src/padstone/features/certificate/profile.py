"""An oven's report of one board, drawn: each zone's set temperature and what was read in it.

IPC-2591: ``ReflowProcessData`` and ``ReflowProfilingProcessData``, whose ``ZoneData`` names a zone, its set
points and its readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 12, 30
_STEP = 50
"""Degrees between two lines of the grid."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone in degrees Celsius; ``read`` is the mean of its readings, None where nothing was read."""

    name: str
    set_to: float | None
    read: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The zones as an SVG drawing of WIDTH × HEIGHT. ``set_to`` and ``read`` are ``points`` of polylines."""

    zones: tuple[Zone, ...]
    width: int
    height: int
    set_to: str
    read: str
    dots: tuple[tuple[float, float], ...]
    labels: tuple[tuple[float, str], ...]
    grid: tuple[tuple[float, int], ...]


def curve_of(data: Mapping[str, Any]) -> Curve | None:
    """The drawing of an oven's report; None where it tells no temperatures of at least two zones."""
    zones = tuple(_zone(number, row) for number, row in enumerate(_rows(data.get("ZoneData")), start=1))
    degrees = [value for zone in zones for value in (zone.set_to, zone.read) if value is not None]
    if len(zones) < 2 or len(degrees) < 2:
        return None
    top = (int(max(degrees)) // _STEP + 1) * _STEP
    step = (WIDTH - _LEFT - _RIGHT) / len(zones)
    read = tuple(
        (round(_LEFT + (place + 0.5) * step, 1), _height(zone.read, top))
        for place, zone in enumerate(zones)
        if zone.read is not None
    )
    steps = [
        (round(_LEFT + (place + edge) * step, 1), _height(zone.set_to, top))
        for place, zone in enumerate(zones)
        if zone.set_to is not None
        for edge in (0, 1)
    ]
    return Curve(
        zones=zones,
        width=WIDTH,
        height=HEIGHT,
        set_to=_points(steps),
        read=_points(read),
        dots=read,
        labels=tuple((round(_LEFT + (place + 0.5) * step, 1), zone.name) for place, zone in enumerate(zones)),
        grid=tuple((_height(degrees, top), degrees) for degrees in range(0, top + 1, _STEP)),
    )


def _zone(number: int, row: Mapping[str, Any]) -> Zone:
    told = row.get("Zone")
    zone: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    name = str(zone.get("ReflowZoneType") or zone.get("StageName") or number)
    return Zone(
        name=f"{number} {name}" if name != str(number) else name,
        set_to=_mean(_rows(row.get("Setpoints")), "SetpointType", "Setpoint"),
        read=_mean(_rows(row.get("Readings")), "ReadingType", "ReadingValue"),
    )


def _mean(rows: Iterable[Mapping[str, Any]], kind: str, value: str) -> float | None:
    """The mean of the temperatures among them: top and bottom of a zone are told apart."""
    degrees = [
        row[value]
        for row in rows
        if row.get(kind, "Temperature") == "Temperature" and isinstance(row.get(value), int | float)
    ]
    return round(sum(degrees) / len(degrees), 1) if degrees else None


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _height(degrees: float | None, top: int) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * (degrees or 0) / top, 1)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
