"""What is left comes back from the line, counted; what is used up is closed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.kitting.commands.kits import must_kit, shut
from padstone.features.kitting.domain.needs import beyond
from padstone.features.kitting.domain.words import EndKind
from padstone.features.kitting.lookups.kits import open_pick, packages_in
from padstone.features.kitting.models import PickEnd
from padstone.features.materials.domain import LoadEventKind
from padstone.features.materials.lookups import last_loads, packages
from padstone.features.stock.commands import count, move, unreserve
from padstone.features.stock.lookups import last_count, location_called, on_hand, positions
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.features.kitting.models import Kit, Pick
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A package that left its kit. The books expected from ``least`` to ``most`` pieces; ``difference`` is
    what was counted beyond that, below nothing what is short. ``closed``: it was the kit's last.
    """

    order: str
    package: str
    part: str
    how: str
    counted: Decimal
    least: Decimal
    most: Decimal
    difference: Decimal
    unit: str
    location: str
    closed: bool
    repeated: bool


@command("kit_orders")
def give_back(
    actor: Actor,
    *,
    package: str,
    location: str = "",
    quantity: Decimal | None = None,
    why: str = "",
    seen: int | None = None,
    key: str = "",
) -> GivenBack:
    """A package comes back from its kit, with so many pieces, to a location; it is free again. The store's
    own count books what the books had otherwise. None left: it is closed, and no location is needed.

    No quantity: it comes back as it went, and Invalid where anything was used of it or a machine had it.
    Raises Conflict for a package that is in no kit.
    """
    check_length(key, "key", 100)
    before = _ended(key)
    found = None if before else _in_hand(package)
    before = before or _ended(key)  # the same request may have been done while this one waited
    if before is not None:
        return _told(before, closed=before.pick.kit.closed_at is not None, repeated=True)
    if found is None:
        raise Conflict(
            "not_in_a_kit",
            "{package} is in no kit.",
            field="package",
            way_out="Scan its label again. What is in no kit is moved and counted on the page Stock.",
            package=package,
        )
    kit, pick = found
    if quantity is None:
        _must_be_untouched(pick)
    if (quantity is None or quantity > 0) and not location.strip():
        raise Invalid(
            "location_missing",
            "Say where the package is put.",
            field="location",
            way_out="Scan the label of the location.",
        )
    reason = f"Back from the kit of {kit.order.number}." + (f" {why.strip()}" if why.strip() else "")
    if quantity is None:
        done = move.within(actor, package=package, to=location, seen=seen, why=reason)
        counted = least = most = done.quantity
    else:
        to = location.strip() if quantity else ""
        done = count.within(actor, package=package, quantity=quantity, to=to, seen=seen, why=reason)
        kept = last_count(pick.package_id)
        counted = quantity
        least, most = (kept.least, kept.most) if kept else (quantity, quantity)
    if done.reserved_for == kit.order.number:
        unreserve.within(actor, package=package, why=reason)
    row = PickEnd.objects.create(
        pick=pick,
        how=_how(quantity),
        counted=counted,
        least=least,
        most=most,
        location=location_called(done.location) if done.location else None,
        why=why.strip(),
        key=key or None,
        at=clock.now(),
        by=actor.name[:200],
    )
    record(
        actor,
        "return_package",
        f"package:{package}",
        why=why.strip(),
        order=kit.order.number,
        location=done.location,
        counted=counted,
        expected=most,
    )
    if quantity is not None and kit.issued_at is None:  # something was used of it: nobody said it was issued
        kit.issued_at = clock.now()
        kit.save(update_fields=["issued_at"])
    closed = not packages_in([kit.pk])[kit.pk] and kit.issued_at is not None
    if closed:
        shut(actor, kit, "All of it is back or used up.")
    return _told(row, closed=closed, repeated=False)


def _how(quantity: Decimal | None) -> EndKind:
    if quantity is None:
        return EndKind.UNTOUCHED
    return EndKind.COUNTED if quantity else EndKind.USED_UP


def _ended(key: str) -> PickEnd | None:
    """What was done under that key."""
    rows = PickEnd.objects.select_related("pick__kit__order", "pick__package__part", "location")
    return rows.filter(key=key).first() if key else None


def _in_hand(package: str) -> tuple[Kit, Pick] | None:
    """Its kit, locked, and its pick; None where it is in no kit, any more."""
    row = packages([package]).get(package)
    found = open_pick(row.pk) if row is not None else None
    if found is None:
        return None
    kit = must_kit(found.kit.order.number, lock=True, closed=True)
    again = open_pick(found.package_id)
    return (kit, again) if again is not None else None


def _must_be_untouched(pick: Pick) -> None:
    left = on_hand([pick.package_id]).get(pick.package_id)
    load = last_loads([pick.package_id]).get(pick.package_id)
    if left is None or left.least != pick.quantity or (load is not None and load.at > pick.at):
        raise Invalid(
            "count_missing",
            "{package} was in use: say how many pieces are left.",
            field="quantity",
            way_out="Count it, or weigh it.",
            package=pick.package.identifier,
        )


def _told(row: PickEnd, *, closed: bool, repeated: bool) -> GivenBack:
    package = row.pick.package
    return GivenBack(
        order=row.pick.kit.order.number,
        package=package.identifier,
        part=package.part.number,
        how=row.how,
        counted=row.counted,
        least=row.least,
        most=row.most,
        difference=beyond(row.counted, row.least, row.most),
        unit=package.quantity_unit,
        location=row.location.code if row.location else "",
        closed=closed,
        repeated=repeated,
    )


@command("kit_orders")
def close_used_up(actor: Actor, *, order: str) -> tuple[str, ...]:
    """Close what is used up of a kit: packages of which by the books nothing is left, or of which a machine
    said that they are empty. What the books still have of these is booked as for any count.
    """
    kit = must_kit(order, lock=True, closed=True)
    inside = {one.package_id: one for one in packages_in([kit.pk])[kit.pk]}
    left, loads, where = on_hand(inside), last_loads(inside), positions(inside)
    closed = []
    for pk, pick in inside.items():
        load = loads.get(pk)
        empty = load is not None and load.at > pick.at and load.kind == LoadEventKind.DEPLETED
        if empty or pk not in where or left[pk].most <= 0:
            name = pick.package.identifier
            give_back.within(actor, package=name, quantity=Decimal(0), why="Used up.")
            closed.append(name)
    return tuple(closed)
