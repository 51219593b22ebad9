"""Where each component sits: exact millimetres, a side, a turn, and by which conventions the file states
them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from padstone.features.design.domain.doubts import Doubt
from padstone.features.design.domain.mapping import ColumnMapping

FULL_TURN: Final = Decimal(360)


class Side(StrEnum):
    TOP = "top"
    BOTTOM = "bottom"


class Unit(StrEnum):
    """A unit of length that files use."""

    MILLIMETRE = "mm"
    MIL = "mil"
    INCH = "inch"
    MICROMETRE = "µm"
    CENTIMETRE = "cm"
    NANOMETRE = "nm"

    @property
    def in_mm(self) -> Decimal:
        return _IN_MM[self]


_IN_MM: Final = {
    Unit.MILLIMETRE: Decimal(1),
    Unit.MIL: Decimal("0.0254"),
    Unit.INCH: Decimal("25.4"),
    Unit.MICROMETRE: Decimal("0.001"),
    Unit.CENTIMETRE: Decimal(10),
    Unit.NANOMETRE: Decimal("0.000001"),
}


class BottomX(StrEnum):
    """How the bottom side's x runs."""

    NONE_THERE = "none_there"
    AS_SEEN_FROM_TOP = "as_seen_from_top"
    NEGATED = "negated"
    """Mirrored at the y axis: as seen from the bottom."""

    UNKNOWN = "unknown"


class BottomTurn(StrEnum):
    """How the bottom side's rotation counts."""

    NONE_THERE = "none_there"
    SEEN_FROM_TOP = "seen_from_top"
    SEEN_FROM_BOTTOM = "seen_from_bottom"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Placed:
    """A component's place. ``x`` and ``y`` in millimetres; ``rotation`` in degrees, counter-clockwise, from 0
    to 360.

    ``stated_rotation`` is the file's own number.
    """

    row: int
    designator: str
    x: Decimal
    y: Decimal
    rotation: Decimal = Decimal(0)
    side: Side = Side.TOP
    value: str = ""
    package: str = ""
    part: str = ""
    fiducial: bool = False
    fitted: bool = True
    stated_rotation: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a file states places, and what speaks for that."""

    unit: Unit = Unit.MILLIMETRE
    bottom_x: BottomX = BottomX.UNKNOWN
    bottom_turn: BottomTurn = BottomTurn.UNKNOWN
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    file: str
    placed: tuple[Placed, ...]
    conventions: Conventions = Conventions()
    doubts: tuple[Doubt, ...] = ()
    mapping: ColumnMapping | None = None

    def by_designator(self) -> dict[str, Placed]:
        """The first place of each designator, by its name in lower case."""
        found: dict[str, Placed] = {}
        for placed in self.placed:
            found.setdefault(placed.designator.casefold(), placed)
        return found


def normalised(rotation: Decimal) -> Decimal:
    """The same turn from 0 to below 360."""
    turned = rotation % FULL_TURN
    return (turned + FULL_TURN if turned < 0 else turned) + 0


def seen_from_top(placed: Placed, conventions: Conventions) -> Placed:
    """A bottom component's place as seen from the top, where the conventions say how it was written."""
    if placed.side is Side.TOP:
        return placed
    if conventions.bottom_x is BottomX.NEGATED:
        placed = replace(placed, x=-placed.x)
    if conventions.bottom_turn is BottomTurn.SEEN_FROM_BOTTOM:
        placed = replace(placed, rotation=normalised(FULL_TURN / 2 - placed.rotation))
    return placed
