"""XLSX workbooks: values by openpyxl as they stream by; what is hidden, merged or computed from the sheet's
XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from padstone.features.design.domain.delimited import check_amount
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.limits import LONGEST_CELL, MOST_SHEETS, WIDEST
from padstone.features.design.domain.packed import member, open_archive
from padstone.features.design.domain.rows import Book, Row, Sheet, as_text, trimmed
from padstone.features.design.domain.sources import Source
from padstone.features.design.domain.xmlfiles import entities_refused
from padstone.kernel.errors import Invalid

_WORKBOOK: Final = "xl/workbook.xml"
_MACROS: Final = "xl/vbaProject.bin"
_LINKS: Final = ("xl/externalLinks/", "xl/connections.xml", "xl/ddeLinks/")
_DOCTYPES: Final = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN: Final = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")
_VALUELESS: Final = re.compile(
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A formula whose value was never saved: the program that wrote the sheet did not compute it."""

_MERGED: Final = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([^\"']{1,40})")
_HIDDEN: Final = re.compile(rb"\bhidden=[\"'](?:1|true)")
_NUMBER: Final = re.compile(rb"\br=[\"']([0-9]{1,9})")
_FIRST: Final = re.compile(rb"\bmin=[\"']([0-9]{1,9})")
_LAST: Final = re.compile(rb"\bmax=[\"']([0-9]{1,9})")
_ZEROS: Final = re.compile(r"0{2,12}")
_MOST_MERGED: Final = 20_000
_LARGEST_MERGE: Final = 2_000
"""Rows that one merged cell may span; what is larger is a title over an empty sheet."""

_BROKEN: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    ParseError,
)
"""What openpyxl raises at workbooks that are damaged: it has no error of its own for them."""


@dataclass(slots=True)
class _Frame:
    """What the values alone do not say of a sheet."""

    formulas: int = 0
    valueless: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_xlsx(source: Source) -> Book:
    """The workbook's sheets. Refuses macros, broken workbooks, entity bombs and what unpacks beyond the
    limits.
    """
    archive = open_archive(source)
    names = set(archive.namelist())
    if _MACROS in names or source.extension in {"xlsm", "xltm", "xlsb", "xlam"}:
        raise Invalid(
            "file_with_macros",
            "{name} is a workbook that brings macros along.",
            field="file",
            way_out="Save it as a workbook without macros (.xlsx) and import that file.",
            name=source.name,
        )
    if _WORKBOOK not in names:
        raise _broken(source, "it is an archive without a workbook")
    doubts = Doubts(source.name)
    if any(name.startswith(_LINKS) for name in names):
        doubts.note("links_ignored", "The workbook refers to other files; what they hold is not fetched.")
    try:
        return _book(source, archive, doubts)
    except DefusedXmlException as error:
        raise entities_refused(source.name) from error
    except _BROKEN as error:
        raise _broken(source, str(error) or type(error).__name__) from error


def _book(source: Source, archive: zipfile.ZipFile, doubts: Doubts) -> Book:
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")) and any(
            mark in member(source, archive, name) for mark in _DOCTYPES
        ):
            raise entities_refused(source.name)
    workbook = openpyxl.load_workbook(
        io.BytesIO(source.content), read_only=True, data_only=True, keep_links=False
    )
    if len(workbook.sheetnames) > MOST_SHEETS:
        raise _broken(source, f"it has {len(workbook.sheetnames)} sheets")
    strikes = (
        b"<strike" in member(source, archive, "xl/styles.xml")
        if "xl/styles.xml" in archive.namelist()
        else False
    )
    sheets = []
    filled = 0
    for worksheet in workbook.worksheets:
        frame = _frame(member(source, archive, str(getattr(worksheet, "_worksheet_path")).lstrip("/")))  # noqa: B009
        worksheet.reset_dimensions()
        hidden = worksheet.sheet_state != "visible"
        reading = _Reading(source.name, worksheet.title, frame, doubts, strikes=strikes)
        rows = reading.rows(worksheet.iter_rows(), filled)
        filled += sum(len(row.cells) for row in rows)
        sheets.append(
            Sheet(
                source.name,
                worksheet.title,
                rows,
                hidden=hidden,
                dates=frozenset(reading.dates),
                merged=reading.spans,
            )
        )
        if frame.valueless:
            doubts.ask(
                "formulas_without_values",
                f"{frame.valueless} cells hold formulas that nobody computed: they are read as empty.",
                "Open the workbook in a spreadsheet, save it, and import it again.",
                Place(source.name, worksheet.title),
            )
        if frame.formulas:
            doubts.note(
                "formulas_as_values",
                f"{frame.formulas} cells hold formulas; the values that were saved with them are read.",
                Place(source.name, worksheet.title),
            )
    return Book(source.name, "xlsx", tuple(sheets), doubts=tuple(doubts.found))


