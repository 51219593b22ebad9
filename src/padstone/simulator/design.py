"""The product a line builds: its parts and where each designator sits."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Literal

Side = Literal["top", "bottom"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One line of the bill of material. ``sources`` are the approved (manufacturer, MPN) pairs, the first
    preferred.
    """

    number: str
    description: str
    sources: tuple[tuple[str, str], ...]
    package: str

    @property
    def manufacturer(self) -> str:
        return self.sources[0][0]

    @property
    def mpn(self) -> str:
        return self.sources[0][1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a designator sits: millimetres from the board's origin, seen from its own side."""

    designator: str
    part_number: str
    side: Side
    x_mm: float
    y_mm: float
    rotation: float


@dataclass(frozen=True, kw_only=True)
class Product:
    """A design: parts, placements and what the recipes are called. Designators are unique over both sides."""

    name: str
    code: str
    revision: str
    parts: tuple[Part, ...]
    placements: tuple[Placement, ...]

    @cached_property
    def part_by_number(self) -> dict[str, Part]:
        return {part.number: part for part in self.parts}

    @cached_property
    def placement_by_designator(self) -> dict[str, Placement]:
        return {placement.designator: placement for placement in self.placements}

    @cached_property
    def designators_by_part(self) -> dict[str, tuple[str, ...]]:
        """The designators of each part number, in the order of the placement list."""
        found: dict[str, list[str]] = {part.number: [] for part in self.parts}
        for placement in self.placements:
            found[placement.part_number].append(placement.designator)
        return {number: tuple(designators) for number, designators in found.items()}

    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """The sides that carry parts, in the order they are built: the bottom, being lighter, goes first."""
        used = {placement.side for placement in self.placements}
        order: tuple[Side, ...] = ("bottom", "top")
        return tuple(side for side in order if side in used)

    def designators_on(self, side: Side) -> tuple[str, ...]:
        return tuple(p.designator for p in self.placements if p.side == side)

    def recipe(self, side: Side) -> str:
        return f"{self.code}-{side.upper()}"


def heart_monitor() -> Product:
    """The built-in product, our own invention: a portable one-lead heart monitor with parts on both sides."""
    folder = resources.files("padstone.simulator") / "data"
    parts = []
    owner: dict[str, str] = {}
    for row in csv.DictReader((folder / "heart_monitor_bom.csv").read_text(encoding="utf-8").splitlines()):
        source = (row["manufacturer"], row["mpn"])
        parts.append(
            Part(
                number=row["part_number"],
                description=row["description"],
                sources=(source,),
                package=row["package"],
            )
        )
        owner.update(dict.fromkeys(row["designators"].split(","), row["part_number"]))
    table = csv.DictReader((folder / "heart_monitor_placements.csv").read_text(encoding="utf-8").splitlines())
    placements = tuple(
        Placement(
            designator=row["designator"],
            part_number=owner[row["designator"]],
            side="top" if row["side"] == "top" else "bottom",
            x_mm=float(row["x_mm"]),
            y_mm=float(row["y_mm"]),
            rotation=float(row["rotation"]),
        )
        for row in table
    )
    return Product(
        name="Padstone Pulse HM-1", code="HM1", revision="C", parts=tuple(parts), placements=placements
    )
