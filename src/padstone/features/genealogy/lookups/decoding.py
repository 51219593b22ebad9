"""Passes of the books as what they placed: only as much of it as a question asks for."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, NamedTuple, cast

from padstone.features.genealogy.domain import times
from padstone.features.genealogy.lookups.sql.deviations import DEVIATIONS_OF_PASSES
from padstone.features.genealogy.lookups.sql.fed_at import FED_AT
from padstone.features.genealogy.lookups.sql.spans_of_packages import SPANS_OF_PACKAGES
from padstone.features.genealogy.models import DeviationKind, PlacementTemplate, TemplateEntry
from padstone.features.production.lookups import lanes_of
from padstone.platform.pinned import Row, in_parts

if TYPE_CHECKING:
    from padstone.features.genealogy.lookups.question import Question

_SKIPPED = list(DeviationKind).index(DeviationKind.POSITION_SKIPPED)
EPOCH_TICKS = 621_355_968_000_000_000
"""1970 in ticks."""

Fed = Callable[[int, int], int | None]
"""By location and sequence of its station, the package that fed; None where it is not meant."""


class Slot(NamedTuple):
    """An entry of a template; ``place`` is that among the times."""

    place: int
    position: int
    designator: str
    location: int
    head: str
    nozzle: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A template, by panel position and by feeder location."""

    size: int
    on: Mapping[int, Sequence[Slot]]
    from_: Mapping[int, Sequence[Slot]]


@lru_cache(maxsize=192)
def layout(template_id: int, digest: bytes) -> Layout:
    """A template's layout; ``digest`` is its content's address, for its id may have been lent (see
    ``templates.template``). So many large ones take some fifty megabytes.
    """
    on: dict[int, list[Slot]] = defaultdict(list)
    from_: dict[int, list[Slot]] = defaultdict(list)
    rows = TemplateEntry.objects.filter(template_id=template_id).order_by("index")
    size = 0
    for index, position, designator, location, head, nozzle in rows.values_list(
        "index", "position", "designator", "location_id", "head", "nozzle"
    ):
        slot = Slot(index, position, intern(designator), location, intern(head), intern(nozzle))
        on[position].append(slot)
        from_[location].append(slot)
        size += 1
    return Layout(size, dict(on), dict(from_))


def layout_of(template_id: int) -> Layout:
    """The layout of a template by its id alone."""
    digest = PlacementTemplate.objects.values_list("digest", flat=True).get(pk=template_id)
    return layout(template_id, bytes(digest))


