"""Numbers and texts as people and tools write them into cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")
_THIN: Final = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000']")
_PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_GROUPED_POINT: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_COMMA: Final = re.compile(
    r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+|[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}"
)
_COMMA: Final = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]{1,9})?")
_MOST_DIGITS: Final = 30
_MINUS: Final = str.maketrans(
    {"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\uff0d": "-", "\uff0b": "+"}
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and the unit that stood behind it in lower case, empty where none did."""

    value: Decimal
    unit: str


_MEASURE: Final = re.compile(r"([+-]?[0-9.,eE+-]*[0-9.,])\s*([a-zµμ\"'°º″]*)", re.IGNORECASE)


def plain(text: str) -> str:
    """A text as every reader keeps it: one line, single spaces, no control, direction or zero-width marks."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", _UNPRINTABLE.sub("", text)).strip()


def printable(text: str) -> str:
    """The text without control and direction marks; line ends and tabs stay."""
    return text if text.isascii() and text.isprintable() else _UNPRINTABLE.sub("", text)


def read_number(text: str, *, comma: bool = False) -> Decimal | None:
    """The number in a text, or None.

    Points or commas for decimals, thin spaces and apostrophes between thousands, full-width digits, any
    minus. ``comma`` says that the column uses commas for decimals, so that ``1,234`` is one and a bit;
    without it that is 1234. Infinity and what has more than 30 digits are no numbers.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return _decimal(text)
    cleaned = _SPACES.sub("", _THIN.sub("", unicodedata.normalize("NFKC", text).translate(_MINUS)))
    if _PLAIN_NUMBER.fullmatch(cleaned):
        return _decimal(cleaned)
    if not comma and _GROUPED_POINT.fullmatch(cleaned):
        return _decimal(cleaned.replace(",", ""))
    if _GROUPED_COMMA.fullmatch(cleaned):
        return _decimal(cleaned.replace(".", "").replace(",", "."))
    if _COMMA.fullmatch(cleaned):
        return _decimal(cleaned.replace(",", "."))
    return None


def read_measure(text: str, *, comma: bool = False) -> Measure | None:
    """The number and the unit behind it (``12.5mm``, ``100 mil``, ``0,5"``), or None."""
    match = _MEASURE.fullmatch(unicodedata.normalize("NFKC", text.strip()).translate(_MINUS))
    if match is None:
        value = read_number(text, comma=comma)
        return None if value is None else Measure(value, "")
    value = read_number(match[1], comma=comma)
    return None if value is None else Measure(value, match[2].casefold())


def uses_comma(texts: Iterable[str]) -> bool:
    """Whether a column writes decimals with a comma, in a way that cannot mean thousands."""
    commas = points = 0
    for text in texts:
        if "," in text and "." not in text and not _GROUPED_POINT.fullmatch(text.strip()):
            commas += 1
        elif "." in text:
            points += 1
    return commas > points


def _decimal(text: str) -> Decimal | None:
    if sum(character.isdigit() for character in text.partition("e")[0].partition("E")[0]) > _MOST_DIGITS:
        return None
    value = Decimal(text)
    # 1e9999999 is a short text and a number of ten million digits as soon as anybody adds one to it.
    return value if value == 0 or abs(value.adjusted()) <= _MOST_DIGITS else None
