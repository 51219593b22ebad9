"""Instants and time spans as .NET writes them: exact to 100 ns, read and written without loss.

The structures keep the text that was sent. These functions read it where a program needs to compute.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from padstone.cfx.errors import CfxValueError

TICKS_PER_SECOND = 10_000_000
_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_END_TICKS = 3_155_378_976_000_000_000

_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"(Z|z|[+-][0-9]{2}:?[0-9]{2})?"
)
_SPAN = re.compile(r"(-)?(?:([0-9]{1,8})\.)?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,7}))?)?")


class Instant(NamedTuple):
    """A point in time.

    `ticks` counts 100 ns since 0001-01-01T00:00Z and is exact; `utc` is the same cut to microseconds. `zoned`
    is False where the text had no zone and UTC was assumed: the caller decides what to say about it.
    """

    utc: datetime
    ticks: int
    zoned: bool


def parse_instant(text: str) -> Instant:
    """Read `2018-03-26T16:52:25.3769532-04:00` and its shorter forms. Digits beyond the seventh are cut.

    Raises CfxValueError for anything else, for dates that do not exist and for instants outside years 1 to
    9999.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        raise CfxValueError(f"{text!r} is not a date and time")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        wall = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC)
    except ValueError as error:
        raise CfxValueError(f"{text!r} is not a date and time: {error}") from None
    ticks = _ticks(wall - _EPOCH) + int((fraction or "0")[:7].ljust(7, "0")) - _ticks(_offset(zone, text))
    return Instant(_from_ticks(ticks, text), ticks, zone is not None)


def format_instant(moment: datetime | int, offset: timedelta = timedelta(0)) -> str:
    """Write an instant (an aware datetime, or ticks) with seven digits, at the given offset from UTC.

    Raises CfxValueError for a datetime without zone, an offset that is not whole minutes within 14 hours, and
    an instant that leaves years 1 to 9999.
    """
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise CfxValueError(f"{moment!r} has no zone")
        moment = _ticks(moment - _EPOCH)
    minutes, rest = divmod(offset, timedelta(minutes=1))
    if rest or abs(minutes) > 14 * 60:
        raise CfxValueError(f"{offset!r} is not an offset from UTC")
    local = moment + _ticks(offset)
    wall = _from_ticks(local, moment)
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    return (
        f"{wall.year:04}-{wall.month:02}-{wall.day:02}T{wall:%H:%M:%S}.{local % TICKS_PER_SECOND:07}"
        f"{sign}{hours:02}:{minutes:02}"
    )


def parse_span(text: str) -> timedelta:
    """Read a .NET time span: `00:01:25`, `6.00:00:00`, `-00:00:00.5000000`. A seventh digit is cut.

    Raises CfxValueError for anything else.
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise CfxValueError(f"{text!r} is not a time span like 00:01:25 or 6.00:00:00")
    sign, days, hours, minutes, seconds, fraction = match.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds or 0) > 59:
        raise CfxValueError(f"{text!r} is not a time span: hours end at 23, minutes and seconds at 59")
    span = timedelta(
        days=int(days or 0),
        hours=int(hours),
        minutes=int(minutes),
        seconds=int(seconds or 0),
        microseconds=int((fraction or "0")[:6].ljust(6, "0")),
    )
    return -span if sign else span


def format_span(span: timedelta) -> str:
    """Write a time span as .NET does: `[-][d.]hh:mm:ss[.fffffff]`."""
    sign = "-" if span < timedelta(0) else ""
    span = abs(span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    days = f"{span.days}." if span.days else ""
    fraction = f".{span.microseconds:06}0" if span.microseconds else ""
    return f"{sign}{days}{hours:02}:{minutes:02}:{seconds:02}{fraction}"


def _ticks(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * TICKS_PER_SECOND + span.microseconds * 10


def _from_ticks(ticks: int, what: object) -> datetime:
    if not 0 <= ticks < _END_TICKS:
        raise CfxValueError(f"{what!r} is outside the years 1 to 9999")
    return _EPOCH + timedelta(microseconds=ticks // 10)


def _offset(zone: str | None, text: str) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta(0)
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if minutes > 59 or hours * 60 + minutes > 14 * 60:
        raise CfxValueError(f"{text!r} has a zone further than 14 hours from UTC")
    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if zone[0] == "-" else offset
