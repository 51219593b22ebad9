"""The form in which a bill and a placement are written, and read back to the letter.

Each row says what it is, so that reading it guesses nothing: what was decided stays decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart, SupplierPart
from padstone.features.design.domain.delimited import wholly_unescaped
from padstone.features.design.domain.designators import read_designators, write_designators
from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.fitting import is_yes
from padstone.features.design.domain.headers import EXTRA
from padstone.features.design.domain.limits import MOST_QUANTITY
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain, read_number
from padstone.features.design.domain.placement import Placed, Placement, Side, normalised
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning
from padstone.kernel.errors import Invalid

Cell = str | Decimal

_LINE: Final = "line"
_ALTERNATE: Final = "alternate"
_NOT_USED: Final = "not used"
_BILL: Final = (
    "Row kind",
    "Item",
    "part_number",
    "Description",
    "Value",
    "Footprint",
    "Manufacturer",
    "MPN",
    "Quantity",
    "Designators",
    "DNP",
    "Client supplied",
    "Attrition %",
    "Variants",
    "Assembly",
    "Level",
    "Comments",
)
_PLACEMENT: Final = (
    "Designator",
    "Value",
    "Package",
    "X (mm)",
    "Y (mm)",
    "Rotation",
    "Side",
    "MPN",
    "Fiducial",
    "Fitted",
    "Stated rotation",
)
_LIKE_KICAD: Final = ("Ref", "Val", "Package", "PosX", "PosY", "Rot", "Side", *_PLACEMENT[7:])


def bill_rows(bill: Bill) -> Iterator[Sequence[Cell]]:
    """The header and the rows of a bill; a line's alternates stand below it."""
    lists = [line.suppliers for line in bill.lines]
    lists += [maker.suppliers for line in bill.lines for maker in line.alternates]
    several = max(map(len, lists), default=0)
    names = list(dict.fromkeys(name for line in bill.lines for name, _ in line.extra))
    suppliers = [
        name for n in range(1, several + 1) for name in (f"Supplier {n}", f"Supplier part number {n}")
    ]
    yield (*_BILL, *suppliers, *(f"{EXTRA} {name}" for name in names))
    for line in bill.lines:
        extra = dict(line.extra)
        yield (
            _LINE,
            line.item,
            line.part_number,
            line.description,
            line.value,
            line.footprint,
            line.manufacturer,
            line.mpn,
            line.quantity,
            write_designators(line.designators),
            _yes(flag=not line.fitted),
            _yes(flag=line.client_supplied),
            "" if line.attrition is None else line.attrition,
            "|".join(line.variants),
            line.assembly,
            str(line.level) if line.level else "",
            line.comment,
            *_supplier_cells(line.suppliers, several),
            *(extra.get(name, "") for name in names),
        )
        for maker in line.alternates:
            yield (
                _ALTERNATE,
                *("", "", maker.description, "", "", maker.manufacturer, maker.number),
                *([""] * 8),
                maker.comment,
                *_supplier_cells(maker.suppliers, several),
            )
    if bill.not_used:
        yield (_NOT_USED, *([""] * 8), write_designators(bill.not_used))


def placement_rows(placement: Placement, *, like_kicad: bool = False) -> Iterator[Sequence[Cell]]:
    """The header and the rows of a placement in millimetres; with KiCad's column names where asked."""
    yield _LIKE_KICAD if like_kicad else _PLACEMENT
    for placed in placement.placed:
        yield (
            placed.designator,
            placed.value,
            placed.package,
            placed.x,
            placed.y,
            placed.rotation,
            placed.side.value,
            placed.part,
            _yes(flag=placed.fiducial),
            _yes(flag=placed.fitted),
            placed.stated_rotation,
        )


def _supplier_cells(parts: Sequence[SupplierPart], several: int) -> list[str]:
    cells = [cell for part in parts for cell in (part.supplier, part.number)]
    return cells + [""] * (2 * several - len(cells))


def _yes(*, flag: bool) -> str:
    return "yes" if flag else "no"


# --- reading it back ----------------------------------------------------------------------------------------


def is_own_bill(mapping: ColumnMapping) -> bool:
    return mapping.has(Meaning.ROW_KIND)


def is_own_placement(mapping: ColumnMapping) -> bool:
    return mapping.has(Meaning.STATED_ROTATION)


@dataclass(slots=True)
class _Reader:
    sheet: Sheet
    mapping: ColumnMapping
    doubts: Doubts

    def text(self, row: Row, meaning: Meaning, pair: int = 1) -> str:
        return self.told(self.mapping.raw(row, meaning, pair))

    def told(self, cell: str) -> str:
        """What the cell said before it was written; a workbook needs no escapes, and only its sheets have
        names.
        """
        return plain(cell if self.sheet.name else wholly_unescaped(cell))

    def number(self, row: Row, meaning: Meaning) -> Decimal | None:
        text = self.text(row, meaning)
        value = read_number(text)
        if value is None and text:
            self.leave_out(row, meaning, f"“{text}” is no number.")
        return value

    def leave_out(self, row: Row, meaning: Meaning, reason: str) -> None:
        place = self.sheet.place(row.number, self.mapping.index(meaning), self.mapping.name(meaning))
        self.doubts.leave_out(
            "row_not_read",
            reason,
            "Correct the cell, and import the file again.",
            place,
            said=self.text(row, meaning),
        )

    def names(self, row: Row) -> tuple[str, ...]:
        reading = read_designators(self.text(row, Meaning.DESIGNATORS))
        for oddity in reading.oddities:
            self.leave_out(row, Meaning.DESIGNATORS, oddity.text)
        return reading.names

    def suppliers(self, row: Row) -> tuple[SupplierPart, ...]:
        found = (
            SupplierPart(
                self.text(row, Meaning.SUPPLIER, pair), self.text(row, Meaning.SUPPLIER_NUMBER, pair)
            )
            for pair in self.mapping.pairs(Meaning.SUPPLIER)
        )
        return tuple(part for part in found if part.supplier or part.number)


