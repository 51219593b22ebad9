"""How long packages may still be used: for the features above, which ask of many at once, and for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from padstone.features.clocks.domain.expiry import first_out_key
from padstone.features.clocks.domain.moisture import Keeping, Note
from padstone.features.clocks.domain.policy import PASTES, STANDARD
from padstone.features.clocks.domain.reasons import Reason
from padstone.features.clocks.domain.rules import as_told
from padstone.features.clocks.lookups import (
    candidates,
    instant,
    policies,
    policy_rows,
    reckoned,
    run_out_rows,
    told_of,
)
from padstone.features.materials import past
from padstone.features.materials.queries import loaded_now
from padstone.features.sites.lookups import site_of_station
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from padstone.features.clocks.domain.policy import Policy
    from padstone.features.clocks.lookups import Reckoned
    from padstone.kernel.actor import Actor

SHOWN = 200
NOTES = {
    Note.NOT_OPENED: "Nobody told of its opening: it counts as opened when it was loaded.",
    Note.BAKE_TOO_SHORT: "A bake was too short or too cool for it, and did not count.",
    Note.CLAIMS_MORE: "A machine takes more floor life to be left than is on the books.",
    Note.CLAIMS_LESS: "A machine takes less floor life to be left than was on the books; its figure counts.",
    Note.BEYOND_TABLE: "The air around it was beyond the table; the table's worst line counted.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """How long a package may still be used. ``keeping``: packed, open, dry or oven, "" where moisture does
    not matter. ``left_s`` and ``runs_out_at`` are of the clock that ends first, expiry included; None for no
    end in sight, ``runs_out_at`` also while the clock stands. ``floor_life_left_s`` and
    ``floor_life_ends_at`` are of the floor life alone. ``reasons``: why it must not be used, nothing where it
    may; ``doubts``: what a person should look at.
    """

    package: str
    part: str
    level: str
    keeping: str
    left_s: int | None
    floor_life_left_s: int | None
    floor_life_ends_at: datetime | None
    runs_out_at: datetime | None
    ready_at: datetime | None
    expires_at: datetime | None
    opened_at: datetime | None
    is_soon: bool
    reasons: tuple[Reason, ...]
    doubts: tuple[Reason, ...]

    @property
    def usable(self) -> bool:
        return not self.reasons

    @property
    def runs(self) -> bool:
        """Whether any clock is of interest."""
        return bool(self.reasons or self.doubts or self.left_s is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """Something that people told of a package; ``other`` is the package that was mixed into it."""

    at: datetime
    kind: str
    value: int | None
    other: str
    by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """A revision of the rules of a site; "" is the whole house, revision 0 what holds without a decision."""

    site: str
    revision: int
    policy: dict[str, Any]
    why: str
    decided_by: str
    decided_at: datetime | None
    valid_from: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    """A package that runs out soon or has, and where it feeds; "" where it is on no feeder."""

    remaining: Remaining
    station: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOut:
    """A package fed at a station and must not be used: when that was found, and why it must not."""

    package: str
    station: str
    loaded_at: datetime
    at: datetime
    why: str


# --- for the features above: unfiltered ---------------------------------------------------------------------


def remaining(package_ids: Collection[int], at: datetime) -> dict[int, Remaining]:
    """How long each of these packages may be used. A fixed handful of statements for each few hundred."""
    return {pk: remaining_of(one) for pk, one in reckoned(package_ids, at).items()}


def run_out(package_ids: Collection[int], at: datetime) -> dict[int, tuple[Reason, ...]]:
    """Those of these packages that the clocks allow no use of at that instant, and why."""
    found = reckoned(that_may_run_out(package_ids), at)
    return {pk: one.standing.reasons for pk, one in found.items() if one.standing.reasons}


def that_may_run_out(package_ids: Collection[int]) -> set[int]:
    """Those of these packages of which anything was told that may end their use. One cheap statement."""
    return past.that_may_run_out(package_ids, PASTES)


def fefo(package_ids: Collection[int], at: datetime) -> list[int]:
    """These packages, the one to be used first in front: what runs out first, then what came first (FEFO).
    What must not be used is at the end.
    """
    found = reckoned(package_ids, at)

    def key(pk: int) -> tuple[Any, ...]:
        one = found[pk]
        order = first_out_key(_first_out(one, at), one.label.received_at, one.label.identifier)
        return (bool(one.standing.reasons), *order)

    return sorted(found, key=key)


def to_be_used_by(package_ids: Collection[int], at: datetime) -> dict[int, datetime]:
    """By when each of these packages must be used, of those that end at all: what ``fefo`` goes by."""
    found = reckoned(that_may_run_out(package_ids), at)
    return {pk: ends for pk, one in found.items() if (ends := _first_out(one, at)) is not None}


def _first_out(one: Reckoned, at: datetime) -> datetime | None:
    """When its first clock ends; of an open one whose clock stands, when it would if it went on now."""
    ends = one.standing.runs_out_at
    if ends is None and one.standing.floor_life.seconds is not None and _is_opened(one):
        ends = one.standing.floor_life.seconds + int(at.timestamp())
    return instant(ends)


def policy_at(site_id: int | None) -> Policy:
    """The rules of a site, or of the house, that hold now."""
    rules = policies(clock.now())
    return rules.get(site_id, rules[None])


def policy_of_station(station_id: int) -> Policy:
    """The rules that hold where a station stands."""
    return policy_at(site_of_station(station_id))


def _is_opened(one: Reckoned) -> bool:
    return one.standing.moisture is not None and one.standing.moisture.keeping is not Keeping.PACKED


def remaining_of(one: Reckoned) -> Remaining:
    """What people and machines are told of a package, or of parts that left it."""
    standing, moisture = one.standing, one.standing.moisture
    left = standing.left_s
    doubts = [Reason(note.value, NOTES[note]) for note, _ in standing.notes]
    if len(one.levels) > 1:
        told = ", ".join(one.levels)
        doubts.append(Reason("level_differs", f"It is told to be of level {told}; the strictest counts."))
    soon = left is not None and left <= one.subject.policy.warn_s and standing.runs_out_at is not None
    opened = moisture.opened_at if moisture else standing.paste.opened_at if standing.paste else None
    return Remaining(
        package=one.label.identifier,
        part=one.label.part_number,
        level=one.subject.level,
        keeping=moisture.keeping.value if moisture else "",
        left_s=0 if standing.reasons and left is not None and _is_over(standing.reasons) else left,
        floor_life_left_s=standing.floor_life.seconds,
        floor_life_ends_at=instant(standing.floor_life.runs_out_at),
        runs_out_at=instant(standing.runs_out_at),
        ready_at=instant(standing.ready_at),
        expires_at=instant(one.subject.ends_at),
        opened_at=instant(opened),
        is_soon=soon and not standing.reasons,
        reasons=standing.reasons,
        doubts=tuple(doubts),
    )


def _is_over(reasons: Iterable[Reason]) -> bool:
    return any(one.code in {"expired", "floor_life_over", "told_expired"} for one in reasons)


# --- for people ---------------------------------------------------------------------------------------------


def clock_of(actor: Actor, identifier: str) -> Remaining:
    """How long a package may be used. Refuses one that nobody has told of."""
    must_see(actor)
    return clocks_of(actor, [must_package(identifier)[1]])[identifier]


def clocks_of(actor: Actor, identifiers: Collection[str]) -> dict[str, Remaining]:
    """By identifier, how long each of these packages may be used; unknown ones are left out."""
    must_see(actor)
    found = remaining(set(past.ids_of(identifiers).values()), clock.now())
    return {one.package: one for one in found.values()}


def clocks_that_run(actor: Actor, identifiers: Collection[str]) -> dict[str, Remaining]:
    """The same, of those alone of which anything was told that may end their use: for pages, which show
    nothing of the others. Two statements where there are none.
    """
    must_see(actor)
    ids = that_may_run_out(past.ids_of(identifiers).values())
    return {one.package: one for one in remaining(ids, clock.now()).values()}


def must_package(identifier: str) -> tuple[int, str]:
    """Its id and identifier. Raises NotFound."""
    found = past.ids_of([identifier])
    if identifier not in found:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="package",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=identifier,
        )
    return found[identifier], identifier


def told_by_people(actor: Actor, identifier: str) -> tuple[ToldLine, ...]:
    """What people told of a package's clocks, oldest first."""
    must_see(actor)
    return _told_lines(must_package(identifier)[0])