def _frame(content: bytes) -> _Frame:
    """By patterns, not by a parser: the values are parsed already, and a sheet's texts hold no brackets."""
    frame = _Frame(len(_FORMULA.findall(content)), len(_VALUELESS.findall(content)))
    for row in _ROW.finditer(content):
        number = _NUMBER.search(row[1])
        if number and _HIDDEN.search(row[1]):
            frame.hidden_rows.add(int(number[1]))
    for column in _COLUMN.finditer(content):
        first, last = _FIRST.search(column[1]), _LAST.search(column[1])
        if first and last and _HIDDEN.search(column[1]):
            frame.hidden_columns.append((int(first[1]), int(last[1])))
    for merged in islice(_MERGED.finditer(content), _MOST_MERGED):
        frame.merged.append(_bounds(merged[1].decode("ascii", "replace")))
    return frame


def _bounds(reference: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(reference)
    return left or 1, top or 1, right or 1, bottom or 1


@dataclass(slots=True)
class _Reading:
    file: str
    sheet: str
    frame: _Frame
    doubts: Doubts
    strikes: bool
    dates: set[tuple[int, int]] = field(default_factory=set)
    spans: dict[tuple[int, int], str] = field(default_factory=dict)

    def rows(self, stream: Iterator[Any], filled: int) -> list[Row]:
        rows: dict[int, Row] = {}
        wide = False
        for cells in stream:
            number = next((cell.row for cell in cells if not isinstance(cell, EmptyCell)), 0)
            if not number:
                continue
            kept = cells[:WIDEST]
            if len(cells) > WIDEST and not wide:
                wide = any(cell.value is not None for cell in cells[WIDEST:])
                self._tell_width(number, wide=wide)
            texts = trimmed([self._text(cell) for cell in kept])
            if texts:
                filled += len(texts)
                check_amount(self.file, number, filled)
                rows[number] = Row(number, texts, number in self.frame.hidden_rows, self._struck(kept))
        self.spans = spanned(rows, self.frame.merged)
        self._tell_hidden(rows)
        return [rows[number] for number in sorted(rows)]

    def _tell_width(self, number: int, *, wide: bool) -> None:
        if wide:
            self.doubts.leave_out(
                "columns_too_many",
                f"Row {number} has texts beyond column {WIDEST}; they are not read.",
                "Delete what stands far to the right.",
                Place(self.file, self.sheet, number),
            )

    def _tell_hidden(self, rows: dict[int, Row]) -> None:
        hidden = [number for number in rows if number in self.frame.hidden_rows]
        if hidden:
            self.doubts.ask(
                "hidden_rows",
                f"{len(hidden)} rows with texts are hidden, the first is row {hidden[0]}; they are read.",
                "Are they meant? Delete them from the sheet if not.",
                Place(self.file, self.sheet, hidden[0]),
            )
        for first, last in self.frame.hidden_columns:
            if any(any(row.cells[first - 1 : min(last, WIDEST)]) for row in rows.values()):
                self.doubts.note(
                    "hidden_columns",
                    "A hidden column holds texts; it is read as any other.",
                    Place(self.file, self.sheet, 0, first),
                )

    def _struck(self, cells: Sequence[Any]) -> frozenset[int]:
        if not self.strikes:
            return frozenset()
        return frozenset(
            index
            for index, cell in enumerate(cells)
            if isinstance(cell, ReadOnlyCell) and cell.value is not None and cell.font.strike
        )

    def _text(self, cell: Any) -> str:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, str):
            return value[:LONGEST_CELL]
        if isinstance(value, (datetime, date, time, timedelta)):
            self.dates.add((cell.row, cell.column - 1))
        elif isinstance(value, int) and _ZEROS.fullmatch(cell.number_format or ""):
            return str(value).zfill(len(cell.number_format))
        return as_text(value)


def spanned(rows: dict[int, Row], merged: Sequence[tuple[int, int, int, int]]) -> dict[tuple[int, int], str]:
    """What a merged cell says to the rows it spans below its first: row number and column index → its text.

    The bounds count from 1: left, top, right, bottom.
    """
    texts: dict[tuple[int, int], str] = {}
    for left, top, _, bottom in merged:
        first = rows.get(top)
        text = first.cell(left - 1) if first else ""
        if text and bottom - top <= _LARGEST_MERGE and len(texts) < _MOST_MERGED:
            texts.update(
                {(number, left - 1): text for number in range(top + 1, bottom + 1) if number in rows}
            )
    return texts


def _broken(source: Source, error: str) -> Invalid:
    return Invalid(
        "workbook_broken",
        "{name} is no workbook that can be read: {error}.",
        field="file",
        way_out="Open it in a spreadsheet, save it as .xlsx or CSV, and import that file.",
        name=source.name,
        error=error[:200],
    )
