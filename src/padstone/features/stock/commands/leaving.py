"""Pieces leave the store otherwise than by being placed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

from padstone.features.stock.commands.dividing import must_hold
from padstone.features.stock.commands.holding import must_not_be_held
from padstone.features.stock.commands.ledger import End, Whereabouts, act_of, quantity_of, take_in_hand
from padstone.features.stock.domain.words import Account, MovementKind
from padstone.kernel.errors import Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from collections.abc import Callable

    from padstone.kernel.actor import Actor


class Leaving(TypedDict, total=False):
    """How many pieces (None: all), the version that was seen, when, and the sender's own name for it."""

    quantity: Decimal | None
    seen: int | None
    at: datetime | None
    key: str


def leave(
    actor: Actor,
    *,
    package: str,
    how: str,
    why: str,
    quantity: Decimal | None = None,
    seen: int | None = None,
    key: str = "",
) -> Whereabouts:
    """Any of the ways out, by its account: scrapped, returned, spoiled, missing or counted_away. Raises
    Invalid for another.
    """
    known = _WAYS.get(how)
    if known is None:
        raise Invalid(
            "unknown_way_out",
            "Pieces can't leave the store so: {how}.",
            field="how",
            way_out="Use one of: {ways}.".format(ways=", ".join(_WAYS)),
            how=how,
        )
    return known(actor, package=package, why=why, quantity=quantity, seen=seen, key=key)


@command("write_off_stock")
def scrap(actor: Actor, *, package: str, why: str, **more: Unpack[Leaving]) -> Whereabouts:
    """So many pieces, or all, are thrown away. What is in quarantine is disposed of instead."""
    return _leave(actor, package, (MovementKind.SCRAPPED, Account.SCRAPPED), why, **more)


@command("move_stock")
def spoil(actor: Actor, *, package: str, why: str, **more: Unpack[Leaving]) -> Whereabouts:
    """So many pieces, or all, fell, broke or were lost at a machine that did not tell of it."""
    return _leave(actor, package, (MovementKind.SPOILED, Account.SPOILED), why, **more)


@command("write_off_stock")
def return_to_supplier(actor: Actor, *, package: str, why: str, **more: Unpack[Leaving]) -> Whereabouts:
    """So many pieces, or all, go back to the supplier. What is in quarantine is disposed of instead."""
    return _leave(actor, package, (MovementKind.RETURNED, Account.RETURNED), why, **more)


@command("write_off_stock")
def write_off(
    actor: Actor, *, package: str, why: str, account: str = Account.MISSING, **more: Unpack[Leaving]
) -> Whereabouts:
    """So many pieces, or all, are ``missing``, or are ``counted_away``: fewer, and accepted."""
    if account not in {Account.MISSING, Account.COUNTED_AWAY}:
        raise Invalid(
            "unknown_account",
            "Pieces are written off as missing or as counted away.",
            field="account",
            way_out="Use one of: missing, counted_away.",
        )
    return _leave(actor, package, (MovementKind.WRITTEN_OFF, Account(account)), why, **more)


_WAYS: dict[str, Callable[..., Whereabouts]] = {
    Account.SCRAPPED: scrap,
    Account.RETURNED: return_to_supplier,
    Account.SPOILED: spoil,
    Account.MISSING: partial(write_off, account=Account.MISSING),
    Account.COUNTED_AWAY: partial(write_off, account=Account.COUNTED_AWAY),
}
_VERBS: dict[MovementKind, str] = {
    MovementKind.SCRAPPED: "scrap_pieces",
    MovementKind.SPOILED: "spoil_pieces",
    MovementKind.RETURNED: "return_pieces",
    MovementKind.WRITTEN_OFF: "write_off_pieces",
}


def _leave(
    actor: Actor, package: str, how: tuple[MovementKind, Account], why: str, **more: Unpack[Leaving]
) -> Whereabouts:
    if not why.strip():
        raise Invalid("why_missing", "Say why the pieces go.", field="why", way_out="Say why.")
    kind, account = how
    act = act_of(actor, at=more.get("at"), why=why, key=more.get("key", ""))
    quantity = more.get("quantity")
    wanted = None if quantity is None else quantity_of(quantity)
    one = take_in_hand(act, package, more.get("seen"))
    if one.is_done():
        return one.unchanged()
    must_not_be_held(one)
    must_hold(one, wanted or Decimal(0))
    pieces = one.position.quantity if wanted is None else wanted
    one.post(kind, End(account), pieces)
    if wanted is None:
        one.put(None)
    one.keep(kind)
    record(
        actor,
        _VERBS[kind],
        f"package:{package}",
        why=act.why,
        before=one.before,
        after={"quantity": one.position.quantity},
        pieces=pieces,
        account=account,
    )
    return one.whereabouts()
