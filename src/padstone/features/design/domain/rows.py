"""Rows of texts, wherever they came from: each cell is known by its file, sheet, row and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from padstone.features.design.domain.doubts import Doubt, Place


class Row(NamedTuple):
    """The cells of a row as texts, without the empty ones at its end; its number as a spreadsheet counts it.

    ``hidden``: the spreadsheet does not show it. ``struck``: the columns (from 0) whose text is struck
    through.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
    struck: frozenset[int] = frozenset()

    def cell(self, index: int) -> str:
        return self.cells[index] if 0 <= index < len(self.cells) else ""

    @property
    def empty(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a book; a text file is a book of one nameless sheet. Empty rows are not among ``rows``."""

    file: str
    name: str
    rows: Sequence[Row]
    hidden: bool = False
    columns_in_doubt: bool = False
    """The columns were found by their alignment and not by a delimiter."""

    dates: frozenset[tuple[int, int]] = frozenset()
    """Row number and column index of each cell that holds a date and no text."""

    names: tuple[str, ...] = ()
    """The columns' names where the format gives them and the file has none."""

    merged: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """What a merged cell says to a lower row that it spans: row number and column index → its text."""

    def place(self, row: int = 0, index: int = -1, name: str = "") -> Place:
        return Place(self.file, self.name, row, index + 1, name)


@dataclass(frozen=True, slots=True)
class Book:
    """A file that was read into rows, and what was odd about it as a file."""

    file: str
    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    encoding_evidence: str = ""
    delimiter: str = ""
    doubts: tuple[Doubt, ...] = ()


def as_text(value: object) -> str:
    """A spreadsheet's value as the shortest text that means the same."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """The cells up to the last that holds anything."""
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return tuple(cells[:last])
