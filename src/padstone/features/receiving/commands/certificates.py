"""Certificates of conformance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.parts.commands import store_document
from padstone.features.parts.lookups import part_by_any_number
from padstone.features.receiving.commands.suppliers import known_supplier, must_be_a_file
from padstone.features.receiving.models import LotCertificate
from padstone.kernel import clock
from padstone.kernel.bounds import check_length
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What a certificate says. No lot: it is of all of them. ``quantity`` is of how many pieces it is."""

    supplier: str
    part: str
    number: str
    lot: str = ""
    date_codes: tuple[str, ...] = ()
    quantity: Decimal | None = None
    valid_until: date | None = None


@command("file_certificate")
def file_certificate(actor: Actor, *, conformance: Conformance, file_name: str, content: bytes) -> None:
    """File a certificate of conformance with its document. What arrives from then on is held against it.

    Raises NotFound for an unknown supplier or part, Invalid without a number or a document.
    """
    supplier = known_supplier(conformance.supplier)
    part = part_by_any_number(" ".join(conformance.part.split()))
    if part is None:
        raise NotFound(
            "part_unknown",
            "The books know no part {part}.",
            field="part",
            way_out="Register it first.",
            part=conformance.part[:200],
        )
    number, lot = conformance.number.strip(), conformance.lot.strip()
    codes = " ".join(conformance.date_codes)
    for text, field, longest in ((number, "number", 100), (lot, "lot", 200), (codes, "date_codes", 200)):
        check_length(text, field, longest)
    quantity = conformance.quantity
    if not number or (quantity is not None and not (quantity.is_finite() and 0 < quantity < 10**12)):
        raise Invalid(
            "certificate_incomplete",
            "A certificate needs a number, and is of a quantity above 0 if of any.",
            field="number" if not number else "quantity",
        )
    must_be_a_file(content)
    document = store_document.within(actor, name=file_name, content=content)
    LotCertificate.objects.create(
        supplier=supplier,
        part=part,
        number=number,
        lot=lot,
        date_codes=codes,
        quantity=quantity,
        valid_until=conformance.valid_until,
        document=document,
        by=actor.name[:200],
        at=clock.now(),
    )
    record(
        actor,
        "file_certificate",
        f"part:{part.number}",
        supplier=supplier.name,
        number=number,
        lot=lot,
        sha256=bytes(document.sha256).hex(),
    )
