"""Parts for people: found, looked at whole, compared with what may replace them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from padstone.features.parts.domain.parameters import (
    CATEGORIES,
    Comparison,
    Sense,
    Value,
    compare,
    is_equal_or_better,
)
from padstone.features.parts.domain.search import key_of, range_of
from padstone.features.parts.lookups import part_by_any_number, values_of
from padstone.features.parts.models import (
    Alternate,
    BomLine,
    Document,
    ManufacturerPart,
    Part,
    PartKey,
    PartParameter,
    PartStatement,
    SupplierPart,
)
from padstone.features.parts.shown import (
    AlternateLine,
    Difference,
    OfferLine,
    ParameterLine,
    PartCard,
    PartLine,
    PriceLine,
    SourceLine,
    StatementLine,
    Substitute,
    UseLine,
)
from padstone.kernel.actor import Actor
from padstone.kernel.errors import NotFound

VIEW = "view_bills"
MOST_WORDS = 5
MOST_SUBSTITUTES = 50


def found_parts(text: str, category: str = "", lifecycle: str = "") -> QuerySet[Part]:
    """Parts whose keys begin with each word of the text, by index; all of them for no text."""
    rows = Part.objects.filter(merged_into__isnull=True)
    for word in [key for one in text.split() if (key := key_of(one))][:MOST_WORDS]:
        first, last = range_of(word)
        rows = rows.filter(pk__in=PartKey.objects.filter(key__gte=first, key__lte=last).values("part_id"))
    if category:
        rows = rows.filter(category=category)
    if lifecycle:
        rows = rows.filter(lifecycle=lifecycle)
    return rows.order_by("number")


def parts(
    actor: Actor, text: str = "", *, category: str = "", lifecycle: str = "", first: int = 0, most: int = 100
) -> tuple[PartLine, ...]:
    """The parts that the words find, by number."""
    actor.must(VIEW)
    return tuple(part_line(row) for row in found_parts(text, category, lifecycle)[first : first + most])


def part_line(row: Part) -> PartLine:
    return PartLine(
        number=row.number,
        description=row.description,
        category=row.category,
        manufacturer=row.manufacturer,
        manufacturer_part_number=row.manufacturer_part_number,
        lifecycle=row.lifecycle,
        moisture_level=row.moisture_level,
    )


def part_card(actor: Actor, number: str) -> PartCard:
    """One part, by its number or an older one. Raises NotFound."""
    actor.must(VIEW)
    part = _part(number)
    family = {part.pk: part.number} | dict(Part.objects.filter(merged_into=part).values_list("pk", "number"))
    others = {pk: name for pk, name in family.items() if pk != part.pk}
    return PartCard(
        number=part.number,
        other_numbers=tuple(sorted(others.values())),
        description=part.description,
        category=part.category,
        moisture_level=part.moisture_level,
        shelf_life_days=part.shelf_life_days,
        storage=part.storage,
        criticality=part.criticality,
        lifecycle=part.lifecycle,
        last_buy_on=part.last_buy_on,
        lead_time_days=part.lead_time_days,
        parameters=_parameters(part),
        sources=tuple(
            SourceLine(
                manufacturer=row.manufacturer,
                number=row.number,
                approval=row.approval,
                tier=row.tier,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
                under=others.get(row.part_id, ""),
            )
            for row in ManufacturerPart.objects.filter(part_id__in=family).order_by(
                "tier", "manufacturer", "id"
            )
        ),
        offers=_offers(family),
        statements=tuple(
            StatementLine(
                regulation=row.regulation,
                status=row.status,
                dated=row.dated,
                document=row.document.name if row.document else "",
                document_id=row.document_id,
                stated_by=row.stated_by,
                stated_at=row.stated_at,
            )
            for row in PartStatement.objects.filter(part_id__in=family)
            .select_related("document")
            .defer("document__content")
            .order_by("regulation", "-dated", "-id")
        ),
        alternates=_alternates(Q(part_id__in=family)),
        alternate_for=_alternates(Q(other_id__in=family)),
        used_in=_uses(family, others),
    )


def document(actor: Actor, document_id: int) -> tuple[str, bytes]:
    """A document that proves a statement, to the byte, and its name. Raises NotFound."""
    actor.must(VIEW)
    row = Document.objects.filter(
        Exists(PartStatement.objects.filter(document_id=OuterRef("pk"))), pk=document_id
    ).first()
    if row is None:
        raise NotFound("document_unknown", "There is no such document.")
    return row.name, bytes(row.content)


def substitutes(actor: Actor, number: str) -> tuple[Substitute, ...]:
    """Parts of the same category that are equal or better in every parameter that the books know of this one.

    Found by the index of the first parameter that must be equal; nothing is suggested where none is known.
    """
    actor.must(VIEW)
    part = _part(number)
    wanted = values_of([part.pk]).get(part.pk, {})
    candidates = _candidates(part, wanted)
    if candidates is None:
        return ()
    rows = list(candidates.exclude(pk=part.pk).exclude(lifecycle="obsolete").order_by("number")[:2000])
    values = values_of([row.pk for row in rows])
    found = []
    for row in rows:
        comparisons = compare(part.category, wanted, values.get(row.pk, {}))
        if is_equal_or_better(comparisons):
            found.append(Substitute(part=part_line(row), differences=_differences(part, row, comparisons)))
    return tuple(found[:MOST_SUBSTITUTES])


def differences_between(actor: Actor, number: str, other: str) -> tuple[Difference, ...]:
    """What differs, and what does not, where ``other`` takes the part's place."""
    actor.must(VIEW)
    part, its = _part(number), _part(other)
    values = values_of([part.pk, its.pk])
    return _differences(part, its, compare(part.category, values.get(part.pk, {}), values.get(its.pk, {})))


