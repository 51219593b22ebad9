"""Checks of a board's geometry against what a line can do: spacing, marks, sizes, heights, edges."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.designators import joined, natural_key
from padstone.features.design.domain.findings import Finding, Gravity
from padstone.features.design.domain.packages import Package, body_size, chip_size
from padstone.features.design.domain.placement import Placed, Placement, Side

Polygon = Sequence[tuple[Decimal, Decimal]]

_CELL: Final = 5.0
"""Millimetres: the side of a cell of the grid in which neighbours are looked for."""

_MOST_CELLS: Final = 400
"""Cells a single body is entered into; larger ones are compared with everything on their side, and are few.
"""

_MOST_PAIRS: Final = 2_000
_SAME_PLACE: Final = 0.001
_HAIR: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAbility:
    """What a line can place and solder; lengths in millimetres."""

    least_gap: Decimal = Decimal("0.15")
    smallest: tuple[Decimal, Decimal] = (Decimal("0.6"), Decimal("0.3"))
    """Length and width of the smallest body."""

    tallest: Decimal = Decimal(25)
    fiducials: int = 2
    """For each side that takes components."""

    sides: int = 2
    board: tuple[Decimal, Decimal] = (Decimal(510), Decimal(460))
    """Length and width of the largest board."""

    feeders: int = 0
    """Different parts at a time; 0: not looked at."""


@dataclass(frozen=True, slots=True)
class _Body:
    """A turned body: its corners, and the upright box around them."""

    placed: Placed
    corners: tuple[tuple[float, float], ...]
    left: float
    bottom: float
    right: float
    top: float


def check_geometry(
    placement: Placement,
    packages: Mapping[str, Package],
    ability: LineAbility,
    outline: Polygon = (),
) -> Iterator[Finding]:
    """Rules same_place, too_close, too_small, too_tall, fiducials_missing, outside_board, board_too_large,
    one_side_only, body_unknown.

    Bodies come from ``packages``, else from what a package's name tells. Time grows with the number of
    components, not with its square.
    """
    fitted = [placed for placed in placement.placed if placed.fitted and not placed.fiducial]
    bodies, unknown = _bodies(fitted, packages)
    yield from _same_place(fitted)
    yield from _spacing(bodies, float(ability.least_gap))
    yield from _sizes(fitted, packages, ability)
    yield from _marks(placement, ability)
    yield from _edges(fitted, outline, ability)
    if unknown:
        yield Finding(
            "body_unknown",
            Gravity.NOTE,
            joined(unknown),
            f"{len(unknown)} components have packages whose size nobody tells; their spacing is not checked.",
            "Enter the packages' body sizes.",
            tuple(unknown),
        )


def body_of(placed: Placed, packages: Mapping[str, Package]) -> tuple[Decimal, Decimal] | None:
    """Width and height of a component's body, unturned, in millimetres; None where nothing tells."""
    package = packages.get(placed.package)
    if package is not None and package.width and package.height_xy:
        return package.width, package.height_xy
    return body_size(placed.package)


def _bodies(fitted: Sequence[Placed], packages: Mapping[str, Package]) -> tuple[list[_Body], list[str]]:
    bodies, unknown = [], []
    for placed in fitted:
        size = body_of(placed, packages)
        if size is None:
            unknown.append(placed.designator)
            continue
        package = packages.get(placed.package)
        bodies.append(_box(placed, size, package.outline if package else ()))
    return bodies, sorted(unknown, key=natural_key)


def _box(placed: Placed, size: tuple[Decimal, Decimal], outline: Polygon) -> _Body:
    """The turned body; an outline need not be centred on its component."""
    angle = math.radians(float(placed.rotation))
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = float(placed.x), float(placed.y)
    if outline:
        mirror = -1.0 if placed.side is Side.BOTTOM else 1.0
        corners = [(mirror * float(px), float(py)) for px, py in outline]
    else:
        half, tall = float(size[0]) / 2, float(size[1]) / 2
        corners = [(-half, -tall), (half, -tall), (half, tall), (-half, tall)]
    turned = tuple((x + px * cos - py * sin, y + px * sin + py * cos) for px, py in corners)
    xs, ys = [px for px, _ in turned], [py for _, py in turned]
    return _Body(placed, turned, min(xs), min(ys), max(xs), max(ys))


