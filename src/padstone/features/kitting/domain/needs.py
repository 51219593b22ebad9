"""What an order needs of a line of its bill."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

_MILLIONTH = Decimal("0.000001")
_HUNDRED = Decimal(100)
NOTHING = Decimal(0)


def with_attrition(pieces: Decimal, percent: Decimal) -> Decimal:
    """So many pieces, and what is lost on the way to the board; whole pieces stay whole, rounded up."""
    if not percent or not pieces:
        return pieces
    more = pieces * (_HUNDRED + percent) / _HUNDRED
    step = Decimal(1) if pieces == pieces.to_integral_value() else _MILLIONTH
    return more.quantize(step, ROUND_CEILING)


def still_due(pieces: Decimal, placed: Decimal, percent: Decimal) -> Decimal:
    """What is needed for what is not placed yet."""
    return with_attrition(max(NOTHING, pieces - placed), percent)


def beyond(counted: Decimal, least: Decimal, most: Decimal) -> Decimal:
    """What was counted beyond what the books expected; below nothing what is short."""
    return counted - min(max(counted, least), most)
