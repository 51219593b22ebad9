"""What the books know of a package that arrives. Unfiltered, for commands and the pages of the goods-in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from padstone.features.clocks.domain.expiry import expires_at
from padstone.features.clocks.domain.floor_life import level_of, stricter
from padstone.features.labels.domain.codes import package_code
from padstone.features.materials.lookups import supplier_called
from padstone.features.parts.lookups import (
    is_in_a_bill,
    known_parts,
    numbers_of,
    part_by_any_number,
    part_by_number,
    parts_by_key,
)
from padstone.features.receiving.domain.facts import Arrived, Known, LotCertified, OpenLine
from padstone.features.receiving.domain.policy import STANDARD, Policy, policy_of
from padstone.features.receiving.domain.texts import bare
from padstone.features.receiving.domain.words import Approval
from padstone.features.receiving.models import (
    LotCertificate,
    MakerForm,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReceivingPolicy,
    SeenNumber,
    SupplierCertificate,
    SupplierDecision,
)
from padstone.features.stock.domain.words import Account, LocationKind
from padstone.features.stock.lookups import location_called, location_of_kind
from padstone.kernel import clock
from padstone.platform.pinned import in_parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from padstone.features.materials.models import Supplier
    from padstone.features.parts.models import Part
    from padstone.features.receiving.domain.scanned import Scanned
    from padstone.features.stock.models import StorageLocation

_LEARNT_FROM = 200
"""Lots of a maker that came last, to compare a new one with."""


def policy_in_force() -> tuple[int, Policy]:
    """Its revision, 0 where nobody has decided, and the rules."""
    newest = ReceivingPolicy.objects.order_by("-revision").first()
    return (newest.revision, policy_of(newest.content)) if newest else (0, STANDARD)


def quarantine(policy: Policy) -> StorageLocation | None:
    """Where packages are brought that are held."""
    named = location_called(policy.quarantine) if policy.quarantine else None
    return named or location_of_kind(LocationKind.QUARANTINE)


@dataclass(frozen=True, slots=True)
class PartFound:
    """The part that a package is taken for. ``part`` None: nobody has registered ``number``. ``also``: other
    parts that its labels' numbers lead to.
    """

    number: str
    part: Part | None = None
    also: tuple[str, ...] = ()


def part_of(scanned: Scanned) -> PartFound:
    """By what a person said, else by our own number, the maker's, the supplier's; the first that is known.

    A supplier prints its own number, or what the buyer asked for, where ours should stand: such a number
    contradicts nothing unless it is a part of ours. One that several parts share finds none of them.
    """
    found: dict[int, str] = {}
    for kind, text in scanned.part_numbers:
        if kind in {"said", "number"} and (part := part_by_any_number(text)):
            found.setdefault(part.pk, part.number)
        elif kind != "number":
            kinds = ("maker", "supplier") if kind == "said" else (kind,)
            same = parts_by_key(kinds, [text]).get(bare(text), ())
            if len(same) == 1:
                found.setdefault(same[0], numbers_of(same)[same[0]])
    if not found:
        return PartFound(_name_for(scanned))
    first, *others = found.values()
    return PartFound(first, part_by_number(first), tuple(others))


def _name_for(scanned: Scanned) -> str:
    """Under which number a part is put on the books that nobody has registered: what a person said, or the
    maker's.
    """
    said = dict(reversed(scanned.part_numbers))
    return next((said[kind] for kind in ("said", "maker", "number", "supplier") if kind in said), "")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the house thinks of a supplier; ``certificates`` by standard, until when the latest is valid."""

    approval: str
    tier: str
    certificates: dict[str, date]


def standing(supplier_id: int) -> Standing:
    newest = SupplierDecision.objects.filter(supplier=supplier_id).order_by("-pk").first()
    certificates: dict[str, date] = {}
    for row in SupplierCertificate.objects.filter(supplier=supplier_id):
        certificates[row.standard] = max(row.valid_until, certificates.get(row.standard, row.valid_until))
    return Standing(newest.approval if newest else Approval.NEW, newest.tier if newest else "", certificates)


def order_called(number: str) -> PurchaseOrder | None:
    """The purchase order of that number; labels write a line behind it: ``4711/2``."""
    rows = PurchaseOrder.objects.select_related("supplier")
    number = number.strip()
    return rows.filter(number=number).first() or (
        rows.filter(number=number.rpartition("/")[0].strip()).first() if "/" in number else None
    )


