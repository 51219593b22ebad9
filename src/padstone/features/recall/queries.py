"""Exactly the units that hold what is suspect: the certain and the possible apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from padstone.features.genealogy.lookups.question import Question, Window
from padstone.features.genealogy.queries import (
    CERTAIN,
    POSSIBLE,
    Found,
    Installation,  # at runtime: the API reads the dataclasses' annotations
    search,
)
from padstone.features.materials.lookups import feeder_stays, suspects
from padstone.features.production.lookups import units_built
from padstone.features.sites.lookups import locations_called, station_named
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

_UNITS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What is wrong. All that is given must hold: a lot and a station mean that lot, placed there.

    ``location`` is a feeder location by its label, name or identifier, ``feeder`` the feeder that was there,
    as far as the station told; ``head`` and ``nozzle`` as placements show them, ``lane`` that of the line.
    """

    lot: str = ""
    date_code: str = ""
    package: str = ""
    supplier: str = ""
    part: str = ""
    station: str = ""
    location: str = ""
    feeder: str = ""
    head: str = ""
    nozzle: str = ""
    lane: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def names_material(self) -> bool:
        return any((self.lot, self.date_code, self.package, self.supplier, self.part))

    @property
    def names_place(self) -> bool:
        return any((self.station, self.location, self.feeder))


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedUnit:
    """A unit and what is suspect in it. ``removed``: all of it was taken off again."""

    unit: str
    panel: str
    position: int
    work_order: str
    removed: bool
    installations: tuple[Installation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallReport:
    """The answer, as of a journal number: the same question as of the same number has the same answer for
    ever. Units stand in the order in which they came onto the books.
    """

    suspect: Suspect
    as_of: int
    units_built: int
    packages: tuple[str, ...]
    certain: tuple[AffectedUnit, ...]
    possible: tuple[AffectedUnit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallCounts:
    """The answer by its numbers; ``certain`` and ``possible`` are numbers of units."""

    suspect: Suspect
    as_of: int
    units_built: int
    packages: tuple[str, ...]
    certain: int
    possible: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedPage:
    """Some of the units. ``next`` asks for those behind them, None where these are the last."""

    units: tuple[AffectedUnit, ...]
    next: int | None


class Survey:
    """The answer by its numbers: how many units are certain, how many possible. The units themselves are
    fetched as they are asked for, so that it may be about any number of them.
    """

    def __init__(self, suspect: Suspect, as_of: int, packages: tuple[str, ...], found: Found) -> None:
        self.suspect = suspect
        self.as_of = as_of
        self.packages = packages
        self.certain = found.certain
        self.possible = found.possible
        self._found = found

    @cached_property
    def units_built(self) -> int:
        """How many units were on the books."""
        return units_built(self.as_of)

    def counts(self) -> RecallCounts:
        return RecallCounts(
            suspect=self.suspect,
            as_of=self.as_of,
            units_built=self.units_built,
            packages=self.packages,
            certain=self.certain,
            possible=self.possible,
        )

    def units(self, certainty: str, *, after: int = 0) -> Iterator[AffectedUnit]:
        """The certain or the possible units, in the order of the books, behind ``after``."""
        for _, unit in self._units(self._found.unit_ids(certainty, after=after)):
            yield unit

    def slice(self, certainty: str, first: int, count: int) -> tuple[AffectedUnit, ...]:
        """So many units from the ``first`` on, counted from 0."""
        some = islice(self._found.unit_ids(certainty), first, first + count)
        return tuple(unit for _, unit in self._units(some))

    def page(self, certainty: str, *, after: int = 0, limit: int = 100) -> AffectedPage:
        """So many units behind those of an earlier page, whose ``next`` is ``after``."""
        ids = list(islice(self._found.unit_ids(certainty, after=after), limit + 1))
        units = tuple(unit for _, unit in self._units(iter(ids[:limit])))
        return AffectedPage(units=units, next=ids[limit - 1] if len(ids) > limit else None)

    def _units(self, ids: Iterator[int]) -> Iterator[tuple[int, AffectedUnit]]:
        while some := list(islice(ids, _UNITS_AT_ONCE)):
            for unit_id, name, installations in self._found.units(some):
                yield (
                    unit_id,
                    AffectedUnit(
                        unit=name.identifier,
                        panel=name.panel,
                        position=name.position,
                        work_order=name.work_order,
                        removed=all(one.removed_at is not None for one in installations),
                        installations=installations,
                    ),
                )


def survey(actor: Actor, suspect: Suspect, *, as_of: int | None = None) -> Survey:
    """The units that share the fate, counted.

    A unit is *certain* if at least one part is: also where a machine could not tell two packages apart and
    both are suspect. It is *possible* if its only suspect parts may as well be of a good package. Raises
    Invalid where nothing is asked, NotFound where the books know no such material, station, location or
    feeder.
    """
    must_see(actor)
    _check(suspect)
    as_of = newest_journal_no() if as_of is None else as_of
    packages = _packages(suspect, as_of) if suspect.names_material else None
    question = _question(suspect, packages, as_of)
    names = () if packages is None else tuple(sorted(packages.values()))
    return Survey(suspect, as_of, names, search(actor, question, as_of=as_of))


def recall(actor: Actor, suspect: Suspect, *, as_of: int | None = None) -> RecallReport:
    """The units that share the fate, all in one piece: see ``survey``, which takes any number of them."""
    found = survey(actor, suspect, as_of=as_of)
    return RecallReport(
        suspect=suspect,
        as_of=found.as_of,
        units_built=found.units_built,
        packages=found.packages,
        certain=tuple(found.units(CERTAIN)),
        possible=tuple(found.units(POSSIBLE)),
    )


def _packages(suspect: Suspect, as_of: int) -> dict[int, str]:
    packages = suspects(
        lot=suspect.lot,
        date_code=suspect.date_code,
        package=suspect.package,
        supplier=suspect.supplier,
        part=suspect.part,
        as_of=as_of,
    )
    if not packages:
        raise NotFound(
            "no_such_material",
            "No package on the books has all of this.",
            way_out="Check the spelling; search with fewer conditions.",
        )
    return packages


def _question(suspect: Suspect, packages: dict[int, str] | None, as_of: int) -> Question:
    """The same with ids for names."""
    station = _station(suspect.station)
    stations = None if station is None else frozenset({station})
    places: dict[int, int] | None = None
    stays: dict[int, list[Window]] | None = None
    if suspect.location:
        places = _locations(suspect.location, station)
        stations = frozenset(places.values())
    if suspect.feeder:
        stays, at = _stays(suspect.feeder, as_of)
        at = {key: there for key, there in at.items() if places is None or key in places}
        places = {key: there for key, there in at.items() if stations is None or there in stations}
        stays = {key: stays[key] for key in places}
        stations = frozenset(places.values())
    return Question(
        packages=None if packages is None else frozenset(packages),
        stations=stations,
        locations=None if places is None or stays is not None else frozenset(places),
        stays=stays,
        station_of=places or {},
        head=suspect.head,
        nozzle=suspect.nozzle,
        lane=suspect.lane,
        window=Window.of(suspect.since, suspect.until),
        as_of=as_of,
    )


def _station(name: str) -> int | None:
    if not name:
        return None
    station = station_named(name)
    if station is None:
        raise NotFound(
            "unknown_station",
            "There is no station {station}.",
            field="station",
            way_out="See the factory page for the names of the stations.",
            station=name,
        )
    return station.pk


def _locations(text: str, station: int | None) -> dict[int, int]:
    found = locations_called(text, station)
    if not found:
        raise NotFound(
            "unknown_location",
            "There is no feeder location {location} there.",
            field="location",
            way_out="Write it as a board's page shows it, under “From”.",
            location=text,
        )
    return found


def _stays(feeder: str, as_of: int) -> tuple[dict[int, list[Window]], dict[int, int]]:
    """When the feeder was at which location, and where these are."""
    found = feeder_stays(feeder, as_of)
    if not found:
        raise NotFound(
            "unknown_feeder",
            "No station has told of a feeder {feeder}.",
            field="feeder",
            way_out="Write it as a reel's page shows it where it was loaded.",
            feeder=feeder,
        )
    windows: dict[int, list[Window]] = {}
    for stay in found:
        windows.setdefault(stay.location_id, []).append(Window.of(stay.since, stay.until))
    return windows, {stay.location_id: stay.station_id for stay in found}


def _check(suspect: Suspect) -> None:
    if not suspect.names_material and not suspect.names_place:
        raise Invalid(
            "nothing_asked",
            "Say what is suspect.",
            way_out="Give a lot, date code, package, supplier, part, station, location or feeder.",
        )
    if suspect.since and suspect.until and suspect.since >= suspect.until:
        raise Invalid(
            "empty_window",
            "The time window ends before it begins.",
            field="until",
            way_out="Give a later end.",
        )
