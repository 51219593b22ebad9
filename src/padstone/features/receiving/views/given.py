"""What a form gives, read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from padstone.kernel.errors import Invalid


def day_given(text: str, name: str) -> date | None:
    """The day that a form gives, None for nothing. Raises Invalid for no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(
            "day_unreadable",
            "“{text}” is no day.",
            field=name,
            way_out="Write it like 2026-03-01.",
            text=text[:40],
        ) from error


def amount_given(text: str, name: str) -> Decimal | None:
    """The amount that a form gives, None for nothing. Raises Invalid for no number."""
    if not text.strip():
        return None
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 11:
        raise Invalid("number_unreadable", "“{text}” is no number.", field=name, text=text[:40])
    return found
