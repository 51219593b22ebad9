"""Polygons in millimetres, and arcs as short chords of them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

Points = tuple[tuple[Decimal, Decimal], ...]


_ARC_STEP: Final = math.radians(6)


_GRAIN: Final = Decimal("0.0001")


def arc(
    start: tuple[Decimal, Decimal],
    end: tuple[Decimal, Decimal],
    centre: tuple[Decimal, Decimal],
    *,
    clockwise: bool,
) -> list[tuple[Decimal, Decimal]]:
    """Points between the ends of an arc, six degrees apart; for drawing, so that floats will do."""
    cx, cy = float(centre[0]), float(centre[1])
    radius = math.hypot(float(start[0]) - cx, float(start[1]) - cy)
    first = math.atan2(float(start[1]) - cy, float(start[0]) - cx)
    last = math.atan2(float(end[1]) - cy, float(end[0]) - cx)
    sweep = (first - last if clockwise else last - first) % (2 * math.pi)
    if start == end:
        sweep = 2 * math.pi
    steps = int(sweep / _ARC_STEP)
    sign = -1 if clockwise else 1
    angles = [first + sign * sweep * step / (steps + 1) for step in range(1, steps + 1)]
    return [
        (_rounded(cx + radius * math.cos(angle)), _rounded(cy + radius * math.sin(angle))) for angle in angles
    ]


def _rounded(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_GRAIN)


def extent(points: Points) -> tuple[Decimal, Decimal]:
    """Width and height of what the points enclose."""
    if not points:
        return Decimal(0), Decimal(0)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs), max(ys) - min(ys)
