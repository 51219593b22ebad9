"""A package is laid aside for a work order."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.production.lookups import order_numbered
from padstone.features.stock.commands.dividing import must_hold
from padstone.features.stock.commands.ledger import Whereabouts, act_of, take_in_hand
from padstone.features.stock.fitness import must_be_fit
from padstone.features.stock.models import Reservation
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

_SOMETHING = Decimal("0.000001")


@command("reserve_stock")
def reserve(actor: Actor, *, package: str, order: str, seen: int | None = None, why: str = "") -> Whereabouts:
    """Nobody else takes the package for another order. Reserved for it already: nothing changes.

    Raises Conflict where another order has it, it may not be used, it is nowhere, it belongs to another
    client than the order is for, or it changed since it was ``seen``.
    """
    act = act_of(actor, why=why)
    row = order_numbered(order)
    if row is None:
        raise NotFound(
            "unknown_order",
            "There is no work order {order}.",
            field="order",
            way_out="See the page of orders for their numbers.",
            order=order,
        )
    one = take_in_hand(act, package, seen)
    if one.position.reserved_for_id == row.pk:
        return one.unchanged()
    if one.position.reserved_for is not None:
        raise Conflict(
            "reserved_already",
            "{package} is reserved for {order}.",
            field="package",
            way_out="Take another one, or free it first.",
            package=package,
            order=one.position.reserved_for.number,
        )
    must_hold(one, _SOMETHING)
    must_be_fit(one.package.pk, package, act.now)
    if one.position.owner and one.position.owner != row.client:
        raise Conflict(
            "of_another_client",
            "{package} belongs to {owner}.",
            field="package",
            way_out="Take one of the house, or of the order's own client.",
            package=package,
            owner=one.position.owner,
        )
    Reservation.objects.create(
        package_id=one.package.pk, order_id=row.pk, why=act.why, by=actor.name[:200], at=act.now
    )
    one.position.reserved_for = row
    one.keep("reserved")
    record(actor, "reserve_package", f"package:{package}", why=act.why, order=order)
    return one.whereabouts()


@command("reserve_stock")
def unreserve(actor: Actor, *, package: str, seen: int | None = None, why: str = "") -> Whereabouts:
    """The package is free again. Free already: nothing changes."""
    act = act_of(actor, why=why)
    one = take_in_hand(act, package, seen)
    row = one.position.reserved_for
    if row is None:
        return one.unchanged()
    Reservation.objects.create(
        package_id=one.package.pk,
        order_id=row.pk,
        ends=True,
        why=act.why,
        by=actor.name[:200],
        at=act.now,
    )
    one.position.reserved_for = None
    one.keep("unreserved")
    record(actor, "unreserve_package", f"package:{package}", why=act.why, order=row.number)
    return one.whereabouts()
