"""From the rows of a sheet to places: units, sides, mirrors and turns as the file states them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.designators import joined, read_designators
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.fitting import is_not_fitted, is_yes, marks_fitted, marks_not_fitted
from padstone.features.design.domain.limits import (
    FARTHEST,
    LONGEST_NUMBER,
    LONGEST_TEXT,
    MOST_DESIGNATORS,
    MOST_TURN,
)
from padstone.features.design.domain.mapping import ColumnMapping
from padstone.features.design.domain.numbers import plain, read_measure, uses_comma
from padstone.features.design.domain.own_form import is_own_placement, read_own_placement
from padstone.features.design.domain.packages import with_lost_zero
from padstone.features.design.domain.placement import (
    BottomTurn,
    BottomX,
    Conventions,
    Placed,
    Placement,
    Side,
    Unit,
    normalised,
    seen_from_top,
)
from padstone.features.design.domain.placement_words import (
    SIDE_IN_NAME,
    SIDE_SAID,
    UNIT_IN_NAME,
    UNIT_SAID,
    UNITS,
    conventions_of,
    is_fiducial,
    side_word,
    span,
    unit_by_size,
)
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, normal
from padstone.kernel.errors import Invalid


def read_rows(sheet: Sheet, mapping: ColumnMapping, given: Conventions | None = None) -> Placement:
    """The places of a sheet whose columns are known.

    Rows without a designator or with a coordinate or turn that cannot be are left out, each with a doubt. How
    the bottom side is written is stated as found, never applied unless ``given`` says so: then each place is
    as seen from the top. Refuses a sheet without a single place.
    """
    reading = _Reading(sheet, mapping, Doubts(sheet.file), given)
    if is_own_placement(mapping):
        reading.placed, reading.doubts = read_own_placement(sheet, mapping)
        reading.evidence.append("mm: this product wrote the file")
        return reading.placement()
    reading.settle()
    for row in sheet.rows:
        if row.number > mapping.header_row:
            reading.take(row)
    return reading.placement()


_TURNED: Final = re.compile(r"^M?S?R(?=[0-9])")
"""Eagle's letters before a turn: mirrored, spun, rotated."""


