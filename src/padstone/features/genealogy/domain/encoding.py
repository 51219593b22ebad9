"""Placements to spans and back.

``encode_ordinary`` takes the pass that nearly all are: word for word a template.
``encode`` finds the template that a pass repeats, the packages that feed on, and what the pass did
otherwise; ``decode`` is its inverse. The store decodes what it is about to commit and compares it with the
message: these pairs are what makes a span as exact as a row per placement.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import is_
from typing import TYPE_CHECKING, cast

import numpy as np

from padstone.features.genealogy.domain import times
from padstone.features.genealogy.domain.placement import (
    Columns,
    Departure,
    Entry,
    Otherwise,
    Placement,
    Template,
)
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from padstone.features.genealogy.domain.times import Ticks

TICKS_PER_MICROSECOND = 10
TICKS_PER_SECOND = 10_000_000
_MOST_DEPARTURES = 4
"""A template is repeated if at most one in so many of its entries went otherwise; else the pass becomes a
template.
"""

_NOT_READ_BACK = "packed times are not read as what they were; nothing was written"

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class EncodedPass:
    """``feeds`` are the locations whose package changes with this pass. ``template.template_id`` is None if
    new.
    """

    template: Template
    feeds: dict[int, int]
    departures: tuple[Departure, ...]
    base: int
    times: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """That a template, and what fed its locations, decode to all of these columns but the times: it was seen
    once. It holds until something else feeds one of them.
    """

    template: Template
    columns: Columns

    def is_of(self, placed: Columns) -> bool:
        """Whether the columns are the very same objects, which nobody can change."""
        return all(map(is_, placed[:6], self.columns[:6]))


@dataclass(frozen=True, slots=True)
class PackedTimes:
    """The times of a pass, and the bytes that they are kept as. It was seen that these are read as those."""

    ticks: tuple[int | None, ...]
    base: int
    times: bytes

    @classmethod
    def of(cls, ticks: tuple[int | None, ...], base: int) -> PackedTimes:
        base = _base(ticks, base)
        packed = cls(ticks, base, times.pack(ticks, base))
        if tuple(times.unpack(packed.times, base, len(ticks))) != ticks:
            raise AssertionError(_NOT_READ_BACK)
        return packed

    @classmethod
    def of_rows(cls, ticks: Ticks) -> list[PackedTimes]:
        """The same of many passes at once, a row each, whose times are all given."""
        firsts = ticks.min(axis=1)
        bases = firsts - firsts % TICKS_PER_SECOND
        blobs = times.pack_rows(ticks, bases)
        if not np.array_equal(times.unpack_rows(blobs, bases, ticks.shape[1]), ticks):
            raise AssertionError(_NOT_READ_BACK)
        return list(map(cls, map(tuple, ticks.tolist()), bases.tolist(), blobs))


def encode_ordinary(
    placed: Columns,
    templates: Iterable[Template],
    feeding: Mapping[int, int],
    packed: PackedTimes,
    proof: Proof | None = None,
) -> EncodedPass | None:
    """As ``encode``, for a pass that departs in nothing from a template; None for any other. ``packed`` are
    its times.
    """
    if proof is not None and proof.is_of(placed):
        return EncodedPass(proof.template, {}, (), packed.base, packed.times)
    for template in templates:
        if placed[:5] == template.columns[:5]:
            feeds = _fed_anew(placed, template, feeding)
            return None if feeds is None else EncodedPass(template, feeds, (), packed.base, packed.times)
    return None


def decode_ordinary(
    encoded: EncodedPass, feeding: Mapping[int, int], packed: PackedTimes, proof: Proof | None = None
) -> Columns:
    """What a pass placed that has nothing but its template, its spans and its times. ``proof``: that what
    feeds is what fed when it was seen.
    """
    template = encoded.template
    count = len(template.entries)
    is_seen = encoded.times is packed.times and (encoded.base, count) == (packed.base, len(packed.ticks))
    ticks = packed.ticks if is_seen else tuple(times.unpack(encoded.times, encoded.base, count))
    if proof is not None and proof.template is template:
        return proof.columns._replace(ticks=ticks)
    return Columns(*template.columns[:5], _fed(template, feeding), ticks)


def _fed(template: Template, feeding: Mapping[int, int]) -> tuple[tuple[int, ...], ...]:
    """What each entry is placed from; nothing where nothing feeds."""
    of_location = {location: (package,) for location, package in feeding.items()}
    locations = template.columns.locations
    try:
        return tuple(map(of_location.__getitem__, locations))
    except KeyError:
        return tuple([of_location.get(location, ()) for location in locations])


def _fed_anew(placed: Columns, template: Template, feeding: Mapping[int, int]) -> dict[int, int] | None:
    """The locations whose package changes with this pass. None where a location's parts came from several, or
    may have.
    """
    if placed.packages == _fed(template, feeding):
        return {}
    now = dict(zip(placed.locations, placed.packages, strict=True))
    if any(len(packages) != 1 for packages in now.values()):
        return None
    if tuple([now[location] for location in placed.locations]) != placed.packages:
        return None
    return {location: package for location, (package,) in now.items() if feeding.get(location) != package}


def encode(
    placements: Iterable[Placement], templates: Sequence[Template], feeding: Mapping[int, int], base: int
) -> EncodedPass:
    """Encode one pass. ``feeding`` maps location → package of the open spans; ``base`` (ticks) dates a pass
    without placement times.

    Raises Invalid where one designator is reported twice with different contents.
    """
    placed = _by_key(placements)
    template = _repeated(placed, templates) or Template(
        tuple(Entry(p.position, p.designator, p.location, p.head, p.nozzle) for p in placed.values())
    )
    feeds = _feeds(placed, template, feeding)
    now_feeding = {**feeding, **feeds}
    ticks = [placed[key].ticks if key in placed else None for key in template.by_key]
    base = _base(ticks, base)
    return EncodedPass(
        template=template,
        feeds=feeds,
        departures=tuple(_departures(placed, template, now_feeding)),
        base=base,
        times=times.pack(ticks, base),
    )


def decode(
    encoded: EncodedPass, feeding: Mapping[int, int], only: frozenset[int] | None = None
) -> list[Placement]:
    """What the pass placed. ``feeding`` maps location → package for this pass: the spans that reach it.

    ``only`` leaves out the placements that can't be of these packages.
    """
    template = encoded.template
    skipped = {d.position for d in encoded.departures if d.kind is Otherwise.POSITION_SKIPPED}
    otherwise = {(d.position, d.designator): d for d in encoded.departures if d.designator}
    ticks = times.unpack(encoded.times, encoded.base, len(template.entries))
    placements = []
    for entry, tick in zip(template.entries, ticks, strict=True):
        departure = otherwise.get((entry.position, entry.designator))
        if departure is None:
            if entry.position in skipped:
                continue
            package = feeding[entry.location]
            if only is None or package in only:
                placements.append(Placement(*entry, (package,), tick))
        elif departure.location is not None:
            if only is not None and only.isdisjoint(departure.packages):
                continue
            placements.append(
                Placement(
                    entry.position,
                    entry.designator,
                    departure.location,
                    departure.head,
                    departure.nozzle,
                    departure.packages,
                    tick,
                    departure.kind is Otherwise.DOUBTED,
                )
            )
    return placements


def _by_key(placements: Iterable[Placement]) -> dict[Key, Placement]:
    placed: dict[Key, Placement] = {}
    for placement in placements:
        before = placed.setdefault((placement.position, placement.designator), placement)
        if before is not placement and before != placement:
            raise Invalid(
                "placed_twice",
                "Designator {designator} of panel position {position} is reported twice in one pass, "
                "with different contents.",
                field="InstalledComponents",
                way_out="Correct the machine's report and send it again under a new UniqueID.",
                designator=placement.designator,
                position=placement.position,
            )
    return placed


def _repeated(placed: Mapping[Key, Placement], templates: Sequence[Template]) -> Template | None:
    """The template with the fewest departures, if one fits well enough."""
    positions = {position for position, _ in placed}
    best: tuple[int, Template] | None = None
    for template in templates:
        cost = _cost(placed, positions, template)
        if cost is not None and (best is None or cost < best[0]):
            best = (cost, template)
            if cost == 0:
                break
    return best[1] if best else None


def _cost(placed: Mapping[Key, Placement], positions: set[int], template: Template) -> int | None:
    """How many departures the template would need; None where it does not fit."""
    if len(placed) > len(template.entries):
        return None
    same = 0
    for key, placement in placed.items():
        entry = template.by_key.get(key)
        if entry is None:
            return None
        same += entry == placement[:5]
    skipped = template.positions - positions
    expected = sum(1 for entry in template.entries if entry.position in positions)
    otherwise = expected - same
    if otherwise * _MOST_DEPARTURES > expected:
        return None
    return otherwise + len(skipped)


def _feeds(placed: Mapping[Key, Placement], template: Template, feeding: Mapping[int, int]) -> dict[int, int]:
    """Locations that change their package: where none of the parts came from the package that fed so far."""
    used: dict[int, Counter[int]] = {}
    for key, placement in placed.items():
        if len(placement.packages) == 1 and template.by_key[key].location == placement.location:
            used.setdefault(placement.location, Counter())[placement.packages[0]] += 1
    return {
        location: packages.most_common(1)[0][0]
        for location, packages in used.items()
        if feeding.get(location) not in packages
    }


def _departures(
    placed: Mapping[Key, Placement], template: Template, feeding: Mapping[int, int]
) -> Iterable[Departure]:
    positions = {position for position, _ in placed}
    for position in sorted(template.positions - positions):
        yield Departure(Otherwise.POSITION_SKIPPED, position)
    for entry in template.entries:
        if entry.position not in positions:
            continue
        placement = placed.get((entry.position, entry.designator))
        if placement is None:
            yield Departure(Otherwise.NOT_PLACED, entry.position, entry.designator)
        elif entry != placement[:5] or placement.packages != (feeding.get(entry.location),):
            yield Departure(
                Otherwise.DOUBTED if placement.doubted else Otherwise.PLACED_OTHERWISE,
                placement.position,
                placement.designator,
                placement.location,
                placement.head,
                placement.nozzle,
                placement.packages,
            )


def _base(ticks: Sequence[int | None], base: int) -> int:
    """What the times count from, exact in microseconds: the second of the first, or when the pass was
    reported.
    """
    first = min(given_of(ticks), default=None)
    if first is None:
        return base - base % TICKS_PER_MICROSECOND
    return first - first % TICKS_PER_SECOND


def given_of(ticks: Sequence[int | None]) -> Sequence[int]:
    """The times that were reported."""
    given = ticks if None not in ticks else [tick for tick in ticks if tick is not None]
    return cast("Sequence[int]", given)
