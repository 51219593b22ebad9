"""Which column of a sheet says what: proposed with evidence, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from padstone.features.design.domain.contents import CONTENTS, is_mounting, likelihood, share_of, texts_of
from padstone.features.design.domain.designators import looks_like_designators
from padstone.features.design.domain.doubts import Doubt, Doubts
from padstone.features.design.domain.headers import (
    SEVERAL,
    UNSAID,
    Column,
    Purpose,
    by_name,
    find_header,
    is_for_many,
)
from padstone.features.design.domain.limits import WIDEST
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, meaning_of, normal, unit_named
from padstone.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The columns of a sheet. ``header_row`` is the number of the row with their names, 0 where there is
    none.
    """

    sheet: str
    purpose: Purpose
    header_row: int
    columns: tuple[Column, ...]
    doubts: tuple[Doubt, ...] = ()
    _index: dict[tuple[Meaning, int], int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for column in self.columns:
            if column.meaning is not Meaning.IGNORED:
                self._index.setdefault((column.meaning, column.pair), column.index)

    def has(self, meaning: Meaning) -> bool:
        return (meaning, 1) in self._index

    def index(self, meaning: Meaning, pair: int = 1) -> int:
        """The index of a column, or -1."""
        return self._index.get((meaning, pair), -1)

    def name(self, meaning: Meaning, pair: int = 1) -> str:
        """The file's own name for a column; empty where it has none."""
        index = self.index(meaning, pair)
        return next((column.name for column in self.columns if column.index == index), "")

    def pairs(self, meaning: Meaning) -> list[int]:
        return sorted(pair for found, pair in self._index if found is meaning)

    def raw(self, row: Row, meaning: Meaning, pair: int = 1) -> str:
        """The cell as it stands."""
        return row.cell(self.index(meaning, pair))

    def cell(self, row: Row, meaning: Meaning, pair: int = 1) -> str:
        """The cell on one line and trimmed; empty where the row or the sheet has none."""
        return plain(self.raw(row, meaning, pair))

    def remembered(self) -> dict[str, str]:
        """What to keep for the next file of the same client, and to give to the next proposal."""
        return {
            (
                column.name or str(column.index + 1)
            ): f"{column.meaning.value}{column.pair if column.pair > 1 else ''}"
            for column in self.columns
            if column.name or column.meaning is not Meaning.IGNORED
        }


_OWN: Final = frozenset({Meaning.ROW_KIND, Meaning.STATED_ROTATION})
_ONE_ALONE: Final = (
    Meaning.DESIGNATORS,
    Meaning.QUANTITY,
    Meaning.PART_NUMBER,
    Meaning.X,
    Meaning.Y,
    Meaning.ROTATION,
)
"""What only one column can say, and is wrong throughout where the wrong one is taken."""

_BESIDES: Final = {(Purpose.PLACEMENT, Meaning.DESIGNATORS): Meaning.PART_NUMBER}
"""“Part number” may name designators where nothing else does: a placement has no need of parts."""

_NUMBERS: Final = (Meaning.X, Meaning.Y, Meaning.ROTATION)
_SAMPLE: Final = 400
_DOUBTFUL: Final = 40
_ENOUGH: Final = 0.8
_HARDLY: Final = 0.3


def propose_mapping(sheet: Sheet, purpose: Purpose, given: Mapping[str, str] | None = None) -> ColumnMapping:
    """What each column of the sheet says; the same sheet always gets the same proposal.

    ``given`` overrides it: a column's name or its number from 1 → a meaning (``mpn2`` for a second one), or
    "" for none. A column that only its contents tell of, and one whose contents speak against its name, come
    with a doubt. Refuses a given meaning that does not exist.
    """
    doubts = Doubts(sheet.file)
    header = find_header(sheet, purpose, given or {})
    below = (row for row in sheet.rows if row.number > header.row)
    body = list(islice((row for row in below if not row.cell(0).startswith("#")), _SAMPLE))
    width = min(max([len(row.cells) for row in body] + [len(header.names)]), WIDEST)
    names = [*header.names, *[""] * (width - len(header.names))]
    columns = [by_name(index, name, purpose) for index, name in enumerate(names[:width])]
    columns = _with_house_number(columns)
    if {column.meaning for column in columns} & _OWN:
        columns = _settled(columns)
    else:
        columns = [_checked(column, body) for column in _with_designators(columns, body)]
        _doubt_rivals(columns, body, sheet, doubts)
        columns = _settled(_with_numbered_items(columns, body))
        _doubt(columns, sheet, doubts)
        columns = _by_contents(columns, body, purpose, sheet, doubts, headless=not header.names)
    if given:
        columns = _given(columns, given)
    return ColumnMapping(sheet.name, purpose, header.row, tuple(columns), tuple(doubts.found))


def _with_house_number(columns: list[Column]) -> list[Column]:
    """“Part Number” is the house's own where another column says whose it is, else the maker's."""
    named = any(column.meaning is Meaning.MPN and column.confidence > UNSAID for column in columns)
    housed = any(column.meaning is Meaning.PART_NUMBER for column in columns)
    result = list(columns)
    for index, column in enumerate(columns):
        if column.meaning is not Meaning.MPN or column.confidence != UNSAID:
            continue
        if named:
            meaning = Meaning.IGNORED if housed else Meaning.PART_NUMBER
            evidence = (*column.evidence, "another column is the maker's")
            result[index] = replace(column, meaning=meaning, evidence=evidence)
            housed = True
        named = True
    return result


def _with_designators(columns: list[Column], body: Sequence[Row]) -> list[Column]:
    """“Part” is a designator where no other column is, and its cells look like nothing else."""
    if any(column.meaning is Meaning.DESIGNATORS for column in columns):
        return columns
    return [
        replace(column, meaning=Meaning.DESIGNATORS)
        if column.meaning is Meaning.MPN
        and column.confidence == UNSAID
        and share_of(texts_of(body, column.index), looks_like_designators) >= _ENOUGH
        else column
        for column in columns
    ]


def _checked(column: Column, body: Sequence[Row]) -> Column:
    """The column with what its contents say for or against its name."""
    is_one = CONTENTS.get(column.meaning)
    if is_one is None:
        return column
    texts = texts_of(body, column.index)
    share = share_of(texts, is_one)
    told = f"{share:.0%} of its {len(texts)} cells look like it"
    if not texts or share >= _HARDLY or len(texts) < 3:
        bonus = 9 if share >= _ENOUGH else 0
        return replace(
            column, confidence=min(column.confidence + bonus, 99), evidence=(*column.evidence, told)
        )
    return replace(column, confidence=_DOUBTFUL, evidence=(*column.evidence, told))


def _with_numbered_items(columns: list[Column], body: Sequence[Row]) -> list[Column]:
    """“Item Number” is a part's number where it does not count, “Mount” no yes or no where it says SMD."""
    housed = any(column.meaning is Meaning.PART_NUMBER for column in columns)
    result = list(columns)
    for column in columns:
        contrary = column.confidence == _DOUBTFUL
        if column.meaning is Meaning.ITEM and contrary:
            meaning = Meaning.IGNORED if housed else Meaning.PART_NUMBER
            result[column.index] = replace(column, meaning=meaning, confidence=UNSAID)
            housed = True
        elif (
            column.meaning in {Meaning.FITTED, Meaning.NOT_FITTED}
            and contrary
            and share_of(texts_of(body, column.index), is_mounting) >= _ENOUGH
        ):
            result[column.index] = replace(column, meaning=Meaning.IGNORED)
    return result


def _doubt_rivals(columns: Sequence[Column], body: Sequence[Row], sheet: Sheet, doubts: Doubts) -> None:
    """Ask where two columns say the same with equal right, and what they hold differs."""
    for meaning in _ONE_ALONE:
        same = [column for column in columns if column.meaning is meaning]
        best = max((column.confidence for column in same), default=0)
        equal = [column for column in same if column.confidence == best]
        texts = [texts_of(body, column.index) for column in equal]
        units = {unit for column in equal if (unit := unit_named(column.name))}
        if len(equal) > 1 and texts[1] and texts[0] != texts[1] and len(units) < 2:
            doubts.ask(
                "columns_rival",
                f"“{equal[0].name}” and “{equal[1].name}” both say {meaning.value.replace('_', ' ')};"
                " the first is read.",
                "Confirm it, or map the other one.",
                sheet.place(0, equal[1].index, equal[1].name),
            )


def _doubt(columns: Sequence[Column], sheet: Sheet, doubts: Doubts) -> None:
    """Ask about columns whose contents speak against their names, and whose part numbers a column holds."""
    maker = any(column.meaning is Meaning.MANUFACTURER for column in columns)
    for column in columns:
        place = sheet.place(0, column.index, column.name)
        if column.meaning in CONTENTS and column.confidence == _DOUBTFUL:
            doubts.ask(
                "column_contradicts",
                f"“{column.name}” is read as {column.meaning.value}, and {column.evidence[-1]}.",
                "Confirm what the column says, or map it to something else.",
                place,
            )
        if column.meaning is Meaning.QUANTITY and is_for_many(column.name):
            doubts.ask(
                "quantity_for_many",
                f"“{column.name}” counts more than one board, and no other column counts one.",
                "Correct the quantities, or ask for the bill of one board.",
                place,
            )
        if column.meaning is Meaning.PART_NUMBER and meaning_of(column.name)[0] is Meaning.ITEM:
            doubts.ask(
                "column_guessed",
                f"“{column.name}” does not count the lines: read as their part numbers.",
                "Confirm it, or map the column to what it says.",
                place,
            )
        if column.meaning is Meaning.MPN and column.confidence == UNSAID and not maker:
            doubts.ask(
                "part_number_whose",
                f"“{column.name}” is read as the manufacturers' part numbers; it may hold the house's own.",
                "Confirm it, or map the column to part_number.",
                place,
            )


def _by_contents(
    columns: list[Column],
    body: Sequence[Row],
    purpose: Purpose,
    sheet: Sheet,
    doubts: Doubts,
    *,
    headless: bool,
) -> list[Column]:
    """Guess, with a doubt, what nameless columns say, where something that is needed is still missing."""
    result = list(columns)
    for meaning in _missing(columns, purpose, headless=headless):
        ranked = [
            (share, -column.index)
            for column in result
            if column.meaning in {Meaning.IGNORED, _BESIDES.get((purpose, meaning))}
            and (headless or not column.name or meaning is Meaning.DESIGNATORS)
            and (share := _speaks_for(meaning, column, body, result))
            >= (_HARDLY if meaning is Meaning.FOOTPRINT else _ENOUGH)
        ]
        if ranked:
            share, negative = max(ranked)
            told = f"{share:.0%} of its cells look like it"
            index = -negative
            result[index] = replace(
                result[index], meaning=meaning, confidence=int(60 * share), evidence=(told,)
            )
            doubts.ask(
                "column_guessed",
                f"{_called(result[index], headless=headless)} is read as"
                f" {meaning.value.replace('_', ' ')}, because {told}.",
                "Confirm it, or map the column to what it says.",
                sheet.place(0, index),
            )
    return result


def _called(column: Column, *, headless: bool) -> str:
    if headless:
        return "The file names no columns: one"
    return f"“{column.name}”" if column.name else "A column without a name"


def _missing(columns: Sequence[Column], purpose: Purpose, *, headless: bool) -> list[Meaning]:
    have = {column.meaning for column in columns}
    if purpose is Purpose.PLACEMENT:
        order = [
            Meaning.DESIGNATORS,
            Meaning.SIDE,
            Meaning.X,
            Meaning.Y,
            Meaning.ROTATION,
            Meaning.FOOTPRINT,
            Meaning.VALUE,
        ]
    else:
        order = [Meaning.DESIGNATORS, Meaning.QUANTITY, Meaning.MPN, Meaning.FOOTPRINT, Meaning.DESCRIPTION]
    if not headless:
        order = [meaning for meaning in order if meaning in {Meaning.DESIGNATORS, Meaning.QUANTITY}]
    return [meaning for meaning in order if meaning not in have]


def _speaks_for(meaning: Meaning, column: Column, body: Sequence[Row], columns: Sequence[Column]) -> float:
    """How likely a nameless column says this; x, y and the turn stand side by side."""
    numbers = [other.index for other in columns if other.meaning in _NUMBERS]
    if meaning in _NUMBERS and numbers and numbers[-1] != column.index - 1:
        return 0.0
    return likelihood(meaning, texts_of(body, column.index), after_numbers=bool(numbers))


def _settled(columns: list[Column]) -> list[Column]:
    """Of columns with one meaning the surest counts, then the first; makers may have several."""
    result = list(columns)
    for meaning in {column.meaning for column in columns} - {Meaning.IGNORED}:
        same = [column for column in columns if column.meaning is meaning]
        if meaning in SEVERAL:
            taken: set[int] = set()
            for column in same:
                pair = column.pair
                while pair in taken:
                    pair += 1
                taken.add(pair)
                result[column.index] = replace(column, pair=pair)
            continue
        kept = max(same, key=lambda column: (column.confidence, -column.index))
        for column in same:
            if column is not kept:
                rest = Meaning.COMMENT if normal(column.name) == "comment" else Meaning.IGNORED
                told = f"“{kept.name}” says the same with more certainty"
                result[column.index] = replace(column, meaning=rest, evidence=(told,))
    return _value_and_comment(result)


def _value_and_comment(columns: list[Column]) -> list[Column]:
    """A second comment column does not win over the first."""
    comments = [column for column in columns if column.meaning is Meaning.COMMENT]
    for column in comments[1:]:
        columns[column.index] = replace(column, meaning=Meaning.IGNORED)
    return columns


_GIVEN: Final = re.compile(r"([a-z_]*?)([2-9]?)")


def _given(columns: list[Column], given: Mapping[str, str]) -> list[Column]:
    result = list(columns)
    for name, said in given.items():
        meaning, pair = _meaning_given(said)
        for column in columns:
            if normal(column.name) == normal(name) if column.name else str(column.index + 1) == name:
                for other in result:
                    if meaning is not Meaning.IGNORED and (other.meaning, other.pair) == (meaning, pair):
                        result[other.index] = replace(
                            other, meaning=Meaning.IGNORED, evidence=("another was given",)
                        )
                result[column.index] = replace(
                    column, meaning=meaning, pair=pair, confidence=100, evidence=("given by a person",)
                )
                break
    return result


def _meaning_given(said: str) -> tuple[Meaning, int]:
    match = _GIVEN.fullmatch(said)
    try:
        return Meaning(match[1] if match else said), int((match and match[2]) or 1)
    except ValueError as error:
        raise Invalid(
            "meaning_unknown",
            "“{said}” is nothing that a column can say.",
            field="mapping",
            way_out="Choose one of: {known}.".format(
                known=", ".join(meaning.value for meaning in Meaning if meaning)
            ),
            said=said,
        ) from error
