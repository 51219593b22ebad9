"""Quarantine: a package is held, until a named person disposes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.materials.lookups import locked_packages
from padstone.features.stock.commands.at_work import at_work
from padstone.features.stock.commands.ledger import (
    Act,
    End,
    InHand,
    act_of,
    must_location,
    take_in_hand,
    unknown_package,
)
from padstone.features.stock.domain.words import Account, Disposal, HoldReason, MovementKind
from padstone.features.stock.lookups import locked_positions, open_holds
from padstone.features.stock.models import Hold, HoldEnd
from padstone.kernel.actor import ActorKind
from padstone.kernel.errors import Conflict, Forbidden, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage
    from padstone.kernel.actor import Actor

_NAMED = frozenset({ActorKind.PERSON, ActorKind.TOKEN})


@command("hold_stock")
def hold(actor: Actor, *, packages: Sequence[str], reason: str, why: str = "", to: str = "") -> int:
    """Put packages in quarantine: from now on no path lets them be used. Answers how many are new in it.

    A package that is held for the same reason stays so. ``to`` is where they are brought at once. Raises
    NotFound for a package or location that nobody knows, Invalid for an unknown reason, Conflict for a
    location at a line.
    """
    if reason not in set(HoldReason):
        raise Invalid(
            "unknown_hold_reason",
            "There is no reason {reason} for a hold.",
            field="reason",
            way_out="Use one of: {reasons}.".format(reasons=", ".join(HoldReason)),
            reason=reason,
        )
    act = act_of(actor, why=why)
    place = must_location(to) if to else None
    if place is not None and at_work([place]):
        raise Conflict(
            "held_at_work",
            "{location} is where packages are used: what is held is not brought there.",
            field="to",
            way_out="Bring it to a place of quarantine.",
            location=place.code,
        )
    rows = locked_packages(packages)
    held = 0
    for identifier in dict.fromkeys(packages):
        row = rows.get(identifier)
        if row is None:
            raise unknown_package(identifier)
        if any(one.reason == reason for one in open_holds([row.pk]).get(row.pk, ())):
            continue
        Hold.objects.create(package_id=row.pk, reason=reason, why=act.why, by=actor.name[:200], at=act.now)
        held += 1
        record(actor, "hold_package", f"package:{identifier}", why=act.why, reason=reason, to=to)
        if place is None:
            for position in locked_positions([row.pk]).values():
                InHand(row, position, act).keep("held")
            continue
        one = take_in_hand(act, identifier, enter_at=place)
        if one.position.location_id not in {None, place.pk}:
            one.post(MovementKind.MOVED, End(Account.STORED, place.pk), one.position.quantity)
            one.put(place.pk)
        one.keep("held")
    return held


@command("report_loading")
def note_blocked(
    actor: Actor, *, packages: Sequence[MaterialPackage], reason: str, why: str, at: datetime
) -> int:
    """A machine, or another program, told that packages must not be used: they are in quarantine from then
    on, until a named person disposes of them; that it takes its word back releases none. Answers how many are
    new in it for that reason.
    """
    act = act_of(actor, at=at, why=why)
    locked_packages([row.identifier for row in packages])
    held = open_holds([row.pk for row in packages])
    fresh = [row for row in packages if all(one.reason != reason for one in held.get(row.pk, ()))]
    known = locked_positions([row.pk for row in fresh])
    for row in fresh:
        Hold.objects.create(package_id=row.pk, reason=reason, why=act.why, by=actor.name[:200], at=act.at)
        record(actor, "hold_package", f"package:{row.identifier}", why=act.why, reason=reason)
        if row.pk in known:
            InHand(row, known[row.pk], act).keep("held")
    return len(fresh)


@command("dispose_stock")
def release_hold(actor: Actor, *, package: str, why: str, seen: int | None = None) -> None:
    """The package may be used again: somebody has looked at it, and says why. Ends all holds of it.

    Raises Conflict where it is not held, or changed since it was ``seen``; Forbidden unless a person decides
    it by name.
    """
    _must_be_named(actor)
    act = _decided(actor, why)
    row = locked_packages([package]).get(package)
    if row is None:
        raise unknown_package(package)
    position = locked_positions([row.pk]).get(row.pk)
    if seen is not None and position is not None and position.version != seen:
        take_in_hand(act, package, seen)  # it says what has changed
    _end(act, package, row.pk, Disposal.RELEASED)
    if position is not None:
        InHand(row, position, act).keep("released")
    record(actor, "release_hold", f"package:{package}", why=act.why)


@command("dispose_stock")
def dispose(actor: Actor, *, package: str, how: str, why: str, seen: int | None = None) -> None:
    """Scrap what is held, or return it to the supplier (``scrapped``, ``returned``), all that is left of it.

    What is suspected of being counterfeit is never returned to its supplier (SAE AS6081). Raises Conflict
    where the package is not held, or changed since it was ``seen``.
    """
    _must_be_named(actor)
    if how not in {Disposal.SCRAPPED, Disposal.RETURNED}:
        raise Invalid(
            "unknown_disposal",
            "What is held is released, scrapped or returned.",
            field="how",
            way_out="Use one of: scrapped, returned.",
        )
    act = _decided(actor, why)
    one = take_in_hand(act, package, seen)
    held = open_holds([one.package.pk]).get(one.package.pk, [])
    if how == Disposal.RETURNED and any(row.reason == HoldReason.COUNTERFEIT for row in held):
        raise Conflict(
            "never_to_the_supplier",
            "{package} may be counterfeit, and is not returned to its supplier.",
            field="how",
            way_out="Keep it in quarantine, or have it destroyed and scrap it.",
            clause="SAE AS6081",
            package=package,
        )
    _end(act, package, one.package.pk, Disposal(how))
    is_scrap = how == Disposal.SCRAPPED
    account, kind = (
        (Account.SCRAPPED, MovementKind.SCRAPPED) if is_scrap else (Account.RETURNED, MovementKind.RETURNED)
    )
    if one.position.location_id is not None:
        one.post(kind, End(account), one.position.quantity)
        one.put(None)
    one.keep(kind)
    record(
        actor,
        "dispose_package",
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"location": "", "quantity": one.position.quantity},
        how=how,
    )


def must_not_be_held(one: InHand) -> None:
    """Raises Conflict for a package that is in quarantine: what becomes of it, ``dispose`` says."""
    held = open_holds([one.package.pk]).get(one.package.pk)
    if held:
        raise Conflict(
            "package_held",
            "{package} is in quarantine ({reason}).",
            field="package",
            way_out="Somebody of quality must dispose of it first.",
            package=one.package.identifier,
            reason=held[0].reason.replace("_", " "),
        )


def inherit_holds(act: Act, parent_id: int, child_id: int) -> None:
    """What is split off a held package is held as well, whether or not either is in store."""
    held = open_holds([parent_id, child_id])
    there = {row.reason for row in held.get(child_id, ())}
    Hold.objects.bulk_create(
        Hold(
            package_id=child_id,
            reason=row.reason,
            why=row.why,
            by=row.by,
            at=act.now,
            inherited_from=row,
        )
        for row in held.get(parent_id, ())
        if row.reason not in there
    )


def _must_be_named(actor: Actor) -> None:
    if actor.kind not in _NAMED:
        raise Forbidden(
            "not_a_person", "{actor} is no person: what is held a named person disposes of.", actor=actor.name
        )


def _decided(actor: Actor, why: str) -> Act:
    if not why.strip():
        raise Invalid(
            "why_missing", "A decision about what is held needs a reason.", field="why", way_out="Say why."
        )
    return act_of(actor, why=why)


def _end(act: Act, identifier: str, package_id: int, how: Disposal) -> None:
    held = open_holds([package_id]).get(package_id)
    if not held:
        raise Conflict(
            "package_not_held",
            "{package} is not in quarantine.",
            field="package",
            way_out="Look at it again: somebody may have disposed of it just now.",
            package=identifier,
        )
    HoldEnd.objects.bulk_create(
        HoldEnd(hold=row, how=how, why=act.why, by=act.actor.name[:200], at=act.now) for row in held
    )
