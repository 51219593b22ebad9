"""Exactly the units that hold what is suspect: the certain and the possible apart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from padstone.features.genealogy.queries import (
    Installation,  # at runtime: the API reads the dataclasses' annotations
    applied_at_station,
    applied_from_packages,
    installations_at_station,
    installations_of_packages,
)
from padstone.features.materials.lookups import suspects
from padstone.features.production.lookups import unit_names, units, units_built
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.journal.known import newest_journal_no
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterable

    from padstone.kernel.actor import Actor

_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What is wrong. All that is given must hold: a lot and a station mean that lot, placed there."""

    lot: str = ""
    date_code: str = ""
    package: str = ""
    supplier: str = ""
    part: str = ""
    station: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def names_material(self) -> bool:
        return any((self.lot, self.date_code, self.package, self.supplier, self.part))


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
    ever.
    """

    suspect: Suspect
    as_of: int
    units_built: int
    packages: tuple[str, ...]
    certain: tuple[AffectedUnit, ...]
    possible: tuple[AffectedUnit, ...]


def recall(actor: Actor, suspect: Suspect, *, as_of: int | None = None) -> RecallReport:
    """The units that share the fate.

    A unit is *certain* if at least one part is: also where a machine could not tell two packages apart and
    both are suspect. It is *possible* if its only suspect parts may as well be of a good package. Raises
    Invalid where nothing is asked, NotFound where the books know no such material or station.
    """
    must_see(actor)
    _check(suspect)
    as_of = newest_journal_no() if as_of is None else as_of
    packages: dict[int, str] = {}
    if suspect.names_material:
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
        found: Iterable[Installation] = (
            *installations_of_packages(actor, packages.keys(), as_of=as_of),
            *applied_from_packages(actor, packages.keys(), as_of=as_of),
        )
    else:
        since, until = suspect.since or _EARLIEST, suspect.until or _LATEST
        found = (
            *installations_at_station(actor, suspect.station, since, until, as_of=as_of),
            *applied_at_station(actor, suspect.station, since, until, as_of=as_of),
        )
    certain, possible = _affected((i for i in found if _matches(i, suspect)), as_of)
    return RecallReport(
        suspect=suspect,
        as_of=as_of,
        units_built=units_built(as_of),
        packages=tuple(sorted(packages.values())),
        certain=certain,
        possible=possible,
    )


def _check(suspect: Suspect) -> None:
    if not suspect.names_material and not suspect.station:
        raise Invalid(
            "nothing_asked",
            "Say what is suspect.",
            way_out="Give a lot, date code, package, supplier, part or station.",
        )
    if suspect.since and suspect.until and suspect.since >= suspect.until:
        raise Invalid(
            "empty_window",
            "The time window ends before it begins.",
            field="until",
            way_out="Give a later end.",
        )


def _matches(one: Installation, suspect: Suspect) -> bool:
    return (
        (not suspect.station or one.station == suspect.station)
        and (suspect.since is None or (one.installed_at is not None and one.installed_at >= suspect.since))
        and (suspect.until is None or (one.installed_at is not None and one.installed_at < suspect.until))
    )


_Affected = tuple[AffectedUnit, ...]


def _affected(found: Iterable[Installation], as_of: int) -> tuple[_Affected, _Affected]:
    by_unit: dict[str, list[Installation]] = defaultdict(list)
    for one in found:
        by_unit[one.unit].append(one)
    ids = {identifier: unit.pk for identifier, unit in units(by_unit.keys()).items()}
    names = unit_names(ids.values(), as_of)
    certain: list[AffectedUnit] = []
    possible: list[AffectedUnit] = []
    for identifier, hits in sorted(by_unit.items()):
        unit = AffectedUnit(
            unit=identifier,
            panel=hits[0].panel,
            position=hits[0].position,
            work_order=names[ids[identifier]].work_order,
            removed=all(hit.removed_at is not None for hit in hits),
            installations=tuple(hits),
        )
        (certain if _any_certain(hits) else possible).append(unit)
    return tuple(certain), tuple(possible)


def _any_certain(hits: Iterable[Installation]) -> bool:
    """Whether some placement is of suspect material whichever of its candidate packages it came from."""
    candidates: dict[tuple[str, str, datetime | None, int], list[Installation]] = defaultdict(list)
    for hit in hits:
        candidates[hit.designator, hit.station, hit.installed_at, hit.journal_no].append(hit)
    return any(len(group) >= group[0].candidates for group in candidates.values())