def _candidates(part: Part, wanted: dict[str, Value]) -> QuerySet[Part] | None:
    for one in CATEGORIES.get(part.category, ()):
        value = wanted.get(one.name)
        if value is None or one.sense is not Sense.EQUAL:
            continue
        same = PartParameter.objects.filter(name=one.name)
        same = same.filter(number=value.number) if value.number is not None else same.filter(word=value.word)
        return Part.objects.filter(
            category=part.category, merged_into__isnull=True, pk__in=same.values("part_id")
        )
    return None


def _differences(part: Part, other: Part, comparisons: Sequence[Comparison]) -> tuple[Difference, ...]:
    told = [
        Difference(
            title=one.parameter.title,
            unit=one.parameter.unit,
            wanted=str(one.wanted) if one.wanted else "",
            offered=str(one.offered) if one.offered else "",
            verdict=one.verdict,
        )
        for one in comparisons
    ]
    for title, mine, its in (
        ("Moisture level", part.moisture_level, other.moisture_level),
        ("Lifecycle", part.lifecycle, other.lifecycle),
        ("Lead time", part.lead_time_days, other.lead_time_days),
    ):
        if mine != its:
            told.append(
                Difference(
                    title=title, unit="", wanted=str(mine or ""), offered=str(its or ""), verdict="differs"
                )
            )
    return tuple(told)


def _part(number: str) -> Part:
    part = part_by_any_number(" ".join(number.split()))
    if part is None:
        raise NotFound(
            "part_unknown",
            "The books know no part {number}.",
            way_out="Search for it by a part of its number.",
            number=number[:200],
        )
    return part


def _parameters(part: Part) -> tuple[ParameterLine, ...]:
    values = values_of([part.pk]).get(part.pk, {})
    return tuple(
        ParameterLine(name=one.name, title=one.title, value=str(values[one.name]), unit=one.unit)
        for one in CATEGORIES.get(part.category, ())
        if one.name in values
    )


def _offers(family: dict[int, str]) -> tuple[OfferLine, ...]:
    rows = (
        SupplierPart.objects.filter(part_id__in=family).prefetch_related("prices").order_by("supplier", "id")
    )
    return tuple(
        OfferLine(
            supplier=row.supplier,
            number=row.number,
            packaging=row.packaging,
            minimum_order=row.minimum_order,
            lead_time_days=row.lead_time_days,
            prices=tuple(
                PriceLine(from_quantity=one.from_quantity, price=one.price, currency=one.currency)
                for one in sorted(row.prices.all(), key=lambda price: price.from_quantity)
            ),
        )
        for row in rows
    )


def _alternates(which: Q) -> tuple[AlternateLine, ...]:
    rows = (
        Alternate.objects.filter(which)
        .select_related("part", "other", "product", "revision__product")
        .order_by("-made_at", "-id")
    )
    return tuple(
        AlternateLine(
            number=row.pk,
            part=row.part.number,
            other=row.other.number,
            other_description=row.other.description,
            where=_where(row),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            reason=row.reason,
            approval=row.approval,
            made_by=row.made_by,
            decided_by=row.decided_by,
            withdrawn_at=row.withdrawn_at,
        )
        for row in rows
    )


def _where(row: Alternate) -> str:
    places = [row.client] if row.client else []
    if row.revision is not None:
        places.append(str(row.revision))
    elif row.product is not None:
        places.append(row.product.number)
    if row.line_number is not None:
        places.append(f"line {row.line_number}")
    return ", ".join(places)


def _uses(family: dict[int, str], others: dict[int, str]) -> tuple[UseLine, ...]:
    rows = (
        BomLine.objects.filter(part_id__in=family)
        .select_related("revision__product")
        .order_by("revision__product__number", "revision__imported_at", "line_number")
    )
    return tuple(
        UseLine(
            product=row.revision.product.number,
            product_name=row.revision.product.name,
            revision=row.revision.label,
            revision_id=row.revision_id,
            state=row.revision.state,
            line_number=row.line_number,
            quantity=row.quantity,
            fitted=row.fitted,
            under=others.get(row.part_id or 0, ""),
        )
        for row in rows
    )