def _same_place(fitted: Sequence[Placed]) -> Iterator[Finding]:
    there: dict[tuple[Side, Decimal, Decimal], list[str]] = {}
    for placed in fitted:
        there.setdefault((placed.side, placed.x, placed.y), []).append(placed.designator)
    for (side, x, y), names in there.items():
        if len(set(names)) > 1:
            yield Finding(
                "same_place",
                Gravity.MAJOR,
                joined(names),
                f"They stand at the same place, {x.normalize():f}, {y.normalize():f} mm on the {side.value}.",
                "Alternatives on one footprint? Fit one of them, and mark the others as not fitted.",
                tuple(sorted(names, key=natural_key)),
            )


def _spacing(bodies: Sequence[_Body], least: float) -> Iterator[Finding]:
    """Pairs of bodies closer than the line can solder, looked for in a grid."""
    found = 0
    for one, other in _neighbours(bodies, least):
        gap = _gap(one, other, least)
        if gap >= least - _HAIR:
            continue
        same = abs(one.left + one.right - other.left - other.right) < _SAME_PLACE
        if same and abs(one.bottom + one.top - other.bottom - other.top) < _SAME_PLACE:
            continue
        found += 1
        if found > _MOST_PAIRS:
            return
        names = tuple(sorted((one.placed.designator, other.placed.designator), key=natural_key))
        told = f"{gap:.2f} mm apart" if gap >= 0 else "their bodies overlap"
        yield Finding(
            "too_close",
            Gravity.MAJOR if gap < 0 else Gravity.MINOR,
            " and ".join(names),
            f"On the {one.placed.side.value}: {told}; the line needs {least:.2f} mm.",
            "Move one of them with the next revision; watch for bridges and shadowed joints until then.",
            names,
        )


def _neighbours(bodies: Sequence[_Body], least: float) -> Iterator[tuple[_Body, _Body]]:
    grid: dict[tuple[Side, int, int], list[int]] = {}
    large: dict[Side, list[int]] = {Side.TOP: [], Side.BOTTOM: []}
    for index, body in enumerate(bodies):
        side = body.placed.side
        cells = _cells(body, least)
        near = set(large[side])
        if cells is None:
            near.update(other for other in range(index) if bodies[other].placed.side is side)
            large[side].append(index)
        for cell in cells or ():
            entries = grid.setdefault((side, *cell), [])
            near.update(entries)
            entries.append(index)
        for other in sorted(near):
            yield bodies[other], body


def _cells(body: _Body, margin: float) -> list[tuple[int, int]] | None:
    left, right = (math.floor(value / _CELL) for value in (body.left - margin, body.right + margin))
    bottom, top = (math.floor(value / _CELL) for value in (body.bottom - margin, body.top + margin))
    if (right - left + 1) * (top - bottom + 1) > _MOST_CELLS:
        return None
    return [(column, row) for column in range(left, right + 1) for row in range(bottom, top + 1)]


def _gap(one: _Body, other: _Body, least: float) -> float:
    """The distance between two bodies, or between their boxes where that is enough; -1 where they overlap."""
    across = max(one.left, other.left) - min(one.right, other.right)
    along = max(one.bottom, other.bottom) - min(one.top, other.top)
    apart = math.hypot(max(across, 0.0), max(along, 0.0))
    if apart >= least:
        return apart
    first, second = one.corners, other.corners
    shared = any(inside(x, y, second) for x, y in first) or any(inside(x, y, first) for x, y in second)
    if shared or any(_cross(*a, *b) for a in _edges_of(first) for b in _edges_of(second)):
        return -1.0
    pairs = ((first, second), (second, first))
    return min(
        _distance(x, y, *edge) for ones, others in pairs for x, y in ones for edge in _edges_of(others)
    )


_Corner = tuple[float, float]


def _edges_of(corners: Sequence[_Corner]) -> Iterator[tuple[_Corner, _Corner]]:
    return zip(corners, (*corners[1:], corners[0]), strict=True)


