"""Where a sheet names its columns, and what each name alone says of its column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from padstone.features.design.domain.designators import looks_like_designators
from padstone.features.design.domain.limits import HEADER_WITHIN
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.rows import Row, Sheet
from padstone.features.design.domain.vocabulary import Meaning, is_general_number, is_weak, meaning_of, normal


class Purpose(StrEnum):
    BILL = "bill"
    PLACEMENT = "placement"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its index from 0, its name in the file, what it says, how sure that is (0–100), and why.

    ``pair`` numbers several columns of one meaning: the second manufacturer and the second MPN are pair 2.
    """

    index: int
    name: str
    meaning: Meaning
    pair: int = 1
    confidence: int = 0
    evidence: tuple[str, ...] = ()


_FOR_BILL: Final = frozenset(
    {
        Meaning.ITEM,
        Meaning.DESIGNATORS,
        Meaning.QUANTITY,
        Meaning.PART_NUMBER,
        Meaning.MPN,
        Meaning.MANUFACTURER,
        Meaning.SUPPLIER,
        Meaning.SUPPLIER_NUMBER,
        Meaning.DESCRIPTION,
        Meaning.VALUE,
        Meaning.FOOTPRINT,
        Meaning.NOT_FITTED,
        Meaning.FITTED,
        Meaning.ALTERNATE,
        Meaning.CLIENT_SUPPLIED,
        Meaning.ATTRITION,
        Meaning.VARIANT,
        Meaning.ASSEMBLY,
        Meaning.LEVEL,
        Meaning.COMMENT,
        Meaning.ROW_KIND,
    }
)
_FOR_PLACEMENT: Final = frozenset(
    {
        Meaning.DESIGNATORS,
        Meaning.X,
        Meaning.Y,
        Meaning.ROTATION,
        Meaning.SIDE,
        Meaning.MIRROR,
        Meaning.VALUE,
        Meaning.FOOTPRINT,
        Meaning.PART_NUMBER,
        Meaning.MPN,
        Meaning.DESCRIPTION,
        Meaning.FIDUCIAL,
        Meaning.STATED_ROTATION,
        Meaning.NOT_FITTED,
        Meaning.FITTED,
        Meaning.COMMENT,
    }
)
SEVERAL: Final = frozenset(
    {Meaning.MANUFACTURER, Meaning.MPN, Meaning.SUPPLIER, Meaning.SUPPLIER_NUMBER, Meaning.ALTERNATE}
)
"""Of these a sheet may have several columns."""

EXTRA: Final = "extra:"
"""Before the name of a column that an export carries along without knowing what it says."""

UNSAID: Final = 70
"""The confidence of a column that says “part number” and not whose."""

_OWN_PART_NUMBER: Final = "part_number"
_MANY: Final = re.compile(
    r"(?:for|für|pour|x|×|\*)\s*[0-9]{2,}"
    r"|[0-9]{2,}\s*(?:boards|pcbs?|sets|units|pieces|pcs|kits|platinen|cartes|placas|台|套|枚)"
)
"""A quantity for more than one board."""

_MARKED: Final = re.compile(r"^[#*;\s]+|^(?:fields|columns|felder|spalten)\s*:\s*", re.IGNORECASE)
"""What tools put before the first name: a comment's mark, or “Fields:”."""

_UNIT_WORDS: Final = frozenset(
    "mm mil mils inch inches in deg degree degrees ° grad um µm cm (mm) (mil) (mils) (inch) (in) (deg) [mm]"
    " [mil] [deg]".split()
)


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a sheet's columns; ``row`` is the last row that holds some of them, 0 where none does."""

    row: int
    names: tuple[str, ...]
    rows: int = 1


def find_header(sheet: Sheet, purpose: Purpose, given: Mapping[str, str]) -> Header:
    """The row among the first with most known names, together with the row below that completes them."""
    if sheet.names:
        return Header(0, sheet.names)
    at = _best_row(sheet, purpose, given)
    if at is None:
        return Header(0, (), 0)
    row = sheet.rows[at]
    names = tuple(plain(cell) for cell in row.cells)
    below = sheet.rows[at + 1] if at + 1 < len(sheet.rows) else None
    if below is not None and (completed := _completed(names, below, purpose)):
        return Header(below.number, completed, 2)
    return Header(row.number, names)


def _best_row(sheet: Sheet, purpose: Purpose, given: Mapping[str, str]) -> int | None:
    """One known name is enough only above all else."""
    best: int | None = None
    most = 0.0
    names_given = {normal(name) for name in given if name}
    for position, row in enumerate(sheet.rows[:HEADER_WITHIN]):
        score = _known([plain(cell) for cell in row.cells], purpose)
        score += 2.0 * sum(normal(cell) in names_given for cell in row.cells)
        if any(looks_like_designators(cell) and any(c.isdigit() for c in cell) for cell in row.cells):
            score -= 2
        filled = sum(bool(cell.strip()) for cell in row.cells)
        words = not any(character.isdigit() for cell in row.cells for character in cell)
        least = 1 if position == 0 and (filled == 1 or words) else 2
        if score >= least and score > most:
            best, most = position, score
    return best


def _known(names: Sequence[str], purpose: Purpose) -> float:
    found = (by_name(index, name, purpose) for index, name in enumerate(names) if name)
    return float(len({(column.meaning, column.pair) for column in found} - {(Meaning.IGNORED, 1)}))


def _completed(names: tuple[str, ...], below: Row, purpose: Purpose) -> tuple[str, ...]:
    """The names with those of the row below, where that is a second row of names or of units; else nothing.

    A group's name (“Manufacturer 1”) spans the nameless columns right of it.
    """
    second = [plain(cell) for cell in below.cells]
    filled = [cell for cell in second if cell]
    if not filled or any(character.isdigit() for cell in filled for character in cell):
        return ()
    group, whole = "", []
    for index in range(max(len(names), len(second))):
        first = names[index] if index < len(names) else ""
        under = second[index] if index < len(second) else ""
        group = first or (group if under else "")
        whole.append(f"{group} {under}".strip() if under else first)
    if all(cell.casefold() in _UNIT_WORDS for cell in filled):
        return tuple(whole)
    return tuple(whole) if _known(whole, purpose) > _known(names, purpose) else ()


def by_name(index: int, name: str, purpose: Purpose) -> Column:
    """What a column's name alone says of it."""
    if name.casefold().startswith(EXTRA):
        return Column(
            index, name[len(EXTRA) :].strip(), Meaning.IGNORED, 1, 100, ("written so by this product",)
        )
    bare = _MARKED.sub("", name)
    meaning, pair, word = meaning_of(bare or name)
    if is_general_number(name) and name.casefold() != _OWN_PART_NUMBER:
        return Column(index, name, Meaning.MPN, 1, UNSAID, (f"“{name}” says part number, not whose",))
    if meaning not in (_FOR_BILL if purpose is Purpose.BILL else _FOR_PLACEMENT):
        return Column(index, name, Meaning.IGNORED)
    if meaning is Meaning.QUANTITY and is_for_many(name):
        return Column(index, name, meaning, 1, 80, (f"its name, “{word}”, for more than one board",))
    if meaning in SEVERAL or pair == 1:
        return Column(index, name, meaning, pair, 85 if is_weak(word) else 90, (f"its name, “{word}”",))
    return Column(index, name, Meaning.IGNORED)


def is_for_many(name: str) -> bool:
    """Whether the name of a quantity says that it is for several boards."""
    return bool(_MANY.search(normal(name)))
