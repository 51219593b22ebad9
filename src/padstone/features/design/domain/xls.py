"""XLS workbooks of old spreadsheets, read by calamine in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import msgspec

from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.limits import MOST_CELLS, MOST_ROWS, WIDEST
from padstone.features.design.domain.rows import Book, Row, Sheet
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.xls_apart import MOST_SECONDS, Workbook, Worksheet
from padstone.features.design.domain.xlsx import spanned
from padstone.kernel.errors import Invalid

_MACROS: Final = ("_VBA_PROJECT", "VBA")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_APART: Final = (sys.executable, "-m", Workbook.__module__)
_DECODER: Final = msgspec.json.Decoder(Workbook)


def read_xls(source: Source) -> Book:
    """The workbook's sheets. Refuses macros, passwords, containers that hold no workbook, and workbooks that
    ask for more memory or time than any real one.
    """
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
    workbook = _taken_apart(source)
    if workbook.too_large:
        raise Invalid(
            "table_too_large",
            "{name} has more than {rows} rows or {cells} filled cells.",
            field="file",
            way_out="Is it the right file? Delete the rows that are no lines.",
            name=source.name,
            rows=MOST_ROWS,
            cells=MOST_CELLS,
        )
    if workbook.broken:
        raise _broken(source, workbook.broken)
    doubts = Doubts(source.name)
    sheets = tuple(_sheet(source, sheet, doubts) for sheet in workbook.sheets)
    doubts.note(
        "rows_may_be_hidden", "An .xls file does not tell which of its rows are hidden; all are read."
    )
    return Book(source.name, "xls", sheets, doubts=tuple(doubts.found))


def _taken_apart(source: Source) -> Workbook:
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter, with a module of ours
            _APART, input=source.content, capture_output=True, timeout=MOST_SECONDS * 2, check=True
        )
        return _DECODER.decode(done.stdout)
    except (subprocess.SubprocessError, msgspec.DecodeError) as error:
        raise _broken(source, "it asks for more than any workbook needs") from error


def _sheet(source: Source, sheet: Worksheet, doubts: Doubts) -> Sheet:
    rows = {row.number: Row(row.number, row.texts) for row in sheet.rows}
    for row in sheet.rows:
        if row.wide:
            doubts.leave_out(
                "columns_too_many",
                f"Row {row.number} has texts beyond column {WIDEST}; they are not read.",
                "Delete what stands far to the right.",
                Place(source.name, sheet.name, row.number),
            )
    return Sheet(
        source.name,
        sheet.name,
        list(rows.values()),
        hidden=sheet.hidden,
        dates=frozenset((row.number, index) for row in sheet.rows for index in row.dates),
        merged=spanned(rows, sheet.merged),
    )


def _broken(source: Source, error: str) -> Invalid:
    return Invalid(
        "workbook_broken",
        "{name} is no workbook that can be read: {error}.",
        field="file",
        way_out="Open it in a spreadsheet, save it as .xlsx or CSV, and import that file.",
        name=source.name,
        error=error,
    )
