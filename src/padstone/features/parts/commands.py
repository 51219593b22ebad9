"""Put parts and bills of materials on the books."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from padstone.features.parts.domain.bill import Bill, Finding, ReadLine, read_bill
from padstone.features.parts.models import BomDesignator, BomLine, Part, Product, Revision
from padstone.kernel import clock
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Conflict, Invalid
from padstone.kernel.seal import digest
from padstone.platform.audit.record import record
from padstone.platform.command import command

LONGEST_PRODUCT = 200
LONGEST_REVISION = 100
LONGEST_NAME = 300
_AT_ONCE = 500


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

    A revision never changes: the same file again changes nothing and says so; another file under the same
    label is refused (Conflict). What the file must hold and what is refused in it: ``domain.bill.read_bill``.
    Parts that the books do not know are registered; of those they know only what is blank is filled in.
    """
    number = _name(product, "product", LONGEST_PRODUCT)
    label = _name(revision, "revision", LONGEST_REVISION)
    title = product_name.strip()
    if len(title) > LONGEST_NAME:
        raise _too_long("product_name", LONGEST_NAME)
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


@command("register_part")
def register_part(
    actor: Actor,
    *,
    number: str,
    description: str = "",
    manufacturer: str = "",
    manufacturer_part_number: str = "",
) -> Part:
    """The part of that number, registered if the books do not know it.

    What is blank on the books is filled in; nothing that stands there is changed.
    """
    wanted = Part(
        number=_name(number, "part_number", LONGEST_PRODUCT),
        description=description[:500],
        manufacturer=manufacturer[:200],
        manufacturer_part_number=manufacturer_part_number[:200],
    )
    known = _register([wanted])
    part = known[wanted.number]
    if actor.kind is not ActorKind.JOB:  # what a machine told of is recorded by its message
        record(actor, "register_part", part.number)
    return part


def _put_on_books(
    actor: Actor, product: Product, label: str, source: bytes, bill: Bill
) -> tuple[Finding, ...]:
    parts = _register([_part_of(line) for line in bill.lines])
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
        batch_size=_AT_ONCE,
    )
    BomDesignator.objects.bulk_create(
        [
            BomDesignator(revision=revision, bom_line=row, designator=designator)
            for row, line in zip(lines, bill.lines, strict=True)
            for designator in line.designators
        ],
        batch_size=_AT_ONCE,
    )
    return tuple(_differences(bill.lines, parts))


def _part_of(line: ReadLine) -> Part:
    return Part(
        number=line.part_number,
        description=line.description,
        manufacturer=line.manufacturer,
        manufacturer_part_number=line.manufacturer_part_number,
    )


def _register(wanted: Sequence[Part]) -> dict[str, Part]:
    """The parts by number, new ones created; two imports at once both end with the same rows."""
    numbers = sorted({part.number for part in wanted})
    known = _parts(numbers)
    new = {part.number: part for part in reversed(wanted) if part.number not in known}
    if new:
        Part.objects.bulk_create(new.values(), batch_size=_AT_ONCE, ignore_conflicts=True)
        known |= _parts(sorted(new))
    filled = {part.pk: part for one in wanted if (part := _filled(known[one.number], one))}
    Part.objects.bulk_update(
        filled.values(), ["description", "manufacturer", "manufacturer_part_number"], batch_size=_AT_ONCE
    )
    return known


def _parts(numbers: Iterable[str]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    rest = iter(numbers)
    while chunk := list(islice(rest, _AT_ONCE)):
        found |= {part.number: part for part in Part.objects.filter(number__in=chunk)}
    return found


def _filled(part: Part, by: Part) -> Part | None:
    """The part with its blanks filled from ``by``, or None where there was nothing to fill."""
    before = (part.description, part.manufacturer, part.manufacturer_part_number)
    part.description = part.description or by.description
    if not part.manufacturer_part_number:
        part.manufacturer = part.manufacturer or by.manufacturer
        if part.manufacturer == by.manufacturer:
            part.manufacturer_part_number = by.manufacturer_part_number
    return part if before != (part.description, part.manufacturer, part.manufacturer_part_number) else None


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


def _name(text: str, field: str, longest: int) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("name_missing", "{subject} must not be blank.", field=field, subject=field)
    if len(name) > longest:
        raise _too_long(field, longest)
    return name


def _too_long(field: str, longest: int) -> Invalid:
    return Invalid(
        "name_too_long",
        "{subject} may have {longest} characters.",
        field=field,
        subject=field,
        longest=longest,
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
