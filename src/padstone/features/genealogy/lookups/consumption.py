"""How many parts of packages were used, many packages at once: what a ledger of stock goes by."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Max, Min, Q

from padstone.features.genealogy.domain.times import ticks_of
from padstone.features.genealogy.lookups.decoding import Feeds, departures_of, layout_of
from padstone.features.genealogy.lookups.question import Question, instant
from padstone.features.genealogy.lookups.sql import EVERYTHING
from padstone.features.genealogy.lookups.sql.counted_passes import PASSES_COUNTED, PASSES_DEPARTING
from padstone.features.genealogy.lookups.sql.deviations import PASSES_NAMING_PACKAGES
from padstone.features.genealogy.lookups.sql.replacements import REPLACEMENTS_OF_PACKAGES
from padstone.features.genealogy.lookups.touched import uses_of
from padstone.features.genealogy.models import (
    Certainty,
    Deviation,
    GreyZone,
    MaterialSpan,
    Pass,
    Rejection,
    Replacement,
)
from padstone.platform.columns import microseconds_of
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from padstone.features.genealogy.lookups.decoding import Departures, Slot

_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)
_RANGES_AT_ONCE = 2_000
_KEYS_AT_ONCE = 500
_BESIDE = 3
"""Spans of a location that are looked at on either side of one."""


class Fed(NamedTuple):
    """A package fed a location in so many passes of a template, from the first to the last; microseconds from
    1970. ``sequence`` is where its span begins.
    """

    station: int
    location: int
    template: int
    sequence: int
    passes: int
    first: int
    last: int


@dataclass(slots=True)
class Consumption:
    """Parts of a package that were placed for certain, that were picked and thrown away, and those of which
    the machine could not tell whether they were of this package or of another (``doubtful``; of these,
    ``doubtful_spoiled`` were thrown away). ``stations`` are those that told, ``fed`` where it fed and when;
    ``named`` the same of single passes in which others fed as well.
    """

    placed: int = 0
    spoiled: int = 0
    doubtful: int = 0
    doubtful_spoiled: int = 0
    stations: set[int] = field(default_factory=set)
    fed: list[Fed] = field(default_factory=list)
    named: list[Fed] = field(default_factory=list)


def consumption(package_ids: Collection[int], as_of: int | None = None) -> dict[int, Consumption]:
    """Of each package, what the placements on the books come to, as they stood at a journal number. Its time
    goes with the packages' spans and the passes in them, which the database counts.
    """
    number = EVERYTHING if as_of is None else as_of
    found = {pk: Consumption() for pk in package_ids}
    if found:
        _as_fed(found, number)
        _otherwise(found, number)
        _by_hand(found, number)
        _thrown_away(found, number)
        _thrown_away_in_doubt(found, number)
    return found


def _as_fed(found: dict[int, Consumption], as_of: int) -> None:
    """From the spans: so many passes, so many parts in each, but for those that did otherwise."""
    spans = Feeds(found).spans
    uses = uses_of({span[0] for span in spans}, Question(packages=frozenset(found), as_of=as_of))
    ranges: list[tuple[int, int, int, int]] = []
    meant: list[tuple[int, int, int, int, int]] = []
    for location, package, first, last, station, _ in spans:
        for template in uses.get(location, {}):
            ranges.append((template, first, last, len(meant)))
            meant.append((package, location, template, station, first))
    for some in in_parts(ranges, _RANGES_AT_ONCE):
        for place, passes, began, ended in PASSES_COUNTED.rows(ranges=some, as_of=as_of):
            if passes:
                package, location, template, station, sequence = meant[place]
                found[package].placed += passes * sum(count for _, count in uses[location][template])
                found[package].stations.add(station)
                found[package].fed.append(Fed(station, location, template, sequence, passes, began, ended))
        departing = [(int(row[0]), int(row[1])) for row in PASSES_DEPARTING.rows(ranges=some, as_of=as_of)]
        departures = departures_of({pass_id for _, pass_id in departing}, as_of)
        layouts = {template: layout_of(template) for template in {meant[place][2] for place, _ in departing}}
        for place, pass_id in departing:
            package, location, template, *_ = meant[place]
            slots = layouts[template].from_[location]
            found[package].placed -= _departed(slots, departures[pass_id])


def _departed(slots: Sequence[Slot], departures: Departures) -> int:
    """How many of these a pass did not place where it usually does."""
    skipped = {position for (position, name), one in departures.items() if one.skips and not name}
    return sum(slot.position in skipped or (slot.position, slot.designator) in departures for slot in slots)


def _otherwise(found: dict[int, Consumption], as_of: int) -> None:
    passes = {
        row[0]
        for some in in_parts(sorted(found), _KEYS_AT_ONCE)
        for row in PASSES_NAMING_PACKAGES.rows(packages=some, as_of=as_of)
    }
    there = _passes(passes)
    for pass_id, departures in departures_of(passes, as_of).items():
        station, template, sequence, began, ended = there[pass_id]
        for departure in departures.values():
            if departure.location is None:
                continue
            for package in set(departure.packages) & found.keys():
                one = found[package]
                one.stations.add(station)
                if len(departure.packages) > 1:
                    one.doubtful += 1
                    continue
                one.placed += 1
                named = Fed(station, departure.location, template, sequence, 1, began, ended)
                if named not in one.named[-1:]:
                    one.named.append(named)


def _passes(pass_ids: Collection[int]) -> dict[int, tuple[int, int, int, int, int]]:
    """By pass its station, template and sequence, when it began and when it ended."""
    found = {}
    for some in in_parts(sorted(pass_ids), _KEYS_AT_ONCE):
        rows = Pass.objects.filter(pk__in=some)
        columns = ("id", "station_id", "template_id", "sequence", "base_at", "last_at")
        for pk, station, template, sequence, began, ended in rows.values_list(*columns):
            found[pk] = (station, template, sequence, microseconds_of(began), microseconds_of(ended))
    return found


def _by_hand(found: dict[int, Consumption], as_of: int) -> None:
    for some in in_parts(sorted(found), _KEYS_AT_ONCE):
        for row in REPLACEMENTS_OF_PACKAGES.rows(keys=some, as_of=as_of):
            if row[3]:
                continue
            one = found[row[4]]
            one.stations.add(row[5])
            if row[7] == _POSSIBLE_WORD:
                one.doubtful += 1
            else:
                one.placed += 1


def _thrown_away(found: dict[int, Consumption], as_of: int) -> None:
    for some in in_parts(sorted(found), _KEYS_AT_ONCE):
        rows = Rejection.objects.filter(package__in=some, journal_no__lte=as_of)
        for package, count in rows.values_list("package").annotate(Count("pk")).order_by():
            if package is not None:
                found[package].spoiled += count


def _thrown_away_in_doubt(found: dict[int, Consumption], as_of: int) -> None:
    """A pick from a grey zone names no package: it is of either side of the zone that was stated last."""
    zones = _zones_of(found, as_of)
    if not zones:
        return
    unnamed = Rejection.objects.filter(location__in=zones, package=None, journal_no__lte=as_of)
    for location, at in unnamed.values_list("location", "at"):
        times, pairs = zones[location]
        for package in pairs[max(0, bisect_right(times, ticks_of(at)) - 1)]:
            if package in found:
                found[package].doubtful += 1
                found[package].doubtful_spoiled += 1


def _zones_of(
    found: Collection[int], as_of: int
) -> dict[int, tuple[Sequence[int], Sequence[tuple[int, int]]]]:
    """By location, all grey zones of the locations where one of these packages has one: when each was stated,
    and of which packages.
    """
    own: set[int] = set()
    for some in in_parts(sorted(found), _KEYS_AT_ONCE):
        rows = GreyZone.objects.filter(Q(old_package__in=some) | Q(new_package__in=some))
        own.update(rows.values_list("location", flat=True))
    times: dict[int, list[int]] = defaultdict(list)
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    every = GreyZone.objects.filter(location__in=own, journal_no__lte=as_of).order_by("at_ticks", "pk")
    for location, old, new, at in every.values_list("location", "old_package", "new_package", "at_ticks"):
        times[location].append(at)
        pairs[location].append((old, new))
    return {location: (times[location], pairs[location]) for location in times}


def fed_beside(fed: Collection[Fed], as_of: int | None = None) -> dict[tuple[int, int], dict[int, int]]:
    """By location and template of these feeds, in how many passes which packages fed there: these, and a few
    before and after each of them. However long the location has been in use, only these are read.
    """
    number = EVERYTHING if as_of is None else as_of
    templates: dict[int, set[int]] = defaultdict(set)
    for one in fed:
        templates[one.location].add(one.template)
    spans: set[tuple[int, int, int, int]] = set()
    columns = ("location", "package", "first_sequence", "last_sequence")
    for location, sequence in {(one.location, one.sequence) for one in fed}:
        here = MaterialSpan.objects.filter(location=location)
        before = here.filter(first_sequence__lte=sequence).order_by("-first_sequence")
        after = here.filter(first_sequence__gt=sequence).order_by("first_sequence")
        spans.update(before.values_list(*columns)[: _BESIDE + 1])
        spans.update(after.values_list(*columns)[:_BESIDE])
    meant = [
        (location, template, package, first, last)
        for location, package, first, last in sorted(spans)
        for template in templates[location]
    ]
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    ranges = [(one[1], one[3], one[4], place) for place, one in enumerate(meant)]
    for some in in_parts(ranges, _RANGES_AT_ONCE):
        for place, passes, _, _ in PASSES_COUNTED.rows(ranges=some, as_of=number):
            if passes:
                location, template, package, _, _ = meant[place]
                found[location, template][package] += passes
    return found


def orders_fed(one: Consumption) -> tuple[tuple[str, str], ...]:
    """The work orders whose panels a package fed, each with its client. Its time goes with the passes."""
    there = Q()
    for fed in (*one.fed, *one.named):
        there |= Q(template=fed.template, sequence__gte=fed.sequence, base_at__lte=instant(fed.last))
    if not there:
        return ()
    panels = Pass.objects.filter(there, panel__work_order__isnull=False)
    orders = panels.values_list("panel__work_order__number", "panel__work_order__client")
    return tuple(sorted(set(orders.order_by().distinct())))


def packages_of_order(order_id: int) -> set[int]:
    """The packages that fed a work order's panels or were used on them by hand, and those next to them in a
    grey zone. Its time goes with the order's passes.
    """
    found: set[int] = set()
    passes = Pass.objects.filter(panel__work_order=order_id)
    ends = passes.values_list("station_id").annotate(Min("sequence"), Max("sequence")).order_by()
    for station, first, last in ends:
        spans = MaterialSpan.objects.filter(
            station=station, last_sequence__gte=first, first_sequence__lte=last
        )
        found.update(spans.values_list("package_id", flat=True))
    for rows in (
        Deviation.objects.filter(of_pass__panel__work_order=order_id),
        Replacement.objects.filter(unit__panel__work_order=order_id),
        Rejection.objects.filter(unit__panel__work_order=order_id),
    ):
        named = rows.exclude(package=None).order_by().distinct()
        found.update(named.values_list("package__pk", flat=True))
    return found
