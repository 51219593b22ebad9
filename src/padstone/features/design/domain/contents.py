"""What the cells of a column look like, whatever the column is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from padstone.features.design.domain.designators import looks_like_designators
from padstone.features.design.domain.fitting import marks_fitted, marks_not_fitted
from padstone.features.design.domain.numbers import read_measure, read_number
from padstone.features.design.domain.rows import Row
from padstone.features.design.domain.vocabulary import Meaning

_MPN: Final = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9\-+/.,#()_: ]{4,40}")


_FOOTPRINT: Final = re.compile(
    r"(?i).*(0201|0402|0603|0805|1206|1210|2512|qfn|qfp|soic|sot|bga|dip|sop|sod|dfn|tssop|msop|hdr|header|smd|tht|conn)"
    r".*"
)


_UNITS: Final = frozenset({"", "mm", "mil", "mils", "in", "inch", '"', "um", "µm", "μm", "th", "°", "deg"})


_SIDES: Final = frozenset(
    {"top", "bottom", "t", "b", "toplayer", "bottomlayer", "top layer", "bottom layer", "f.cu", "b.cu"}
)


_COUNTING: Final = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,4})*[.):]?|[A-Za-z]")
_MOUNTING: Final = re.compile(
    r"(?i)smt|smd|tht|th|pth|dip|through[ -]?hole|surface[ -]?mount|press[ -]?fit|mixed|manual|贴片|插件"
)


def share_of(texts: Sequence[str], is_one: Callable[[str], bool]) -> float:
    return sum(map(is_one, texts)) / len(texts) if texts else 0.0


def texts_of(body: Iterable[Row], index: int) -> list[str]:
    return [text for row in body if (text := row.cell(index).strip())]


def _is_count(text: str) -> bool:
    number = read_number(text)
    return number is not None and 0 <= number <= 100_000 and "." not in text


def _is_coordinate(text: str) -> bool:
    measure = read_measure(text)
    return measure is not None and measure.unit in _UNITS


def _is_mpn(text: str) -> bool:
    return bool(_MPN.fullmatch(text)) and " " not in text.strip() and not looks_like_designators(text)


def _counts_lines(text: str) -> bool:
    return bool(_COUNTING.fullmatch(text))


def _says_fitted(text: str) -> bool:
    return marks_fitted(text) is not None or marks_not_fitted(text) is not None


def is_mounting(text: str) -> bool:
    """Whether a cell says how a part is mounted, and not whether."""
    return bool(_MOUNTING.fullmatch(text.strip()))


CONTENTS: Final[Mapping[Meaning, Callable[[str], bool]]] = {
    Meaning.DESIGNATORS: looks_like_designators,
    Meaning.X: _is_coordinate,
    Meaning.Y: _is_coordinate,
    Meaning.ROTATION: _is_coordinate,
    Meaning.ITEM: _counts_lines,
    Meaning.FITTED: _says_fitted,
    Meaning.NOT_FITTED: _says_fitted,
}


def _is_designator(text: str) -> bool:
    return looks_like_designators(text) and any(map(str.isdigit, text))


_LOOKS: Final[Mapping[Meaning, Callable[[str], bool]]] = {
    Meaning.DESIGNATORS: _is_designator,
    Meaning.QUANTITY: _is_count,
    Meaning.MPN: _is_mpn,
    Meaning.SIDE: lambda text: text.casefold() in _SIDES,
    Meaning.FOOTPRINT: lambda text: bool(_FOOTPRINT.fullmatch(text)),
}


def likelihood(meaning: Meaning, texts: Sequence[str], *, after_numbers: bool) -> float:
    """How much of a nameless column speaks for a meaning, from 0 to 1.

    ``after_numbers``: it stands right of what is already read as a coordinate, as y does of x.
    """
    if not texts:
        return 0.0
    if meaning in {Meaning.X, Meaning.Y, Meaning.ROTATION}:
        points = any("." in text or "," in text for text in texts)
        return share_of(texts, _is_coordinate) - (0.0 if after_numbers or points else 0.1)
    if meaning is Meaning.QUANTITY and len(set(texts)) == len(texts) > 2:
        return 0.0  # counting numbers that never repeat are the lines' own
    looks = _LOOKS.get(meaning)
    return share_of(texts, looks) if looks else float(meaning in {Meaning.VALUE, Meaning.DESCRIPTION})
