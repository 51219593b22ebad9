"""A bill of materials as exact lines: what is on a board, what is left off, and what may stand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from padstone.features.design.domain.doubts import Doubt
from padstone.features.design.domain.mapping import ColumnMapping


@dataclass(frozen=True, slots=True)
class SupplierPart:
    """Where a part is ordered, and under which number."""

    supplier: str
    number: str


@dataclass(frozen=True, slots=True)
class MakerPart:
    """A manufacturer's part that may stand in for a line's own."""

    manufacturer: str = ""
    number: str = ""
    description: str = ""
    comment: str = ""
    suppliers: tuple[SupplierPart, ...] = ()
    row: int = 0


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill.

    ``quantity`` is for one board and is stated even where the line is not ``fitted``; ``attrition`` is a
    percentage on top of it. ``variants`` empty: in all of them. ``assembly`` names what the line belongs to,
    where it belongs to another. ``extra`` keeps the columns that mean nothing here, by their names.
    """

    row: int = 0
    item: str = ""
    part_number: str = ""
    description: str = ""
    value: str = ""
    footprint: str = ""
    manufacturer: str = ""
    mpn: str = ""
    quantity: Decimal = Decimal(1)
    designators: tuple[str, ...] = ()
    fitted: bool = True
    client_supplied: bool = False
    attrition: Decimal | None = None
    variants: tuple[str, ...] = ()
    assembly: str = ""
    level: int = 0
    comment: str = ""
    alternates: tuple[MakerPart, ...] = ()
    suppliers: tuple[SupplierPart, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def part(self) -> str:
        """What the part is called, by the most exact of its names; empty where it has none."""
        return self.part_number or self.mpn or self.value or self.description

    @property
    def makers(self) -> tuple[MakerPart, ...]:
        """The line's own part of a manufacturer and its alternates, each once."""
        own = MakerPart(self.manufacturer, self.mpn, suppliers=self.suppliers, row=self.row)
        return ((own,) if self.mpn else ()) + self.alternates


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines of a file in its order, and every doubt about them."""

    file: str
    lines: tuple[BillLine, ...]
    doubts: tuple[Doubt, ...] = ()
    mapping: ColumnMapping | None = None
    variants: tuple[str, ...] = ()
    """Every variant the file speaks of."""

    variant: str = ""
    """The one that was read; empty: the file as it stands."""

    not_used: tuple[str, ...] = ()
    """Designators of which the file says that they do not exist."""

    title: Mapping[str, str] = field(default_factory=dict)
    """What the file says of itself: title, revision, company, date, tool."""

    def fitted(self) -> Iterator[BillLine]:
        return (line for line in self.lines if line.fitted)