def received_of(line_ids: Collection[int]) -> dict[int, Decimal]:
    """By line, what came of it and fills it, and was not sent back: one reel too many does not make the next
    ones too many, and what went back to the supplier is expected again.
    """
    rows = (
        Receipt.objects.filter(line__in=line_ids, fills=True)
        .order_by()
        .values_list("line")
        .annotate(Sum("quantity"))
    )
    back = sent_back(line_ids, fills=True)
    return {line: total - back.get(line, Decimal(0)) for line, total in rows if line is not None}


def sent_back(line_ids: Collection[int], **which: bool) -> dict[int, Decimal]:
    """By line, the pieces of its packages that were returned to the supplier; never more than came."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    rows = Receipt.objects.filter(
        line__in=line_ids, package__movements__to_account=Account.RETURNED, **which
    ).order_by()
    columns = rows.values_list("line", "package", "quantity")
    for line, _, came, returned in columns.annotate(Sum("package__movements__quantity")):
        if line is not None:
            found[line] += min(came, returned)
    return found


@dataclass(frozen=True, slots=True)
class Delivery:
    """The order that a package counts to, and its lines of the part. ``counts_to``: the line it fills."""

    order: PurchaseOrder | None
    lines: tuple[OpenLine, ...] = ()
    counts_to: PurchaseOrderLine | None = None


def delivery_of(part_id: int | None, named: str, quantity: Decimal, *, lock: bool = False) -> Delivery:
    """The order that was named, where the books know it; else the first open one that has room for it.

    ``lock``: its lines are locked until the transaction ends, so that two people cannot fill them at once.
    """
    order = order_called(named) if named else None
    if part_id is None:
        return Delivery(order)
    rows = PurchaseOrderLine.objects.filter(part=part_id)
    rows = rows.filter(order=order) if order else rows.filter(order__closed_at=None)
    if lock:
        list(rows.select_for_update(of=("self",)).order_by("pk"))
    found = sorted(
        rows.select_related("order__supplier"), key=lambda one: (one.expected_on or date.max, one.pk)
    )
    received = received_of([row.pk for row in found])
    lines = {
        row.pk: OpenLine(row.order.number, row.number, row.quantity, received.get(row.pk, Decimal(0)))
        for row in found
    }
    if order is None and found:
        order = next(
            (row.order for row in found if lines[row.pk].left >= quantity),
            next((row.order for row in found if lines[row.pk].left), found[-1].order),
        )
        found = [row for row in found if row.order_id == order.pk]
    counts_to = next((row for row in found if lines[row.pk].left), found[-1] if found else None)
    return Delivery(order, tuple(lines[row.pk] for row in found), counts_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheDoor:
    """A package that arrives, and all that is known of it. ``received_before``: under which code of ours it
    was received, "" where it was not.
    """

    found: PartFound
    arrived: Arrived
    known: Known
    delivery: Delivery
    supplier: Supplier | None
    supplier_name: str
    expires_at: datetime | None
    manufactured_at: datetime | None
    received_before: str


def at_the_door(scanned: Scanned, order: str, *, lock: bool = False) -> AtTheDoor:
    """All that the rules ask of a package. ``order``: the purchase order that the person works on."""
    found = part_of(scanned)
    part, quantity = found.part, scanned.quantity or Decimal(0)
    delivery = delivery_of(part.pk if part else None, order or scanned.order, quantity, lock=lock)
    named = supplier_called(scanned.supplier) if scanned.supplier else None
    supplier = delivery.order.supplier if delivery.order else named
    other = named.name if named and supplier and named.pk != supplier.pk else ""
    supplier_name = supplier.name if supplier else scanned.supplier
    level = stricter(level_of(part.moisture_level if part else ""), level_of(scanned.level.lstrip("0")))
    made_at = _midnight(scanned.made[0]) if scanned.made else None
    told = _end_of(scanned.expires_on) if scanned.expires_on else None
    ends = expires_at(told, made_at, part.shelf_life_days if part else None)
    arrived = Arrived(
        part=found.number,
        mpn=scanned.mpn,
        maker=maker_of(scanned, part),
        lot=scanned.lot,
        date_code=scanned.date_code,
        made=scanned.made,
        quantity=quantity,
        country=scanned.country,
        expires_on=ends.date() if ends else None,
        sealed_on=scanned.sealed_on,
        card_percent=scanned.card_percent,
        not_there=scanned.not_there,
        settled=scanned.settled,
    )
    before, elsewhere = _seen(scanned, part, supplier_name)
    return AtTheDoor(
        found=found,
        arrived=arrived,
        known=replace(
            _known(scanned, found, delivery, supplier, supplier_name),
            level=level,
            elsewhere=elsewhere,
            label_supplier=other,
        ),
        delivery=delivery,
        supplier=supplier,
        supplier_name=supplier_name,
        expires_at=told,
        manufactured_at=made_at,
        received_before=before,
    )


def _known(
    scanned: Scanned,
    found: PartFound,
    delivery: Delivery,
    supplier: Supplier | None,
    supplier_name: str,
) -> Known:
    part = found.part
    thinks = standing(supplier.pk) if supplier else Standing(Approval.NEW, "", {})
    maker = maker_of(scanned, part)
    declared = MakerForm.objects.filter(key=bare(maker)).order_by("-pk").first() if maker else None
    forms = list(
        Receipt.objects.filter(maker_key=bare(maker), sound=True)
        .exclude(lot_form="")
        .order_by("-pk")
        .values_list("package__lot_id", "lot_form")[:_LEARNT_FROM]
        if maker
        else ()
    )
    return Known(
        today=clock.now().date(),
        registered=part is not None,
        in_bills=part is not None and is_in_a_bill(part.pk),
        also=found.also,
        approved=known_parts([part.pk])[part.pk].approved if part else (),
        criticality=part.criticality if part else "",
        lifecycle=part.lifecycle if part else "",
        last_buy_on=part.last_buy_on if part else None,
        order=delivery.order.number if delivery.order else "",
        order_named=scanned.order,
        lines=delivery.lines,
        supplier=supplier_name,
        approval=thinks.approval,
        tier=thinks.tier,
        supplier_certificates=thinks.certificates,
        certificates=_certificates(part, supplier) if part else (),
        lot_received=_received_of_lot(part, scanned.lot) if part and scanned.lot else Decimal(0),
        declared_lots=tuple(declared.lot_patterns.split()) if declared else (),
        declared_countries=tuple(declared.countries.split()) if declared else (),
        lot_forms=frozenset(form for _, form in forms),
        lots=len({lot for lot, _ in forms}),
    )


def maker_of(scanned: Scanned, part: Part | None) -> str:
    """Who made it: as the label says, else as the books know the only maker of that number."""
    if scanned.maker or part is None:
        return scanned.maker
    approved = known_parts([part.pk])[part.pk].approved
    named = [maker for maker, number in approved if bare(number) == bare(scanned.mpn)]
    return named[0] if len(named) == 1 else ""


def _certificates(part: Part, supplier: Supplier | None) -> tuple[LotCertified, ...]:
    rows = LotCertificate.objects.filter(part=part).order_by("-pk")
    if supplier is not None:
        rows = rows.filter(supplier=supplier)
    return tuple(
        LotCertified(
            number=row.number,
            lot=row.lot,
            date_codes=tuple(row.date_codes.split()),
            quantity=row.quantity,
            valid_until=row.valid_until,
        )
        for row in rows
    )


def _received_of_lot(part: Part, lot: str) -> Decimal:
    rows = Receipt.objects.filter(package__part=part, package__lot__code=lot)
    return rows.aggregate(total=Sum("quantity"))["total"] or Decimal(0)


def _seen(scanned: Scanned, part: Part | None, supplier: str) -> tuple[str, str]:
    """Our code of the package that was received under the same number from the same supplier, and of one that
    was under another part or supplier.
    """
    if not scanned.identities:
        return "", ""
    asked = Q()
    for kind, number in scanned.identities:
        asked |= Q(kind=kind, number=number)
    same = elsewhere = ""
    for row in SeenNumber.objects.filter(asked).order_by("pk"):
        if part is not None and row.part_id == part.pk and row.supplier == bare(supplier):
            same = same or package_code(row.own_id)
        else:
            elsewhere = elsewhere or package_code(row.own_id)
    return same, elsewhere


@dataclass(frozen=True, slots=True)
class Expected:
    """Pieces of a part that are ordered and have not come."""

    order: str
    quantity: Decimal
    on: date | None


def still_expected(part_ids: Collection[int]) -> dict[int, tuple[Expected, ...]]:
    """By part, what open purchase orders still promise of it, what is due first, first."""
    found: dict[int, list[Expected]] = defaultdict(list)
    for some in in_parts(sorted(part_ids)):
        rows = PurchaseOrderLine.objects.filter(part__in=some, order__closed_at=None)
        kept = list(rows.select_related("order").order_by("pk"))
        came = received_of([row.pk for row in kept])
        for row in kept:
            left = row.quantity - came.get(row.pk, Decimal(0))
            if left > 0:
                found[row.part_id].append(Expected(row.order.number, left, row.expected_on))
    return {part: tuple(sorted(rows, key=lambda one: one.on or date.max)) for part, rows in found.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _end_of(day: date) -> datetime:
    """The last day itself is good."""
    return datetime.combine(day, time(23, 59, 59), UTC)
