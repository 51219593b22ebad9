"""An oven's report, drawn."""

from __future__ import annotations

from typing import Any

import pytest

from padstone.features.certificate.profile import HEIGHT, WIDTH, curve_of


def zone(kind: str, setpoint: float, *readings: float) -> dict[str, Any]:
    return {
        "Zone": {"ReflowZoneType": kind},
        "Setpoints": [
            {"SetpointType": "Temperature", "Setpoint": setpoint},
            {"SetpointType": "O2", "Setpoint": 900.0},
        ],
        "Readings": [{"ReadingType": "Temperature", "ReadingValue": value} for value in readings],
    }


def test_zones_are_drawn_in_their_order_from_left_to_right() -> None:
    curve = curve_of({"ZoneData": [zone("PreHeat", 150, 148, 152), zone("Reflow", 250, 249)]})
    assert curve is not None
    assert [(one.name, one.set_to, one.read) for one in curve.zones] == [
        ("1 PreHeat", 150, 150),
        ("2 Reflow", 250, 249),
    ]
    (x1, y1), (x2, y2) = curve.dots
    assert 0 < x1 < x2 < WIDTH
    assert 0 < y2 < y1 < HEIGHT  # hotter is higher
    assert curve.read == f"{x1},{y1} {x2},{y2}"
    assert [degrees for _, degrees in curve.grid] == [0, 50, 100, 150, 200, 250, 300]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"ZoneData": None},
        {"ZoneData": "no list"},
        {"ZoneData": [zone("PreHeat", 150)]},
        {"ZoneData": [{"Zone": None}, {"Readings": [{"ReadingValue": "hot"}]}, 7]},
    ],
)
def test_what_tells_no_temperatures_is_not_drawn(data: dict[str, Any]) -> None:
    assert curve_of(data) is None


def test_a_zone_without_readings_leaves_a_gap_in_the_line() -> None:
    curve = curve_of({"ZoneData": [zone("PreHeat", 150, 150), zone("Soak", 180), zone("Reflow", 250, 250)]})
    assert curve is not None
    assert len(curve.dots) == 2
    assert len(curve.set_to.split()) == 6
