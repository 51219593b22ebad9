"""Lengths and polygons of an IPC-2581 file, in millimetres whatever unit it gives them in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.limits import FARTHEST
from padstone.features.design.domain.numbers import read_number
from padstone.features.design.domain.placement import Unit
from padstone.features.design.domain.polygons import Points, arc
from padstone.features.design.domain.xmlfiles import local
from padstone.kernel.errors import Invalid

_MOST_POINTS: Final = 20_000


@dataclass(slots=True)
class Lengths:
    """A file, its doubts and its unit, once it has told it."""

    file: str
    doubts: Doubts
    unit: Unit | None = None

    def _unit(self) -> Unit:
        if self.unit is None:
            raise Invalid(
                "unit_unknown",
                "{file} gives lengths before it says their unit.",
                field="file",
                way_out="Export the design again.",
                file=self.file,
            )
        return self.unit

    def _length(self, element: Element | None, name: str) -> Decimal | None:
        value = read_number(element.get(name) or "") if element is not None else None
        length = value * self._unit().in_mm if value is not None else None
        return length if length is not None and abs(length) <= FARTHEST else None

    def _polygon(self, element: Element | None) -> Points:
        points: list[tuple[Decimal, Decimal]] = []
        for entry in element if element is not None else ():
            name = local(entry)
            if name not in {"PolyBegin", "PolyStepSegment", "PolyStepCurve"}:
                continue
            x, y = self._length(entry, "x"), self._length(entry, "y")
            if x is None or y is None or len(points) > _MOST_POINTS:
                continue
            if name == "PolyStepCurve" and points:
                centre_x, centre_y = self._length(entry, "centerX"), self._length(entry, "centerY")
                if centre_x is not None and centre_y is not None:
                    clockwise = is_true(entry.get("clockwise"))
                    points += arc(points[-1], (x, y), (centre_x, centre_y), clockwise=clockwise)
            points.append((x, y))
        return tuple(points)


def is_true(said: str | None) -> bool:
    """An attribute that is a yes or a no, in whichever case a tool writes it."""
    return (said or "").strip().casefold() in {"true", "1", "yes"}
