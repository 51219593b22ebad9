"""Unfiltered reads of parts and bills for other features' commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.db.models import Q
from django.db.models.functions import Coalesce

from padstone.features.parts.domain.parameters import Value
from padstone.features.parts.domain.search import key_of
from padstone.features.parts.models import (
    Alternate,
    BomDesignator,
    BomLine,
    ManufacturerPart,
    Part,
    PartKey,
    PartParameter,
    PartStatement,
    Product,
    Revision,
)
from padstone.kernel.errors import Conflict
from padstone.platform.prepared import prepared
from padstone.platform.together import alone

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from padstone.platform.together import Asks

T = TypeVar("T")
AT_ONCE = 500
"""Names in one question to the database."""


@dataclass(frozen=True, slots=True)
class Stated:
    """The latest statement under a regulation; ``document`` is the name of the one that proves it, "" for
    none.
    """

    status: str
    dated: date
    document: str

    @property
    def proved(self) -> bool:
        return bool(self.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPart:
    """What a design is checked against. ``approved`` are the approved (maker, number) pairs by tier;
    ``statements`` by regulation.
    """

    id: int
    number: str
    description: str
    category: str
    lifecycle: str
    last_buy_on: date | None
    moisture_level: str
    lead_time_days: int | None
    approved: tuple[tuple[str, str], ...] = ()
    makers: tuple[str, ...] = ()
    statements: Mapping[str, Stated] = field(default_factory=dict)
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOnBooks:
    """A line of a released bill; ``part`` is "" where it names none."""

    number: int
    part: str
    description: str
    manufacturer: str
    manufacturer_part_number: str
    quantity: Decimal
    designators: tuple[str, ...]
    fitted: bool
    fitted_in: tuple[str, ...]
    value: str
    footprint: str
    sub_assembly: str
    client_supplied: bool
    attrition_percent: Decimal


def part_by_number(number: str) -> Part | None:
    return Part.objects.filter(number=number).first()


def part_ids(numbers: Collection[str]) -> dict[str, int]:
    """The ids of these parts, by their numbers."""
    found: dict[str, int] = {}
    for some in _chunks(numbers):
        found |= dict(Part.objects.filter(number__in=some).values_list("number", "id"))
    return found


def part_by_any_number(number: str) -> Part | None:
    """The part of that number; where it was merged into another, that other."""
    part = Part.objects.filter(number=number).select_related("merged_into").first()
    return part.merged_into or part if part is not None else None


def parts_by_key(kinds: Collection[str], texts: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """By each text's key the ids of the parts that have it as one of these kinds of names, by index."""
    found: dict[str, list[int]] = defaultdict(list)
    for some in _chunks({key for text in texts if (key := key_of(text))}):
        rows = PartKey.objects.filter(key__in=some, kind__in=kinds).order_by("part_id")
        for key, part, survivor in rows.values_list("key", "part_id", "part__merged_into_id"):
            one = survivor or part
            if one not in found[key]:
                found[key].append(one)
    return {key: tuple(parts) for key, parts in found.items()}


def known_parts(ids: Iterable[int]) -> dict[int, KnownPart]:
    """All that a check of a design asks of these parts, in a handful of questions for each 500 of them."""
    found: dict[int, KnownPart] = {}
    for some in _chunks(set(ids)):
        sources: dict[int, list[ManufacturerPart]] = defaultdict(list)
        for source in ManufacturerPart.objects.filter(part_id__in=some).order_by("tier", "id"):
            sources[source.part_id].append(source)
        statements: dict[int, dict[str, Stated]] = defaultdict(dict)
        stated = PartStatement.objects.filter(part_id__in=some).order_by("dated", "id")
        for part_id, regulation, status, dated, document in stated.values_list(
            "part_id", "regulation", "status", "dated", "document__name"
        ):
            statements[part_id][regulation] = Stated(status, dated, document or "")
        values = values_of(some)
        for part in Part.objects.filter(pk__in=some):
            mine = sources.get(part.pk, [])
            approved = [one for one in mine if one.approval == "approved"]
            found[part.pk] = KnownPart(
                id=part.pk,
                number=part.number,
                description=part.description,
                category=part.category,
                lifecycle=part.lifecycle,
                last_buy_on=part.last_buy_on,
                moisture_level=part.moisture_level,
                lead_time_days=part.lead_time_days,
                approved=tuple((one.manufacturer, one.number) for one in approved),
                makers=tuple(dict.fromkeys(one.manufacturer for one in approved)),
                statements=statements.get(part.pk, {}),
                parameters=values.get(part.pk, {}),
            )
    return found


