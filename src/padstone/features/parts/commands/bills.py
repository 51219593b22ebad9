"""Put bills of materials on the books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from padstone.features.parts.commands.naming import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_REVISION,
    at_most,
    name,
)
from padstone.features.parts.commands.registering import AT_ONCE, register
from padstone.features.parts.domain.bill import Bill, Finding, ReadLine, read_bill
from padstone.features.parts.models import BomDesignator, BomLine, Part, Product, Revision
from padstone.kernel import clock
from padstone.kernel.actor import Actor
from padstone.kernel.errors import Conflict
from padstone.kernel.seal import digest
from padstone.platform.audit.record import record
from padstone.platform.command import command


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import put on the books, and what about the file a person should know.

    ``already_imported``: this very file was on the books under this revision before, and nothing was changed.
    """

    product: str
    revision: str
    lines: int
    designators: int
    findings: tuple[Finding, ...]
    already_imported: bool


@command("import_bom")
def import_bom(
    actor: Actor, *, product: str, revision: str, content: bytes, file_name: str, product_name: str = ""
) -> ImportReport:
    """Import a bill of materials (a CSV file's exact bytes) as a revision of a product, whole or not at all.

    The short way for a plain file: what is imported is released at once, in the phase prototype, which asks
    for no approvals. A released revision never changes: the same file again changes nothing and says so;
    another file under the same label is refused (Conflict). What the file must hold and what is refused in
    it: ``domain.bill.read_bill``. Parts that the books do not know are registered; of those they know only
    what is blank is filled in.
    """
    number = name(product, "product", LONGEST_NUMBER)
    label = name(revision, "revision", LONGEST_REVISION)
    title = at_most(product_name.strip(), "product_name", LONGEST_NAME)
    bill = read_bill(content)
    source = digest(content)
    owner, _ = Product.objects.get_or_create(number=number, defaults={"name": title})
    owner = Product.objects.select_for_update().get(pk=owner.pk)
    existing = owner.revisions.filter(label=label).first()
    if existing is not None and bytes(existing.source_digest) != source:
        raise _other_file(number, label, existing)
    findings = bill.findings
    if existing is None:
        if title and not owner.name:
            Product.objects.filter(pk=owner.pk).update(name=title)
        findings += _put_on_books(actor, owner, label, source, bill)
        _record_import(actor, number, label, file_name, source, bill)
    return ImportReport(
        product=number,
        revision=label,
        lines=len(bill.lines),
        designators=sum(len(line.designators) for line in bill.lines),
        findings=tuple(sorted(findings)),
        already_imported=existing is not None,
    )


class NamedPart(NamedTuple):
    """A part as a bill names it."""

    number: str
    description: str
    manufacturer: str
    mpn: str


@command("edit_design")
def register_from_bill(actor: Actor, *, parts: Sequence[NamedPart]) -> None:
    """Put the parts that a client's bill names on the books; of those they know only what is blank is filled
    in.
    """
    register(_named(parts))
    record(actor, "register_from_bill", "parts", parts=[one.number for one in parts[:100]], of=len(parts))


@command("register_part")
def register_parts(actor: Actor, *, parts: Sequence[NamedPart]) -> dict[str, int]:
    """The ids of many parts by number, registered where the books do not know them."""
    found = register(_named(parts))
    if parts:
        record(actor, "register_parts", "parts", parts=[one.number for one in parts])
    return {number: part.pk for number, part in found.items()}


def _named(parts: Sequence[NamedPart]) -> list[Part]:
    return [
        Part(
            number=name(one.number, "part_number", LONGEST_NUMBER),
            description=one.description[:500],
            manufacturer=one.manufacturer[:200],
            manufacturer_part_number=one.mpn[:200],
        )
        for one in parts
    ]


def _put_on_books(
    actor: Actor, product: Product, label: str, source: bytes, bill: Bill
) -> tuple[Finding, ...]:
    parts = register([_part_of(line) for line in bill.lines])
    revision = Revision.objects.create(
        product=product, label=label, imported_at=clock.now(), imported_by=actor.name, source_digest=source
    )
    lines = BomLine.objects.bulk_create(
        [
            BomLine(
                revision=revision, line_number=number, part=parts[line.part_number], quantity=line.quantity
            )
            for number, line in enumerate(bill.lines, start=1)
        ],
        batch_size=AT_ONCE,
    )
    BomDesignator.objects.bulk_create(
        [
            BomDesignator(revision=revision, bom_line=row, designator=designator)
            for row, line in zip(lines, bill.lines, strict=True)
            for designator in line.designators
        ],
        batch_size=AT_ONCE,
    )
    return tuple(_differences(bill.lines, parts))


def _part_of(line: ReadLine) -> Part:
    return Part(
        number=line.part_number,
        description=line.description,
        manufacturer=line.manufacturer,
        manufacturer_part_number=line.manufacturer_part_number,
    )


def _differences(lines: Iterable[ReadLine], parts: dict[str, Part]) -> Iterable[Finding]:
    for line in lines:
        known = parts[line.part_number].manufacturer_part_number
        if line.manufacturer_part_number and known != line.manufacturer_part_number:
            yield Finding(
                line.row,
                "",
                f"The books know {line.part_number} as the manufacturer's {known or 'unnamed part'}: kept.",
            )


def _record_import(
    actor: Actor, product: str, revision: str, file_name: str, source: bytes, bill: Bill
) -> None:
    record(
        actor,
        "import_bom",
        f"{product} {revision}"[:300],
        file_name=file_name,
        sha256=source.hex(),
        lines=len(bill.lines),
        designators=sum(len(line.designators) for line in bill.lines),
        findings=len(bill.findings),
    )


def _other_file(product: str, label: str, existing: Revision) -> Conflict:
    return Conflict(
        "revision_exists",
        "Revision {revision} of {product} was imported from another file at {at} by {by}, and never changes.",
        field="revision",
        way_out="Import this file under a new revision label.",
        revision=label,
        product=product,
        at=existing.imported_at.isoformat(),
        by=existing.imported_by,
    )
