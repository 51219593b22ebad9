"""From the rows of a sheet to places: units, sides, mirrors and turns as the file states them."""

from __future__ import annotations

import re
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
from padstone.features.design.domain.numbers import plain, read_measure
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
from padstone.features.design.domain.placement_style import UNITS_LINE, PlacementStyle
from padstone.features.design.domain.placement_words import (
    SIDE_HEADING,
    UNITS,
    conventions_of,
    is_fiducial,
    side_word,
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
class _Reading(PlacementStyle):
    placed: list[Placed] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    # --- rows -----------------------------------------------------------------------------------------------

    def take(self, row: Row) -> None:
        name = self.mapping.cell(row, Meaning.DESIGNATORS)
        first = row.cells[0].lstrip() if row.cells else ""
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if (first.startswith("#") and (filled < 3 or name.startswith("#"))) or UNITS_LINE.match(first):
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
        if filled == 1 and self._is_side_heading(row):
            return
        if filled < 5 and not any(map(str.isdigit, name)) and self._has_no_turn(row):
            self._leave_out(
                "no_component",
                f"“{name}” has no turn, and no number in its name: read as a mark and no component.",
                row,
                Meaning.DESIGNATORS,
                said=name,
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

    def _is_side_heading(self, row: Row) -> bool:
        """Whether the row says of which side the rows below it are, in a file without a column for it."""
        text = next(cell for cell in map(plain, row.cells) if cell)
        match = SIDE_HEADING.fullmatch(text)
        side = side_word(match[1]) if match and not self.mapping.has(Meaning.SIDE) else None
        if side is None:
            return False
        self.side = side
        self.doubts.note("side_heading", f"From here on: {side.value}.", self._place(row, None), said=text)
        return True

    def _has_no_turn(self, row: Row) -> bool:
        """Whether the row has a place and, unlike others, no turn."""
        there = read_measure(self.mapping.cell(row, Meaning.X), comma=self.comma) is not None
        return there and self.mapping.has(Meaning.ROTATION) and not self.mapping.cell(row, Meaning.ROTATION)

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
