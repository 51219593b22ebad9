"""Reference designators as people write them into one cell of a bill of materials."""

from __future__ import annotations

import re
from typing import NamedTuple

from padstone.kernel.errors import Invalid

LONGEST_DESIGNATOR = 100
LONGEST_RANGE = 5_000
MOST_IN_A_CELL = 20_000

_SEPARATOR = re.compile(r"[,;\r\n]+")
_ORDINARY = re.compile(r"[A-Za-z]{1,6}[0-9]{1,6}[A-Za-z]?")
_RANGE = re.compile(r"([A-Za-z_]+)([0-9]{1,9})(?:[-–—…]|\.{2,3})([A-Za-z_]+)([0-9]{1,9})")
_JOINT = re.compile(r"[./]")


class Place(NamedTuple):
    """Where in the file: the row as a spreadsheet counts it, the column by its name in the file."""

    row: int
    column: str


class Reading(NamedTuple):
    """The designators of a cell in its own order, and what about it a person should know."""

    designators: tuple[str, ...]
    doubts: tuple[str, ...]


def read_designators(cell: str, place: Place) -> Reading:
    """The designators in a cell: commas, semicolons, line ends or spaces part them; ``R1-R5`` means five.

    A designator that a line wrap cut in two (``R11 9``) is put together again; text that is no designator is
    left out; both with a doubt. Refuses a range that runs backwards, and what is beyond the limits above.
    """
    designators: list[str] = []
    doubts: list[str] = []
    for piece in _SEPARATOR.split(cell):
        item = " ".join(piece.split())
        if item:
            found, doubt = _read_item(item, place)
            designators += found
            doubts += [doubt] if doubt else []
        if len(designators) > MOST_IN_A_CELL:
            raise Invalid(
                "designators_too_many",
                "Row {row}, column {column}: more than {most} designators in one cell.",
                field="designators",
                row=place.row,
                column=place.column,
                most=MOST_IN_A_CELL,
            )
    return Reading(tuple(designators), tuple(doubts))


def _read_item(item: str, place: Place) -> tuple[list[str], str]:
    joined = item.replace(" ", "")
    if span := _range(joined, place):
        return span, ""
    if joined == item:
        return _read_word(item, place)
    words = item.split(" ")
    if all(_ORDINARY.fullmatch(word) or _RANGE.fullmatch(word) for word in words):
        return [name for word in words for name in (_range(word, place) or [word])], ""
    if _ORDINARY.fullmatch(joined):
        return [joined], f"“{item}” is read as {joined}."
    return [], f"“{item}” is no designator: it is not expected on a board."


def _read_word(word: str, place: Place) -> tuple[list[str], str]:
    if len(word) > LONGEST_DESIGNATOR:
        raise Invalid(
            "designator_too_long",
            "Row {row}, column {column}: “{start}…” is longer than {longest} characters.",
            field="designators",
            way_out="Separate designators with commas.",
            row=place.row,
            column=place.column,
            start=word[:40],
            longest=LONGEST_DESIGNATOR,
        )
    parts = _JOINT.split(word)
    if len(parts) > 1 and all(_ORDINARY.fullmatch(part) for part in parts):
        return [word], f"“{word}” is kept as one designator. Is it {' and '.join(parts)}?"
    return [word], ""


def _range(word: str, place: Place) -> list[str]:
    """``R1-R5`` spelled out; empty if ``word`` is no range, or one between two kinds of part (``J1-P2``)."""
    match = _RANGE.fullmatch(word)
    if not match or match[1] != match[3]:
        return []
    first, last = int(match[2]), int(match[4])
    if not 0 <= last - first < LONGEST_RANGE:
        raise Invalid(
            "designator_range",
            "Row {row}, column {column}: the range {range} runs backwards or holds more than {longest}.",
            field="designators",
            way_out="Write the lower designator first, or name each of them.",
            row=place.row,
            column=place.column,
            range=word,
            longest=LONGEST_RANGE,
        )
    width = len(match[2]) if match[2].startswith("0") else 0
    return [f"{match[1]}{number:0{width}d}" for number in range(first, last + 1)]
