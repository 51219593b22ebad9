"""What is asked of placements, after every name was looked up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from padstone.features.genealogy.lookups.sql import EVERYTHING
from padstone.platform.columns import microseconds_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EARLIEST = microseconds_of(datetime(1, 1, 2, tzinfo=UTC))
LATEST = microseconds_of(datetime(9999, 12, 30, tzinfo=UTC))
"""Microseconds from 1970 of the ends of the calendar; the days beyond them are no dates in every zone."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(microseconds: int) -> datetime:
    """Microseconds from 1970 as an instant."""
    return _EPOCH + timedelta(microseconds=microseconds)


class Window(NamedTuple):
    """From ``since`` until before ``until``, in microseconds from 1970."""

    since: int = EARLIEST
    until: int = LATEST

    def holds(self, at: int) -> bool:
        return self.since <= at < self.until

    def cut(self, other: Window) -> Window:
        return Window(max(self.since, other.since), min(self.until, other.until))

    @classmethod
    def of(cls, since: datetime | None, until: datetime | None) -> Window:
        return cls(
            EARLIEST if since is None else microseconds_of(since),
            LATEST if until is None else microseconds_of(until),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which placements are meant: all that is given must hold. None: whatever it be.

    ``stays`` is when a feeder was at which location; it stands for ``locations`` then, and ``station_of``
    says where these are. Without packages it must name stations.
    """

    packages: frozenset[int] | None = None
    stations: frozenset[int] | None = None
    locations: frozenset[int] | None = None
    stays: Mapping[int, Sequence[Window]] | None = None
    station_of: Mapping[int, int] = field(default_factory=dict)
    head: str = ""
    nozzle: str = ""
    lane: int | None = None
    window: Window = field(default=Window())
    as_of: int = EVERYTHING

    @property
    def names_place(self) -> bool:
        """Whether it asks for something that only a feeder's part has."""
        return self.locations is not None or self.stays is not None or bool(self.head or self.nozzle)

    def windows_at(self, location: int | None) -> Sequence[Window]:
        """When parts of a location are meant; never for a location that is not."""
        if self.stays is not None:
            if location is None:
                return ()
            return [self.window.cut(stay) for stay in self.stays.get(location, ())]
        if self.locations is not None and location not in self.locations:
            return ()
        return (self.window,)

    def holds_place(self, location: int | None, head: str, nozzle: str, at: int) -> bool:
        """Whether a part placed there, so and then is meant."""
        if (self.head and head != self.head) or (self.nozzle and nozzle != self.nozzle):
            return False
        return any(window.holds(at) for window in self.windows_at(location))

    def holds_station(self, station: int) -> bool:
        return self.stations is None or station in self.stations

    def holds_lane(self, lane: int | None) -> bool:
        return self.lane is None or lane == self.lane
