"""Bills and placements as files; what is written reads back as the same, and no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import Cell as _WrittenCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.delimited import escaped
from padstone.features.design.domain.own_form import Cell, bill_rows, placement_rows
from padstone.features.design.domain.placement import Placed, Placement

_EXACT: Final = 15
"""Characters of a number that a spreadsheet's float keeps exactly; what has more is written as text."""


def bill_csv(bill: Bill) -> bytes:
    """The bill as CSV in UTF-8 with a byte order mark, so that every spreadsheet reads its letters."""
    return _csv(bill_rows(bill))


def bill_xlsx(bill: Bill) -> bytes:
    """The bill as a workbook: quantities are numbers, everything else is text."""
    return _xlsx("Bill of materials", bill_rows(bill))


def placement_csv(placement: Placement) -> bytes:
    """The placement as CSV, in millimetres and degrees."""
    return _csv(placement_rows(placement))


def placement_xlsx(placement: Placement) -> bytes:
    return _xlsx("Placement", placement_rows(placement))


def placement_kicad_csv(placement: Placement) -> bytes:
    """The placement as KiCad writes its position file in CSV, with columns of its own behind KiCad's."""
    return _csv(placement_rows(placement, like_kicad=True))


def as_written(line: BillLine) -> BillLine:
    """The line without what depends on the file it stands in: two lines are the same where this is equal."""
    alternates = tuple(replace(maker, row=0) for maker in line.alternates)
    return replace(line, row=0, alternates=alternates, extra=tuple(sorted(line.extra)))


def place_as_written(placed: Placed) -> Placed:
    """As ``as_written``, for a place."""
    return replace(placed, row=0)


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"{cell:f}" if isinstance(cell, Decimal) else escaped(cell) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _xlsx(title: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> _WrittenCell:
    """A number as a number; a text as a text, whatever it begins with."""
    if isinstance(value, Decimal):
        number, value = value, f"{value:f}"
        if len(value) <= _EXACT:
            return WriteOnlyCell(sheet, float(number))
    cell = WriteOnlyCell(sheet, value)
    if value:
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell
