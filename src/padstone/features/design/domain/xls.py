"""XLS workbooks of old spreadsheets, read by calamine."""

from __future__ import annotations

import io
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from padstone.features.design.domain.delimited import check_amount
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.limits import LONGEST_CELL, MOST_CELLS, MOST_SHEETS, WIDEST
from padstone.features.design.domain.rows import Book, Row, Sheet, trimmed
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.xlsx import as_text, spanned
from padstone.kernel.errors import Invalid

_MACROS: Final = ("_VBA_PROJECT", "VBA")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


def read_xls(source: Source) -> Book:
    """The workbook's sheets. Refuses macros, passwords, and containers that hold no workbook."""
    if any(name.encode("utf-16-le") in source.content for name in _MACROS):
        raise Invalid(
            "file_with_macros",
            "{name} is a workbook that brings macros along.",
            field="file",
            way_out="Save it as a workbook without macros (.xlsx) and import that file.",
            name=source.name,
        )
    if _ENCRYPTED in source.content:
        raise Invalid(
            "file_encrypted",
            "{name} is protected with a password.",
            field="file",
            way_out="Save it without a password and import that file.",
            name=source.name,
        )
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(source.content))
        metadata = workbook.sheets_metadata[:MOST_SHEETS]
        doubts = Doubts(source.name)
        sheets = tuple(
            _sheet(source, workbook, item.name, doubts, hidden=item.visible != SheetVisibleEnum.Visible)
            for item in metadata
            if item.typ == SheetTypeEnum.WorkSheet
        )
    except (CalamineError, ValueError, OSError) as error:
        raise Invalid(
            "workbook_broken",
            "{name} is no workbook that can be read: {error}.",
            field="file",
            way_out="Open it in a spreadsheet, save it as .xlsx or CSV, and import that file.",
            name=source.name,
            error=str(error)[:200],
        ) from error
    doubts.note(
        "rows_may_be_hidden", "An .xls file does not tell which of its rows are hidden; all are read."
    )
    return Book(source.name, "xls", sheets, doubts=tuple(doubts.found))


def _sheet(source: Source, workbook: CalamineWorkbook, name: str, doubts: Doubts, *, hidden: bool) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    check_amount(source.name, 0, min(sheet.total_height * sheet.total_width // 100, MOST_CELLS + 1))
    dates: set[tuple[int, int]] = set()
    rows: dict[int, Row] = {}
    filled = 0
    for number, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        texts = trimmed([as_text(value)[:LONGEST_CELL] for value in values[:WIDEST]])
        if len(values) > WIDEST and any(value != "" for value in values[WIDEST:]):
            doubts.leave_out(
                "columns_too_many",
                f"Row {number} has texts beyond column {WIDEST}; they are not read.",
                "Delete what stands far to the right.",
                Place(source.name, name, number),
            )
        if texts:
            filled += len(texts)
            check_amount(source.name, number, filled)
            rows[number] = Row(number, texts)
            dates.update((number, index) for index, value in enumerate(values) if _is_date(value))
    merged = sheet.merged_cell_ranges or []
    bounds = [(left + 1, top + 1, right + 1, bottom + 1) for (top, left), (bottom, right) in merged]
    return Sheet(
        source.name,
        name,
        list(rows.values()),
        hidden=hidden,
        dates=frozenset(dates),
        merged=spanned(rows, bounds),
    )


def _is_date(value: Any) -> bool:
    return not isinstance(value, (str, int, float, bool))
