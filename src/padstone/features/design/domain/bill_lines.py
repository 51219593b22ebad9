"""A row of a sheet as a line of a bill: what it is of, how many, where, and whether it is fitted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import BillLine, MakerPart
from padstone.features.design.domain.bill_cells import BillCells
from padstone.features.design.domain.designators import Designators, joined, read_designators
from padstone.features.design.domain.doubts import Place
from padstone.features.design.domain.fitting import (
    is_not_fitted,
    marks_fitted,
    marks_not_fitted,
    says_not_fitted,
)
from padstone.features.design.domain.limits import LONGEST_NUMBER, MOST_QUANTITY
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.quantities import QuantityStyle
from padstone.features.design.domain.rows import Row
from padstone.features.design.domain.vocabulary import Meaning

_TERSE: Final = (Meaning.VALUE, Meaning.MPN, Meaning.PART_NUMBER, Meaning.QUANTITY, Meaning.FOOTPRINT)
"""Cells in which a bare NC or OPEN leaves a part off."""

_STAND_IN: Final = re.compile(
    r"(?i)\b(?:alt|alts|alternate|alternative|substitute|equivalent|2nd|second\s+source|or|ersatz|alternativ|oder|ou)\b"
    r"|替代|代替|互換"
)
_WORDY: Final = (Meaning.COMMENT, Meaning.DESCRIPTION, Meaning.DESIGNATORS, Meaning.ITEM)
"""Cells in which it takes words."""


@dataclass(slots=True)
class BillLines(BillCells):
    """The lines so far, and what every further one is held against."""

    variant: str = ""
    lines: list[BillLine] = field(default_factory=list)
    left_off: bool = False
    variants: dict[str, None] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    style: QuantityStyle = field(default_factory=QuantityStyle)
    last_row: int = 0
    """The row of the last line or alternate: what follows it directly may belong to it."""

    def _line(self, row: Row, references: str, quantity: str) -> None:
        row = self._with_merged(row)
        reading = read_designators(references)
        self._tell_oddities(reading, references, row)
        there = tuple(name for name in reading.names if name not in reading.left_off)
        fitted = self._fitted(row, reading)
        amount, fitted = self._quantity(row, quantity, reading.names, there, fitted=fitted)
        fitted = self._in_variant(row) and fitted
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
            designators=reading.names,
            fitted=fitted,
            client_supplied=self._flag(row, Meaning.CLIENT_SUPPLIED),
            attrition=self._attrition(row),
            variants=self._variants(row),
            assembly=self._short(row, Meaning.ASSEMBLY, LONGEST_NUMBER),
            level=self._level(row),
            comment=self._short(row, Meaning.COMMENT),
            alternates=makers[1:],
            suppliers=self._suppliers(row),
            extra=self._extra(row),
        )
        if self._repeats_as_alternate(line, row):
            return
        self._claimed(reading.names, row)
        if not fitted or not reading.left_off or not there:
            self._append(replace(line, fitted=fitted and not (reading.left_off and not there)), row)
            return
        off = reading.left_off
        self._append(replace(line, designators=there, quantity=amount), row)
        self._append(replace(line, designators=off, quantity=Decimal(len(off)), fitted=False), row)

    @staticmethod
    def _is_said_to_stand_in(line: BillLine, above: BillLine) -> bool:
        """By the line's own number, by a word, or by a whole list of designators that nobody types twice."""
        same_item = bool(line.item) and line.item == above.item
        texts = (line.comment, line.item, line.description, *(text for _, text in line.extra))
        return same_item or len(line.designators) > 2 or any(map(_STAND_IN.search, texts))

    def _tell_oddities(self, reading: Designators, references: str, row: Row) -> None:
        for oddity in reading.oddities:
            tell = self.doubts.leave_out if oddity.left_out else self.doubts.ask
            tell(
                oddity.code,
                oddity.text,
                "Correct the cell, and import the file again.",
                self._place(row, Meaning.DESIGNATORS),
                said=plain(references),
            )

    def _variants(self, row: Row) -> tuple[str, ...]:
        named = tuple(filter(None, map(plain, re.split(r"[,;|\n]", self.mapping.raw(row, Meaning.VARIANT)))))
        self.variants.update(dict.fromkeys(named))
        return named

    def _in_variant(self, row: Row) -> bool:
        """Whether the line is in the variant that is read; a line that names none is in all."""
        named = self._variants(row)
        return not (self.variant and named) or self.variant.casefold() in map(str.casefold, named)

    def _repeats_as_alternate(self, line: BillLine, row: Row) -> bool:
        """Whether the row repeats the designators of the line directly above with another maker's part."""
        above = self.lines[-1] if self.lines else None
        if (
            above is None
            or not line.designators
            or row.number != self.last_row + 1
            or not line.mpn
            or line.mpn in {maker.number for maker in above.makers}
            or set(map(str.casefold, line.designators)) != set(map(str.casefold, above.designators))
            or (line.fitted, line.variants) != (above.fitted, above.variants)
            or not self._is_said_to_stand_in(line, above)
        ):
            return False
        self.doubts.ask(
            "alternate_repeats",
            f"{line.mpn} stands at the same designators as the line above: read as its alternate.",
            "Confirm it, or correct the designators of one of the two.",
            self._place(row),
            said=line.mpn,
        )
        self._alternate(row)
        return True

    def _append(self, line: BillLine, row: Row) -> None:
        if line.fitted and not line.part:
            self.doubts.ask(
                "part_missing",
                f"No part for {joined(line.designators) or 'this line'}.",
                "Give the line a part, or mark it as not fitted.",
                self._place(row),
            )
        self.lines.append(line)
        self.last_row = row.number

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

    def _fitted(self, row: Row, reading: Designators) -> bool:
        """Whether nothing says otherwise: a column, words in a cell, a heading, a line through it."""
        worded = self._worded_off(row, some=bool(reading.left_off))
        return not (self.left_off or self._marked_off(row) or worded or self._struck(row))

    def _marked_off(self, row: Row) -> bool:
        marked = marks_not_fitted(self._cell(row, Meaning.NOT_FITTED))
        fitted = marks_fitted(self._cell(row, Meaning.FITTED))
        if marked is None:
            self._unclear(row, Meaning.NOT_FITTED, "read as: do not fit")
        elif fitted is None and self._cell(row, Meaning.FITTED):
            self._unclear(row, Meaning.FITTED, "read as: fit")
        return marked is not False or fitted is False

    def _worded_off(self, row: Row, *, some: bool) -> bool:
        """Whether a cell has words that leave the line off; ``some``: designators say it of single ones."""
        for meaning in (*_TERSE, *_WORDY):
            if some and meaning is Meaning.DESIGNATORS:
                continue
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

    def _quantity(
        self, row: Row, text: str, names: tuple[str, ...], there: tuple[str, ...], *, fitted: bool
    ) -> tuple[Decimal, bool]:
        """How many, and whether they are fitted: ``there`` are the names that the cell does not leave off."""
        read = self.style.read(text, len(names)) if text else None
        named = len(there) or len(names)
        place = self._place(row, Meaning.QUANTITY)
        if read is None or not 0 <= read.value <= MOST_QUANTITY:
            counted = Decimal(named or 1)
            if text and fitted:
                self._unclear_quantity(text, counted, place)
            elif fitted and not named:
                self._no_quantity(place)
            elif fitted and not text and self.mapping.has(Meaning.QUANTITY):
                self.doubts.note("quantity_missing", f"No quantity: {named} designators are counted.", place)
            return counted, fitted
        if read.value == 0:
            if fitted:
                self.doubts.note("left_off", "Not to be fitted, because the quantity is 0.", place)
            return Decimal(0) if not named else Decimal(named), False
        if fitted and read.doubtful:
            self.doubts.ask(
                "quantity_thousands",
                f"“{text}” is read as {read.value:f}; it could be {re.split('[.,]', text)[0]}.",
                "Confirm it, or correct the quantity.",
                place,
                said=text,
            )
        if fitted and names and read.value == len(names):
            return Decimal(named), fitted
        if fitted and named and read.value != named:
            self.doubts.ask(
                "quantity_differs",
                f"Quantity {read.value.normalize():f}, and {named} designators.",
                "Correct the quantity or the designators.",
                place,
                said=text,
            )
        return read.value, fitted

    def _unclear_quantity(self, text: str, counted: Decimal, place: Place) -> None:
        self.doubts.ask(
            "quantity_unclear",
            f"“{text}” is no quantity; {counted} is read.",
            "Write a number such as 12 or 0.5.",
            place,
            said=text,
        )

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

    def _claimed(self, names: tuple[str, ...], row: Row) -> None:
        """A doubt for each name that another line has already; it stays on both."""
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
        self.last_row = row.number
