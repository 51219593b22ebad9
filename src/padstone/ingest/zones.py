"""Times without a zone, read by the clock of the machine that sent them.

Where somebody has said in which zone a machine's clock runs, its times without a zone are certain, but for
the hours in which clocks are put back or forward. A time that came twice is read as the one nearer to what is
known of the message; without that as the first. A time that never came is read as a clock shows it that was
not put forward. Both are said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from padstone import cfx
from padstone.features.sites.lookups import clock_zones
from padstone.kernel.zones import zone_called

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

TWICE, NEVER = "time_twice", "time_never"
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_TICKS_PER_SECOND = 10_000_000
_BEGIN = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


class Reading(NamedTuple):
    """A time without a zone, as it was read. ``doubt``: ``TWICE``, ``NEVER`` or nothing. ``other``: what else
    it may have been, where it came twice.
    """

    instant: cfx.Instant
    doubt: str = ""
    other: datetime | None = None


def read_in(zone: ZoneInfo, moment: cfx.Instant, near: datetime | None) -> Reading:
    """What ``moment``, which was read as UTC for want of a zone, is by a clock of that zone. What would be
    outside the years that there are is never set, and stays what it is.
    """
    wall = moment.utc.replace(tzinfo=zone)
    first, second = _offset(wall), _offset(wall.replace(fold=1))
    if first <= second:
        found = _earlier(moment, first)
        return Reading(found, NEVER if second > first and found.zoned else "")
    readings = _earlier(moment, first), _earlier(moment, second)
    if near is not None and abs(near - readings[1].utc) < abs(near - readings[0].utc):
        return Reading(readings[1], TWICE, readings[0].utc)
    return Reading(readings[0], TWICE, readings[1].utc)


def _offset(wall: datetime) -> timedelta:
    offset = wall.utcoffset()
    if offset is None:
        raise AssertionError("a zone has an offset at any time")
    return offset


def _earlier(moment: cfx.Instant, offset: timedelta) -> cfx.Instant:
    if not _BEGIN + abs(offset) <= moment.utc <= _END - abs(offset):
        return moment
    return cfx.Instant(moment.utc - offset, moment.ticks - offset // _SECOND * _TICKS_PER_SECOND, zoned=True)


_SHORTEST, _LONGEST = len("2026-05-04T14:00:00"), len("2026-05-04T14:00:00.0000000")
_FRACTION = ".0000000"


def may_lack_zones(texts: Sequence[str | None]) -> TypeGuard[Sequence[str]]:
    """Whether ``as_if_zoned`` may take these times: all given, and as long as ones without a zone."""
    width = len(texts[0] or "") if texts else 0
    fits = width == _SHORTEST or _SHORTEST + 2 <= width <= _LONGEST
    return fits and all(text is not None and len(text) == width for text in texts)


def as_if_zoned(texts: Sequence[str], zone: ZoneInfo | None) -> bytes:
    """Times of one hour as ``instants.ticks_of_one_hour`` takes them: together, each with its zone and all
    its digits. UTC where nobody has said it. Nothing where the clock was changed in that hour; whether they
    are times, without a zone and of one hour, whoever reads them sees.
    """
    offset = "+00:00" if zone is None else _offset_of_hour(zone, texts[0])
    ending = _FRACTION[len(texts[0]) - _SHORTEST :] + offset
    together = ending.join(texts) + ending
    return together.encode() if offset and together.isascii() else b""


def _offset_of_hour(zone: ZoneInfo, text: str) -> str:
    """How the zone's offset is written, if it is one and the same in the hour of that time."""
    try:
        ends = [cfx.parse_instant(text[:14] + end) for end in ("00:00", "59:59.9999999")]
    except cfx.CfxValueError:
        return ""
    readings = [read_in(zone, end, None) for end in ends]
    first, last = (end.utc - one.instant.utc for end, one in zip(ends, readings, strict=True))
    if first != last or any(one.doubt or not one.instant.zoned for one in readings):
        return ""
    minutes, rest = divmod(abs(first), _MINUTE)
    return "" if rest else f"{'-' if first < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


@dataclass(slots=True)
class Zones:
    """In which zones the machines at hand have their clocks, and had them. Asked of the books once for all
    of them, and only if one sends a time without a zone.
    """

    _at_hand: frozenset[str] = frozenset()
    _known: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def take_in_hand(self, handles: Iterable[str]) -> None:
        """Their messages come next. What was said may have changed since the last."""
        self._at_hand = frozenset(handles)
        self.forget()

    def forget(self) -> None:
        self._known.clear()

    def forget_one(self, handle: str) -> None:
        self._known.pop(handle, None)

    def at(self, handle: str, journal_no: int) -> ZoneInfo | None:
        """The zone that counts for a message; None where nobody had said."""
        if handle not in self._known:
            wanted = (self._at_hand | {handle}) - self._known.keys()
            found: Mapping[str, list[tuple[int, str]]] = clock_zones(wanted)
            self._known.update({one: found.get(one, []) for one in wanted})
        said = [zone for after_no, zone in self._known[handle] if after_no < journal_no]
        return zone_called(said[-1]) if said and said[-1] else None
