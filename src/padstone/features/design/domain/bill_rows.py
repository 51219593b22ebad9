"""From the rows of a sheet to the lines of a bill: headings, alternates below a line, footers, and every
slip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.bill_lines import BillLines
from padstone.features.design.domain.designators import joined, read_designators
from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.fitting import (
    is_total,
    says_not_fitted,
    says_unused,
)
from padstone.features.design.domain.limits import (
    MOST_DESIGNATORS,
    MOST_LINES,
)
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.quantities import QuantityStyle
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, normal
from padstone.kernel.errors import Invalid

_ERRORS: Final = frozenset("#N/A #REF! #VALUE! #NAME? #DIV/0! #NULL! #NUM! #NV #WERT! #BEZUG!".split())
_HEADING: Final = 160
_LISTED: Final = re.compile(r"[:：]\s*(.+)$")
_EXACT: Final = (
    Meaning.PART_NUMBER,
    Meaning.MPN,
    Meaning.MANUFACTURER,
    Meaning.SUPPLIER_NUMBER,
    Meaning.ALTERNATE,
)
_PARTS: Final = (
    Meaning.PART_NUMBER,
    Meaning.MPN,
    Meaning.MANUFACTURER,
    Meaning.DESCRIPTION,
    Meaning.VALUE,
    Meaning.SUPPLIER_NUMBER,
)


def read_rows(sheet: Sheet, mapping: ColumnMapping, *, variant: str = "") -> Bill:
    """The lines of a sheet whose columns are known.

    Rows without a quantity and designators are alternates of the line above; a sentence such as “do not
    install the components below” leaves off what follows; titles, repeated headers and sums are told and left
    out. A ``variant`` leaves off the lines that name others. Refuses a sheet without a single line.
    """
    reading = _Reading(sheet, mapping, Doubts(sheet.file), variant=variant)
    for row in sheet.rows:
        if row.number > mapping.header_row:
            reading.take(row)
        elif row.number < mapping.header_row:
            reading.preamble(row)
    return reading.bill()


@dataclass(slots=True)
class _Reading(BillLines):
    not_used: list[str] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    tables: list[int] = field(default_factory=list)
    """How many lines there were wherever the names of the columns stood again."""

    too_wide: list[Row] = field(default_factory=list)
    width: int = 0
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {column.index: column.name for column in self.mapping.columns}
        if self.mapping.header_row and not self.sheet.name:
            self.width = max((column.index + 1 for column in self.mapping.columns if column.name), default=0)
        body = [row for row in self.sheet.rows if row.number > self.mapping.header_row]
        for row in self.sheet.rows:
            if row.number == self.mapping.header_row:
                self.header = tuple(normal(cell) for cell in row.cells)
        if self.mapping.has(Meaning.QUANTITY):
            self.style = QuantityStyle.of(
                (
                    self._cell(row, Meaning.QUANTITY),
                    len(read_designators(self.mapping.raw(row, Meaning.DESIGNATORS)).names),
                )
                for row in body
            )

    # --- rows -----------------------------------------------------------------------------------------------

    def preamble(self, row: Row) -> None:
        filled = [plain(cell) for cell in row.cells if cell.strip()]
        if len(filled) == 1 and (
            match := re.fullmatch(r"#*\s*([^:：=]{2,40})[:：=]\s*(.{1,200})", filled[0])
        ):
            self.title.setdefault(match[1].strip(), match[2].strip())
        elif len(filled) == 2 and len(filled[0]) <= 40:
            self.title.setdefault(filled[0].rstrip(":： "), filled[1])
        self.doubts.note(
            "above_the_header",
            "Above the names of the columns: not a line.",
            self._place(row),
            said=" | ".join(filled),
        )

    def take(self, row: Row) -> None:
        row = self._without_errors(row)
        names = tuple(normal(cell) for cell in row.cells)
        if not any(character.isalnum() for cell in row.cells for character in cell):
            return  # a rule of dashes, or marks without a word
        if 0 < self.width < len(row.cells):
            self.too_wide.append(row)
        if self.header and sum(map(bool, names)) > 1 and names == self.header:
            self.doubts.note("header_again", "The names of the columns stand here again.", self._place(row))
            self.tables.append(len(self.lines))
        elif self._is_text(row):
            self._sentence(row)
        else:
            self._line_or_alternate(row)
        if len(self.lines) > MOST_LINES or len(self.seen) > MOST_DESIGNATORS:
            raise Invalid(
                "bill_too_long",
                "{file} has more than {lines} lines or {designators} designators.",
                field="file",
                way_out="Is it the right file?",
                file=self.sheet.file,
                lines=MOST_LINES,
                designators=MOST_DESIGNATORS,
            )

    def _without_errors(self, row: Row) -> Row:
        """The row without what a spreadsheet writes where it could not compute a cell."""
        failed = [index for index, cell in enumerate(row.cells) if cell in _ERRORS]
        for index in failed:
            self.doubts.ask(
                "cell_failed",
                "The spreadsheet could not compute this cell: it is read as empty.",
                "Type what belongs there.",
                self.sheet.place(row.number, index, self.names.get(index, "")),
                said=row.cells[index],
            )
        kept = tuple("" if cell in _ERRORS else cell for cell in row.cells)
        return row._replace(cells=kept) if failed else row

    def _is_text(self, row: Row) -> bool:
        """Whether the row speaks instead of listing: a sum, a comment, or a cell of no line."""
        filled = [cell for cell in map(plain, row.cells) if cell]
        if not filled or (row.cells[0].lstrip().startswith("#") and self.mapping.header_row):
            return bool(filled)
        if len(filled) > 1:
            return is_total(filled[0]) and not self._cell(row, Meaning.DESIGNATORS)
        if len(self.mapping.columns) == 1:
            return is_total(filled[0])
        return self._speaks(row, filled[0])

    def _speaks(self, row: Row, only: str) -> bool:
        if only == self._cell(row, Meaning.DESIGNATORS):
            names = read_designators(self.mapping.raw(row, Meaning.DESIGNATORS)).names
            sentence = says_not_fitted(only) or says_unused(only) or (":" in only and " " in only)
            return bool(sentence) or not any(any(map(str.isdigit, name)) for name in names)
        if only in {self._cell(row, Meaning.MPN), self._cell(row, Meaning.PART_NUMBER)}:
            return " " in only and bool(says_not_fitted(only) or is_total(only))
        return only != self._cell(row, Meaning.QUANTITY) or self.style.read(only, 0) is None

    def _sentence(self, row: Row) -> None:
        text = next(cell for cell in map(plain, row.cells) if cell)
        listed = _LISTED.search(text)
        if says_unused(text):
            names = read_designators(listed[1]).names if listed else ()
            self.not_used += names
            self.doubts.note(
                "not_used",
                f"Designators that do not exist: {joined(names) or 'see the text'}.",
                self._place(row),
                said=text,
            )
        elif says_not_fitted(text) and len(text) <= _HEADING:
            names = read_designators(listed[1]).names if listed else ()
            if names:
                self._append(
                    BillLine(row=row.number, quantity=Decimal(len(names)), designators=names, fitted=False),
                    row,
                )
                self.doubts.note(
                    "left_off", f"Not to be fitted: {joined(names)}.", self._place(row), said=text
                )
            else:
                self.left_off = True
                self.doubts.note(
                    "left_off_from_here", "From here on nothing is to be fitted.", self._place(row), said=text
                )
        elif is_total(text):
            self.doubts.note("footer", "A sum or an end mark, and no line.", self._place(row), said=text)
        else:
            self.doubts.leave_out(
                "text_row",
                "A row with one text and neither quantity, designator nor part.",
                "If it is a line, give it a quantity or designators.",
                self._place(row),
                said=text,
            )

    def _line_or_alternate(self, row: Row) -> None:
        quantity = self._cell(row, Meaning.QUANTITY)
        references = self.mapping.raw(row, Meaning.DESIGNATORS)
        has_part = any(self._cell(row, meaning) for meaning in _PARTS)
        counted = self.mapping.has(Meaning.QUANTITY) or self.mapping.has(Meaning.DESIGNATORS)
        item = self._cell(row, Meaning.ITEM)
        if has_part and not quantity and not references.strip() and self._is_under(item):
            self._alternate(row)
        elif not has_part and self._is_no_line(references, quantity):
            self._not_read(row)
        elif quantity or references.strip() or not counted or (item and self._items_count()):
            if not has_part and not quantity and not item and self.lines and self._runs_on(references, row):
                return
            self._line(row, references, quantity)
        elif has_part and self.lines and self._names_a_part(row):
            self._alternate(row)
        else:
            self._not_read(row)

    def _is_no_line(self, references: str, quantity: str) -> bool:
        """Whether a row without a part is a sum or a remark: no designator, no number where one belongs."""
        if any(any(map(str.isdigit, name)) for name in read_designators(references).names):
            return False
        return bool(quantity) and (self.style.read(quantity, 0) is None or not references.strip())

    def _names_a_part(self, row: Row) -> bool:
        """Whether a row without quantity and designators names a part, or only a word in passing."""
        exact = (*_EXACT, Meaning.DESCRIPTION) if row.number == self.last_row + 1 else _EXACT
        return any(self._cell(row, meaning) for meaning in exact) or len(self.mapping.pairs(Meaning.MPN)) > 1

    def _not_read(self, row: Row) -> None:
        self.doubts.leave_out(
            "row_not_read",
            "Neither a line with a part, a quantity or designators, nor a part of the line above.",
            "If it is a line, give it a quantity or designators.",
            self._place(row),
            said=" | ".join(cell for cell in map(plain, row.cells) if cell),
        )

    def _is_under(self, item: str) -> bool:
        """Whether a row's number is one of the line above: 1.2 below 1."""
        return bool(self.lines and self.lines[-1].item) and item.startswith(f"{self.lines[-1].item}.")

    def _items_count(self) -> bool:
        """Whether every line so far has a number of its own, so that a numbered row is a line."""
        return bool(self.lines) and all(line.item for line in self.lines)

    def _runs_on(self, references: str, row: Row) -> bool:
        """Designators alone, below a line that counts more than it names: the rest of its list."""
        above = self.lines[-1]
        reading = read_designators(references)
        if self.left_off or not reading.names or len(above.designators) + len(reading.names) > above.quantity:
            return False
        self._claimed(reading.names, row)
        whole = replace(above, designators=above.designators + reading.names)
        self.lines[-1] = whole
        if len(whole.designators) == whole.quantity:
            self.doubts.settle("quantity_differs", above.row)
        self.doubts.note(
            "designators_run_on", f"{joined(reading.names)} belong to the line above.", self._place(row)
        )
        return True

    # --- the whole ------------------------------------------------------------------------------------------

    def bill(self) -> Bill:
        self._leave_out_the_list_that_repeats()
        self._tell_cells_beyond()
        if not self.lines:
            raise Invalid(
                "bill_empty",
                "{file} has no line of a bill below its header.",
                field="file",
                way_out="Map its columns by hand, or is it another file?",
                file=self.sheet.file,
            )
        return Bill(
            self.sheet.file,
            tuple(self.lines),
            tuple(self.doubts.found),
            self.mapping,
            tuple(self.variants),
            self.variant,
            tuple(self.not_used),
            self.title,
        )

    def _leave_out_the_list_that_repeats(self) -> None:
        """Some tools list each component, and below another header the same ones collated."""
        for start in self.tables:
            first, second = self.lines[:start], self.lines[start:]
            if not first or {name for line in first for name in line.designators} != {
                name for line in second for name in line.designators
            }:
                continue
            kept, dropped = (second, first) if len(second) <= len(first) else (first, second)
            self.lines = list(kept)
            rows = {line.row for line in kept} | {line.row for line in dropped}
            self.doubts.found = [
                doubt
                for doubt in self.doubts.found
                if not (doubt.code in {"designator_twice", "quantity_missing"} and doubt.place.row in rows)
            ]
            self.doubts.ask(
                "listed_again",
                f"The file lists the same designators twice; the list of {len(kept)} lines is read.",
                "Confirm that it is the one that is meant.",
                self.sheet.place(dropped[0].row),
            )
            return

    def _tell_cells_beyond(self) -> None:
        if self.too_wide:
            self.doubts.ask(
                "cells_beyond",
                f"{len(self.too_wide)} rows have more cells than there are names of columns, the first is"
                f" row {self.too_wide[0].number}: their cells may stand in the wrong columns.",
                "Put texts that hold the delimiter into quotation marks, and import the file again.",
                self._place(self.too_wide[0]),
                said=" | ".join(self.too_wide[0].cells),
            )
