"""A package is split, or one is poured into another."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.clocks.commands import note_mixed
from padstone.features.clocks.domain.policy import PASTES
from padstone.features.materials.commands import descend, part_package
from padstone.features.stock.commands.at_work import must_may_go
from padstone.features.stock.commands.holding import inherit_holds, must_not_be_held
from padstone.features.stock.commands.ledger import (
    End,
    InHand,
    Whereabouts,
    act_of,
    must_location,
    quantity_of,
    take_all_in_hand,
    take_in_hand,
)
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.features.stock.lookups import positions
from padstone.features.stock.models import Position
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from datetime import datetime

    from padstone.features.materials.models import MaterialPackage
    from padstone.kernel.actor import Actor


@command("move_stock")
def split(
    actor: Actor,
    *,
    package: str,
    new: str,
    quantity: Decimal,
    to: str = "",
    seen: int | None = None,
    why: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Whereabouts:
    """So many pieces of a package are the package ``new`` from now on, of the same part, lot, owner and
    fate: what the one is suspected of or held for, so is the other. Answers where the new one is.

    Raises Conflict where the package holds fewer, changed since it was ``seen``, may not be used and is to go
    to a line, or the new one is in store already; Invalid for no quantity and for no name.
    """
    act = act_of(actor, at=at, why=why, key=key)
    pieces = quantity_of(quantity)
    place = must_location(to) if to else None
    one = take_in_hand(act, package, seen)
    new = new.strip()
    if one.is_done():
        one.unchanged()
        return take_in_hand(act, new).unchanged()
    must_hold(one, pieces)
    if place is not None and place.pk != one.position.location_id:
        must_may_go({one.package.pk: (package, place)}, act.now)
    child = part_package.within(actor, source=one.package, identifier=new, quantity=pieces, at=act.at)
    if positions([child.pk]):
        raise Conflict(
            "in_store_already",
            "{package} is in store already.",
            field="new",
            way_out="Give what is split off a label of its own.",
            package=new,
        )
    position = Position(package_id=child.pk, owner=one.position.owner, quantity=Decimal(0), since=act.at)
    other = InHand(child, position, act)
    other.put(place.pk if place else one.position.location_id)
    one.post(MovementKind.SPLIT, End(Account.STORED, position.location_id), pieces, to_package=other)
    inherit_holds(act, one.package.pk, child.pk)
    one.keep(MovementKind.SPLIT)
    other.keep(MovementKind.SPLIT)
    record(
        actor,
        "split_package",
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"quantity": one.position.quantity},
        new=new,
        pieces=pieces,
    )
    return other.whereabouts()


@command("report_loading")
def note_split(
    actor: Actor, *, package: MaterialPackage, new: MaterialPackage, quantity: Decimal, at: datetime
) -> None:
    """A machine told that so many pieces of a package are another one: what the one is held for, so is the
    other. Where the first is in store and the second is not, the ledger follows; it is told, not asked, so
    more than there is goes as well.
    """
    act = act_of(actor, at=at)
    inherit_holds(act, package.pk, new.pk)
    known = positions([package.pk, new.pk])
    if package.pk not in known or new.pk in known or known[package.pk].location_id is None:
        return
    one = take_in_hand(act, package.identifier)
    position = Position(package_id=new.pk, owner=one.position.owner, quantity=Decimal(0), since=act.at)
    other = InHand(new, position, act)
    other.put(one.position.location_id)
    one.post(MovementKind.SPLIT, End(Account.STORED, position.location_id), quantity, to_package=other)
    one.keep(MovementKind.SPLIT)
    other.keep(MovementKind.SPLIT)


@command("move_stock")
def join(
    actor: Actor,
    *,
    package: str,
    into: str,
    seen: int | None = None,
    seen_into: int | None = None,
    why: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Whereabouts:
    """All that is left of a package is poured into another, and the first is no more. Answers where the
    second is. What the first is suspected of, so is the second; of paste and glue the clocks hear that old
    and new were mixed (which needs the right to tell them).

    Two tapes spliced at a feeder are no such join: each stays what it is. Raises Conflict unless both hold
    the same part of the same known lot, belong to the same owner, and neither is in quarantine.
    """
    act = act_of(actor, at=at, why=why, key=key)
    if package == into:
        raise Invalid("joined_with_itself", "A package can't be poured into itself.", field="into")
    one, other = take_all_in_hand(act, [(package, seen), (into, seen_into)])
    if one.is_done():
        one.unchanged()
        return other.unchanged()
    for each in (one, other):
        must_hold(each, Decimal(0))
        must_not_be_held(each)
    _must_be_alike(one, other)
    descend.within(actor, parent=one.package, child=other.package, at=act.at)
    if one.package.part.category in PASTES:
        note_mixed.within(actor, package_id=other.package.pk, other_package_id=one.package.pk, at=act.at)
    pieces = one.position.quantity
    one.post(MovementKind.JOINED, other.here, pieces, to_package=other)
    one.put(None)
    one.keep(MovementKind.JOINED)
    other.keep(MovementKind.JOINED)
    record(
        actor,
        "join_packages",
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"location": "", "quantity": one.position.quantity},
        into=into,
        pieces=pieces,
    )
    return other.whereabouts()


def must_hold(one: InHand, pieces: Decimal) -> None:
    """Raises Conflict where a package holds fewer pieces, or is nowhere."""
    if one.position.location_id is None or one.position.quantity < pieces:
        raise Conflict(
            "too_few_pieces",
            "{package} holds {quantity} pieces, as far as the ledger goes.",
            field="quantity",
            way_out="Count it, if it holds more.",
            package=one.package.identifier,
            quantity=f"{max(one.position.quantity, Decimal(0)):f}".rstrip("0").rstrip(".") or "0",
        )


def _must_be_alike(one: InHand, other: InHand) -> None:
    for alike, words in (
        (one.package.part_id == other.package.part_id, "parts"),
        (one.package.lot_id is not None and one.package.lot_id == other.package.lot_id, "lots"),
        (one.position.owner == other.position.owner, "owners"),
    ):
        if not alike:
            raise Conflict(
                "not_alike",
                "{package} and {other} are of different {what}, or nobody knows.",
                field="into",
                way_out="Keep them apart: joined, nobody could tell their pieces from each other.",
                package=one.package.identifier,
                other=other.package.identifier,
                what=words,
            )
