"""Bills of materials for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

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


def own_products(actor: Actor, path: str = "") -> Q:
    """The filter on rows that lead to a product by ``path``: everything for the house, what is released of
    the own products for a client. Refuses with Forbidden whoever may see no bills.
    """
    if actor.client:
        actor.must("view_own_orders")
        theirs = Q(**{f"{path}client": actor.client})
        return theirs & ~Q(state="draft") if path == "product__" else theirs
    actor.must("view_bills")
    return Q()


def seen_revisions(actor: Actor) -> QuerySet[Revision]:
    """The revisions that the actor may see, by product and age."""
    return (
        Revision.objects.select_related("product")
        .filter(own_products(actor, "product__"))
        .order_by("product__number", "imported_at", "id")
    )


def revisions(actor: Actor) -> tuple[RevisionLine, ...]:
    """Every revision on the books, by product and time of import."""
    rows = seen_revisions(actor).annotate(
        lines=Count("bom_lines", distinct=True),
        places=Count("designators", distinct=True),
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
    row = seen_revisions(actor).filter(product__number=product, label=revision).first()
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
    part = line.part
    return BillLine(
        line_number=line.line_number,
        part=part.number if part else "",
        description=part.description if part else line.value,
        manufacturer=part.manufacturer if part else "",
        manufacturer_part_number=part.manufacturer_part_number if part else "",
        quantity=line.quantity,
        designators=tuple(designators),
    )