class ClockFacts(NamedTuple):
    """What the clocks of materials ask of a part. ``package`` is what its maker calls the case."""

    category: str
    level: str
    shelf_life_days: int | None
    height_mm: Decimal | None
    package: str


def clock_facts(part_ids: Collection[int]) -> dict[int, ClockFacts]:
    """By part, in two statements for each 500 of them."""
    found: dict[int, ClockFacts] = {}
    for some in _chunks(part_ids):
        values = values_of(some)
        rows = Part.objects.filter(pk__in=some)
        for pk, category, level, days in rows.values_list(
            "pk", "category", "moisture_level", "shelf_life_days"
        ):
            height = values.get(pk, {}).get("height", Value()).number
            package = values.get(pk, {}).get("package", Value()).word
            found[pk] = ClockFacts(category, level, days, height_mm=height, package=package)
    return found


def values_of(part_ids: Collection[int]) -> dict[int, dict[str, Value]]:
    """The typed parameters of these parts, by their names."""
    found: dict[int, dict[str, Value]] = defaultdict(dict)
    for row in PartParameter.objects.filter(part_id__in=part_ids):
        found[row.part_id][row.name] = Value(row.number, row.word)
    return found


def revision(product: str, label: str) -> Revision | None:
    """A product's revision by both names, as a work order tells them."""
    return Revision.objects.filter(product__number=product, label=label).select_related("product").first()


def revision_by_id(revision_id: int) -> Revision | None:
    return Revision.objects.filter(pk=revision_id).select_related("product").first()


def locked_revision(revision_id: int) -> Revision | None:
    """As :func:`revision_by_id`; nobody else changes it until the transaction ends."""
    return (
        Revision.objects.select_for_update(of=("self",))
        .select_related("product")
        .filter(pk=revision_id)
        .first()
    )


def revisions_of(product_id: int) -> tuple[Revision, ...]:
    return tuple(
        Revision.objects.filter(product_id=product_id).select_related("product").order_by("imported_at", "id")
    )


def product(number: str) -> Product | None:
    return Product.objects.filter(number=number).first()


def bill_lines(revision_id: int) -> tuple[LineOnBooks, ...]:
    """The lines of a released revision, in their order."""
    places: dict[int, list[str]] = defaultdict(list)
    rows = BomDesignator.objects.filter(revision_id=revision_id).order_by("id")
    for line_id, designator in rows.values_list("bom_line_id", "designator"):
        places[line_id].append(designator)
    return tuple(
        LineOnBooks(
            number=line.line_number,
            part=line.part.number if line.part else "",
            description=line.part.description if line.part else "",
            manufacturer=line.part.manufacturer if line.part else "",
            manufacturer_part_number=line.part.manufacturer_part_number if line.part else "",
            quantity=line.quantity,
            designators=tuple(places[line.pk]),
            fitted=line.fitted,
            fitted_in=tuple(name for name in line.fitted_in.split(",") if name),
            value=line.value,
            footprint=line.footprint,
            sub_assembly=line.sub_assembly.number if line.sub_assembly else "",
            client_supplied=line.client_supplied,
            attrition_percent=line.attrition_percent,
        )
        for line in BomLine.objects.filter(revision_id=revision_id)
        .select_related("part", "sub_assembly")
        .order_by("line_number")
    )


