"""Stored passes, decoded to the placements that were reported."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from padstone.features.genealogy.domain.encoding import EncodedPass, decode
from padstone.features.genealogy.domain.placement import Departure, Otherwise, Placement
from padstone.features.genealogy.domain.times import instant_of, ticks_of
from padstone.features.genealogy.lookups.templates import template
from padstone.features.genealogy.models import Deviation, MaterialSpan, Pass, TemplateEntry
from padstone.platform.prepared import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

_AT_ONCE = 500
"""How many keys one statement names at most."""
_LONG = 20
"""From this class of length on (six days and more) all passes are looked at."""


@dataclass(frozen=True, slots=True)
class DecodedPass:
    """A pass and its placements. Times are in ticks (see ``domain.times``)."""

    row: Pass
    placements: list[Placement]


def passes_of_transaction(work_transaction_id: int) -> QuerySet[Pass]:
    return Pass.objects.filter(work_transaction_id=work_transaction_id).select_related("template")


def transactions_with_passes(work_transaction_ids: Iterable[int]) -> set[int]:
    """Those of these work transactions of which placements are on the books."""
    found: set[int] = set()
    for some in _in_steps(work_transaction_ids):
        found.update(work for (work,) in _with_passes.rows(work=some))
    return found


@prepared(work=list)
def _with_passes(work: list[int]) -> QuerySet[Pass, tuple[int]]:
    return Pass.objects.filter(work_transaction_id__among=work).values_list("work_transaction_id")


def passes_of_panels(panel_ids: Collection[int]) -> QuerySet[Pass]:
    return Pass.objects.filter(panel_id__in=panel_ids)


def first_placed(panel_id: int) -> dict[int, datetime]:
    """By package, when the first of its parts was placed on the panel; of what a machine could not tell
    apart, each.
    """
    found: dict[int, datetime] = {}
    for one in decoded(passes_of_panels([panel_id]).select_related("template")):
        for placement in one.placements:
            at = one.row.last_at if placement.ticks is None else instant_of(placement.ticks)
            for package in placement.packages:
                found[package] = min(at, found.get(package, at))
    return found


def ending_since(station_id: int, since: datetime) -> Q:
    """The station's passes that end at the instant or later. Of each class of length (``Pass.reach``) only
    those are looked at that begin late enough for it.
    """
    late_enough = Q(station_id=station_id, reach__gte=_LONG)
    for reach in range(_LONG):
        begin = since - timedelta(seconds=(1 << reach) + 1)
        late_enough |= Q(station_id=station_id, reach=reach, base_at__gte=begin)
    return Q(late_enough, last_at__gte=since)


def newest_end(station_id: int) -> tuple[int, datetime | None]:
    """The last sequence of a station, and when its newest placement was made; 0 and None before the first."""
    passes = Pass.objects.filter(station_id=station_id)
    last = passes.order_by("-sequence").values_list("sequence", "last_at").first()
    if last is None:
        return 0, None
    return last[0], passes.filter(ending_since(station_id, last[1])).aggregate(at=Max("last_at"))["at"]


def passes_of_location_since(station_id: int, location_id: int, since: datetime) -> QuerySet[Pass]:
    """The station's passes that use the location and reach past the instant, in the machine's time."""
    repeated = Exists(TemplateEntry.objects.filter(template=OuterRef("template"), location_id=location_id))
    otherwise = Exists(Deviation.objects.filter(of_pass=OuterRef("pk"), location_id=location_id))
    rows = Pass.objects.filter(repeated | otherwise, ending_since(station_id, since))
    return rows.select_related("template").order_by("base_at", "sequence")


def decoded(
    rows: Iterable[Pass], *, as_of: int | None = None, only: Collection[int] | None = None
) -> list[DecodedPass]:
    """Decode passes. ``only`` keeps the placements that may be of these packages; ``as_of`` is a journal
    number. The number of statements grows with the number of passes in steps of some hundreds, not with what
    they hold.
    """
    passes = [row for row in rows if as_of is None or row.journal_no <= as_of]
    if not passes:
        return []
    feeds = _Feeds(passes)
    departures = _departures(passes, as_of)
    wanted = None if only is None else frozenset(only)
    return [DecodedPass(row, _placements(row, feeds, departures.get(row.pk, ()), wanted)) for row in passes]


def _placements(
    row: Pass, feeds: _Feeds, departures: Iterable[Departure], wanted: frozenset[int] | None
) -> list[Placement]:
    content = template(row.template_id, bytes(row.template.digest))
    encoded = EncodedPass(
        template=content,
        feeds={},
        departures=tuple(departures),
        base=ticks_of(row.base_at),
        times=bytes(row.times),
    )
    feeding = feeds.at(row.station_id, row.sequence)
    return decode(encoded, feeding, wanted)


def _in_steps(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while some := list(islice(rest, _AT_ONCE)):
        yield some


class _Feeds:
    """The spans that reach a set of passes, by location and sequence."""

    def __init__(self, passes: Collection[Pass]) -> None:
        reach: dict[int, list[int]] = defaultdict(list)
        for row in passes:
            reach[row.station_id].append(row.sequence)
        self._spans: dict[int, dict[int, tuple[list[int], list[MaterialSpan]]]] = {}
        for station_id, sequences in reach.items():
            self._spans[station_id] = _by_location(station_id, min(sequences), max(sequences))

    def at(self, station_id: int, sequence: int) -> Mapping[int, int]:
        """Location → package for one pass."""
        feeding = {}
        for location, (firsts, spans) in self._spans[station_id].items():
            index = bisect_right(firsts, sequence) - 1
            if index >= 0 and spans[index].last_sequence >= sequence:
                feeding[location] = spans[index].package_id
        return feeding


def _by_location(station_id: int, first: int, last: int) -> dict[int, tuple[list[int], list[MaterialSpan]]]:
    rows = MaterialSpan.objects.filter(
        station_id=station_id, first_sequence__lte=last, last_sequence__gte=first
    ).order_by("location_id", "first_sequence")
    spans: dict[int, tuple[list[int], list[MaterialSpan]]] = {}
    for row in rows:
        firsts, of_location = spans.setdefault(row.location_id, ([], []))
        firsts.append(row.first_sequence)
        of_location.append(row)
    return spans


def _departures(passes: Collection[Pass], as_of: int | None) -> dict[int, list[Departure]]:
    """What each pass did otherwise. Where later knowledge speaks of the same designator, it counts alone."""
    newest: dict[tuple[int, int, str], list[Deviation]] = {}
    for some in _in_steps(row.pk for row in passes):
        known = Q() if as_of is None else Q(journal_no__lte=as_of)
        for row in Deviation.objects.filter(known, of_pass_id__in=some).order_by("journal_no", "pk"):
            key = (row.of_pass_id, row.position, row.designator)
            rows = newest.setdefault(key, [])
            if rows and rows[0].journal_no != row.journal_no:
                rows.clear()
            rows.append(row)
    departures: dict[int, list[Departure]] = defaultdict(list)
    for (pass_id, position, designator), rows in newest.items():
        departures[pass_id].append(
            Departure(
                Otherwise(rows[0].kind),
                position,
                designator,
                rows[0].location_id,
                rows[0].head,
                rows[0].nozzle,
                tuple(row.package_id for row in rows if row.package_id is not None),
            )
        )
    return departures
