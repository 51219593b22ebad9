"""Purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.materials.commands import register_supplier
from padstone.features.materials.lookups import supplier_called
from padstone.features.parts.lookups import part_by_any_number
from padstone.features.receiving.models import PurchaseOrder, PurchaseOrderLine
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

MOST_LINES = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A line of a purchase order. The part must be registered."""

    number: int
    part: str
    quantity: Decimal
    expected_on: date | None = None


@command("order_material")
def place_order(
    actor: Actor, *, number: str, supplier: str, lines: Sequence[Ordered], ordered_on: date | None = None
) -> PurchaseOrder:
    """Enter a purchase order, or change it: a line of the same number takes the new quantity and day, what is
    not named stays.

    Raises NotFound for an unknown part, Invalid for a quantity that can't be ordered, Conflict where the
    order is another supplier's, is closed, or a line with receipts is to become another part's.
    """
    number = number.strip()
    check_length(number, "number", 100)
    if not number or not lines or len(lines) > MOST_LINES:
        raise Invalid(
            "order_incomplete",
            "A purchase order needs a number, and from 1 to {most} lines.",
            field="number" if not number else "lines",
            most=MOST_LINES,
        )
    seller = supplier_called(supplier) or register_supplier.within(actor, name=supplier)
    order, created = PurchaseOrder.objects.select_for_update().get_or_create(
        number=number, defaults={"supplier": seller, "ordered_on": ordered_on or clock.now().date()}
    )
    if order.supplier_id != seller.pk or order.closed_at is not None:
        raise Conflict(
            "order_known_otherwise",
            "Purchase order {order} is {how}.",
            field="number",
            way_out="Enter what is ordered now under a number of its own.",
            order=number,
            how="closed" if order.closed_at else f"of {order.supplier.name}",
        )
    for line in lines:
        _write(order, line)
    record(
        actor,
        "place_order" if created else "change_order",
        f"purchase_order:{number}",
        supplier=seller.name,
        lines=[
            [one.number, one.part, one.quantity, one.expected_on.isoformat() if one.expected_on else ""]
            for one in lines
        ],
    )
    return order


def _write(order: PurchaseOrder, line: Ordered) -> None:
    part = part_by_any_number(" ".join(line.part.split()))
    if part is None:
        raise NotFound(
            "part_unknown",
            "The books know no part {part}.",
            field="part",
            way_out="Register it first.",
            part=line.part[:200],
        )
    if not line.quantity.is_finite() or not 0 < line.quantity < 10**12 or not 0 < line.number < 10**6:
        raise Invalid(
            "quantity_out_of_range",
            "Line {line}: {quantity} can't be ordered.",
            field="quantity",
            way_out="Lines are numbered from 1, and quantities are above 0.",
            line=line.number,
            quantity=line.quantity,
        )
    known = PurchaseOrderLine.objects.filter(order=order, number=line.number).first()
    if known is not None and known.part_id != part.pk and known.receipts.exists():
        raise Conflict(
            "line_received",
            "Of line {line} packages were received: it stays {part}.",
            field="lines",
            way_out="Enter the other part as another line.",
            line=line.number,
            part=known.part.number,
        )
    PurchaseOrderLine.objects.update_or_create(
        order=order,
        number=line.number,
        defaults={"part": part, "quantity": line.quantity, "expected_on": line.expected_on},
    )


@command("order_material")
def close_order(actor: Actor, *, number: str, why: str) -> None:
    """Nothing more is expected of it: what did not come is short. Raises Conflict where it is closed."""
    order = PurchaseOrder.objects.select_for_update().filter(number=number.strip()).first()
    if order is None:
        raise order_unknown(number)
    if order.closed_at is not None:
        raise Conflict("order_closed", "Purchase order {order} is closed.", field="number", order=number)
    order.closed_at = clock.now()
    order.save(update_fields=["closed_at"])
    record(actor, "close_order", f"purchase_order:{order.number}", why=why.strip())


def order_unknown(number: str) -> NotFound:
    return NotFound(
        "order_unknown",
        "There is no purchase order {order}.",
        field="number",
        way_out="Enter it, or import it.",
        order=number[:100],
    )
