"""Check digits of GS1 keys (GS1 General Specifications, 7.9)."""

from __future__ import annotations

from typing import Final

_LENGTHS: Final = frozenset({8, 12, 13, 14})


def check_digit(digits: str) -> str:
    """The check digit of a key without it."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_whole(digits: str) -> bool:
    """Whether a key ends with its check digit."""
    return digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def is_gtin(text: str) -> bool:
    return len(text) in _LENGTHS and is_whole(text)
