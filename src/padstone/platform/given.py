"""What a form gives, read: days, whole numbers, amounts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from padstone.kernel.errors import Invalid

_AMOUNT = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_THOUSANDS_OR_NOT = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+")
_MOST_DIGITS = 11


def day_given(text: str, name: str) -> date | None:
    """The day that a form gives, None for nothing. Raises Invalid for no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(
            "day_unreadable",
            "{name}: “{text}” is no day.",
            field=name,
            way_out="Write it like 2026-03-01.",
            name=name,
            text=text[:40],
        ) from error


def whole_given(text: str, name: str) -> int:
    """The whole number that a form gives. Raises Invalid for another, and for nothing."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _no_number(text, name)
    return int(text)


def amount_given(text: str, name: str) -> Decimal | None:
    """The amount that a form gives, with a decimal point or comma; None for nothing.

    Raises Invalid for no number, and for one like 1,000 that is a thousand here and one there.
    """
    text = text.strip()
    if not text:
        return None
    if _THOUSANDS_OR_NOT.fullmatch(text):
        raise Invalid(
            "number_ambiguous",
            "{name}: “{text}” is a thousand to some, and a decimal number to others.",
            field=name,
            way_out="Write it without the comma, or with a decimal point.",
            name=name,
            text=text[:40],
        )
    if not is_amount(text):
        raise _no_number(text, name)
    found = Decimal(text.replace(",", "."))
    if abs(found.adjusted()) > _MOST_DIGITS:
        raise _no_number(text, name)
    return found


def is_amount(text: str) -> bool:
    """Whether it is written as an amount is: plain digits, with a decimal point or comma at most."""
    return _AMOUNT.fullmatch(text.strip()) is not None


def _no_number(text: str, name: str) -> Invalid:
    return Invalid(
        "number_unreadable", "{name}: “{text}” is no number.", field=name, name=name, text=text[:40]
    )
