"""What was told of packages, gathered for their clocks: unfiltered reads, a fixed handful of statements for
any number of packages.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from padstone.features.clocks.domain.expiry import expires_at
from padstone.features.clocks.domain.floor_life import level_of, stricter
from padstone.features.clocks.domain.happenings import Air, Airs, Happened, Happening
from padstone.features.clocks.domain.histories import Standing, Subject, standings
from padstone.features.clocks.domain.policy import STANDARD, Policy, policy_of
from padstone.features.clocks.models import BoardClockEvent, ClockEvent, ClockPolicy, RunOut
from padstone.features.clocks.surroundings import DRY_CABINET, FRIDGE, Stay, stays
from padstone.features.materials import past
from padstone.features.materials.domain import ExposureKind, LoadEventKind, PackageEventKind
from padstone.features.parts.lookups import clock_facts
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from padstone.features.materials.past import PackageLabel, ToldExposure, ToldLoad, ToldPair
    from padstone.features.parts.lookups import ClockFacts

MOST_CANDIDATES = 2_000
_AT_ONCE = 500
_CLOCKS_RUN = timedelta(days=42)
_TAPES_LAST = timedelta(days=7)
"""Who was spliced longer ago hangs on no tape any more, whatever was not told."""

_ORDER = 2**48
_STAYED, _EXPOSED, _TOLD, _LOADED, _SPLIT, _TAPED = range(6)
"""What is taken to come first of what happened in one second: what is split off has gone through it all."""

_OF_STAYS = {
    DRY_CABINET: (Happened.DRY_IN, Happened.DRY_OUT),
    FRIDGE: (Happened.COLD_IN, Happened.COLD_OUT),
}
_OF_LOADS = {
    LoadEventKind.LOADED.value: Happened.FEEDS,
    LoadEventKind.SPLICED.value: Happened.USED,
    LoadEventKind.UNLOADED.value: Happened.CUT_OFF,
    LoadEventKind.DEPLETED.value: Happened.CUT_OFF,
}
_OF_EXPOSURES = {
    ExposureKind.OPENED.value: (Happened.OPENED,),
    ExposureKind.EXPIRED.value: (Happened.TOLD_EXPIRED,),
    ExposureKind.INTO_DRY_STORAGE.value: (Happened.DRY_IN,),
    ExposureKind.OUT_OF_DRY_STORAGE.value: (Happened.DRY_OUT, Happened.OPENED),
    ExposureKind.RESTORED.value: (Happened.RESTORED,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A package and how its clocks stand. ``site_id`` is where it was last, None where nobody knows;
    ``levels`` are those that were told, if they differ.
    """

    label: PackageLabel
    subject: Subject
    standing: Standing
    site_id: int | None
    levels: tuple[str, ...]


@dataclass(slots=True)
class _Told:
    """All that was told of some packages and those that they share their past with."""

    packages: set[int] = field(default_factory=set)
    happenings: list[Happening] = field(default_factory=list)
    levels: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    airs: dict[int, list[Air]] = field(default_factory=lambda: defaultdict(list))
    sites: dict[int, tuple[datetime, int]] = field(default_factory=dict)


class Branch(NamedTuple):
    """Parts that left a package, onto a board: they have gone through what it had until then. ``key`` names
    them, below 0; ``happenings`` are their own from then on.
    """

    key: int
    package_id: int
    since: datetime
    happenings: tuple[Happening, ...] = ()


def reckoned(
    package_ids: Collection[int], at: datetime, branches: Sequence[Branch] = ()
) -> dict[int, Reckoned]:
    """How the clocks of these packages stand at an instant, from what was told to have happened by then; and
    those of what left them, by key.
    """
    if not package_ids:
        return {}
    told = _told(package_ids, at)
    labels = past.labels(told.packages)
    parts = clock_facts({label.part_id for label in labels.values()})
    rules = policies(at)
    sources = _sources(told.happenings)
    for pk, others in sources.items():
        told.levels[pk] |= {level for other in others for level in told.levels[other]}
    ends = {pk: _ends_at(label, parts[label.part_id]) for pk, label in labels.items()}
    for pk, others in sources.items():
        known = [ends.get(one) for one in (pk, *others)]
        ends[pk] = min((end for end in known if end is not None), default=None)
    subjects = {
        pk: _subject(label, parts[label.part_id], told, ends[pk], _policy_at(rules, told.sites.get(pk)))
        for pk, label in labels.items()
    }
    origin = {pk: pk for pk in package_ids} | {one.key: one.package_id for one in branches}
    for one in branches:
        subjects[one.key] = replace(subjects[one.package_id], ends_at=None)
        told.happenings += as_placed(one)
    airs = {pk: Airs(_without_overlaps(pieces)) for pk, pieces in told.airs.items()}
    found = standings(subjects, told.happenings, seconds(at), lambda pk: airs.get(pk, Airs()))
    return {
        key: Reckoned(
            label=labels[pk],
            subject=subjects[key],
            standing=found[key],
            site_id=told.sites[pk][1] if pk in told.sites else None,
            levels=tuple(sorted({parts[labels[pk].part_id].level, *told.levels[pk]} - {""})),
        )
        for key, pk in origin.items()
        if pk in labels
    }


def as_placed(one: Branch) -> Iterator[Happening]:
    """Placed parts have gone through what their package had, and lie open from then on, whatever it was told
    to be in and does meanwhile.
    """
    at, order = seconds(one.since), _TAPED * _ORDER
    yield Happening(at, order, one.key, Happened.SPLIT_FROM, other=one.package_id)
    yield Happening(at, order + 1, one.key, Happened.USED)
    yield from one.happenings


def seconds(at: datetime) -> int:
    """An instant in whole seconds since 1970, as the clocks count."""
    return int(at.timestamp() // 1)


def instant(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)


def policies(at: datetime) -> dict[int | None, Policy]:
    """The rules that hold then, by site; under None those of the whole house."""
    found: dict[int | None, Policy] = {None: STANDARD}
    rows = ClockPolicy.objects.filter(valid_from__lte=at).order_by("valid_from", "revision")
    for site_id, content in rows.values_list("site_id", "content"):
        found[site_id] = policy_of(content)
    return found


def _policy_at(rules: Mapping[int | None, Policy], place: tuple[datetime, int] | None) -> Policy:
    return rules.get(place[1], rules[None]) if place is not None else rules[None]


def _subject(
    label: PackageLabel, part: ClockFacts, told: _Told, ends_at: int | None, policy: Policy
) -> Subject:
    level = level_of(part.level)
    for claimed in told.levels[label.id]:
        level = stricter(level, level_of(claimed))
    return Subject(
        level=level,
        height_mm=part.height_mm,
        kind=part.package,
        paste=part.category,
        ends_at=ends_at,
        policy=policy,
    )


def _ends_at(label: PackageLabel, part: ClockFacts) -> int | None:
    ends = expires_at(label.expires_at, label.manufactured_at, part.shelf_life_days)
    return None if ends is None else seconds(ends)


def _sources(happenings: Iterable[Happening]) -> dict[int, set[int]]:
    """By package, all others whose pieces are in it: what it was split off, and what was poured into it. What
    was told of these, of moisture level and expiry, it bears as well.
    """
    beside: dict[int, set[int]] = defaultdict(set)
    for one in happenings:
        if one.other is not None and one.kind in {Happened.SPLIT_FROM, Happened.MIXED}:
            beside[one.package].add(one.other)
        if one.other is not None and one.kind is Happened.MIXED:
            beside[one.other].add(one.package)
    found: dict[int, set[int]] = {}
    for package in beside:
        there, waiting = {package}, [package]
        while waiting:
            new = beside.get(waiting.pop(), set()) - there
            there |= new
            waiting += new
        found[package] = there - {package}
    return found


# --- what was told ------------------------------------------------------------------------------------------


def _told(package_ids: Collection[int], at: datetime) -> _Told:
    told = _Told()
    newest = set(package_ids)
    while newest:
        told.packages |= newest
        pairs = [*past.splits(newest, at), *past.tapes(newest, at - _TAPES_LAST, at), *_mixtures(newest, at)]
        told.happenings += [_of_pair(pair) for pair in pairs]
        newest = {pk for pair in pairs for pk in (pair.package_id, pair.other_id)} - told.packages
    told.happenings = list(dict.fromkeys(told.happenings))
    for exposure in past.exposures(told.packages, at):
        told.happenings += _of_exposure(exposure)
        told.levels[exposure.package_id].add(level_of(exposure.level))
    for load in past.loads(told.packages, at):
        told.happenings.append(_of_load(load))
        _was_at(told, load.package_id, load.at, load.site_id)
    told.happenings += _by_people(told.packages, at)
    for stay in stays(told.packages, at):
        told.happenings += _of_stay(stay, at)
        told.airs[stay.package_id] += _airs_of(stay, at)
        _was_at(told, stay.package_id, stay.since, stay.site_id)
    return told


def _was_at(told: _Told, package_id: int, at: datetime, site_id: int | None) -> None:
    if site_id is not None and (package_id not in told.sites or told.sites[package_id][0] <= at):
        told.sites[package_id] = (at, site_id)


def _mixtures(ids: Collection[int], until: datetime) -> Iterator[ToldPair]:
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = ClockEvent.objects.filter(
            Q(package__in=some) | Q(other_package__in=some), kind=Happened.MIXED, at__lte=until
        ).exclude(other_package=None)
        for row in rows.values_list("id", "package_id", "kind", "other_package_id", "at"):
            yield past.ToldPair(*row)


def _of_pair(pair: ToldPair) -> Happening:
    rank, kind = {
        PackageEventKind.SPLIT_FROM.value: (_SPLIT, Happened.SPLIT_FROM),
        PackageEventKind.JOINED_BEHIND.value: (_TAPED, Happened.HUNG_BEHIND),
        PackageEventKind.CUT_OFF.value: (_TAPED, Happened.CUT_OFF),
        Happened.MIXED.value: (_TOLD, Happened.MIXED),
    }[pair.kind]
    return Happening(seconds(pair.at), rank * _ORDER + pair.id, pair.package_id, kind, other=pair.other_id)


def _of_exposure(one: ToldExposure) -> Iterator[Happening]:
    at, order = seconds(one.at), _EXPOSED * _ORDER + one.id
    if one.first_exposed_at is not None and one.first_exposed_at < one.at:
        yield Happening(seconds(one.first_exposed_at), order, one.package_id, Happened.OPENED)
    for kind in _OF_EXPOSURES[one.kind]:
        yield Happening(at, order, one.package_id, kind)
    left = _claimed_left(one)
    if left is not None:
        yield Happening(at, order, one.package_id, Happened.TOLD_LEFT, left)


def _claimed_left(one: ToldExposure) -> int | None:
    """What a machine takes to be left. Nothing at all, from one that does not call it expired, is a field
    that nobody filled in.
    """
    over = one.kind == ExposureKind.EXPIRED.value or one.state == "Expired"
    if one.left_s:
        return max(one.left_s, 0)
    if over:
        return 0
    runs = one.kind in {ExposureKind.OPENED.value, ExposureKind.OUT_OF_DRY_STORAGE.value}
    if one.ends_at is not None and runs:
        return max(seconds(one.ends_at) - seconds(one.at), 0)
    return None


def _of_load(one: ToldLoad) -> Happening:
    return Happening(seconds(one.at), _LOADED * _ORDER + one.id, one.package_id, _OF_LOADS[one.kind])


def _by_people(ids: Collection[int], until: datetime) -> Iterator[Happening]:
    for some in in_parts(sorted(ids), _AT_ONCE):
        rows = ClockEvent.objects.filter(package__in=some, at__lte=until).exclude(
            kind=Happened.MIXED, other_package__isnull=False
        )
        for pk, package_id, kind, value, at in rows.values_list("id", "package_id", "kind", "value", "at"):
            yield Happening(seconds(at), _TOLD * _ORDER + pk, package_id, Happened(kind), value)


def _of_stay(stay: Stay, until: datetime) -> Iterator[Happening]:
    kinds = _OF_STAYS.get(stay.kind)
    if kinds is None:
        return
    yield Happening(seconds(stay.since), _STAYED * _ORDER + 1, stay.package_id, kinds[0])
    if stay.until is not None and stay.until <= until:
        yield Happening(seconds(stay.until), _STAYED * _ORDER, stay.package_id, kinds[1])


def _airs_of(stay: Stay, until: datetime) -> Iterator[Air]:
    ends = until if stay.until is None else min(stay.until, until)
    for one in stay.climate:
        since, end = max(one.since, stay.since), ends if one.until is None else min(one.until, ends)
        if since < end:
            yield Air(seconds(since), seconds(end), _exact(one.celsius), _exact(one.percent))


def _exact(figure: Decimal | None) -> Decimal | None:
    return None if figure is None else Decimal(figure)


def _without_overlaps(pieces: Iterable[Air]) -> Sequence[Air]:
    """In order; where two overlap, the earlier counts until its end."""
    found: list[Air] = []
    for piece in sorted(pieces, key=lambda air: (air.since, air.until)):
        since = max(piece.since, found[-1].until) if found else piece.since
        if since < piece.until:
            found.append(piece._replace(since=since))
    return found


# --- rows ---------------------------------------------------------------------------------------------------


def told_of(package_id: int) -> list[tuple[ClockEvent, str]]:
    """What people told of a package, oldest first, each with the identifier of the other package."""
    rows = ClockEvent.objects.filter(package_id=package_id).select_related("other_package")
    return [
        (row, row.other_package.identifier if row.other_package else "") for row in rows.order_by("at", "id")
    ]


def board_rows(panel_id: int) -> list[tuple[int, str, int | None, datetime]]:
    """What people told of a half-built panel: id, kind, figure and instant of each, oldest first."""
    rows = BoardClockEvent.objects.filter(panel_id=panel_id).order_by("at", "id")
    return list(rows.values_list("id", "kind", "value", "at"))


def run_out_rows(limit: int) -> list[RunOut]:
    """The newest first."""
    return list(RunOut.objects.select_related("package", "station").order_by("-at", "-pk")[:limit])


def policy_rows() -> list[ClockPolicy]:
    """The house's first, then by site; the newest first."""
    rows = ClockPolicy.objects.select_related("site")
    return sorted(rows, key=lambda row: (row.site.name if row.site else "", -row.revision))


def candidates(now: datetime, until: datetime) -> set[int]:
    """The packages whose clocks may run out until then: those that somebody told of in the last weeks, the
    newest ``MOST_CANDIDATES``, and those whose labels say so.
    """
    since = now - _CLOCKS_RUN
    told = ClockEvent.objects.filter(noted_at__gt=since).order_by("-noted_at")
    found = set(told.values_list("package_id", flat=True)[:MOST_CANDIDATES])
    return found | past.lately_exposed(since, MOST_CANDIDATES) | past.expiring(now, until, MOST_CANDIDATES)
