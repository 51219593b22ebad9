"""Grey zones and the parts they may reach, as far as they are on the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from padstone.features.genealogy.domain.grey import (
    Use,
    Zone,
    ends,
    in_time,
    newest_of_each_instant,
    reaches,
)
from padstone.features.genealogy.domain.placement import Placement
from padstone.features.genealogy.domain.times import instant_of, ticks_of
from padstone.features.genealogy.lookups.passes import DecodedPass, decoded, passes_of_location_since
from padstone.features.genealogy.models import GreyZone, Rejection

if TYPE_CHECKING:
    from datetime import datetime

    from padstone.features.genealogy.models import Pass

_PASSES_AT_ONCE = 16
_ZONES_AT_ONCE = 16


@dataclass(slots=True)
class OpenZone:
    """A location's newest zone and how it stands.

    ``left`` is how many parts it still holds after all that is on the books (None: not worked out since the
    start), ``last_ticks`` the time of the last part that it reached, or its own.
    """

    zone: Zone
    left: int | None
    last_ticks: int


@dataclass(frozen=True, slots=True)
class OnTheBooks:
    """A placement that was recorded before."""

    of_pass: Pass
    placement: Placement


def newest_zones(station_id: int) -> dict[int, OpenZone]:
    """The newest zone, in the machine's time, of each of a station's locations that ever had one."""
    newer = GreyZone.objects.filter(location=OuterRef("location"), at_ticks__gt=OuterRef("at_ticks"))
    rows = GreyZone.objects.filter(~Exists(newer), location__station_id=station_id)
    return {
        row.location_id: OpenZone(_zone(row), None, row.at_ticks) for row in rows.order_by("journal_no", "pk")
    }


def zones_reaching(location_id: int, first: int, last: int) -> tuple[list[Zone], Zone | None]:
    """The zones in force at a location from ``first`` to ``last`` (ticks), and the one that follows them."""
    rows = GreyZone.objects.filter(location_id=location_id)
    before = rows.filter(at_ticks__lt=first).order_by("-at_ticks", "-journal_no", "-pk")[:1]
    since = rows.filter(at_ticks__gte=first).order_by("at_ticks", "journal_no", "pk")
    zones = newest_of_each_instant(_zone(row) for row in (*before, *since.filter(at_ticks__lte=last)))
    later = newest_of_each_instant(_zone(row) for row in since.filter(at_ticks__gt=last)[:_ZONES_AT_ONCE])
    return zones, (later[0] if later else None)


def uses_reached(
    station_id: int, location_id: int, zones: Sequence[Zone], following: Zone | None, most: int
) -> list[Use]:
    """In time, what was taken from a location from the first of the zones to the following one, or until so
    many parts of the last zone's new package, or one of a third package, have gone by.
    """
    uses: list[Use] = []
    end: datetime | None = None
    for passes in _in_batches(station_id, location_id, zones[0]):
        uses += [use for one in passes for use in _placed(one, location_id)]
        read_to = ticks_of(passes[-1].row.base_at)
        if following is not None and read_to > following.at_ticks:
            end = passes[-1].row.base_at
            break
        if _is_over(zones[-1], [use for use in in_time(uses) if use.ticks < read_to], most):
            end = passes[-1].row.base_at
            break
    ends_with = [*zones[1:], following]
    return in_time(
        use
        for use in (*uses, *_thrown_away(location_id, zones[0], end))
        if any(reaches(zone, use, after) for zone, after in zip(zones, ends_with, strict=True))
    )


def _in_batches(station_id: int, location_id: int, since: Zone) -> Iterator[list[DecodedPass]]:
    rows = passes_of_location_since(station_id, location_id, instant_of(since.at_ticks))
    for first in count(0, _PASSES_AT_ONCE):
        some = decoded(rows[first : first + _PASSES_AT_ONCE])
        if not some:
            return
        yield some


def _placed(one: DecodedPass, location_id: int) -> list[Use]:
    """Each as the machine named it, whatever doubt was added since."""
    undated = ticks_of(one.row.last_at)
    return [
        Use(
            undated if p.ticks is None else p.ticks,
            p.packages[:1] if p.doubted else p.packages,
            OnTheBooks(one.row, p),
        )
        for p in one.placements
        if p.location == location_id
    ]


def _is_over(zone: Zone, uses: Sequence[Use], most: int) -> bool:
    since = [use for use in uses if use.ticks >= zone.at_ticks]
    return sum(use.packages == (zone.new,) for use in since) >= most or any(ends(zone, use) for use in since)


def _thrown_away(location_id: int, since: Zone, end: datetime | None) -> list[Use]:
    rows = Rejection.objects.filter(
        location_id=location_id, package__isnull=False, at__gte=instant_of(since.at_ticks)
    )
    if end is not None:
        rows = rows.filter(at__lte=end)
    values = rows.order_by("at", "pk").values_list("at", "package")
    return [Use(ticks_of(at), (package,), None) for at, package in values]


def _zone(row: GreyZone) -> Zone:
    return Zone(row.old_package_id, row.new_package_id, row.remaining, row.at_ticks)