class WholePass(NamedTuple):
    """A row of PASSES_OF_PANELS."""

    id: int
    station: int
    sequence: int
    panel: int
    template: int
    base: int
    last: int
    times: bytes
    journal_no: int
    work_transaction: int
    digest: bytes

    @property
    def layout(self) -> Layout:
        return layout(self.template, bytes(self.digest))

    def ticks(self) -> list[int]:
        """When each entry of the template was placed, as in ``domain.times``."""
        base = self.base * 10 + EPOCH_TICKS
        ticks = times.unpack(bytes(self.times), base, self.layout.size)
        if None not in ticks:
            return cast("list[int]", ticks)
        return [base if tick is None else tick for tick in ticks]

    def instants(self) -> list[int]:
        """The same in microseconds from 1970."""
        return [(tick - EPOCH_TICKS) // 10 for tick in self.ticks()]


class Departure(NamedTuple):
    """What a pass did otherwise on one designator, or position (designator "")."""

    skips: bool
    location: int | None
    head: str
    nozzle: str
    packages: tuple[int, ...]


Departures = dict[tuple[int, str], Departure]
"""By position and designator."""


class Hit(NamedTuple):
    """A placement that is meant. ``candidates``: of how many packages it may be; ``packages``: those of them
    that are meant. ``at`` in microseconds from 1970.
    """

    position: int
    designator: str
    location: int
    head: str
    nozzle: str
    at: int
    candidates: int
    packages: tuple[int, ...]


def departures_of(pass_ids: Collection[int], as_of: int) -> dict[int, Departures]:
    """What these passes did otherwise. Where later knowledge speaks of the same designator, it counts
    alone.
    """
    parts = in_parts(sorted(pass_ids))
    return departures_told(
        row for some in parts for row in DEVIATIONS_OF_PASSES.rows(passes=some, as_of=as_of)
    )


def departures_told(told: Iterable[Row]) -> dict[int, Departures]:
    """The same of rows of DEVIATIONS_OF_PASSES."""
    rows: dict[int, dict[tuple[int, str], list[Row]]] = {}
    for row in told:
        rows.setdefault(row[0], {}).setdefault((row[2], row[3]), []).append(row)
    return {
        pass_id: {key: _departure(some) for key, some in of_pass.items()} for pass_id, of_pass in rows.items()
    }


def _departure(rows: list[Row]) -> Departure:
    number = max(row[8] for row in rows)
    counting = sorted((row for row in rows if row[8] == number), key=lambda row: row[9])
    _, kind, _, _, _, location, head, nozzle, _, _ = counting[0]
    packages = tuple([row[4] for row in counting if row[4] is not None])
    return Departure(kind == _SKIPPED, location, head, nozzle, packages)


class Feeds:
    """The spans of some packages, and which of these fed a location in a pass."""

    def __init__(self, packages: Collection[int]) -> None:
        self.spans: list[Row] = [
            row for some in in_parts(sorted(packages)) for row in SPANS_OF_PACKAGES.rows(packages=some)
        ]
        self.locations = frozenset([row[0] for row in self.spans])
        self._of: dict[int, tuple[list[int], list[Row]]] = {}
        for row in sorted(self.spans, key=lambda row: row[2]):
            firsts, rows = self._of.setdefault(row[0], ([], []))
            firsts.append(row[2])
            rows.append(row)

    def __call__(self, location: int, sequence: int) -> int | None:
        of_location = self._of.get(location)
        if of_location is None:
            return None
        firsts, rows = of_location
        index = bisect_right(firsts, sequence) - 1
        if index < 0 or rows[index][3] < sequence:
            return None
        return int(rows[index][1])


def fed_in(places: Iterable[tuple[int, int]]) -> Fed:
    """Which package fed, for these pairs of location and sequence."""
    known: dict[tuple[int, int], int] = {}
    for some in in_parts(sorted(places)):
        for location, sequence, package, last in FED_AT.rows(places=some):
            if last >= sequence:
                known[location, sequence] = package
    return lambda location, sequence: known.get((location, sequence))


def of_the_lane(rows: Sequence[Row], place: int, question: Question) -> Sequence[Row]:
    """Those of these passes whose work was on the lane that is meant; ``place`` is where a row holds its work
    transaction.
    """
    if question.lane is None:
        return rows
    lanes = lanes_of({row[place] for row in rows})
    return [row for row in rows if lanes.get(row[place]) == question.lane]


def hits(
    one: WholePass,
    question: Question,
    departures: Departures,
    fed: Fed,
    positions: Collection[int] | None = None,
    *,
    timed: bool = True,
) -> list[Hit]:
    """What a pass placed and is meant, on these positions or on any.

    ``timed`` False: all of it was placed within the time that is meant, and ``at`` is of no interest.
    """
    found = list(_as_fed(one, question, departures, fed, positions))
    if departures:
        found += placed_otherwise(one, question, departures, positions)
    if not found:
        return found
    if timed:
        instants = one.instants()
        dated = [Hit(*hit[:5], instants[hit.at], hit.candidates, hit.packages) for hit in found]
    else:
        dated = [Hit(*hit[:5], one.base, hit.candidates, hit.packages) for hit in found]
    if not question.names_place:
        since, until = question.window
        return [hit for hit in dated if since <= hit.at < until]
    return [hit for hit in dated if question.holds_place(hit.location, hit.head, hit.nozzle, hit.at)]


def _as_fed(
    one: WholePass,
    question: Question,
    departures: Departures,
    fed: Fed,
    positions: Collection[int] | None,
) -> Iterator[Hit]:
    """From the spans; ``at`` is the place among the times."""
    skipped = {position for (position, name), departure in departures.items() if departure.skips and not name}
    for slots, package in _fed_slots(one, question, fed, positions):
        for index, position, designator, location, head, nozzle in slots:
            if departures and (position in skipped or (position, designator) in departures):
                continue
            if positions is None or position in positions:
                package_there = fed(location, one.sequence) if package is None else package
                if package_there is not None:
                    yield Hit(position, designator, location, head, nozzle, index, 1, (package_there,))


def _fed_slots(
    one: WholePass, question: Question, fed: Fed, positions: Collection[int] | None
) -> Iterator[tuple[Sequence[Slot], int | None]]:
    """Entries that come into question, with their package where they share it: those of the few locations
    that are fed from the packages, else all on the positions.
    """
    content = one.layout
    if positions is not None and question.packages is None:
        for position in positions:
            yield content.on.get(position, ()), None
        return
    for location, slots in content.from_.items():
        package = fed(location, one.sequence)
        if package is not None:
            yield slots, package


def placed_otherwise(
    one: WholePass, question: Question, departures: Departures, positions: Collection[int] | None
) -> Iterator[Hit]:
    """From the departures, wherever and whenever; ``at`` is the place among the times."""
    for (position, designator), departure in departures.items():
        if departure.location is None or (positions is not None and position not in positions):
            continue
        meant = departure.packages
        if question.packages is not None:
            meant = tuple([package for package in meant if package in question.packages])
        if not meant:
            continue
        slots = one.layout.on.get(position, ())
        index = next((slot.place for slot in slots if slot.designator == designator), None)
        if index is not None:
            yield Hit(
                position,
                designator,
                departure.location,
                departure.head,
                departure.nozzle,
                index,
                len(departure.packages),
                meant,
            )
