"""Purchase orders, what is expected, and what came, for people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.receiving.domain.delivery import line_state, order_state
from padstone.features.receiving.domain.words import LineState
from padstone.features.receiving.lookups import sent_back
from padstone.features.receiving.models import PurchaseOrder, PurchaseOrderLine, Receipt
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from padstone.kernel.actor import Actor

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """A line of a purchase order. ``deliveries`` is on how many days something of it came; ``received`` is
    what came and was not sent back.
    """

    number: int
    part: str
    description: str
    ordered: Decimal
    received: Decimal
    packages: int
    deliveries: int
    expected_on: date | None
    state: LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """A package that was received. ``findings`` are the names of what was off; ``sound``: nothing held it."""

    package: str
    part: str
    line: int | None
    order: str
    quantity: Decimal
    lot: str
    findings: tuple[str, ...]
    sound: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCard:
    """How a package came: what for, with how many labels, what a person said besides, and what was off."""

    supplier: str
    order: str
    line: int | None
    quantity: Decimal
    findings: tuple[str, ...]
    labels: int
    said: str
    sound: bool
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLine:
    """A purchase order in a list; ``next_on`` is the next day on which something of it is expected."""

    number: str
    supplier: str
    ordered_on: date
    closed: bool
    lines: int
    next_on: date | None
    state: LineState


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseCard:
    number: str
    supplier: str
    ordered_on: date
    closed_at: datetime | None
    state: LineState
    lines: tuple[LineCard, ...]
    receipts: tuple[ReceiptLine, ...]


def purchase_orders(actor: Actor, *, closed: bool = False) -> tuple[PurchaseLine, ...]:
    """The open purchase orders, or the closed ones: what is due first, first."""
    must_see(actor)
    rows = PurchaseOrder.objects.filter(closed_at__isnull=not closed).select_related("supplier")
    orders = list(rows.order_by("-pk")[:MOST])
    by_order: dict[int, list[LineCard]] = defaultdict(list)
    for order_id, card in _cards(PurchaseOrderLine.objects.filter(order__in=[one.pk for one in orders])):
        by_order[order_id].append(card)
    found = [_listed(order, by_order[order.pk]) for order in orders]
    return tuple(sorted(found, key=lambda one: (one.next_on or date.max, one.number)))


def _listed(order: PurchaseOrder, lines: Sequence[LineCard]) -> PurchaseLine:
    waiting = [one.expected_on for one in lines if one.expected_on and one.received < one.ordered]
    return PurchaseLine(
        number=order.number,
        supplier=order.supplier.name,
        ordered_on=order.ordered_on,
        closed=order.closed_at is not None,
        lines=len(lines),
        next_on=min(waiting, default=None),
        state=order_state([one.state for one in lines]),
    )


def purchase_order(actor: Actor, number: str) -> PurchaseCard:
    """One order, its lines with their state, and what came of it. Raises NotFound."""
    must_see(actor)
    order = PurchaseOrder.objects.select_related("supplier").filter(number=number).first()
    if order is None:
        raise NotFound(
            "order_unknown", "There is no purchase order {order}.", field="number", order=number[:100]
        )
    lines = [card for _, card in _cards(PurchaseOrderLine.objects.filter(order=order))]
    return PurchaseCard(
        number=order.number,
        supplier=order.supplier.name,
        ordered_on=order.ordered_on,
        closed_at=order.closed_at,
        state=order_state([one.state for one in lines]),
        lines=tuple(lines),
        receipts=_receipts(Receipt.objects.filter(line__order=order)),
    )


def received_lately(actor: Actor, most: int = 20) -> tuple[ReceiptLine, ...]:
    """What was received last, newest first."""
    must_see(actor)
    return _receipts(Receipt.objects.all(), most)


def receipt_of(actor: Actor, package: str) -> ReceiptCard | None:
    """How a package was received; None where it came another way."""
    must_see(actor)
    rows = Receipt.objects.select_related("line__order", "supplier")
    row = rows.filter(package__identifier=package).first()
    if row is None:
        return None
    return ReceiptCard(
        supplier=row.supplier.name if row.supplier else "",
        order=row.line.order.number if row.line else "",
        line=row.line.number if row.line else None,
        quantity=row.quantity,
        findings=tuple(one["reason"] for one in row.findings),
        labels=len(row.labels),
        said=", ".join(f"{name.replace('_', ' ')}: {text}" for name, text in row.said.items()),
        sound=row.sound,
        at=row.at,
        by=row.by,
    )


def _cards(rows: QuerySet[PurchaseOrderLine]) -> list[tuple[int, LineCard]]:
    today = clock.now().date()
    kept = list(rows.select_related("part", "order").order_by("order_id", "number"))
    came = _came([row.pk for row in kept])
    return [
        (
            row.order_id,
            LineCard(
                number=row.number,
                part=row.part.number,
                description=row.part.description,
                ordered=row.quantity,
                received=came[row.pk].pieces,
                packages=came[row.pk].packages,
                deliveries=len(came[row.pk].days),
                expected_on=row.expected_on,
                state=line_state(
                    row.quantity,
                    came[row.pk].pieces,
                    row.expected_on,
                    today,
                    closed=row.order.closed_at is not None,
                ),
            ),
        )
        for row in kept
    ]


@dataclass(slots=True)
class _Came:
    pieces: Decimal
    packages: int
    days: set[date]


def _came(line_ids: Sequence[int]) -> dict[int, _Came]:
    found = {pk: _Came(Decimal(0), 0, set()) for pk in line_ids}
    for first in range(0, len(line_ids), MOST):
        some = line_ids[first : first + MOST]
        for line, quantity, at in Receipt.objects.filter(line__in=some).values_list("line", "quantity", "at"):
            if line is not None:
                found[line].pieces += quantity
                found[line].packages += 1
                found[line].days.add(at.date())
        for line, pieces in sent_back(some).items():
            found[line].pieces -= pieces
    return found


def _receipts(rows: QuerySet[Receipt], most: int = MOST) -> tuple[ReceiptLine, ...]:
    kept = rows.select_related("package__part", "package__lot", "line__order").order_by("-pk")[:most]
    return tuple(
        ReceiptLine(
            package=row.package.identifier,
            part=row.package.part.number,
            line=row.line.number if row.line else None,
            order=row.line.order.number if row.line else "",
            quantity=row.quantity,
            lot=row.package.lot.code if row.package.lot else "",
            findings=tuple(one["rule"] for one in row.findings),
            sound=row.sound,
            at=row.at,
            by=row.by,
        )
        for row in kept
    )
