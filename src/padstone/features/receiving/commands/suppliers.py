"""What the house thinks of its suppliers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from padstone.features.materials.commands import register_supplier
from padstone.features.materials.lookups import supplier_called
from padstone.features.parts.commands import store_document
from padstone.features.receiving.domain.words import Approval, Tier
from padstone.features.receiving.lookups import standing
from padstone.features.receiving.models import SupplierCertificate, SupplierDecision
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.features.materials.models import Supplier
    from padstone.kernel.actor import Actor

LONGEST_WHY = 1_000


@command("approve_suppliers")
def decide_supplier(actor: Actor, *, supplier: str, approval: str, tier: str, why: str) -> None:
    """Say what the house thinks of a supplier from now on; one that nobody named before is put on the books.

    Raises Invalid for a word that there is not, and without a reason.
    """
    if approval not in set(Approval) - {Approval.NEW}:
        raise _unknown("approval", approval, set(Approval) - {Approval.NEW})
    if tier not in set(Tier):
        raise _unknown("tier", tier, set(Tier))
    reason = must_say_why(why)
    row = supplier_called(supplier) or register_supplier.within(actor, name=supplier)
    before = standing(row.pk)
    SupplierDecision.objects.create(
        supplier=row, approval=approval, tier=tier, why=reason, by=actor.name[:200], at=clock.now()
    )
    record(
        actor,
        "decide_supplier",
        f"supplier:{row.name}",
        why=reason,
        before={"approval": before.approval, "tier": before.tier},
        after={"approval": approval, "tier": tier},
    )


@command("approve_suppliers")
def file_supplier_certificate(
    actor: Actor,
    *,
    supplier: str,
    standard: str,
    valid_until: date,
    file_name: str,
    content: bytes,
    number: str = "",
) -> None:
    """File a certificate that a supplier has, such as ISO 9001, with its document.

    Raises NotFound for an unknown supplier, Invalid without a standard or a document.
    """
    row = known_supplier(supplier)
    check_length(standard, "standard", 100)
    check_length(number, "number", 100)
    if not standard.strip():
        raise Invalid("standard_missing", "Say of which standard the certificate is.", field="standard")
    must_be_a_file(content)
    document = store_document.within(actor, name=file_name, content=content)
    SupplierCertificate.objects.create(
        supplier=row,
        standard=standard.strip(),
        number=number.strip(),
        valid_until=valid_until,
        document=document,
        by=actor.name[:200],
        at=clock.now(),
    )
    record(
        actor,
        "file_supplier_certificate",
        f"supplier:{row.name}",
        standard=standard,
        number=number,
        valid_until=valid_until.isoformat(),
        sha256=bytes(document.sha256).hex(),
    )


def known_supplier(name: str) -> Supplier:
    row = supplier_called(name)
    if row is None:
        raise NotFound(
            "supplier_unknown",
            "The books know no supplier {supplier}.",
            field="supplier",
            way_out="Decide about the supplier first, or enter a purchase order of it.",
            supplier=name[:200],
        )
    return row


def must_be_a_file(content: bytes) -> None:
    if not content:
        raise Invalid(
            "file_missing", "A certificate needs its document.", field="file", way_out="Add the file."
        )


def must_say_why(why: str) -> str:
    if not why.strip() or len(why) > LONGEST_WHY:
        raise Invalid("why_missing", "Say why, in {most} characters at most.", field="why", most=LONGEST_WHY)
    return why.strip()


def _unknown(field: str, word: str, allowed: set[Approval] | set[Tier]) -> Invalid:
    return Invalid(
        "word_unknown",
        "“{word}” is no {field_name}.",
        field=field,
        way_out=f"Use one of: {', '.join(sorted(allowed))}.",
        word=word[:60],
        field_name=field,
    )
