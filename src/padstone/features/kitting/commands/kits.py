"""A kit is begun, handed to its line, and done with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.kitting.lookups.kits import kit_of, must_order, packages_in
from padstone.features.kitting.models import Kit
from padstone.features.sites.lookups import line_names
from padstone.features.stock.domain.words import LocationKind
from padstone.features.stock.lookups import location_called
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.features.stock.models import StorageLocation
    from padstone.kernel.actor import Actor


@command("kit_orders")
def begin_kit(actor: Actor, *, order: str, location: str, line: str = "") -> Kit:
    """What is picked for the order from now on is brought to that location: a trolley, a line, a bench.
    ``line`` is where the order is built: what its machines have loaded counts as at hand.

    Begun before: location and line are changed. One that is closed is opened again. Raises NotFound for what
    nobody knows, Conflict for an order without a bill, Invalid for a quarantine.
    """
    row = must_order(order)
    place, line_id = _place(location), _line(line)
    kit, created = Kit.objects.get_or_create(
        order=row,
        defaults={
            "location": place,
            "line_id": line_id,
            "begun_at": clock.now(),
            "begun_by": actor.name[:200],
        },
    )
    if not created:
        kit = must_kit(order, lock=True, closed=True)
        kit.location, kit.line_id = place, line_id
        if kit.closed_at is not None:
            kit.closed_at = kit.issued_at = None
        kit.save()
    record(actor, "begin_kit", f"work_order:{order}", location=place.code, line=line, again=not created)
    return kit


def _place(location: str) -> StorageLocation:
    place = location_called(location.strip())
    if place is None:
        raise NotFound(
            "location_unknown",
            "There is no storage location {location}.",
            field="location",
            way_out="Scan the label of a trolley, a line or a bench, or make the location.",
            location=location,
        )
    if place.kind == LocationKind.QUARANTINE:
        raise Invalid(
            "kit_in_quarantine",
            "{location} is for what must not be used.",
            field="location",
            way_out="Scan the label of a trolley, a line or a bench.",
            location=place.code,
        )
    return place


def _line(name: str) -> int | None:
    if not name.strip():
        return None
    for pk, known in line_names().items():
        if known == name.strip():
            return pk
    raise NotFound(
        "line_unknown",
        "There is no line {line}.",
        field="line",
        way_out="The factory page lists the lines there are.",
        line=name,
    )


def must_kit(order: str, *, lock: bool = False, closed: bool = False) -> Kit:
    """The kit of an order. Raises Conflict where nobody has begun one, or it is closed and must not be."""
    kit = kit_of(must_order(order).pk, lock=lock)
    if kit is None or (kit.closed_at is not None and not closed):
        raise Conflict(
            "kit_not_begun" if kit is None else "kit_closed",
            "Nobody has begun the kit of {order}." if kit is None else "The kit of {order} is closed.",
            field="order",
            way_out="Scan where the kit goes: that begins it.",
            order=order,
        )
    return kit


@command("kit_orders")
def issue_kit(actor: Actor, *, order: str) -> Kit:
    """The kit is handed to its line, complete or not. Issued already: nothing changes."""
    kit = must_kit(order, lock=True)
    if kit.issued_at is None:
        kit.issued_at = clock.now()
        kit.save(update_fields=["issued_at"])
        record(actor, "issue_kit", f"work_order:{order}", location=kit.location.code)
    return kit


@command("kit_orders")
def close_kit(actor: Actor, *, order: str, why: str = "") -> Kit:
    """The kit is done with. Closed already: nothing changes. Raises Conflict while a package is in it."""
    kit = must_kit(order, lock=True, closed=True)
    inside = packages_in([kit.pk])[kit.pk]
    if inside:
        raise Conflict(
            "kit_not_empty",
            "{packages} are in the kit of {order} still.",
            field="order",
            way_out="Bring them back, with a count each.",
            packages=", ".join(one.package.identifier for one in inside[:5]),
            order=order,
        )
    if kit.closed_at is None:
        shut(actor, kit, why)
    return kit


def shut(actor: Actor, kit: Kit, why: str) -> None:
    kit.closed_at = clock.now()
    kit.save(update_fields=["closed_at"])
    record(actor, "close_kit", f"work_order:{kit.order.number}", why=why.strip())
