"""Sizes of labels, and sheets of them as they are sold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from padstone.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Size:
    """Of one label, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of labels, in millimetres: paper, grid, its first label's corner (left, top), its step."""

    name: str
    paper: tuple[float, float]
    columns: int
    rows: int
    corner: tuple[float, float]
    step: tuple[float, float]
    label: Size

    @property
    def count(self) -> int:
        return self.columns * self.rows

    def place(self, number: int) -> tuple[float, float]:
        """Left and top of a label on its sheet, counted from 0 along the rows."""
        row, column = divmod(number % self.count, self.columns)
        return self.corner[0] + column * self.step[0], self.corner[1] + row * self.step[1]


_A4: Final = (210.0, 297.0)
_LETTER: Final = (215.9, 279.4)

SHEETS: Final = {
    sheet.name: sheet
    for sheet in (
        Sheet("L7160", _A4, 3, 7, (7.2, 15.1), (66.0, 38.1), Size(63.5, 38.1)),
        Sheet("3474", _A4, 3, 8, (0.0, 0.5), (70.0, 37.0), Size(70.0, 37.0)),
        Sheet("L4736", _A4, 4, 12, (9.7, 21.5), (48.3, 21.2), Size(45.7, 21.2)),
        Sheet("5160", _LETTER, 3, 10, (4.8, 12.7), (69.85, 25.4), Size(66.7, 25.4)),
    )
}
"""By the makers' numbers under which such sheets are sold."""

SIZES: Final = {"57x32": Size(57, 32), "50x25": Size(50, 25), "70x37": Size(70, 37), "100x50": Size(100, 50)}
"""Rolls for label printers."""


def size_called(name: str) -> Size:
    """A size by its name, or as WIDTHxHEIGHT in millimetres. Refuses what no label is."""
    if name in SIZES:
        return SIZES[name]
    width, _, height = name.lower().partition("x")
    try:
        size = Size(float(width), float(height))
    except ValueError:
        size = Size(0, 0)
    if not (20 <= size.width <= 210 and 10 <= size.height <= 210):
        raise Invalid(
            "label_size_unknown",
            "“{name}” is no size of a label.",
            field="size",
            way_out="Write width and height in millimetres, 57x32; at least 20x10.",
            name=name,
        )
    return size
