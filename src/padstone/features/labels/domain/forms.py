"""Forms of texts: whether a text is of an identifier's form, and the value that it states."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from padstone.features.labels.domain.check_digits import is_gtin
from padstone.features.labels.domain.countries import country
from padstone.features.labels.domain.dates import day
from padstone.features.labels.domain.label import Value

LONGEST_TEXT: Final = 200
_AMOUNT: Final = re.compile(
    r"(?P<whole>[0-9]{1,12})(?:\.(?P<part>[0-9]{1,6}))?\s*(?P<unit>[A-Za-z]{1,4}\.?)?"
)
_MAT_AMOUNT: Final = re.compile(r"(?P<whole>[0-9]{1,12})(?P<unit>[A-Z]{3})(?P<thousandths>[0-9]{3})")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_PIECES: Final = frozenset({"", "NAR", "PCE", "PCS", "PC", "EA", "PCS.", "PC.", "ST", "STK", "H87", "C62"})
"""Words for pieces. UN/ECE Recommendation 20 says NAR, PCE, H87, C62; X12 355 says EA, PC."""


@dataclass(frozen=True, slots=True)
class Read:
    """A value that a text states, with its unit where it has one ("" are pieces)."""

    value: Value
    unit: str = ""


def read(form: str, text: str) -> Read | None:
    """The value of a text of a form; None where the text is not of it."""
    if len(text) > LONGEST_TEXT:
        return None
    return _FORMS[form](text.strip())


def _text(text: str) -> Read | None:
    return Read(text) if text else None


def _matching(pattern: re.Pattern[str], text: str) -> Read | None:
    return Read(text) if pattern.fullmatch(text) else None


def amount(text: str) -> Read | None:
    """Pieces, or an amount with its unit: ``4000``, ``0004000``, ``100 PCS``, ``0.63KG``, ``2500NAR000``.

    The MAT-Label writes thousandths behind the unit. A comma is refused: it is a point for one and separates
    thousands for another.
    """
    if found := _MAT_AMOUNT.fullmatch(text):
        return _amount(Decimal(found["whole"]) + Decimal(found["thousandths"]) / 1000, found["unit"])
    if found := _AMOUNT.fullmatch(text):
        whole, part = found["whole"], found["part"]
        return _amount(Decimal(f"{whole}.{part}" if part else whole), found["unit"] or "")
    return None


def _amount(number: Decimal, unit: str) -> Read:
    word = unit.upper()
    return Read(_plain(number), "" if word in _PIECES else word.rstrip("."))


def _plain(number: Decimal) -> Decimal:
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1)) if number == whole else number.normalize()


def has_grouped_digits(text: str) -> bool:
    """``1,000``: one or a thousand."""
    return bool(_GROUPED.fullmatch(text.strip()))


def _measured(text: str) -> Read | None:
    found = amount(text)
    return found if found is not None and found.unit else None


def _country(text: str) -> Read | None:
    code = country(text)
    return Read(code) if code else None


def _day(form: str, text: str) -> Read | None:
    digits = text[:8] if form == "YYYYMMDD" and len(text) in {10, 11} else text
    found = day(digits, form) or (day(text, "YYYY-MM-DD") if form == "YYYYMMDD" else None)
    return Read(found.isoformat()) if found else None


def _gtin(text: str) -> Read | None:
    return Read(text) if is_gtin(text) else None


def _pattern(pattern: str) -> Callable[[str], Read | None]:
    return partial(_matching, re.compile(pattern))


_FORMS: Final[dict[str, Callable[[str], Read | None]]] = {
    "text": _text,
    "word": _pattern(r"\S+"),
    "amount": amount,
    "measure": amount,
    "measured": _measured,
    "country": _country,
    "datecode": _pattern(r"[0-9A-Za-z./ ()-]{2,16}"),
    "D": _pattern(r"[0-9]{3,8}|[0-9]{2,4}[./-][0-9]{2}"),
    "n/n": _pattern(r"[0-9]+\s*/\s*[0-9]+"),
    "n4": _pattern(r"[0-9]{4}"),
    "n5": _pattern(r"[0-9]{5}"),
    "n8": _pattern(r"[0-9]{8}"),
    "n18": _pattern(r"[0-9]{18}"),
    "unit": _pattern(r"[A-Za-z0-9]{2,3}"),
    "price": _pattern(r"[0-9]+(?:\.[0-9]+)?[A-Z]{3}"),
    "cage": _pattern(r"[0-9A-Z]{5}"),
    "clei": _pattern(r"[0-9A-Z]{10}"),
    "mac": _pattern(r"(?:[0-9A-Fa-f]{2}[:-]?){5}[0-9A-Fa-f]{2}"),
    "tariff": _pattern(r"[0-9]{4}\.?[0-9]{2}(?:\.?[0-9]{2,4})?"),
    "url": _pattern(r"https?://\S+"),
    "plus": _pattern(r"[^+]+\+[^+]*"),
    "plus2": _pattern(r"[^+]+\+[^+]+\+[^+]*"),
    "gtin": _gtin,
    **{form: partial(_day, form) for form in ("YYMMDD", "DDMMYY", "MMDDYY", "YYYYMMDD", "DDMMYYYY")},
}
