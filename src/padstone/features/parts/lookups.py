"""Unfiltered reads of parts and bills for other features' commands."""

from __future__ import annotations

from padstone.features.parts.models import BomDesignator, Part, Revision


def part_by_number(number: str) -> Part | None:
    return Part.objects.filter(number=number).first()


def revision(product: str, label: str) -> Revision | None:
    """A product's revision by both names, as a work order tells them."""
    return Revision.objects.filter(product__number=product, label=label).select_related("product").first()


def expected_parts(revision_id: int) -> dict[str, str]:
    """What the revision's bill wants where: designator → part number, in the order of the bill."""
    rows = BomDesignator.objects.filter(revision_id=revision_id).order_by("id")
    return dict(rows.values_list("designator", "bom_line__part__number"))