def card_of(actor: Actor, identifier: str) -> tuple[Remaining | None, tuple[ToldLine, ...]]:
    """What a package's clocks say, None where nothing may end its use, and what people told of them."""
    must_see(actor)
    pk = must_package(identifier)[0]
    return remaining(that_may_run_out([pk]), clock.now()).get(pk), _told_lines(pk)


def _told_lines(package_id: int) -> tuple[ToldLine, ...]:
    return tuple(
        ToldLine(at=row.at, kind=row.kind, value=row.value, other=other, by=row.by, noted_at=row.noted_at)
        for row, other in told_of(package_id)
    )


def running_out(
    actor: Actor, *, within: timedelta | None = None, limit: int = SHOWN
) -> tuple[RunningOut, ...]:
    """What runs out next, first what has: of the packages on feeders, of those whose clocks somebody told of
    in the last weeks, and of those that expire. ``within``: only what runs out until then.
    """
    must_see(actor)
    now = clock.now()
    loaded = {one.package: one for one in loaded_now(actor)}
    ids = candidates(now, now + (within or timedelta(days=30))) | set(past.ids_of(loaded.keys()).values())
    ids -= past.ended(ids)
    last = now + within if within is not None else None

    def counts(one: Remaining) -> bool:
        ends = one.runs_out_at
        return bool(one.reasons) or (ends is not None and (last is None or ends <= last))

    found = [one for one in remaining(ids, now).values() if counts(one)]
    found.sort(key=lambda one: (one.runs_out_at is None, one.runs_out_at or now, one.package))
    return tuple(
        RunningOut(
            remaining=one,
            station=loaded[one.package].station if one.package in loaded else "",
            location=loaded[one.package].location if one.package in loaded else "",
        )
        for one in found[:limit]
    )


def found_feeding(actor: Actor, *, limit: int = 20) -> tuple[FoundOut, ...]:
    """What was found to feed and must not be used, the newest first."""
    must_see(actor)
    return tuple(
        FoundOut(
            package=row.package.identifier,
            station=row.station.name,
            loaded_at=row.loaded_at,
            at=row.at,
            why=row.why,
        )
        for row in run_out_rows(limit)
    )


def policy_lines(actor: Actor) -> tuple[PolicyLine, ...]:
    """Every revision of the rules, by site, the newest of each first; the house's own at the beginning."""
    must_see(actor)
    lines = [
        PolicyLine(
            site=row.site.name if row.site else "",
            revision=row.revision,
            policy=row.content,
            why=row.why,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            valid_from=row.valid_from,
        )
        for row in policy_rows()
    ]
    if not any(one.site == "" for one in lines):
        lines.insert(0, _undecided())
    return tuple(lines)


def _undecided() -> PolicyLine:
    return PolicyLine(
        site="",
        revision=0,
        policy=as_told(STANDARD),
        why="",
        decided_by="",
        decided_at=None,
        valid_from=None,
    )