def read_own_bill(sheet: Sheet, mapping: ColumnMapping) -> Bill:
    """The bill that was written, and what was changed in the file since. Refuses a file without a line."""
    reader = _Reader(sheet, mapping, Doubts(sheet.file))
    lines: list[BillLine] = []
    not_used: tuple[str, ...] = ()
    for row in sheet.rows:
        if row.number <= mapping.header_row:
            continue
        kind = reader.text(row, Meaning.ROW_KIND).casefold()
        if kind == _NOT_USED:
            not_used = reader.names(row)
        elif kind == _ALTERNATE and lines:
            maker = MakerPart(
                reader.text(row, Meaning.MANUFACTURER),
                reader.text(row, Meaning.MPN),
                reader.text(row, Meaning.DESCRIPTION),
                reader.text(row, Meaning.COMMENT),
                reader.suppliers(row),
                row.number,
            )
            lines[-1] = replace(lines[-1], alternates=(*lines[-1].alternates, maker))
        elif kind == _LINE:
            lines += _own_line(reader, row)
        else:
            reader.leave_out(row, Meaning.ROW_KIND, f"“{kind}” is neither line nor alternate.")
    if not lines:
        raise Invalid(
            "bill_empty",
            "{file} has no line of a bill below its header.",
            field="file",
            way_out="Export the bill again.",
            file=sheet.file,
        )
    variants = tuple(dict.fromkeys(name for line in lines for name in line.variants))
    return Bill(sheet.file, tuple(lines), tuple(reader.doubts.found), mapping, variants, not_used=not_used)


def _own_line(reader: _Reader, row: Row) -> Iterator[BillLine]:
    quantity = reader.number(row, Meaning.QUANTITY)
    if quantity is None or not 0 <= quantity <= MOST_QUANTITY:
        reader.leave_out(row, Meaning.QUANTITY, "The line has no quantity.")
        return
    known = [column for column in reader.mapping.columns if column.meaning is Meaning.IGNORED and column.name]
    level = reader.text(row, Meaning.LEVEL)
    yield BillLine(
        row=row.number,
        item=reader.text(row, Meaning.ITEM),
        part_number=reader.text(row, Meaning.PART_NUMBER),
        description=reader.text(row, Meaning.DESCRIPTION),
        value=reader.text(row, Meaning.VALUE),
        footprint=reader.text(row, Meaning.FOOTPRINT),
        manufacturer=reader.text(row, Meaning.MANUFACTURER),
        mpn=reader.text(row, Meaning.MPN),
        quantity=quantity,
        designators=reader.names(row),
        fitted=not is_yes(reader.text(row, Meaning.NOT_FITTED)),
        client_supplied=bool(is_yes(reader.text(row, Meaning.CLIENT_SUPPLIED))),
        attrition=reader.number(row, Meaning.ATTRITION),
        variants=tuple(filter(None, map(plain, reader.text(row, Meaning.VARIANT).split("|")))),
        assembly=reader.text(row, Meaning.ASSEMBLY),
        level=int(level) if level.isdigit() else 0,
        comment=reader.text(row, Meaning.COMMENT),
        suppliers=reader.suppliers(row),
        extra=tuple(
            (reader.told(column.name), text)
            for column in known
            if (text := reader.told(row.cell(column.index)))
        ),
    )


def read_own_placement(sheet: Sheet, mapping: ColumnMapping) -> tuple[list[Placed], Doubts]:
    """The places that were written; rows that were spoilt since are left out, each with a doubt."""
    reader = _Reader(sheet, mapping, Doubts(sheet.file))
    placed = [
        entry for row in sheet.rows if row.number > mapping.header_row for entry in _own_place(reader, row)
    ]
    return placed, reader.doubts


def _own_place(reader: _Reader, row: Row) -> Iterator[Placed]:
    numbers = [
        reader.number(row, meaning)
        for meaning in (Meaning.X, Meaning.Y, Meaning.ROTATION, Meaning.STATED_ROTATION)
    ]
    x, y, rotation, stated = numbers
    side = reader.text(row, Meaning.SIDE).casefold()
    if x is None or y is None or rotation is None or side not in set(Side):
        reader.leave_out(row, Meaning.DESIGNATORS, "The row has no place, no turn or no side.")
        return
    yield Placed(
        row=row.number,
        designator=reader.text(row, Meaning.DESIGNATORS),
        x=x,
        y=y,
        rotation=normalised(rotation),
        side=Side(side),
        value=reader.text(row, Meaning.VALUE),
        package=reader.text(row, Meaning.FOOTPRINT),
        part=reader.text(row, Meaning.MPN),
        fiducial=bool(is_yes(reader.text(row, Meaning.FIDUCIAL))),
        fitted=is_yes(reader.text(row, Meaning.FITTED)) is not False,
        stated_rotation=rotation if stated is None else stated,
    )
