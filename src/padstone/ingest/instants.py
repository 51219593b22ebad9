"""Many times of one report at once, read as ``cfx.parse_instant`` reads each.

All times of a report are mostly written alike, and fall into one hour. Then only their minutes and seconds
are new, and they are digits in fixed columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from padstone import cfx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_USUAL = b"2026-03-02T07:00:30.0000000+01:00"
WIDTH = len(_USUAL)
"""Of a time in its usual form."""
_SECOND = 10_000_000
_WEIGHTS = np.zeros(WIDTH)
_WEIGHTS[[14, 15, 17, 18]] = (600 * _SECOND, 60 * _SECOND, 10 * _SECOND, _SECOND)
_WEIGHTS[20:27] = [10**place for place in range(6, -1, -1)]
"""What a digit of each column counts, in ticks. The sums are exact: they are far below 2 to the 53rd."""
_MOST = np.zeros(WIDTH, np.uint8)
_MOST[_WEIGHTS > 0] = 9
_MOST[[14, 17]] = 5
"""How far a column may be above the first time's, whose digits are set to 0."""


def ticks_of_one_hour(together: bytes, hours: dict[bytes, int]) -> tuple[int, ...]:
    """Times in ticks, all written like ``2026-03-02T07:00:30.0000000+01:00``, one after the other with
    nothing between; nothing unless they are, all of one hour and one zone. ``hours`` remembers when hours
    began.
    """
    ticks, is_usual = ticks_of_reports([together], hours)
    return tuple(ticks[0].tolist()) if is_usual[0] else ()


def ticks_of_reports(
    reports: Sequence[bytes], hours: dict[bytes, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The same of several reports that have as many times: a row each, and which rows can be used."""
    if not reports[0] or len(reports[0]) % WIDTH:
        return np.zeros((len(reports), 0), np.int64), np.zeros(len(reports), bool)
    began = [_hour_of(together[:WIDTH], hours) for together in reports]
    rows = np.frombuffer(b"".join(reports), np.uint8).reshape(len(reports), -1, WIDTH)
    # Below the digit 0, or the first time's byte, is far above, as unsigned.
    digits = rows - np.where(_WEIGHTS > 0, np.uint8(ord("0")), rows[:, :1])
    is_usual = np.array([hour is not None for hour in began])
    is_usual[(digits > _MOST).any(axis=(1, 2))] = False
    ticks = (digits @ _WEIGHTS).astype(np.int64) + np.array([hour or 0 for hour in began])[:, None]
    return ticks, is_usual


def _hour_of(time: bytes, hours: dict[bytes, int]) -> int | None:
    """When the hour of a time began, in ticks; None where it is not written as usual, with its zone."""
    before, after = time[:14], time[27:]
    if time[16:17] != b":" or time[19:20] != b".":
        return None
    known = hours.get(before + after)
    if known is None:
        try:
            began = cfx.parse_instant((before + b"00:00.0000000" + after).decode("ascii"))
            cfx.parse_instant((before + b"59:59.9999999" + after).decode("ascii"))
        except (cfx.CfxValueError, UnicodeDecodeError):
            return None
        if began.zoned:
            known = hours[before + after] = began.ticks
    return known
