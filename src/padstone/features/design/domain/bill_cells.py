"""The cells of a bill's row as what they say: part numbers, makers, suppliers, percentages, each with its
doubts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import MakerPart, SupplierPart
from padstone.features.design.domain.delimited import is_formula
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.fitting import (
    marks_client,
)
from padstone.features.design.domain.limits import (
    LONGEST_NUMBER,
    LONGEST_TEXT,
)
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain, read_number
from padstone.features.design.domain.packages import with_lost_zero
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, normal

_SCIENTIFIC: Final = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{1,3}")
_LINE_ENDS: Final = re.compile(r"[\r\n]+")
_MARKUP: Final = re.compile(r"<\s*/?\s*(?:script|img|iframe|svg|a|b|html|body|style|object)\b", re.IGNORECASE)
_NO_NUMBERS: Final = frozenset("tbd tba tbc t.b.d. - -- --- n/a na n.a. ? ?? ??? xxx tba. 待定 未定".split())
_LEFT_OPEN: Final = re.compile(
    r"(?i)\b(?:or\s+(?:equivalent|equal|similar)|equivalent|equiv|generic|any|or\s+any|o\.\s?ä"
    r"|oder\s+(?:gleichwertig|ähnlich)\w*|ou\s+équivalent|o\s+equivalente|various|diverse)\b"
)
_BETWEEN: Final = re.compile(r"\s*[;|；]\s*|\s+/\s+|,\s+|\s+(?:or|oder|ou|o|или|或)\s+", re.IGNORECASE)
_NUMBER_ALONE: Final = re.compile(r"(?=\S*[0-9])[A-Za-z0-9][^\s;|,]{3,40}")
_SPELLED_ODDLY: Final = re.compile(r"[^\x20-\x7eµΩ°±×–®™一-鿿ぁ-ヿ가-힯]")


@dataclass(slots=True)
class BillCells:
    """A sheet, what its columns say, and the doubts about its cells."""

    sheet: Sheet
    mapping: ColumnMapping
    doubts: Doubts
    told: set[str] = field(default_factory=set)

    def _unclear(self, row: Row, meaning: Meaning, how: str) -> None:
        cell = self._cell(row, meaning)
        self.doubts.ask(
            "yes_or_no",
            f"“{cell}” is neither yes nor no; {how}.",
            "Write yes or no.",
            self._place(row, meaning),
            said=cell,
        )

    def _flag(self, row: Row, meaning: Meaning) -> bool:
        said = marks_client(self._cell(row, meaning))
        if said is None:
            self._unclear(row, meaning, "read as no")
        return bool(said)

    def _loose_remark(self, row: Row) -> str:
        return "; ".join(text for _, text in self._extra(row))[:LONGEST_TEXT]

    def _makers(self, row: Row) -> tuple[MakerPart, ...]:
        """Manufacturer and number of each pair of columns; several in one cell, one below the other, are
        several.
        """
        found: list[MakerPart] = []
        for pair in sorted({*self.mapping.pairs(Meaning.MPN), *self.mapping.pairs(Meaning.MANUFACTURER)}):
            numbers = self._several(row, pair) or self._lines_of(row, Meaning.MPN, pair)
            names = self._lines_of(row, Meaning.MANUFACTURER, pair)
            if 1 < len(numbers) != len(names):
                names = [plain(name) for name in _BETWEEN.split(" ".join(names))]
            if len(numbers) < 2:
                numbers, names = [" ".join(numbers)], [" ".join(names)]
            if len(names) != len(numbers):
                one_line = "\n" not in self.mapping.raw(row, Meaning.MPN, pair).strip()
                others = "" if one_line else names[0] if names else ""
                names = [names[0] if names else "", *[others] * (len(numbers) - 1)]
            found += [
                MakerPart(name[:LONGEST_NUMBER], self._checked_number(number, row, pair), row=row.number)
                for name, number in zip(names, numbers, strict=True)
                if number or (name and pair == 1)
            ]
        for pair in self.mapping.pairs(Meaning.ALTERNATE):
            for text in re.split(r"[\r\n;|]+|,\s+", self.mapping.raw(row, Meaning.ALTERNATE, pair)):
                if number := plain(text):
                    found.append(MakerPart("", number[:LONGEST_NUMBER], row=row.number))
        if found and not self.mapping.raw(row, Meaning.MPN).strip() and self._cell(row, Meaning.PART_NUMBER):
            return (MakerPart(self._cell(row, Meaning.MANUFACTURER)[:LONGEST_NUMBER]), *found)
        return tuple(found)

    def _several(self, row: Row, pair: int) -> list[str]:
        """The numbers of a cell that names several on one line (“A or B”), with a doubt; else none."""
        text = self.mapping.raw(row, Meaning.MPN, pair).strip()
        pieces = [piece for piece in map(plain, _BETWEEN.split(text)) if piece]
        if "\n" in text or len(pieces) < 2 or not all(map(_NUMBER_ALONE.fullmatch, pieces)):
            return []
        self.doubts.ask(
            "mpn_several",
            f"“{text}” is read as {len(pieces)} parts: the first, and what may be fitted in its place.",
            "Confirm it, or give each its own column.",
            self.sheet.place(
                row.number, self.mapping.index(Meaning.MPN, pair), self.mapping.name(Meaning.MPN, pair)
            ),
            said=text,
        )
        return pieces

    def _lines_of(self, row: Row, meaning: Meaning, pair: int) -> list[str]:
        return [
            text for piece in _LINE_ENDS.split(self.mapping.raw(row, meaning, pair)) if (text := plain(piece))
        ]

    def _checked_number(self, number: str, row: Row, pair: int) -> str:
        index = self.mapping.index(Meaning.MPN, pair)
        return self._number_at(number, row, index, self.mapping.name(Meaning.MPN, pair))

    def _part_number(self, row: Row, meaning: Meaning) -> str:
        return self._number_at(
            self._cell(row, meaning), row, self.mapping.index(meaning), self.mapping.name(meaning)
        )

    def _number_at(self, number: str, row: Row, index: int, name: str) -> str:
        """A part number, with a doubt where a spreadsheet or an encoding has spoilt it."""
        place = self.sheet.place(row.number, index, name)
        if number.casefold() in _NO_NUMBERS:
            self.doubts.ask(
                "number_placeholder",
                f"“{number}” stands in place of a part number: read as none.",
                "Give the line its part.",
                place,
                said=number,
            )
            return ""
        if _LEFT_OPEN.search(number):
            self.doubts.ask(
                "number_open",
                f"“{number}” leaves open which part it is; it is kept as it stands.",
                "Choose the part, and say which others may be fitted.",
                place,
                said=number,
            )
        if (row.number, index) in self.sheet.dates:
            self.doubts.ask(
                "number_became_date",
                f"The cell holds the date {number}, where a part number belongs.",
                "Type the number again, in a cell that is formatted as text.",
                place,
                said=number,
            )
        elif _SCIENTIFIC.fullmatch(number):
            self.doubts.ask(
                "number_rounded",
                f"{number} looks like a number that a spreadsheet has rounded.",
                "Type the part number again, in a cell that is formatted as text.",
                place,
                said=number,
            )
        elif _SPELLED_ODDLY.search(number):
            self.doubts.ask(
                "spelled_oddly",
                f"Is {number} spelled so, or was the file saved in another encoding?",
                "Compare it with the manufacturer's.",
                place,
                said=number,
            )
        if is_formula(number) or _MARKUP.search(number):
            self.doubts.note(
                "text_stays_text",
                "The cell looks like a formula or markup; it is kept as text.",
                place,
                said=number,
            )
        return self._cut(number, LONGEST_NUMBER, place)

    def _suppliers(self, row: Row) -> tuple[SupplierPart, ...]:
        found = []
        for pair in sorted(
            {*self.mapping.pairs(Meaning.SUPPLIER), *self.mapping.pairs(Meaning.SUPPLIER_NUMBER)}
        ):
            number = self.mapping.cell(row, Meaning.SUPPLIER_NUMBER, pair)[:LONGEST_NUMBER]
            supplier = self.mapping.cell(row, Meaning.SUPPLIER, pair)[:LONGEST_NUMBER]
            if number or supplier:
                found.append(
                    SupplierPart(
                        supplier or supplier_named(self.mapping.name(Meaning.SUPPLIER_NUMBER, pair)), number
                    )
                )
        return tuple(found)

    # --- cells ----------------------------------------------------------------------------------------------

    def _cell(self, row: Row, meaning: Meaning) -> str:
        return self.mapping.cell(row, meaning)

    def _place(self, row: Row, meaning: Meaning | None = None) -> Place:
        if meaning is None:
            return self.sheet.place(row.number)
        return self.sheet.place(row.number, self.mapping.index(meaning), self.mapping.name(meaning))

    def _short(self, row: Row, meaning: Meaning, longest: int = LONGEST_TEXT) -> str:
        text = self._cell(row, meaning)
        if text and (is_formula(text) or _MARKUP.search(text)):
            self.doubts.note(
                "text_stays_text",
                "The cell looks like a formula or markup; it is kept as text.",
                self._place(row, meaning),
                said=text,
            )
        return self._cut(text, longest, self._place(row, meaning)) if len(text) > longest else text

    def _cut(self, text: str, longest: int, place: Place) -> str:
        if len(text) > longest:
            self.doubts.ask("text_cut", f"Cut to {longest} characters.", "Shorten it.", place, said=text)
        return text[:longest].strip()

    def _footprint(self, row: Row) -> str:
        text = self._short(row, Meaning.FOOTPRINT)
        whole = with_lost_zero(text)
        if whole != text and "zero" not in self.told:
            self.told.add("zero")
            self.doubts.note(
                "zero_lost",
                f"{text} is read as {whole}: a spreadsheet has taken the zero away, here and below.",
                self._place(row, Meaning.FOOTPRINT),
                said=text,
            )
        return whole

    def _attrition(self, row: Row) -> Decimal | None:
        text = self._cell(row, Meaning.ATTRITION)
        if not text:
            return None
        percent = text.endswith("%") or "%" in self.mapping.name(Meaning.ATTRITION)
        value = read_number(text.rstrip("% "))
        place = self._place(row, Meaning.ATTRITION)
        if value is None or not 0 <= value <= 100:
            self.doubts.leave_out(
                "attrition_unclear",
                f"“{text}” is no percentage.",
                "Write a number from 0 to 100.",
                place,
                said=text,
            )
            return None
        if not percent and 0 < value < 1:
            self.doubts.ask(
                "attrition_unit",
                f"Is {text} a percentage, or {value * 100:f} %? Read as a percentage.",
                "Write it with %.",
                place,
            )
        return value

    def _level(self, row: Row) -> int:
        text = self._cell(row, Meaning.LEVEL)
        digits = re.search(r"[0-9]{1,2}", text)
        return int(digits[0]) if digits else 0

    def _extra(self, row: Row) -> tuple[tuple[str, str], ...]:
        known = {column.index for column in self.mapping.columns if column.meaning is not Meaning.IGNORED}
        names: Mapping[int, str] = {column.index: column.name for column in self.mapping.columns}
        found = [
            (names.get(index, ""), text[:LONGEST_TEXT])
            for index, cell in enumerate(row.cells)
            if index not in known and (text := plain(cell))
        ]
        beyond = [text for name, text in found if not name]
        if beyond and self.mapping.header_row and "beyond" not in self.told:
            self.told.add("beyond")
            self.doubts.note(
                "nameless_column",
                "A column without a name holds texts; they are not read.",
                self._place(row),
                said=beyond[0],
            )
        return tuple((name, text) for name, text in found if name)


def supplier_named(column: str) -> str:
    """The supplier that a column's own name tells of: ``digikey#`` is Digi-Key's; empty where it tells of
    none.
    """
    word = normal(column)
    return next((name for key, name in _SUPPLIERS.items() if key in word.replace(" ", "")), "")


_SUPPLIERS: Final = {
    "digikey": "Digi-Key",
    "mouser": "Mouser",
    "farnell": "Farnell",
    "element14": "element14",
    "newark": "Newark",
    "lcsc": "LCSC",
    "jlc": "LCSC",
    "tme": "TME",
    "avnet": "Avnet",
    "arrow": "Arrow",
    "rs#": "RS",
}
