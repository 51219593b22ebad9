"""How far an order is delivered: always reckoned from the receipts, and written nowhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from padstone.features.receiving.domain.words import LineState


def line_state(
    ordered: Decimal, received: Decimal, expected_on: date | None, today: date, *, closed: bool
) -> LineState:
    """Delivered is what came in full, over what came in excess, short what was closed with less."""
    if received > ordered:
        return LineState.OVER
    if received == ordered:
        return LineState.DELIVERED
    if closed:
        return LineState.SHORT
    if expected_on is not None and expected_on < today:
        return LineState.LATE
    return LineState.PART if received else LineState.OPEN


_WORST_FIRST = (
    LineState.OVER,
    LineState.LATE,
    LineState.SHORT,
    LineState.PART,
)


def order_state(lines: Collection[LineState]) -> LineState:
    """The order as a whole: what somebody should look at counts before what is well."""
    for state in _WORST_FIRST:
        if state in lines:
            return state
    if LineState.OPEN in lines:
        return LineState.PART if LineState.DELIVERED in lines else LineState.OPEN
    return LineState.DELIVERED if lines else LineState.OPEN