@dataclass(slots=True)
class _Reading:
    sheet: Sheet
    mapping: ColumnMapping
    doubts: Doubts
    given: Conventions | None
    placed: list[Placed] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    units: tuple[Unit, Unit] = (Unit.MILLIMETRE, Unit.MILLIMETRE)
    evidence: list[str] = field(default_factory=list)
    side: Side = Side.TOP
    comma: bool = False
    codes: dict[str, Side] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    # --- before the rows ------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Unit, side and decimals of the file as a whole."""
        body = [row for row in self.sheet.rows if row.number > self.mapping.header_row]
        numbers = [self.mapping.cell(row, axis) for row in body for axis in (Meaning.X, Meaning.Y)]
        self.comma = uses_comma(numbers)
        self._settle_unit(body)
        self._settle_side(body)

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
            if row.number < self.mapping.header_row or text.startswith("#"):
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
            match = SIDE_SAID.search(" ".join(row.cells)) if row.number < self.mapping.header_row else None
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

    # --- rows -----------------------------------------------------------------------------------------------

    def take(self, row: Row) -> None:
        name = self.mapping.cell(row, Meaning.DESIGNATORS)
        first = row.cells[0].lstrip() if row.cells else ""
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if first.startswith("#") and (filled < 3 or name.startswith("#")):
            return
        if (
            normal(name) == normal(self.mapping.name(Meaning.DESIGNATORS))
            and name
            and self.mapping.header_row
        ):
            self.doubts.note(
                "header_again", "The names of the columns stand here again.", self.sheet.place(row.number)
            )
            return
        if not name or filled < 3:
            self._leave_out(
                "row_not_read",
                "A row without a designator or without coordinates.",
                row,
                said=" | ".join(filter(None, map(plain, row.cells))),
            )
            return
        x = self._length(row, Meaning.X, self.units[0])
        y = self._length(row, Meaning.Y, self.units[1])
        turn = self._turn(row)
        side = self._side(row)
        if x is None or y is None or turn is None or side is None:
            return
        self._add(row, name, x, y, turn, side)

    def _add(self, row: Row, name: str, x: Decimal, y: Decimal, turn: Decimal, side: Side) -> None:
        value = self.mapping.cell(row, Meaning.VALUE)[:LONGEST_TEXT]
        package = with_lost_zero(self.mapping.cell(row, Meaning.FOOTPRINT)[:LONGEST_TEXT])
        if package != self.mapping.cell(row, Meaning.FOOTPRINT)[:LONGEST_TEXT]:
            self._lost_zero(row, package)
        first = self.seen.setdefault(name.casefold(), row.number)
        if first != row.number:
            self.doubts.ask(
                "designator_twice",
                f"{name} stands in row {first} and again here.",
                "Is the file of a panel? Export a single board, or correct one of the rows.",
                self._place(row, Meaning.DESIGNATORS),
                said=name,
            )
        if len(read_designators(name).names) > 1 and "several" not in self.told:
            self.told.add("several")
            self.doubts.ask(
                "designators_joined",
                f"“{name}” may be several designators; it is read as one.",
                "Give each its own row.",
                self._place(row, Meaning.DESIGNATORS),
                said=name,
            )
        self.placed.append(
            Placed(
                row=row.number,
                designator=name[:LONGEST_NUMBER],
                x=x,
                y=y,
                rotation=normalised(turn),
                side=side,
                value=value,
                package=package,
                part=(self.mapping.cell(row, Meaning.MPN) or self.mapping.cell(row, Meaning.PART_NUMBER))[
                    :LONGEST_NUMBER
                ],
                fiducial=bool(is_yes(self.mapping.cell(row, Meaning.FIDUCIAL)))
                or is_fiducial(name, value, package),
                fitted=self._fitted(row, value),
                stated_rotation=turn,
            )
        )
        if len(self.placed) > MOST_DESIGNATORS:
            raise Invalid(
                "placement_too_long",
                "{file} has more than {most} places.",
                field="file",
                way_out="Is it the right file?",
                file=self.sheet.file,
                most=MOST_DESIGNATORS,
            )

    def _fitted(self, row: Row, value: str) -> bool:
        marked = marks_not_fitted(self.mapping.cell(row, Meaning.NOT_FITTED))
        return (
            marked is False
            and marks_fitted(self.mapping.cell(row, Meaning.FITTED)) is not False
            and not is_not_fitted(value)
        )

    def _lost_zero(self, row: Row, package: str) -> None:
        if "zero" not in self.told:
            self.told.add("zero")
            self.doubts.note(
                "zero_lost",
                f"A package is read as {package}: a spreadsheet has taken the zero away, here and below.",
                self._place(row, Meaning.FOOTPRINT),
            )

    def _length(self, row: Row, axis: Meaning, unit: Unit) -> Decimal | None:
        text = self.mapping.cell(row, axis)
        measure = read_measure(text, comma=self.comma)
        if measure is not None and measure.unit:
            known = UNITS.get(measure.unit)
            measure = None if known is None else measure
            unit = known or unit
        if measure is None:
            self._leave_out(
                "coordinate", f"“{text}” is no coordinate; the row is left out.", row, axis, said=text
            )
            return None
        length = measure.value * unit.in_mm
        if abs(length) > FARTHEST:
            self._leave_out(
                "coordinate",
                f"“{text}” is further than {FARTHEST / 1000:f} m from the origin.",
                row,
                axis,
                said=text,
            )
            return None
        return length

    def _turn(self, row: Row) -> Decimal | None:
        text = self.mapping.cell(row, Meaning.ROTATION)
        if not text:
            self.without.setdefault("rotation", []).append(self.mapping.cell(row, Meaning.DESIGNATORS))
            return Decimal(0)
        measure = read_measure(_TURNED.sub("", text.rstrip("°")), comma=self.comma or "," in text)
        if (
            measure is None
            or measure.unit not in {"", "deg", "°", "degrees", "r"}
            or abs(measure.value) > MOST_TURN
        ):
            self._leave_out(
                "rotation",
                f"“{text}” is no turn in degrees; the row is left out.",
                row,
                Meaning.ROTATION,
                said=text,
            )
            return None
        return measure.value

    def _side(self, row: Row) -> Side | None:
        if self.mapping.has(Meaning.SIDE):
            text = self.mapping.cell(row, Meaning.SIDE)
            if not text:
                self.without.setdefault("side", []).append(self.mapping.cell(row, Meaning.DESIGNATORS))
                return self.side
            side = self.codes.get(text) or side_word(text)
            if side is None:
                self._leave_out(
                    "side",
                    f"“{text}” is neither top nor bottom; the row is left out.",
                    row,
                    Meaning.SIDE,
                    said=text,
                )
            return side
        if self.mapping.has(Meaning.MIRROR):
            text = self.mapping.cell(row, Meaning.MIRROR)
            mirrored = (
                True if text.casefold() in {"m", "mirror", "mirrored"} else is_yes(text) if text else False
            )
            if mirrored is None:
                self._leave_out(
                    "side",
                    f"“{text}” is neither mirrored nor not; the row is left out.",
                    row,
                    Meaning.MIRROR,
                    said=text,
                )
                return None
            return Side.BOTTOM if mirrored else Side.TOP
        return self.side

    def _leave_out(
        self, code: str, reason: str, row: Row, meaning: Meaning | None = None, *, said: str = ""
    ) -> None:
        self.doubts.leave_out(
            code, reason, "Correct the cell, and import the file again.", self._place(row, meaning), said=said
        )

    def _place(self, row: Row, meaning: Meaning | None) -> Place:
        if meaning is None:
            return self.sheet.place(row.number)
        return self.sheet.place(row.number, self.mapping.index(meaning), self.mapping.name(meaning))

    # --- the whole ------------------------------------------------------------------------------------------

    def placement(self) -> Placement:
        if not self.placed:
            reasons = "; ".join(dict.fromkeys(doubt.reason for doubt in self.doubts.found))[:300]
            raise Invalid(
                "placement_empty",
                "{file} has no row that places a component. {reasons}",
                field="file",
                way_out="Map its columns by hand, or is it another file?",
                file=self.sheet.file,
                reasons=reasons,
            )
        self._tell_missing()
        conventions = self._conventions()
        placed = (
            tuple(seen_from_top(entry, self.given) for entry in self.placed)
            if self.given
            else tuple(self.placed)
        )
        return Placement(self.sheet.file, placed, conventions, tuple(self.doubts.found), self.mapping)

    def _tell_missing(self) -> None:
        for what, read_as in (("rotation", "0"), ("side", self.side.value)):
            if names := self.without.get(what):
                self.doubts.ask(
                    f"{what}_missing",
                    f"{len(names)} rows do not say their {what}: read as {read_as} ({joined(names, 5)}).",
                    f"Give the file a {what} for each.",
                    self.sheet.place(),
                )

    def _conventions(self) -> Conventions:
        found = conventions_of(self.placed, self.units[0])
        evidence = (*self.evidence, *found.evidence)
        if self.given:
            return replace(self.given, evidence=evidence)
        if found.bottom_x in {BottomX.NEGATED, BottomX.UNKNOWN}:
            self.doubts.ask(
                "bottom_x",
                f"How x runs on the bottom side: {found.evidence[0]}. It is kept as written.",
                "Say whether the bottom is written as seen from the top or negated.",
                self.sheet.place(),
            )
        if found.bottom_turn is BottomTurn.UNKNOWN:
            self.doubts.ask(
                "bottom_rotation",
                "The file does not say from where the bottom's turns are seen. They are kept as written.",
                "Say whether they are seen from the top or from the bottom.",
                self.sheet.place(),
            )
        return replace(found, evidence=evidence)