def drafts() -> tuple[Revision, ...]:
    return tuple(
        Revision.objects.filter(state="draft").select_related("product").order_by("product__number", "id")
    )


def products_among(numbers: Collection[str]) -> frozenset[str]:
    """Those of the numbers that are products of the books."""
    found: set[str] = set()
    for some in _chunks(numbers):
        found |= set(Product.objects.filter(number__in=some).values_list("number", flat=True))
    return frozenset(found)


def must_be_buildable(revision_id: int) -> None:
    """Refuse with Conflict to build to a draft, or to what is obsolete."""
    row = revision_by_id(revision_id)
    if row is not None and row.state != "released":
        raise Conflict(
            "revision_not_released",
            "Revision {revision} of {product} is {state}.",
            field="revision",
            way_out="Release it first."
            if row.state == "draft"
            else "Choose the revision that took its place.",
            revision=row.label,
            product=row.product.number,
            state="a draft" if row.state == "draft" else row.state,
        )


def is_in_a_bill(part_id: int) -> bool:
    """Whether a released bill names the part."""
    return BomLine.objects.filter(part_id=part_id).exists()


def expected_parts(revision_id: int) -> dict[str, str]:
    """What the revision's bill wants where: designator → part number, in the order of the bill.

    Of what is fitted in some variants alone nothing is said: nobody tells which variant a board is.
    """
    return alone(asking_expected_parts(revision_id))


def asking_expected_parts(revision_id: int) -> Asks[dict[str, str]]:
    (rows,) = yield [_expected.asked(revision=revision_id)]
    return dict(rows)


@prepared(revision=int)
def _expected(revision: int) -> QuerySet[Any, tuple[Any, ...]]:
    rows = BomDesignator.objects.filter(
        revision_id=revision, bom_line__fitted=True, bom_line__fitted_in="", bom_line__part__isnull=False
    ).order_by("id")
    return rows.values_list("designator", "bom_line__part__number")


def alternates_for(
    revision: Revision, part_ids: Collection[int], on: date
) -> dict[int, tuple[Alternate, ...]]:
    """The approved alternates that hold for this revision on that day, by the part they may replace."""
    found: dict[int, list[Alternate]] = defaultdict(list)
    for some in _chunks(set(part_ids)):
        rows = (
            Alternate.objects.filter(part_id__in=some, approval="approved", withdrawn_at__isnull=True)
            .filter(Q(client="") | Q(client=revision.product.client))
            .filter(Q(product__isnull=True) | Q(product_id=revision.product_id))
            .filter(Q(revision__isnull=True) | Q(revision_id=revision.pk))
            .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
            .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))
            .select_related("other")
            .order_by("id")
        )
        for row in rows:
            found[row.part_id].append(row)
    return {part: tuple(rows) for part, rows in found.items()}


def exchangeable(part_ids: Collection[int]) -> set[tuple[int, int]]:
    """Pairs of these parts of which one may replace the other, in some product at least."""
    found: set[tuple[int, int]] = set()
    for some in _chunks(set(part_ids)):
        rows = Alternate.objects.filter(part_id__in=some, approval="approved", other_id__in=part_ids)
        for part, other in rows.values_list("part_id", "other_id"):
            found |= {(part, other), (other, part)}
    return found


def numbers_of(part_ids: Iterable[int]) -> dict[int, str]:
    """The numbers that count today: of a merged part, the one that it was merged into."""
    found: dict[int, str] = {}
    for some in _chunks(set(part_ids)):
        rows = Part.objects.filter(pk__in=some).annotate(counts=Coalesce("merged_into__number", "number"))
        found |= dict(rows.values_list("pk", "counts"))
    return found


def _chunks(names: Collection[T]) -> Iterable[list[T]]:
    rest = iter(names)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk
