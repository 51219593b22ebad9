"""A bill of materials read from a CSV file: its lines, and everything about it that a person should know."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from typing import Final, NamedTuple

from padstone.features.parts.domain.columns import OWN_FORM, Columns, find_columns
from padstone.features.parts.domain.designators import Place, read_designators
from padstone.kernel.errors import Invalid

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_LINES: Final = 20_000
MOST_DESIGNATORS: Final = 100_000
LONGEST_NUMBER: Final = 200
LONGEST_DESCRIPTION: Final = 500

_DELIMITERS: Final = (",", ";", "\t")
_HEADER_WITHIN: Final = 30
_HEADING: Final = 100
_QUANTITY: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_LEFT_OUT: Final = r"(install|populate|place|fit|mount|assemble)"
_NOT_INSTALLED: Final = re.compile(
    rf"\b(do not {_LEFT_OUT}|not {_LEFT_OUT}(ed|d|ted)?|dnp|dni|dnf)\b", re.IGNORECASE
)
_NO: Final = ("", "no", "n", "false", "0", "-")


class Finding(NamedTuple):
    """Something in the file that a person should know.

    The row as a spreadsheet counts it, the column's name in the file (empty: the whole row), and a sentence.
    """

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of the bill that is expected on every board."""

    row: int
    part_number: str
    description: str
    manufacturer: str
    manufacturer_part_number: str
    quantity: Decimal
    designators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    lines: tuple[ReadLine, ...]
    findings: tuple[Finding, ...]


def read_bill(content: bytes) -> Bill:
    """The bill in a CSV file (UTF-8 or Latin-1; comma, semicolon or tab).

    Refuses, naming row and column: what is no CSV, a file without the columns a bill needs, a quantity that
    is no number, a designator that stands twice, and files beyond the limits above. Everything else that is
    odd is read as it stands and comes back as a finding.
    """
    text = _decode(content)
    delimiter, header_row, columns = _header(text)
    reading = _Reading(columns)
    for row, cells in _records(text, delimiter):
        if row > header_row:
            reading.take(row, cells)
        elif row < header_row and any(cell.strip() for cell in cells):
            reading.note(row, "", "Above the column names: not read.")
    return reading.bill()


def _decode(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Invalid(
            "bom_too_large",
            "The file has {size} bytes or more; a bill of materials may have {most}.",
            field="file",
            way_out="Is it the right file?",
            size=len(content),
            most=MOST_BYTES,
        )
    if b"\x00" in content or content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise Invalid(
            "bom_not_csv",
            "The file is no CSV text.",
            field="file",
            way_out="Save the sheet as “CSV UTF-8” and import that file.",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The file's rows with their numbers, as a spreadsheet counts them from 1."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(
                "bom_broken_csv",
                "Row {row} (text line {line}) is no valid CSV: {error}.",
                field="file",
                way_out="Look for a quotation mark that is never closed.",
                row=row,
                line=line,
                error=error,
            ) from error
        yield row, cells


def _header(text: str) -> tuple[str, int, Columns]:
    """The delimiter, the row of the column names (the first that names all a bill needs), and the columns."""
    best: Columns | None = None
    for delimiter in _DELIMITERS:
        for row, cells in _first_records(text, delimiter):
            columns = find_columns(cells)
            if columns.complete:
                return delimiter, row, columns
            if columns.index and (best is None or len(columns.index) > len(best.index)):
                best = columns
    recognised = ", ".join(best.name(meaning) for meaning in best.index) if best else ""
    raise Invalid(
        "bom_columns_unknown",
        "None of the first {rows} rows names a column of designators and one of part numbers{recognised}.",
        field="file",
        way_out=f"Give the columns names in the first row: {OWN_FORM}.",
        rows=_HEADER_WITHIN,
        recognised=f" (recognised: {recognised})" if recognised else "",
    )


def _first_records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The first rows under one delimiter; a delimiter that makes no CSV of them is not the file's."""
    with suppress(Invalid):
        yield from takewhile(lambda record: record[0] <= _HEADER_WITHIN, _records(text, delimiter))


@dataclass(slots=True)
class _Reading:
    columns: Columns
    lines: list[ReadLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    twice: list[tuple[str, int, int]] = field(default_factory=list)
    not_installed: bool = False
    last_part: str = ""

    def note(self, row: int, meaning: str, text: str) -> None:
        self.findings.append(Finding(row, self.columns.name(meaning), text))

    def take(self, row: int, cells: Sequence[str]) -> None:
        if not any(cell.strip() for cell in cells):
            return
        get = self.columns.cell
        part_number = get("part_number", cells) or get("mpn", cells)
        quantity, references = get("quantity", cells), get("designators", cells)
        if _is_heading(cells):
            self.not_installed = True
            self.note(row, "", "From here on nothing is expected on a board.")
        elif self.not_installed or self._left_out(cells):
            self.note(row, "", f"Not expected on a board: {references or part_number or 'text'}.")
        elif not part_number:
            self.note(row, "part_number" if self.columns.name("part_number") else "mpn", _no_part(references))
        elif not quantity and not references:
            self._alternate(row, part_number)
        else:
            self._line(row, cells, part_number, quantity)
        if len(self.lines) + len(self.findings) > MOST_LINES or len(self.seen) > MOST_DESIGNATORS:
            raise Invalid(
                "bom_too_long",
                "Row {row}: a bill of materials may have {lines} lines and {designators} designators.",
                field="file",
                way_out="Is it the right file?",
                row=row,
                lines=MOST_LINES,
                designators=MOST_DESIGNATORS,
            )

    def _left_out(self, cells: Sequence[str]) -> bool:
        get = self.columns.cell
        if get("not_installed", cells).casefold() not in _NO:
            return True
        installed = get("installed", cells).casefold()
        if installed and (installed in _NO or _NOT_INSTALLED.fullmatch(installed)):
            return True
        return any(
            _NOT_INSTALLED.fullmatch(get(meaning, cells)) for meaning in ("part_number", "mpn", "quantity")
        )

    def _alternate(self, row: int, part_number: str) -> None:
        of = f"for {self.last_part}" if self.last_part else "for nothing above it"
        self.note(row, "", f"{part_number} is an alternate {of}: not recorded.")

    def _line(self, row: int, cells: Sequence[str], part_number: str, quantity: str) -> None:
        place = Place(row, self.columns.name("designators"))
        designators, doubts = read_designators(self.columns.raw("designators", cells), place)
        for doubt in doubts:
            self.note(row, "designators", doubt)
        amount = self._amount(row, quantity, len(designators))
        if not amount:
            self.note(row, "quantity", f"Quantity 0: {part_number} is not expected on a board.")
            return
        self._claim(row, designators)
        self._check_part_number(row, cells, part_number)
        self.last_part = part_number
        self.lines.append(
            ReadLine(
                row=row,
                part_number=part_number,
                description=self._short(row, cells, "description", LONGEST_DESCRIPTION),
                manufacturer=self._short(row, cells, "manufacturer", LONGEST_NUMBER),
                manufacturer_part_number=self._short(row, cells, "mpn", LONGEST_NUMBER),
                quantity=amount,
                designators=designators,
            )
        )

    def _amount(self, row: int, quantity: str, designators: int) -> Decimal:
        if not quantity:
            if "quantity" in self.columns.index:
                self.note(row, "quantity", f"No quantity: read as {designators}, the number of designators.")
            return Decimal(designators)
        if not _QUANTITY.fullmatch(quantity):
            raise Invalid(
                "bom_quantity",
                "Row {row}, column {column}: “{quantity}” is no quantity.",
                field="quantity",
                way_out="Write a number such as 12 or 0.5, without a unit.",
                row=row,
                column=self.columns.name("quantity"),
                quantity=quantity[:60],
            )
        amount = Decimal(quantity)
        if designators and amount and amount != designators:
            self.note(row, "quantity", f"Quantity {quantity}, and {designators} designators.")
        return amount

    def _claim(self, row: int, designators: Sequence[str]) -> None:
        for designator in designators:
            key = designator.casefold()
            if key in self.seen:
                self.twice.append((designator, self.seen[key], row))
            else:
                self.seen[key] = row

    def _check_part_number(self, row: int, cells: Sequence[str], part_number: str) -> None:
        meaning = "part_number" if self.columns.cell("part_number", cells) else "mpn"
        if meaning == "mpn" and "part_number" in self.columns.index:
            self.note(row, "part_number", f"No part number: the manufacturer's, {part_number}, serves.")
        if not part_number.isascii():
            self.note(
                row, meaning, f"Is {part_number} spelled so, or was the file saved in another encoding?"
            )
        if len(part_number) > LONGEST_NUMBER:
            raise Invalid(
                "part_number_too_long",
                "Row {row}, column {column}: a part number may have {longest} characters.",
                field="part_number",
                row=row,
                column=self.columns.name(meaning),
                longest=LONGEST_NUMBER,
            )

    def _short(self, row: int, cells: Sequence[str], meaning: str, longest: int) -> str:
        text = self.columns.cell(meaning, cells)
        if len(text) > longest:
            self.note(row, meaning, f"Cut to {longest} characters.")
        return text[:longest]

    def bill(self) -> Bill:
        if self.twice:
            designator, first, row = self.twice[0]
            others = ", ".join(f"{name} (rows {one} and {two})" for name, one, two in self.twice[1:10])
            raise Invalid(
                "designator_twice",
                "{designator} stands in row {first} and again in row {row}, column {column}{others}.",
                field="designators",
                way_out="A designator takes one part: correct the file and import it again.",
                designator=designator,
                first=first,
                row=row,
                column=self.columns.name("designators"),
                others=f"; so do {others}" if others else "",
            )
        if not self.lines:
            raise Invalid(
                "bom_empty",
                "The file has column names and no line with a part number.",
                field="file",
                way_out=f"Fill in lines under {OWN_FORM}.",
            )
        return Bill(tuple(self.lines), tuple(self.findings))


def _is_heading(cells: Sequence[str]) -> bool:
    """A row of one short sentence that says: do not install what follows."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and len(filled[0]) <= _HEADING and bool(_NOT_INSTALLED.search(filled[0]))


def _no_part(references: str) -> str:
    kept = f"{references} not expected on a board" if references else "row not read"
    return f"No part number: {kept}."
