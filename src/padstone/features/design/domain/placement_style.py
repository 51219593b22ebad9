"""How a placement states its places, as far as that is one thing for the whole file: unit, side, decimals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from padstone.features.design.domain.doubts import Doubts
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain, read_measure, uses_comma
from padstone.features.design.domain.placement import Conventions, Side, Unit
from padstone.features.design.domain.placement_words import (
    SIDE_HEADING,
    SIDE_IN_NAME,
    SIDE_SAID,
    UNIT_IN_NAME,
    UNIT_SAID,
    UNITS,
    side_word,
    span,
    unit_by_size,
)
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, normal

_THREE: Final = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
UNITS_LINE: Final = re.compile(r"(?i)\W*u?units?\b")
"""How a row begins that speaks of units, wherever it stands."""


@dataclass(slots=True)
class PlacementStyle:
    """A sheet, what its columns say, and what holds for all of its rows."""

    sheet: Sheet
    mapping: ColumnMapping
    doubts: Doubts
    given: Conventions | None
    units: tuple[Unit, Unit] = (Unit.MILLIMETRE, Unit.MILLIMETRE)
    evidence: list[str] = field(default_factory=list)
    side: Side = Side.TOP
    comma: bool = False
    codes: dict[str, Side] = field(default_factory=dict)

    def settle(self) -> None:
        """Unit, side and decimals of the file as a whole."""
        body = [row for row in self.sheet.rows if row.number > self.mapping.header_row]
        numbers = [self.mapping.cell(row, axis) for row in body for axis in (Meaning.X, Meaning.Y)]
        self.comma = uses_comma(numbers)
        self._settle_unit(body)
        self._settle_thousands(numbers, body)
        self._settle_side(body)

    def _settle_thousands(self, numbers: Sequence[str], body: Sequence[Row]) -> None:
        """“1,500” is one and a half where it cannot be a thousand and a half: no board is that long."""
        if self.comma or not any(map(_THREE.fullmatch, numbers)):
            return
        turns = uses_comma(self.mapping.cell(row, Meaning.ROTATION) for row in body)
        in_small = self.units[0] in {Unit.MIL, Unit.MICROMETRE, Unit.NANOMETRE}
        self.comma = turns or not in_small
        if not turns:
            how = "a decimal comma" if self.comma else "thousands"
            self.doubts.ask(
                "coordinate_thousands",
                f"The comma in numbers such as “{next(filter(_THREE.fullmatch, numbers))}” is read as {how}.",
                "Confirm it, or export with points for decimals and without thousands.",
                self.sheet.place(0, self.mapping.index(Meaning.X), self.mapping.name(Meaning.X)),
            )

    def _settle_unit(self, body: Sequence[Row]) -> None:
        if self.given:
            self.units = (self.given.unit, self.given.unit)
            self.evidence.append(f"{self.given.unit.value}: given by a person")
            return
        named = [self._unit_named(axis) for axis in (Meaning.X, Meaning.Y)]
        if named[0] or named[1]:
            x, y = named[0] or named[1], named[1] or named[0]
            self.units = (x or Unit.MILLIMETRE, y or Unit.MILLIMETRE)
            self.evidence.append(f"{self.units[0].value}: the column's name says so")
            return
        for row in self.sheet.rows:
            text = plain(",".join(filter(None, row.cells)))
            if row.number < self.mapping.header_row or text.startswith("#") or UNITS_LINE.match(text):
                match = UNIT_SAID.search(text)
                unit = UNITS.get(next(filter(None, match.groups())).casefold()) if match else None
                if unit:
                    self.units = (unit, unit)
                    self.evidence.append(f"{unit.value}: row {row.number} says “{text[:60]}”")
                    return
        self._guess_unit(body)

    def _unit_named(self, axis: Meaning) -> Unit | None:
        match = UNIT_IN_NAME.search(self.mapping.name(axis))
        return UNITS.get(match[1].casefold()) if match else None

    def _guess_unit(self, body: Sequence[Row]) -> None:
        """Where nobody says the unit: by the tool whose columns these are, then by what size of board
        results.
        """
        cells = [(self.mapping.cell(row, Meaning.X), self.mapping.cell(row, Meaning.Y)) for row in body]
        measures = [(read_measure(x, comma=self.comma), read_measure(y, comma=self.comma)) for x, y in cells]
        places = [(x.value, y.value) for x, y in measures if x and y and not x.unit and not y.unit]
        if not places:
            return
        if self.sheet.file.casefold().endswith((".mnt", ".mnb")):
            self.evidence.append("mm: Eagle's mount lists are in millimetres")
            return
        if normal(self.mapping.name(Meaning.X)) == "posx":
            self.evidence.append("mm: the columns are KiCad's, which writes millimetres")
            return
        width, height = span(x for x, _ in places), span(y for _, y in places)
        unit, why = unit_by_size(width, height, len(places))
        self.units = (unit, unit)
        self.evidence.append(f"{unit.value}: {why}")
        self.doubts.ask(
            "unit_assumed",
            f"The file does not say its unit; read as {unit.value}, because {why}.",
            "Confirm the unit, or give another.",
            self.sheet.place(),
        )

    def _settle_side(self, body: Sequence[Row]) -> None:
        if self.mapping.has(Meaning.SIDE) or self.mapping.has(Meaning.MIRROR):
            self._settle_codes(body)
            return
        said = self._side_said()
        if said:
            self.side, why = said
            self.evidence.append(f"all on the {self.side.value}: {why}")
            return
        self.doubts.ask(
            "side_assumed",
            "Neither a column, nor the file's name, nor a line in it says the side; all are read as top.",
            "Give the file a name with top or bottom in it, or a column with the side.",
            self.sheet.place(),
        )

    def _side_said(self) -> tuple[Side, str] | None:
        name = self.sheet.file.casefold()
        if name.endswith((".mnt", ".mnb")):
            return (Side.BOTTOM if name.endswith("b") else Side.TOP), "the file's ending says so"
        for row in self.sheet.rows:
            if row.number >= self.mapping.header_row:
                break
            text = " ".join(row.cells).strip()
            match = SIDE_SAID.search(text) or SIDE_HEADING.fullmatch(text)
            side = side_word(match[1]) if match else None
            if side:
                return side, f"row {row.number} says so"
        for text in (self.sheet.name, self.sheet.file.rpartition(".")[0]):
            for pattern, side in SIDE_IN_NAME:
                if pattern.search(text):
                    return side, f"its name, “{text}”, says so"
        return None

    def _settle_codes(self, body: Sequence[Row]) -> None:
        """Sides that are numbers: 1 and 2, 1 and 16 or 32, or 0 and 1."""
        words = {self.mapping.cell(row, Meaning.SIDE) for row in body} - {""}
        if not words or not all(word.isdigit() for word in words):
            return
        top, bottom = (
            ("0", "1")
            if "0" in words
            else ("1", next((word for word in ("2", "16", "32") if word in words), "2"))
        )
        self.codes = {top: Side.TOP, bottom: Side.BOTTOM}
        self.doubts.ask(
            "side_code",
            f"The sides are numbers; {top} is read as top and {bottom} as bottom.",
            "Confirm it, or write top and bottom.",
            self.sheet.place(0, self.mapping.index(Meaning.SIDE), self.mapping.name(Meaning.SIDE)),
        )
