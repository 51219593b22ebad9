"""The rules of PINs and of how often one may be tried. Pure: no clock, no database."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from padstone.kernel.errors import Invalid

MANAGE: Final = "manage_terminals"
SET_PIN: Final = "set_pin"
ADMIT: Final = "admit_person"
"""What a terminal itself may: take badges and PINs."""

PIN_DIGITS: Final = (4, 8)
ONE_TIME_PIN_DIGITS: Final = 6
ONE_TIME_PIN_HOLDS: Final = timedelta(days=3)
BADGE_CHARACTERS: Final = (4, 200)
IDLE_S: Final = (30, 8 * 3600)
ASKED_FOR: Final = timedelta(minutes=2)
"""So long a scanned badge waits for its PIN."""

FREE_TRIES: Final = 5
PIN_WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After the fifth wrong PIN in a row, the sixth, the seventh; and after each further one."""
TRIES_IN_ALL: Final = 10
"""After so many wrong PINs in a row no PIN is right any more, until a new one is issued."""

UNKNOWN_BADGES_FREE: Final = 3
LONGEST_SCAN_WAIT_S: Final = 8
UNKNOWN_BADGES_FORGOTTEN: Final = timedelta(minutes=10)

_RUNS = ("01234567890123456789", "98765432109876543210")
_FAVOURITES = frozenset({"2580", "0852", "1004", "1357", "2468", "147258", "159753", "147258369"})


def must_be_strong(pin: str) -> None:
    """Refuse (Invalid) a PIN that is not 4 to 8 digits, or that everybody would try first."""
    if not is_pin(pin):
        raise Invalid("pin_shape", "A PIN has 4 to 8 digits.", field="pin")
    if _is_trivial(pin):
        raise Invalid(
            "pin_trivial",
            "Everybody would try this PIN first.",
            field="pin",
            way_out="Take digits that neither repeat nor run, and that are no pattern on the keys.",
        )


def is_pin(text: str) -> bool:
    shortest, longest = PIN_DIGITS
    return shortest <= len(text) <= longest and text.isascii() and text.isdigit()


def _is_trivial(pin: str) -> bool:
    half = len(pin) // 2
    repeats = len(set(pin)) <= 1 or (len(pin) % 2 == 0 and pin[:half] == pin[half:])
    pairs = len(pin) % 2 == 0 and pin == pin[:2] * half
    return repeats or pairs or any(pin in run for run in _RUNS) or pin in _FAVOURITES


def wait_after(wrong: int) -> timedelta:
    """How long a badge waits once so many PINs in a row were wrong."""
    if wrong < FREE_TRIES:
        return timedelta()
    return PIN_WAITS[min(wrong - FREE_TRIES, len(PIN_WAITS) - 1)]


def scan_wait_after(unknown: int) -> timedelta:
    """How long a terminal takes no scan once so many badges in a row were unknown: 1, 2, 4, 8, 8 s ..."""
    over = unknown - UNKNOWN_BADGES_FREE
    return timedelta(seconds=min(2**over, LONGEST_SCAN_WAIT_S)) if over >= 0 else timedelta()
