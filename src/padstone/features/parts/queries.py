"""Bills of materials for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count

from padstone.features.parts.models import BomLine, Revision
from padstone.kernel.actor import Actor
from padstone.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision on the books: how many lines and designators its bill has, who imported it and when."""

    product: str
    product_name: str
    revision: str
    lines: int
    designators: int
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True)
class BillLine:
    line_number: int
    part: str
    description: str
    manufacturer: str
    manufacturer_part_number: str
    quantity: Decimal
    designators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillOfMaterials:
    product: str
    product_name: str
    revision: str
    imported_at: datetime
    imported_by: str
    lines: tuple[BillLine, ...]


def revisions(actor: Actor) -> tuple[RevisionLine, ...]:
    """Every revision on the books, by product and time of import."""
    actor.must("view_bills")
    rows = (
        Revision.objects.select_related("product")
        .annotate(
            lines=Count("bom_lines", distinct=True),
            places=Count("designators", distinct=True),
        )
        .order_by("product__number", "imported_at", "id")
    )
    return tuple(
        RevisionLine(
            product=row.product.number,
            product_name=row.product.name,
            revision=row.label,
            lines=row.lines,
            designators=row.places,
            imported_at=row.imported_at,
            imported_by=row.imported_by,
        )
        for row in rows
    )


def bill_of_materials(actor: Actor, product: str, revision: str) -> BillOfMaterials:
    """The bill of one revision, in the order of its file. Refuses a revision that is not on the books."""
    actor.must("view_bills")
    row = Revision.objects.select_related("product").filter(product__number=product, label=revision).first()
    if row is None:
        raise NotFound(
            "revision_unknown",
            "Product {product} has no revision {revision} on the books.",
            way_out="Import its bill of materials first.",
            product=product,
            revision=revision,
        )
    places: dict[int, list[str]] = {}
    for line_id, designator in row.designators.order_by("id").values_list("bom_line_id", "designator"):
        places.setdefault(line_id, []).append(designator)
    lines = row.bom_lines.select_related("part").order_by("line_number")
    return BillOfMaterials(
        product=row.product.number,
        product_name=row.product.name,
        revision=row.label,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        lines=tuple(_line(line, places.get(line.pk, [])) for line in lines),
    )


def _line(line: BomLine, designators: list[str]) -> BillLine:
    return BillLine(
        line_number=line.line_number,
        part=line.part.number,
        description=line.part.description,
        manufacturer=line.part.manufacturer,
        manufacturer_part_number=line.part.manufacturer_part_number,
        quantity=line.quantity,
        designators=tuple(designators),
    )
