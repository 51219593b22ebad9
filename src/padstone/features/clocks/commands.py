"""The only code that writes what people tell of clocks, and the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from padstone.features.clocks.domain.happenings import BY_PEOPLE, ON_BOARDS, Happened
from padstone.features.clocks.domain.moisture import Keeping
from padstone.features.clocks.domain.policy import policy_of
from padstone.features.clocks.domain.rules import as_told
from padstone.features.clocks.lookups import reckoned
from padstone.features.clocks.models import BoardClockEvent, ClockEvent, ClockPolicy, RunOut
from padstone.features.materials import past
from padstone.features.production.lookups import panels as panel_ids
from padstone.features.sites.lookups import site_named
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from padstone.kernel.actor import Actor

NOTE, DECIDE = "note_exposure", "decide_clocks"
MOST_AT_ONCE = 500
LONGEST_WHY = 1_000
_A_LITTLE_AHEAD = timedelta(minutes=2)
"""The clock of a tablet may be ahead of ours."""

VALUES: Final = {
    Happened.BAKE_BEGAN: ("temperature in °C", 30, 200),
    Happened.CARD_READ: ("highest spot that turned in % RH", 0, 100),
    Happened.LABEL_LIFE: ("floor life on the label in seconds", 60, 366 * 86_400),
}
"""The events that have a figure: what it is, the least and the most it can be."""


@command(NOTE)
def note_exposure(
    actor: Actor,
    *,
    packages: Sequence[str],
    kind: str,
    at: datetime | None = None,
    value: int | None = None,
) -> int:
    """Note what packages went through, now or at an earlier instant: opened, sealed, into or out of dry
    storage, bake began (``value`` °C) or ended, humidity card read (% RH), thawed, on the stencil ... Answers
    how many there were.

    Raises NotFound for an unknown package, Invalid for what can't be told or a figure that can't be, Conflict
    for the end of a bake that nobody began. All or none.
    """
    happened = _kind(kind)
    _check_value(happened, value)
    moment = _moment(at)
    ids = _known(packages)
    if happened is Happened.BAKE_ENDED:
        _must_be_in_oven(ids, moment)
    _write(actor, ids, happened, moment, value)
    return len(ids)


@command(NOTE)
def note_board_exposure(
    actor: Actor,
    *,
    panels: Sequence[str],
    kind: str,
    at: datetime | None = None,
    value: int | None = None,
) -> int:
    """Note what half-built panels went through, now or earlier: into or out of dry storage, bake began
    (``value`` °C) or ended. Answers how many there were. Raises as :func:`note_exposure`.
    """
    happened = _kind(kind, ON_BOARDS)
    _check_value(happened, value)
    moment, now = _moment(at), clock.now()
    named = _named(panels, "panels")
    found = panel_ids(named)
    missing = [one for one in named if one not in found]
    if missing:
        raise NotFound("unknown_panel", "There is no panel {panel}.", field="panels", panel=missing[0][:200])
    BoardClockEvent.objects.bulk_create(
        BoardClockEvent(
            panel_id=found[one], kind=happened, value=value, at=moment, noted_at=now, by=actor.name[:200]
        )
        for one in named
    )
    for one in named:
        record(actor, NOTE, f"panel:{one}", kind=happened.value, at=moment, value=value)
    return len(named)


@command(NOTE)
def note_mixed(actor: Actor, *, package_id: int, other_package_id: int, at: datetime | None = None) -> None:
    """What was in the other package was poured to this one: both have gone through the worse from then on,
    and a paste is spoilt.
    """
    names = {one.id: one.identifier for one in past.labels({package_id, other_package_id}).values()}
    moment = _moment(at)
    ClockEvent.objects.create(
        package_id=package_id,
        kind=Happened.MIXED,
        other_package_id=other_package_id,
        at=moment,
        noted_at=clock.now(),
        by=actor.name[:200],
    )
    record(
        actor,
        NOTE,
        f"package:{names[package_id]}",
        kind=Happened.MIXED.value,
        at=moment,
        other=names[other_package_id],
    )


@command(NOTE)
def note_run_out(actor: Actor, *, package_id: int, station_id: int, loaded_at: datetime, why: str) -> bool:
    """A package that feeds must not be used any more. Answers whether that is news since it was loaded."""
    row, is_news = RunOut.objects.get_or_create(
        package_id=package_id,
        station_id=station_id,
        loaded_at=loaded_at,
        defaults={"at": clock.now(), "why": why[:LONGEST_WHY]},
    )
    if is_news:
        name = past.labels([package_id])[package_id].identifier
        record(actor, "note_run_out", f"package:{name}", why=row.why, loaded_at=loaded_at)
    return is_news


@command(DECIDE)
def decide_policy(
    actor: Actor, *, policy: object, why: str, site: str = "", valid_from: datetime | None = None
) -> int:
    """From then on (None: from now on) these rules hold at a site, or in the whole house; answers their
    revision. What the object leaves out is as without a decision. Who asks how a package stands at an instant
    from then on gets an answer by them, of all that it went through; of an instant before, by the rules of
    then.

    Raises Invalid for rules that can't be, without a reason, or that were to hold before they are decided;
    NotFound for an unknown site.
    """
    rules = policy_of(policy)
    now = clock.now()
    if valid_from is not None and valid_from < now - _A_LITTLE_AHEAD:
        raise Invalid(
            "not_for_the_past",
            "Rules can't hold from {at}, before they are decided.",
            field="valid_from",
            way_out="Leave it out, and they hold from now on.",
            at=valid_from.isoformat(),
        )
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Invalid(
            "reason_missing", "Say why, in {most} characters at most.", field="why", most=LONGEST_WHY
        )
    place = None
    if site:
        place = site_named(site)
        if place is None:
            raise NotFound("site_unknown", "There is no site {site}.", field="site", site=site)
    last = ClockPolicy.objects.select_for_update().filter(site=place).order_by("-revision").first()
    made = ClockPolicy.objects.create(
        site=place,
        revision=last.revision + 1 if last else 1,
        content=as_told(rules),
        why=why.strip(),
        decided_by=actor.name[:200],
        decided_at=now,
        valid_from=valid_from or now,
    )
    record(
        actor,
        DECIDE,
        f"site:{site}" if site else "house",
        why=why.strip(),
        before=last.content if last else None,
        after=made.content,
        revision=made.revision,
        valid_from=made.valid_from,
    )
    return made.revision


def _kind(text: str, kinds: Sequence[Happened] = BY_PEOPLE) -> Happened:
    told = {kind.value: kind for kind in kinds if kind is not Happened.MIXED}
    if text not in told:
        raise Invalid(
            "exposure_kind_unknown",
            "{kind} is nothing that a package goes through.",
            field="kind",
            way_out=f"It is one of: {', '.join(told)}.",
            kind=text[:40],
        )
    return told[text]


def _check_value(kind: Happened, value: int | None) -> None:
    if kind not in VALUES:
        if value is not None:
            raise Invalid("figure_unasked", "{kind} has no figure.", field="value", kind=kind.value)
        return
    name, least, most = VALUES[kind]
    if value is None or not least <= value <= most:
        raise Invalid(
            "figure_out_of_range",
            "Give the {name}, from {least} to {most}.",
            field="value",
            name=name,
            least=least,
            most=most,
        )


def _moment(at: datetime | None) -> datetime:
    now = clock.now()
    if at is None:
        return now
    if at > now + _A_LITTLE_AHEAD:
        raise Invalid("not_yet", "{at} is still to come.", field="at", at=at.isoformat())
    return min(at, now)


def _known(packages: Sequence[str]) -> dict[str, int]:
    """By identifier, in the order given; a package named twice counts once."""
    named = _named(packages, "packages")
    found = past.ids_of(named)
    missing = [one for one in named if one not in found]
    if missing:
        raise NotFound(
            "package_unknown",
            "No reel, tray or stick {package} is on the books.",
            field="packages",
            way_out="Scan its label again; a package is known once it was received or a machine reported it.",
            package=missing[0][:200],
        )
    return {one: found[one] for one in named}


def _named(names: Sequence[str], field: str) -> list[str]:
    named = list(dict.fromkeys(one.strip() for one in names if one.strip()))
    if not named:
        raise Invalid("nothing_named", "Nothing is named.", field=field, way_out="Scan a label.")
    if len(named) > MOST_AT_ONCE:
        raise Invalid("too_many", "{most} at a time at most.", field=field, most=MOST_AT_ONCE)
    return named


def _must_be_in_oven(ids: dict[str, int], at: datetime) -> None:
    found = reckoned(ids.values(), at)
    for name, pk in ids.items():
        moisture = found[pk].standing.moisture
        if moisture is None or moisture.keeping is not Keeping.OVEN:
            raise Conflict(
                "not_in_oven",
                "Nobody has told that the bake of {package} began.",
                field="packages",
                way_out="Tell when it began and at how many °C, then when it ended.",
                package=name,
            )


def _write(actor: Actor, ids: dict[str, int], kind: Happened, at: datetime, value: int | None) -> None:
    now = clock.now()
    ClockEvent.objects.bulk_create(
        ClockEvent(package_id=pk, kind=kind, value=value, at=at, noted_at=now, by=actor.name[:200])
        for pk in ids.values()
    )
    for name in ids:
        record(actor, NOTE, f"package:{name}", kind=kind.value, at=at, value=value)