def _cross(a: _Corner, b: _Corner, c: _Corner, d: _Corner) -> bool:
    """Whether two edges cross, not merely touch."""
    return _turn(a, b, c) * _turn(a, b, d) < -_HAIR and _turn(c, d, a) * _turn(c, d, b) < -_HAIR


def _turn(a: _Corner, b: _Corner, c: _Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _distance(x: float, y: float, a: _Corner, b: _Corner) -> float:
    """From a point to an edge."""
    across, along = b[0] - a[0], b[1] - a[1]
    square = across * across + along * along
    share = 0.0 if square == 0 else max(0.0, min(1.0, ((x - a[0]) * across + (y - a[1]) * along) / square))
    return math.hypot(x - a[0] - share * across, y - a[1] - share * along)


def _sizes(
    fitted: Sequence[Placed], packages: Mapping[str, Package], ability: LineAbility
) -> Iterator[Finding]:
    small: dict[str, list[str]] = {}
    tall: dict[str, list[str]] = {}
    length, width = ability.smallest
    for placed in fitted:
        size = body_of(placed, packages)
        if size is not None and (max(size) < length or min(size) < width):
            small.setdefault(chip_size(placed.package) or placed.package, []).append(placed.designator)
        package = packages.get(placed.package)
        if package is not None and package.tall is not None and package.tall > ability.tallest:
            tall.setdefault(placed.package, []).append(placed.designator)
    for name, names in small.items():
        yield Finding(
            "too_small",
            Gravity.BLOCKER,
            joined(names),
            f"{name} is smaller than {length:f} × {width:f} mm, the smallest that the line places.",
            "Take a line that places it, or a larger package.",
            tuple(sorted(names, key=natural_key)),
        )
    for name, names in tall.items():
        yield Finding(
            "too_tall",
            Gravity.MAJOR,
            joined(names),
            f"{name} is {packages[name].tall:f} mm tall; the line takes {ability.tallest:f}.",
            "Fit it after the line.",
            tuple(sorted(names, key=natural_key)),
        )


def _marks(placement: Placement, ability: LineAbility) -> Iterator[Finding]:
    for side in Side:
        components = sum(placed.side is side and not placed.fiducial for placed in placement.placed)
        marks = sum(placed.side is side and placed.fiducial for placed in placement.placed)
        if components and marks < ability.fiducials:
            yield Finding(
                "fiducials_missing",
                Gravity.MAJOR,
                f"{side.value} side",
                f"{components} components and {marks} fiducials; the line needs {ability.fiducials}.",
                "Add fiducials to the placement; if the panel has them, confirm it.",
            )
        if components and side is Side.BOTTOM and ability.sides < 2:
            yield Finding(
                "one_side_only",
                Gravity.BLOCKER,
                "bottom side",
                f"{components} components are on the bottom, and the line places on one side.",
                "Take a line for both sides.",
            )


def _edges(fitted: Sequence[Placed], outline: Polygon, ability: LineAbility) -> Iterator[Finding]:
    if len(outline) < 3:
        return
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if max(width, height) > max(ability.board) or min(width, height) > min(ability.board):
        yield Finding(
            "board_too_large",
            Gravity.BLOCKER,
            "board",
            f"{width.normalize():f} × {height.normalize():f} mm; the line takes"
            f" {ability.board[0]} × {ability.board[1]}.",
            "Take a larger line.",
        )
    corners = [(float(x), float(y)) for x, y in outline]
    outside = [
        placed.designator for placed in fitted if not inside(float(placed.x), float(placed.y), corners)
    ]
    if outside:
        yield Finding(
            "outside_board",
            Gravity.MAJOR,
            joined(outside),
            "Their places lie outside the board's edge.",
            "Do outline and placement share their origin and unit?",
            tuple(sorted(outside, key=natural_key)),
        )


def inside(x: float, y: float, corners: Sequence[tuple[float, float]]) -> bool:
    """Whether a point lies inside a polygon (a ray to the right crosses its edge an odd number of times)."""
    within = False
    previous_x, previous_y = corners[-1]
    for corner_x, corner_y in corners:
        if (corner_y > y) != (previous_y > y):
            crossing = (previous_x - corner_x) * (y - corner_y) / (previous_y - corner_y) + corner_x
            within ^= x < crossing
        previous_x, previous_y = corner_x, corner_y
    return within
