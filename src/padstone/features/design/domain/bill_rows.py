"""From the rows of a sheet to the lines of a bill: headings, alternates below a line, footers, and every
slip.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.bill_cells import BillCells
from padstone.features.design.domain.designators import joined, read_designators
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.fitting import (
    is_not_fitted,
    is_total,
    marks_fitted,
    marks_not_fitted,
    says_not_fitted,
    says_unused,
)
from padstone.features.design.domain.limits import (
    LONGEST_NUMBER,
    MOST_DESIGNATORS,
    MOST_LINES,
    MOST_QUANTITY,
)
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain, read_measure, uses_comma
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, normal
from padstone.kernel.errors import Invalid

_TERSE: Final = (Meaning.VALUE, Meaning.MPN, Meaning.PART_NUMBER, Meaning.QUANTITY, Meaning.FOOTPRINT)
"""Cells in which a bare NC or OPEN leaves a part off."""

_WORDY: Final = (Meaning.COMMENT, Meaning.DESCRIPTION, Meaning.DESIGNATORS, Meaning.ITEM)
"""Cells in which it takes words."""

_HEADING: Final = 160
_LISTED: Final = re.compile(r"[:：]\s*(.+)$")
_PARTS: Final = (
    Meaning.PART_NUMBER,
    Meaning.MPN,
    Meaning.MANUFACTURER,
    Meaning.DESCRIPTION,
    Meaning.VALUE,
    Meaning.SUPPLIER_NUMBER,
)
_PIECES: Final = frozenset(
    {"", "pcs", "pc", "ea", "each", "x", "stk", "stück", "pce", "nos", "no", "st", "units"}
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
class _Reading(BillCells):
    variant: str = ""
    lines: list[BillLine] = field(default_factory=list)
    left_off: bool = False
    not_used: list[str] = field(default_factory=list)
    title: dict[str, str] = field(default_factory=dict)
    variants: dict[str, None] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    header: tuple[str, ...] = ()
    comma: bool = False
    struck: int = 0

    def __post_init__(self) -> None:
        for row in self.sheet.rows:
            if row.number == self.mapping.header_row:
                self.header = tuple(normal(cell) for cell in row.cells)
        index = self.mapping.index(Meaning.QUANTITY)
        self.comma = index >= 0 and uses_comma(row.cell(index) for row in self.sheet.rows)

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
        names = tuple(normal(cell) for cell in row.cells)
        if not any(character.isalnum() for cell in row.cells for character in cell):
            return  # a rule of dashes, or marks without a word
        if self.header and sum(map(bool, names)) > 1 and names == self.header:
            self.doubts.note("header_again", "The names of the columns stand here again.", self._place(row))
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
        return only != self._cell(row, Meaning.QUANTITY)

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
        if quantity or references.strip() or not counted or (item and self._items_count()):
            if not has_part and not quantity and not item and self.lines and self._runs_on(references, row):
                return
            self._line(row, references, quantity)
        elif has_part and self.lines:
            self._alternate(row)
        else:
            filled = " | ".join(cell for cell in map(plain, row.cells) if cell)
            self.doubts.leave_out(
                "row_not_read",
                "Neither a quantity, nor designators, nor a part of the line above.",
                "If it is a line, give it a quantity or designators.",
                self._place(row),
                said=filled,
            )

    def _items_count(self) -> bool:
        """Whether every line so far has a number of its own, so that a numbered row is a line."""
        return bool(self.lines) and all(line.item for line in self.lines)

    def _runs_on(self, references: str, row: Row) -> bool:
        """Designators alone, below a line that counts more than it names: the rest of its list."""
        above = self.lines[-1]
        reading = read_designators(references)
        if self.left_off or not reading.names or len(above.designators) + len(reading.names) > above.quantity:
            return False
        names = self._claimed(reading.names, row)
        whole = replace(above, designators=above.designators + names)
        self.lines[-1] = whole
        if len(whole.designators) == whole.quantity:
            self.doubts.settle("quantity_differs", above.row)
        self.doubts.note("designators_run_on", f"{joined(names)} belong to the line above.", self._place(row))
        return True

    # --- lines ----------------------------------------------------------------------------------------------

    def _line(self, row: Row, references: str, quantity: str) -> None:
        row = self._with_merged(row)
        reading = read_designators(references)
        for oddity in reading.oddities:
            tell = self.doubts.leave_out if oddity.left_out else self.doubts.ask
            tell(
                oddity.code,
                oddity.text,
                "Correct the cell, and import the file again.",
                self._place(row, Meaning.DESIGNATORS),
                said=plain(references),
            )
        fitted = self._fitted(row)
        amount, fitted = self._quantity(row, quantity, len(reading.names), fitted=fitted)
        variants = tuple(
            filter(None, map(plain, re.split(r"[,;|\n]", self.mapping.raw(row, Meaning.VARIANT))))
        )
        self.variants.update(dict.fromkeys(variants))
        if (
            self.variant
            and variants
            and self.variant.casefold() not in {name.casefold() for name in variants}
        ):
            fitted = False
        makers = self._makers(row)
        line = BillLine(
            row=row.number,
            item=self._short(row, Meaning.ITEM, LONGEST_NUMBER),
            part_number=self._part_number(row, Meaning.PART_NUMBER),
            description=self._short(row, Meaning.DESCRIPTION),
            value=self._short(row, Meaning.VALUE),
            footprint=self._footprint(row),
            manufacturer=makers[0].manufacturer if makers else "",
            mpn=makers[0].number if makers else "",
            quantity=amount,
            designators=self._claimed(reading.names, row),
            fitted=fitted,
            client_supplied=self._flag(row, Meaning.CLIENT_SUPPLIED),
            attrition=self._attrition(row),
            variants=variants,
            assembly=self._short(row, Meaning.ASSEMBLY, LONGEST_NUMBER),
            level=self._level(row),
            comment=self._short(row, Meaning.COMMENT),
            alternates=makers[1:],
            suppliers=self._suppliers(row),
            extra=self._extra(row),
        )
        self._append(line, row)

    def _append(self, line: BillLine, row: Row) -> None:
        if line.fitted and not line.part:
            self.doubts.ask(
                "part_missing",
                f"No part for {joined(line.designators) or 'this line'}.",
                "Give the line a part, or mark it as not fitted.",
                self._place(row),
            )
        if row.hidden and "hidden" not in self.told:
            self.told.add("hidden")
        self.lines.append(line)

    def _with_merged(self, row: Row) -> Row:
        """The row with what merged cells above say to it; a line of its own shares them, an alternate does
        not.
        """
        if not self.sheet.merged:
            return row
        cells = [*row.cells, *[""] * (len(self.mapping.columns) - len(row.cells))]
        for column in self.mapping.columns:
            text = self.sheet.merged.get((row.number, column.index), "")
            if (
                text
                and not cells[column.index]
                and column.meaning not in {Meaning.QUANTITY, Meaning.DESIGNATORS}
            ):
                cells[column.index] = text
        return row._replace(cells=tuple(cells))

    def _fitted(self, row: Row) -> bool:
        """Whether nothing says otherwise: a column, words in a cell, a heading, a line through it."""
        return not (self.left_off or self._marked_off(row) or self._worded_off(row) or self._struck(row))

    def _marked_off(self, row: Row) -> bool:
        marked = marks_not_fitted(self._cell(row, Meaning.NOT_FITTED))
        fitted = marks_fitted(self._cell(row, Meaning.FITTED))
        if marked is None:
            self._unclear(row, Meaning.NOT_FITTED, "read as: do not fit")
        elif fitted is None and self._cell(row, Meaning.FITTED):
            self._unclear(row, Meaning.FITTED, "read as: fit")
        return marked is not False or fitted is False

    def _worded_off(self, row: Row) -> bool:
        for meaning in (*_TERSE, *_WORDY):
            cell = self._cell(row, meaning)
            words = says_not_fitted(cell) if meaning in _WORDY else cell if is_not_fitted(cell) else ""
            if words:
                self._note_left_off(row, meaning, words)
                return True
        for column in self.mapping.columns:
            words = says_not_fitted(plain(row.cell(column.index))) if not column.meaning else ""
            if words:
                self.doubts.ask(
                    "left_off",
                    f"“{words}” stands in a column that means nothing else: read as not to be fitted.",
                    "Confirm it, or correct the line.",
                    self.sheet.place(row.number, column.index, column.name),
                )
                return True
        return False

    def _struck(self, row: Row) -> bool:
        told = (Meaning.DESIGNATORS, Meaning.MPN, Meaning.PART_NUMBER, Meaning.QUANTITY)
        if not any(self.mapping.index(meaning) in row.struck for meaning in told):
            return False
        self.doubts.ask(
            "struck_through",
            "The line is struck through: read as not to be fitted.",
            "Confirm it, or take the strike-through away.",
            self._place(row),
        )
        return True

    def _note_left_off(self, row: Row, meaning: Meaning, words: str) -> None:
        self.doubts.note(
            "left_off", f"Not to be fitted, because of “{words}”.", self._place(row, meaning), said=words
        )

    def _quantity(self, row: Row, text: str, named: int, *, fitted: bool) -> tuple[Decimal, bool]:
        measure = read_measure(text, comma=self.comma) if text else None
        place = self._place(row, Meaning.QUANTITY)
        if measure is None or measure.unit not in _PIECES or not 0 <= measure.value <= MOST_QUANTITY:
            counted = Decimal(named or 1)
            if text and fitted:
                self.doubts.ask(
                    "quantity_unclear",
                    f"“{text}” is no quantity; {counted} is read.",
                    "Write a number such as 12 or 0.5.",
                    place,
                    said=text,
                )
            elif fitted and not named:
                self._no_quantity(place)
            elif fitted and not text and self.mapping.has(Meaning.QUANTITY):
                self.doubts.note("quantity_missing", f"No quantity: {named} designators are counted.", place)
            return counted, fitted
        if measure.value == 0:
            if fitted:
                self.doubts.note("left_off", "Not to be fitted, because the quantity is 0.", place)
            return Decimal(0) if not named else Decimal(named), False
        if fitted and named and measure.value != named:
            self.doubts.ask(
                "quantity_differs",
                f"Quantity {measure.value.normalize():f}, and {named} designators.",
                "Correct the quantity or the designators.",
                place,
                said=text,
            )
        return measure.value, fitted

    def _no_quantity(self, place: Place) -> None:
        if "no_quantity" in self.told:
            return
        if not self.mapping.has(Meaning.QUANTITY):
            self.told.add("no_quantity")
            place = self.sheet.place()
        self.doubts.ask(
            "quantity_missing",
            "Neither a quantity nor designators: each such line is counted as one.",
            "Give the lines a quantity.",
            place,
        )

    def _claimed(self, names: tuple[str, ...], row: Row) -> tuple[str, ...]:
        """The names, with a doubt for each that another line has already; it stays on both."""
        for name in names:
            first = self.seen.setdefault(name.casefold(), row.number)
            if first != row.number:
                self.doubts.ask(
                    "designator_twice",
                    f"{name} stands in row {first} and again here.",
                    "A designator takes one part: correct one of the two lines.",
                    self._place(row, Meaning.DESIGNATORS),
                    said=name,
                )
        return names

    # --- parts ----------------------------------------------------------------------------------------------

    def _alternate(self, row: Row) -> None:
        above = self.lines[-1]
        found = self._makers(row)
        if not any(maker.number for maker in found):
            text = self._cell(row, Meaning.DESCRIPTION) or self._cell(row, Meaning.PART_NUMBER)
            found = (MakerPart(self._cell(row, Meaning.MANUFACTURER), "", text, row=row.number),)
            self.doubts.ask(
                "alternate_unnamed",
                "An alternate of the line above without a manufacturer's part number.",
                "Give it one, or give the row a quantity if it is a line.",
                self._place(row),
                said=text,
            )
        description = self._short(row, Meaning.DESCRIPTION)
        comment = self._short(row, Meaning.COMMENT) or self._loose_remark(row)
        suppliers = self._suppliers(row)
        known = {(maker.manufacturer.casefold(), maker.number.casefold()) for maker in above.makers}
        added = []
        for maker in found:
            key = (maker.manufacturer.casefold(), maker.number.casefold())
            if maker.number and key in known:
                self.doubts.note(
                    "alternate_twice",
                    f"{maker.number} is named already for the line above.",
                    self._place(row),
                )
                continue
            known.add(key)
            added.append(
                replace(
                    maker,
                    description=maker.description or description,
                    comment=comment,
                    suppliers=suppliers,
                )
            )
        self.lines[-1] = replace(above, alternates=(*above.alternates, *added))

    # --- the whole ------------------------------------------------------------------------------------------

    def bill(self) -> Bill:
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
