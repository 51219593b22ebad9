"""A board as a drawing: where every part lies, seen from one side. Millimetres; y grows upwards in a design
and downwards in a drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.packages import Package, body_size

Point = tuple[float, float]

MARGIN: Final = 1.5
SHADES: Final = 12
"""Colours that a stylesheet has for values that have none of their own."""

_UNKNOWN_BODY: Final = (1.2, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What is to be drawn: a designator where it lies, how large it is, what it says, and its shade."""

    designator: str
    x: Decimal
    y: Decimal
    rotation: Decimal
    side: str
    width: float
    height: float
    line: int
    label: str
    shade: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part in the drawing. ``turn`` as SVG turns: clockwise."""

    designator: str
    x: float
    y: float
    width: float
    height: float
    turn: float
    line: int
    label: str
    shade: str
    letters: float


@dataclass(frozen=True, slots=True)
class View:
    """One side of a board. ``view_box`` as SVG wants it; ``outline`` are paths; ``mirrored``: seen from
    below.
    """

    side: str
    view_box: str
    outline: tuple[str, ...]
    cutouts: tuple[str, ...]
    parts: tuple[Drawn, ...]
    outline_known: bool


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel: its own box, the size of a board, and where each lies, as ``transform`` attributes."""

    view_box: str
    width: float
    height: float
    letters: float
    places: tuple[str, ...]


def body_of(package: str, known: Mapping[str, Package]) -> tuple[float, float]:
    """Width and height of a part's body at 0°: as the design draws it, else as the package's name says, else
    small.
    """
    drawn = known.get(package)
    if drawn is not None and drawn.outline:
        xs, ys = [float(x) for x, _ in drawn.outline], [float(y) for _, y in drawn.outline]
        return max(xs) - min(xs), max(ys) - min(ys)
    if drawn is not None and drawn.width and drawn.height_xy:
        return float(drawn.width), float(drawn.height_xy)
    size = body_size(package)
    return (float(size[0]), float(size[1])) if size else _UNKNOWN_BODY


def shades(values: Iterable[str]) -> dict[str, str]:
    """A shade for each value, in the order in which they first come; the thirteenth begins anew."""
    return {value: f"shade-{number % SHADES}" for number, value in enumerate(dict.fromkeys(values))}


def view(
    side: str,
    spots: Sequence[Spot],
    polygons: Sequence[Sequence[Point]] = (),
    cutouts: Sequence[Sequence[Point]] = (),
) -> View:
    """One side of the board. Without an outline a frame around all parts, of both sides, stands for it."""
    known = [polygon for polygon in polygons if len(polygon) > 2]
    left, bottom, right, top = _extent(spots, known)
    place = _placer(side, left, right, top)
    frame = [(left, bottom), (right, bottom), (right, top), (left, top)]
    return View(
        side=side,
        view_box=_box(right - left, top - bottom),
        outline=tuple(_path(polygon, place) for polygon in known or [frame]),
        cutouts=tuple(_path(polygon, place) for polygon in cutouts if len(polygon) > 2),
        parts=tuple(_drawn(spot, place, side) for spot in spots if spot.side == side),
        outline_known=bool(known),
    )


def panel(width: float, height: float, places: Sequence[tuple[float, float, float]]) -> PanelView:
    """Boards of a size at (x, y, turn), each from the panel's corner."""
    corners = [(x, y) for x, y, _ in places] or [(0.0, 0.0)]
    left, bottom = min(x for x, _ in corners), min(y for _, y in corners)
    right = max(x for x, _ in corners) + width
    top = max(y for _, y in corners) + height
    return PanelView(
        view_box=_box(right - left, top - bottom),
        width=round(width, 3),
        height=round(height, 3),
        letters=round(min(width, height), 3),
        places=tuple(
            f"translate({x - left + MARGIN:.3f} {top - y - height + MARGIN:.3f}) rotate({-turn:.2f})"
            for x, y, turn in places
        ),
    )


def _extent(spots: Sequence[Spot], polygons: Sequence[Sequence[Point]]) -> tuple[float, float, float, float]:
    xs = [x for polygon in polygons for x, _ in polygon]
    ys = [y for polygon in polygons for _, y in polygon]
    for spot in spots:
        reach = max(spot.width, spot.height) / 2 + 0.5
        xs += [float(spot.x) - reach, float(spot.x) + reach]
        ys += [float(spot.y) - reach, float(spot.y) + reach]
    if not xs:
        return 0.0, 0.0, 10.0, 10.0
    return min(xs), min(ys), max(xs), max(ys)


def _placer(side: str, left: float, right: float, top: float) -> Callable[[float, float], Point]:
    if side == "bottom":  # turned over about its vertical axis
        return lambda x, y: (right - x + MARGIN, top - y + MARGIN)
    return lambda x, y: (x - left + MARGIN, top - y + MARGIN)


def _drawn(spot: Spot, place: Callable[[float, float], Point], side: str) -> Drawn:
    x, y = place(float(spot.x), float(spot.y))
    turn = float(spot.rotation) % 360
    short, long = sorted((spot.width, spot.height))
    return Drawn(
        designator=spot.designator,
        x=round(x, 3),
        y=round(y, 3),
        width=round(spot.width, 3),
        height=round(spot.height, 3),
        turn=round(turn if side == "bottom" else -turn, 2),
        line=spot.line,
        label=spot.label,
        shade=spot.shade,
        letters=round(min(short * 0.7, 1.6 * long / max(len(spot.designator), 1)), 3),
    )


def _path(polygon: Sequence[Point], place: Callable[[float, float], Point]) -> str:
    points = [place(x, y) for x, y in polygon]
    return "M" + " L".join(f"{x:.3f} {y:.3f}" for x, y in points) + " Z"


def _box(width: float, height: float) -> str:
    return f"0 0 {width + 2 * MARGIN:.3f} {height + 2 * MARGIN:.3f}"
