"""Kits and what is in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from padstone.features.kitting.models import Kit, Pick
from padstone.features.production.lookups import order_numbered, orders_to_build
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from padstone.features.production.models import WorkOrder

MOST_ORDERS = 200
OVER_AFTER = timedelta(days=30)
"""An order that has begun and on which nobody has worked for so long is taken to be over."""

_AT_ONCE = 500


def open_kits() -> dict[int, Kit]:
    """By order."""
    return {
        kit.order_id: kit for kit in Kit.objects.filter(closed_at=None).select_related("line", "location")
    }


def is_returned(kit: Kit | None) -> bool:
    """Whether its order is done with it."""
    return kit is not None and kit.closed_at is not None and kit.issued_at is not None


def planned(kits: Collection[int]) -> list[WorkOrder]:
    """The orders that are not over, what is due first, first; those of ``kits`` among them. Over is one as
    many units of which have begun as it is for, and one whose kit came back.
    """
    orders = [one.order for one in orders_to_build(clock.now() - OVER_AFTER, kits, MOST_ORDERS)]
    over = Kit.objects.filter(order__in=orders, closed_at__isnull=False, issued_at__isnull=False)
    done = set(over.values_list("order_id", flat=True))
    return [order for order in orders if order.pk not in done]


def must_order(number: str) -> WorkOrder:
    """Raises NotFound for an order that nobody has told of, Conflict for one without a bill or quantity."""
    order = order_numbered(number)
    if order is None:
        raise NotFound(
            "work_order_unknown",
            "There is no work order {order}.",
            field="order",
            way_out="See the page of orders for their numbers.",
            order=number,
        )
    if order.revision_id is None or order.quantity is None:
        raise Conflict(
            "nothing_to_kit",
            "Nobody has said what {order} builds, or how many.",
            field="order",
            way_out="Plan it first: padstone order plan.",
            order=number,
        )
    return order


def kit_of(order_id: int, *, lock: bool = False) -> Kit | None:
    """The kit of an order; with ``lock`` nobody else picks for it until the transaction ends."""
    rows = Kit.objects.select_for_update(of=("self",)) if lock else Kit.objects.all()
    return rows.select_related("line", "location", "order").filter(order=order_id).first()


def picks_of(kit_id: int) -> list[Pick]:
    """All that was picked for a kit, in order, with packages and how they left it."""
    related = ("package__part", "wanted", "source", "end__location")
    return list(Pick.objects.filter(kit=kit_id).select_related(*related).order_by("pk"))


def open_pick(package_id: int) -> Pick | None:
    """The pick by which a package is in a kit."""
    rows = Pick.objects.filter(package=package_id, end=None).select_related("kit__order", "package")
    return rows.order_by("-pk").first()


def picked_now(package_ids: Collection[int]) -> dict[int, int]:
    """By package that is in a kit, that kit's order."""
    return {
        package: order
        for some in in_parts(sorted(package_ids), _AT_ONCE)
        for package, order in Pick.objects.filter(package__in=some, end=None)
        .order_by("pk")
        .values_list("package_id", "kit__order_id")
    }


def packages_in(kit_ids: Collection[int]) -> dict[int, list[Pick]]:
    """By kit, its picks that are still in it, with their packages."""
    found: dict[int, list[Pick]] = {pk: [] for pk in kit_ids}
    for some in in_parts(sorted(kit_ids), _AT_ONCE):
        for row in Pick.objects.filter(kit__in=some, end=None).select_related("package").order_by("pk"):
            found[row.kit_id].append(row)
    return found
