"""From whom a part may be bought, and what is stated of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from padstone.features.parts.commands.naming import LONGEST_NUMBER, at_most, known_part, name, one_of
from padstone.features.parts.commands.registering import add_key
from padstone.features.parts.domain.parameters import APPROVALS, REGULATIONS, STATEMENTS
from padstone.features.parts.models import Document, ManufacturerPart, PartStatement, PriceBreak, SupplierPart
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Invalid
from padstone.kernel.seal import digest
from padstone.platform.audit.record import record
from padstone.platform.command import command

LARGEST_DOCUMENT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How a supplier sells a part. ``prices``: from which quantity, at what price each."""

    supplier: str
    number: str
    packaging: str = ""
    minimum_order: Decimal | None = None
    lead_time_days: int | None = None
    currency: str = ""
    prices: Sequence[tuple[Decimal, Decimal]] = ()


@command("approve_parts")
def approve_source(
    actor: Actor, *, part: str, manufacturer: str, number: str, approval: str = "approved", tier: int = 1
) -> ManufacturerPart:
    """Say whether a maker's part may be built in as this one; a source that nobody named before is added.

    Raises NotFound for an unknown part, Invalid for a word or a tier that there is not.
    """
    row = known_part(part)
    one_of(approval or "?", "approval", APPROVALS)
    if not 1 <= tier <= 9:
        raise Invalid("tier_unknown", "A tier is a number from 1 to 9.", field="tier")
    source, _ = ManufacturerPart.objects.get_or_create(
        part=row,
        manufacturer=at_most(" ".join(manufacturer.split()), "manufacturer", 200),
        number=name(number, "number", LONGEST_NUMBER),
    )
    before = {"approval": source.approval, "tier": source.tier}
    source.approval, source.tier = approval, tier
    source.decided_by, source.decided_at = actor.name, clock.now()
    source.save()
    add_key(row, "maker", source.number)
    record(
        actor,
        "approve_source",
        f"part:{row.number}",
        before=before,
        after={"approval": approval, "tier": tier},
        manufacturer=source.manufacturer,
        number=source.number,
    )
    return source


@command("manage_parts")
def offer_part(actor: Actor, *, part: str, offer: Offer) -> SupplierPart:
    """Put on the books how a supplier sells a part; its prices take the place of those that stood there."""
    row = known_part(part)
    if offer.prices and len(offer.currency) != 3:
        raise Invalid("currency_missing", "Prices need a currency, such as EUR.", field="currency")
    if any(quantity <= 0 or price < 0 for quantity, price in offer.prices):
        raise Invalid(
            "price_impossible", "A price break begins above 0, and no price is below 0.", field="prices"
        )
    sold, _ = SupplierPart.objects.update_or_create(
        part=row,
        supplier=name(offer.supplier, "supplier", 200),
        number=name(offer.number, "number", LONGEST_NUMBER),
        defaults={
            "packaging": at_most(offer.packaging, "packaging", 50),
            "minimum_order": offer.minimum_order,
            "lead_time_days": offer.lead_time_days,
        },
    )
    sold.prices.all().delete()
    PriceBreak.objects.bulk_create(
        PriceBreak(offer=sold, from_quantity=quantity, price=price, currency=offer.currency.upper())
        for quantity, price in dict(offer.prices).items()
    )
    add_key(row, "supplier", sold.number)
    record(
        actor,
        "offer_part",
        f"part:{row.number}",
        supplier=sold.supplier,
        number=sold.number,
        prices=[[quantity, price] for quantity, price in offer.prices],
    )
    return sold


@command("manage_parts")
def state_compliance(
    actor: Actor,
    *,
    part: str,
    regulation: str,
    status: str,
    dated: date,
    document_name: str = "",
    document: bytes = b"",
) -> PartStatement:
    """Put on the books what is stated of a part, and the document that proves it, to the byte.

    A later statement takes the place of an earlier one, which stays on the books.
    """
    row = known_part(part)
    one_of(regulation or "?", "regulation", REGULATIONS)
    one_of(status or "?", "status", STATEMENTS)
    proof = store_document.within(actor, name=document_name, content=document) if document else None
    statement = PartStatement.objects.create(
        part=row,
        regulation=regulation,
        status=status,
        document=proof,
        dated=dated,
        stated_by=actor.name,
        stated_at=clock.now(),
    )
    record(
        actor,
        "state_compliance",
        f"part:{row.number}",
        regulation=regulation,
        status=status,
        dated=dated.isoformat(),
        sha256=bytes(proof.sha256).hex() if proof else "",
    )
    return statement


@command("store_document")
def store_document(actor: Actor, *, name: str, content: bytes) -> Document:
    """Keep a file to the byte; the same bytes are kept once, under the name that they first came with."""
    if len(content) > LARGEST_DOCUMENT:
        raise Invalid(
            "document_too_large",
            "A document may have {most} MiB.",
            field="file",
            most=LARGEST_DOCUMENT // 2**20,
        )
    kept, created = Document.objects.get_or_create(
        sha256=digest(content),
        defaults={
            "name": name[:300] or "document",
            "content": content,
            "stored_at": clock.now(),
            "stored_by": actor.name,
        },
    )
    if created:
        record(
            actor, "store_document", f"document:{kept.pk}", name=kept.name, sha256=bytes(kept.sha256).hex()
        )
    return kept
