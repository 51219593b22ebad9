"""Suppliers, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.clocks.domain.rules import as_told
from padstone.features.materials.lookups import supplier_called, suppliers
from padstone.features.receiving.lookups import policy_in_force, standing
from padstone.features.receiving.models import (
    LotCertificate,
    MakerForm,
    SupplierCertificate,
    SupplierDecision,
)
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierLine:
    """A supplier in a list. ``certified_until`` is until when its best certificate is valid."""

    name: str
    approval: str
    tier: str
    certified_until: date | None
    in_date: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    approval: str
    tier: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledCertificate:
    standard: str
    number: str
    valid_until: date
    in_date: bool
    document: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledConformance:
    """A certificate of conformance on file."""

    part: str
    number: str
    lot: str
    date_codes: str
    quantity: Decimal | None
    valid_until: date | None
    document: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierCard:
    """A supplier: what the house thinks of it, newest decision first, and its certificates."""

    name: str
    approval: str
    tier: str
    decisions: tuple[Decision, ...]
    certificates: tuple[FiledCertificate, ...]
    conformance: tuple[FiledConformance, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredMaker:
    """What a maker's labels look like."""

    maker: str
    lot_patterns: str
    countries: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingRules:
    """The rules of the goods-in in force, and what is declared of makers."""

    revision: int
    policy: Mapping[str, object]
    makers: tuple[DeclaredMaker, ...]


def supplier_list(actor: Actor) -> tuple[SupplierLine, ...]:
    must_see(actor)
    today = clock.now().date()
    found = []
    for row in suppliers():
        thinks = standing(row.pk)
        until = max(thinks.certificates.values(), default=None)
        found.append(
            SupplierLine(
                name=row.name,
                approval=thinks.approval,
                tier=thinks.tier,
                certified_until=until,
                in_date=until is not None and until >= today,
            )
        )
    return tuple(found)


def supplier_card(actor: Actor, name: str) -> SupplierCard:
    """Raises NotFound for a supplier that nobody named."""
    must_see(actor)
    row = supplier_called(name)
    if row is None:
        raise NotFound(
            "supplier_unknown", "The books know no supplier {supplier}.", field="name", supplier=name[:200]
        )
    thinks, today = standing(row.pk), clock.now().date()
    decisions = SupplierDecision.objects.filter(supplier=row).order_by("-pk")
    certificates = SupplierCertificate.objects.filter(supplier=row).order_by("-valid_until", "-pk")
    conformance = LotCertificate.objects.filter(supplier=row).select_related("part").order_by("-pk")[:200]
    return SupplierCard(
        name=row.name,
        approval=thinks.approval,
        tier=thinks.tier,
        decisions=tuple(
            Decision(approval=one.approval, tier=one.tier, why=one.why, by=one.by, at=one.at)
            for one in decisions
        ),
        certificates=tuple(
            FiledCertificate(
                standard=one.standard,
                number=one.number,
                valid_until=one.valid_until,
                in_date=one.valid_until >= today,
                document=one.document_id,
            )
            for one in certificates
        ),
        conformance=tuple(
            FiledConformance(
                part=one.part.number,
                number=one.number,
                lot=one.lot,
                date_codes=one.date_codes,
                quantity=one.quantity,
                valid_until=one.valid_until,
                document=one.document_id,
            )
            for one in conformance
        ),
    )


def receiving_rules(actor: Actor) -> ReceivingRules:
    must_see(actor)
    revision, policy = policy_in_force()
    newest = {row.key: row for row in MakerForm.objects.order_by("pk")}
    makers = tuple(
        DeclaredMaker(maker=row.maker, lot_patterns=row.lot_patterns, countries=row.countries)
        for row in newest.values()
    )
    return ReceivingRules(revision=revision, policy=as_told(policy), makers=makers)
