"""What a person should know of a file that was read: each doubt with its place and its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from padstone.features.design.domain.limits import MOST_DOUBTS, MOST_NOTES
from padstone.kernel.errors import Invalid

_SHOWN = 120


class Severity(StrEnum):
    """What a doubt asks of a person."""

    NOTE = "note"
    """Nothing: it says how something was read."""

    ASK = "ask"
    """It was read in one of several possible ways; a person confirms, or corrects."""

    LEFT_OUT = "left_out"
    """A row or a cell was not taken; the rest of the file was."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: row and column as a spreadsheet counts them from 1 (0: all of it), and the column's
    name.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: int = 0
    name: str = ""

    @property
    def text(self) -> str:
        """“BOM.xlsx, sheet “SMT”, row 7, column C “Qty””: as much of it as is known."""
        column = f"column {column_letters(self.column)}" if self.column else ""
        if self.name:
            column = f"{column or 'column'} “{self.name}”"
        parts = (
            self.file,
            f"sheet “{self.sheet}”" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            column,
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about a file that is not certain; ``said`` is what stands there, cut where it is long."""

    code: str
    severity: Severity
    reason: str
    way_out: str = ""
    place: Place = Place()
    said: str = ""


@dataclass(slots=True)
class Doubts:
    """The doubts of one reading, in the order found; refuses to go on where there is nothing but doubts."""

    file: str = ""
    found: list[Doubt] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, reason: str, place: Place | None = None, *, said: str = "") -> None:
        self.notes[code] += 1
        if self.notes[code] == MOST_NOTES:
            reason = f"{reason} There are more like it; they are not listed."
        if self.notes[code] <= MOST_NOTES:
            self._add(Doubt(code, Severity.NOTE, reason, "", place or Place(), said))

    def ask(
        self, code: str, reason: str, way_out: str, place: Place | None = None, *, said: str = ""
    ) -> None:
        self._add(Doubt(code, Severity.ASK, reason, way_out, place or Place(), said))

    def leave_out(
        self, code: str, reason: str, way_out: str, place: Place | None = None, *, said: str = ""
    ) -> None:
        self._add(Doubt(code, Severity.LEFT_OUT, reason, way_out, place or Place(), said))

    def settle(self, code: str, row: int) -> None:
        """Take back what a later row has answered."""
        self.found = [doubt for doubt in self.found if (doubt.code, doubt.place.row) != (code, row)]

    def take(self, others: Iterable[Doubt]) -> None:
        for doubt in others:
            self._add(doubt)

    def _add(self, doubt: Doubt) -> None:
        if len(self.found) >= MOST_DOUBTS:
            raise Invalid(
                "too_many_doubts",
                "More than {most} things in the file are doubtful; the last: {reason}",
                field="file",
                way_out="Is it the right file, and are its columns mapped as they are meant?",
                most=MOST_DOUBTS,
                reason=doubt.reason,
            )
        place = doubt.place if doubt.place.file else replace(doubt.place, file=self.file)
        self.found.append(replace(doubt, place=place, said=shortened(doubt.said)))


def column_letters(column: int) -> str:
    """The letters of a spreadsheet's column: 1 is A, 27 is AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def shortened(text: str, most: int = _SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
