"""Takes an XLS workbook apart, in a process of its own (``python -m`` this module).

The library that knows the old form believes what a file says of itself: a single cell that claims to stand in
the last row and column makes it ask for a hundred gigabytes, and ends the process. So it works where that
hurts nobody, with little memory and for a short time. The workbook comes in on standard input; a
``Workbook`` as JSON goes out.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Any, Final

import msgspec
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from padstone.features.design.domain.limits import LONGEST_CELL, MOST_CELLS, MOST_ROWS, MOST_SHEETS, WIDEST
from padstone.features.design.domain.rows import as_text, trimmed

MOST_MEMORY: Final = 1536 * 1024**2
MOST_SECONDS: Final = 60


class CellRow(msgspec.Struct, array_like=True):
    """A row with something in it; ``dates`` are the indexes of cells that hold a date, ``wide`` that there is
    more to the right.
    """

    number: int
    texts: tuple[str, ...]
    dates: tuple[int, ...] = ()
    wide: bool = False


class Worksheet(msgspec.Struct):
    name: str
    hidden: bool
    rows: list[CellRow]
    merged: list[tuple[int, int, int, int]]
    """Left, top, right, bottom, from 1."""


class Workbook(msgspec.Struct):
    """``broken`` says why there are no sheets; ``too_large`` that there are too many cells."""

    sheets: list[Worksheet] = msgspec.field(default_factory=list)
    broken: str = ""
    too_large: bool = False


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(msgspec.json.encode(apart(sys.stdin.buffer.read())))


def apart(content: bytes) -> Workbook:
    """What the workbook holds, as texts."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = Workbook()
        cells = 0
        for item in workbook.sheets_metadata[:MOST_SHEETS]:
            if item.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = _sheet(workbook, item.name, hidden=item.visible != SheetVisibleEnum.Visible)
            cells += sum(len(row.texts) for row in sheet.rows)
            if cells > MOST_CELLS or (sheet.rows and sheet.rows[-1].number > MOST_ROWS):
                return Workbook(too_large=True)
            found.sheets.append(sheet)
    except (CalamineError, ValueError, OSError) as error:
        return Workbook(broken=str(error)[:200] or type(error).__name__)
    return found


def _sheet(workbook: CalamineWorkbook, name: str, *, hidden: bool) -> Worksheet:
    sheet = workbook.get_sheet_by_name(name)
    rows = []
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        kept = values[:WIDEST]
        texts = trimmed([as_text(value)[:LONGEST_CELL] for value in kept])
        wide = len(values) > WIDEST and any(value != "" for value in values[WIDEST:])
        if texts:
            dates = tuple(index for index, value in enumerate(kept) if _is_date(value))
            rows.append(CellRow(number, texts, dates, wide))
    merged = [
        (left + 1, top + 1, right + 1, bottom + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []
    ]
    return Worksheet(name, hidden, rows, merged)


def _is_date(value: Any) -> bool:
    return not isinstance(value, (str, int, float, bool))


if __name__ == "__main__":
    main()
