"""Rows of an opening stock: each is a package, or a doubt that says where and why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.materials.commands import PackageFacts
from padstone.features.stock.opening.columns import Columns
from padstone.kernel.bounds import LONGEST_IDENTIFIER

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
INVENTREE: Final = "INV-SI"
"""What InvenTree's own labels of stock items say before the number: they stay good."""


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A row that can be booked: what is told of the package, where it is, whose it is, its other codes."""

    number: int
    facts: PackageFacts
    location: str
    owner: str
    codes: tuple[str, ...]


class LeftOut(Exception):
    """A row is no package: which of its cells says so, why, and what to do."""

    def __init__(self, code: str, meaning: str, reason: str, way_out: str) -> None:
        super().__init__(code)
        self.code = code
        self.meaning = meaning
        self.reason = reason
        self.way_out = way_out


@dataclass(slots=True)
class Reader:
    """Reads one sheet; ``name_rows`` names packages that have no name of their own, by their rows."""

    sheet: Sheet
    columns: Columns
    doubts: Doubts
    name_rows: str = ""
    default_location: str = ""

    def rows(self) -> Iterator[OpeningRow]:
        """The rows that can be booked, in the file's order; what is wrong with the others is a doubt."""
        seen: dict[str, int] = {}
        for row in self.sheet.rows:
            if row.number <= self.columns.header or row.empty:
                continue
            try:
                read = self._read(row)
                _must_be_first(read.facts.identifier, row.number, seen)
            except LeftOut as why:
                self.leave_out(row.number, why, said=self._text(row, why.meaning))
            else:
                yield read

    def leave_out(self, number: int, why: LeftOut, *, said: str = "") -> None:
        """Say of a row why it is left out."""
        column = self.columns.places.get(why.meaning, -1)
        place = self.sheet.place(number, column, self.columns.names.get(why.meaning, ""))
        self.doubts.leave_out(why.code, why.reason, why.way_out, place, said=said)

    def _read(self, row: Row) -> OpeningRow:
        facts = PackageFacts(
            identifier=self._identifier(row),
            part_number=self._part(row),
            description=self._text(row, "description"),
            manufacturer=self._text(row, "manufacturer"),
            manufacturer_part_number=self._text(row, "mpn"),
            supplier=self._short(row, "supplier", 300),
            lot=self._short(row, "lot", LONGEST_IDENTIFIER),
            date_code=self._short(row, "date_code", 20),
            expires_at=self._day(row, "expires"),
            received_at=self._day(row, "received"),
            initial_quantity=self._quantity(row),
            quantity_unit=self._text(row, "unit") or "pcs",
        )
        codes = tuple(code.strip() for code in self._short(row, "codes", LONGEST_IDENTIFIER).split(";"))
        location, owner = self._location(row), self._short(row, "owner", LONGEST_IDENTIFIER)
        return OpeningRow(row.number, facts, location, owner, tuple(filter(None, codes)))

    def _identifier(self, row: Row) -> str:
        if said := self._short(row, "package", LONGEST_IDENTIFIER):
            return said
        if number := self._text(row, "inventree"):
            return INVENTREE + number
        if not self.name_rows:
            way_out = "Number the packages, or import with --name-rows PREFIX."
            raise LeftOut("package_missing", "package", "The package has no identifier.", way_out)
        return f"{self.name_rows}{row.number}"

    def _part(self, row: Row) -> str:
        part = self._short(row, "part", LONGEST_IDENTIFIER) or self._short(
            row, "part_name", LONGEST_IDENTIFIER
        )
        if not part:
            raise LeftOut("part_missing", "part", "It names no part.", "Write the part's number.")
        return part

    def _location(self, row: Row) -> str:
        location = self._short(row, "location", 100) or self.default_location
        if not location:
            way_out = "Write the location, or import with --location CODE."
            raise LeftOut("location_missing", "location", "It says not where it is.", way_out)
        return location

    def _quantity(self, row: Row) -> Decimal:
        said = self._text(row, "quantity")
        if not _NUMBER.fullmatch(said):
            way_out = "Write it with a point and without thousands: 4000, 0.5."
            raise LeftOut("quantity_wrong", "quantity", f"“{said}” is no quantity.", way_out)
        return Decimal(said)

    def _day(self, row: Row, meaning: str) -> datetime | None:
        said = self._text(row, meaning)
        if not said:
            return None
        try:
            found = _DOTTED.fullmatch(said)
            day = (
                date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(said[:10])
            )
        except ValueError as error:
            raise LeftOut("day_wrong", meaning, f"“{said}” is no day.", "Write 2027-01-31.") from error
        return datetime.combine(day, time(), UTC)

    def _short(self, row: Row, meaning: str, longest: int) -> str:
        said = self._text(row, meaning)
        if len(said) > longest:
            reason = f"It has {len(said)} characters; at most {longest} are taken."
            raise LeftOut("text_too_long", meaning, reason, "Shorten it.")
        return said

    def _text(self, row: Row, meaning: str) -> str:
        return self.columns.text(row, meaning)


def _must_be_first(identifier: str, number: int, seen: dict[str, int]) -> None:
    first = seen.setdefault(identifier, number)
    if first != number:
        reason = f"{identifier} stands in row {first} already."
        raise LeftOut("package_twice", "package", reason, "Give each package one row.")
