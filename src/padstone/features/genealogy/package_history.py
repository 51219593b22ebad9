"""What became of the parts of a package: where it fed, how many were placed, and on how many boards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups.decoding import (
    Departures,
    Feeds,
    Layout,
    Slot,
    departures_of,
    layout_of,
)
from padstone.features.genealogy.lookups.question import Question, instant
from padstone.features.genealogy.lookups.sql import EVERYTHING
from padstone.features.genealogy.lookups.sql.deviations import PASSES_NAMING_PACKAGES
from padstone.features.genealogy.lookups.sql.passes_in_ranges import PASSES_IN_RANGES
from padstone.features.genealogy.lookups.sql.replacements import REPLACEMENTS_OF_PACKAGES
from padstone.features.genealogy.lookups.touched import uses_of
from padstone.features.genealogy.models import AppliedMaterial, Certainty, Rejection
from padstone.features.genealogy.queries import search
from padstone.features.materials.lookups import packages
from padstone.features.production.lookups import units_by_position
from padstone.features.sites.lookups import location_names, station_names
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from padstone.kernel.actor import Actor
    from padstone.platform.pinned import Row

_POSSIBLE_WORD = list(Certainty).index(Certainty.POSSIBLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """The package fed a location, from one exchange to the next: in how many passes, how many parts of it
    went where they belonged, and onto how many units. The instants are those of the first and the last such
    pass, None where there was none.
    """

    station: str
    location: str
    first_at: datetime | None
    last_at: datetime | None
    passes: int
    units: int
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageHistory:
    """What became of a package's parts, as of a journal number.

    ``pieces`` were certainly placed: those of the feeds, ``otherwise`` where a pass did otherwise than it
    usually does, and ``by_hand``. ``doubtful`` may be of this package or of another. ``units`` hold or may
    hold some; to ``applied`` units something of it was applied. ``rejected`` were picked and thrown away.
    ``next`` asks for the feeds behind these, None where they are the last.
    """

    package: str
    as_of: int | None
    feeds: tuple[FeedLine, ...]
    next: int | None
    pieces: int
    otherwise: int
    by_hand: int
    doubtful: int
    rejected: int
    applied: int
    units: int


def package_history(
    actor: Actor,
    identifier: str,
    *,
    after: int = 0,
    limit: int = 50,
    as_of: int | None = None,
    units: int | None = None,
) -> PackageHistory:
    """Raises NotFound for a package that nobody has told of. Its time goes with the package's parts.

    ``units``: how many hold or may hold some, where the caller has searched for them already.
    """
    must_see(actor)
    package = packages([identifier]).get(identifier)
    if package is None:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="identifier",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    question = Question(packages=frozenset({package.pk}), as_of=EVERYTHING if as_of is None else as_of)
    if units is None:
        found = search(actor, question, as_of=as_of)
        units = found.certain + found.possible
    feeds = sorted(
        _feeds(question), key=lambda feed: (feed.first_at is None, str(feed.first_at), feed.location)
    )
    otherwise, in_zone = _named(package.pk, question)
    by_hand, doubted = _by_hand(package.pk, question)
    rejected = Rejection.objects.filter(package=package, journal_no__lte=question.as_of)
    applied = AppliedMaterial.objects.filter(package=package, removed=False, journal_no__lte=question.as_of)
    return PackageHistory(
        package=identifier,
        as_of=as_of,
        feeds=tuple(feeds[after : after + limit]),
        next=after + limit if len(feeds) > after + limit else None,
        pieces=sum(feed.pieces for feed in feeds) + otherwise + by_hand,
        otherwise=otherwise,
        by_hand=by_hand,
        doubtful=in_zone + doubted,
        rejected=rejected.count(),
        applied=applied.values("unit").distinct().count(),
        units=units,
    )


def _feeds(question: Question) -> Iterator[FeedLine]:
    spans = Feeds(question.packages or ()).spans
    uses = uses_of({span[0] for span in spans}, question)
    locations = location_names({span[0] for span in spans})
    stations = station_names({span[4] for span in spans})
    for location, _, first, last, station, _ in spans:
        counts = uses.get(location, {})
        ranges = [(template, first, last, template) for template in counts]
        fed = _Fed()
        if ranges:
            for batch in PASSES_IN_RANGES.batches(ranges=ranges, as_of=question.as_of):
                _count(fed, batch, location, counts, question.as_of)
        yield FeedLine(
            station=stations[station],
            location=locations[location],
            first_at=None if fed.first is None else instant(fed.first),
            last_at=None if fed.last is None else instant(fed.last),
            passes=fed.passes,
            units=len(fed.units),
            pieces=fed.pieces,
        )


@dataclass(slots=True)
class _Fed:
    """What was counted so far of one feeding."""

    first: int | None = None
    last: int | None = None
    passes: int = 0
    pieces: int = 0
    units: set[int] = field(default_factory=set)
    layouts: dict[int, Layout] = field(default_factory=dict)

    def count(self, row: Row, pieces: int) -> None:
        _, _, _, base, last, _ = row
        self.first = base if self.first is None else min(self.first, base)
        self.last = last if self.last is None else max(self.last, last)
        self.passes += 1
        self.pieces += pieces


def _count(
    fed: _Fed, rows: Sequence[Row], location: int, counts: dict[int, list[tuple[int, int]]], as_of: int
) -> None:
    """Each row tells its template where a range has its number."""
    departing = departures_of([row[1] for row in rows], as_of)
    units = units_by_position({row[2] for row in rows})
    for row in rows:
        template, pass_id, panel = row[:3]
        by_position = dict(counts[template])
        if pass_id in departing:
            if template not in fed.layouts:
                fed.layouts[template] = layout_of(template)
            slots = fed.layouts[template].from_[location]
            by_position = _left(by_position, slots, departing[pass_id])
        if pieces := sum(by_position.values()):
            fed.count(row, pieces)
            fed.units.update(
                unit
                for position, left in by_position.items()
                if left and (unit := units.get((panel, position))) is not None
            )


def _left(counts: dict[int, int], slots: Sequence[Slot], departures: Departures) -> dict[int, int]:
    """How many parts a location placed where it usually does, by position, but for what went otherwise."""
    return {
        position: sum(
            slot.position == position and (position, slot.designator) not in departures for slot in slots
        )
        for position in counts
        if (skipped := departures.get((position, ""))) is None or not skipped.skips
    }


def _named(package: int, question: Question) -> tuple[int, int]:
    """How many parts of it departures name, for certain and as one of several."""
    rows = PASSES_NAMING_PACKAGES.rows(packages=[package], as_of=question.as_of)
    departing = departures_of({row[0] for row in rows}, question.as_of)
    named = [
        len(departure.packages)
        for departures in departing.values()
        for departure in departures.values()
        if departure.location is not None and package in departure.packages
    ]
    return named.count(1), len(named) - named.count(1)


def _by_hand(package: int, question: Question) -> tuple[int, int]:
    """How many parts of it were placed by hand, for certain and as one of several."""
    rows = REPLACEMENTS_OF_PACKAGES.rows(keys=[package], as_of=question.as_of)
    words = [row[7] for row in rows if not row[3]]
    return len(words) - words.count(_POSSIBLE_WORD), words.count(_POSSIBLE_WORD)
