"""What is shown of parts: lines of a search, the card of one part, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part in a list."""

    number: str
    description: str
    category: str
    manufacturer: str
    manufacturer_part_number: str
    lifecycle: str
    moisture_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLine:
    name: str
    title: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A maker's part. ``under`` is the number that it was booked under, where that is an older one."""

    manufacturer: str
    number: str
    approval: str
    tier: int
    decided_by: str
    decided_at: datetime | None
    under: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    from_quantity: Decimal
    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    supplier: str
    number: str
    packaging: str
    minimum_order: Decimal | None
    lead_time_days: int | None
    prices: tuple[PriceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """``document_id`` is that of the document which proves it; None where nothing does."""

    regulation: str
    status: str
    dated: date
    document: str
    document_id: int | None
    stated_by: str
    stated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternateLine:
    number: int
    part: str
    other: str
    other_description: str
    where: str
    valid_from: date | None
    valid_until: date | None
    reason: str
    approval: str
    made_by: str
    decided_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseLine:
    """A released line that names the part. ``under`` as in :class:`SourceLine`."""

    product: str
    product_name: str
    revision: str
    revision_id: int
    state: str
    line_number: int
    quantity: Decimal
    fitted: bool
    under: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCard:
    """All that is known of a part. ``other_numbers`` are those of parts that were merged into it."""

    number: str
    other_numbers: tuple[str, ...]
    description: str
    category: str
    moisture_level: str
    shelf_life_days: int | None
    storage: str
    criticality: str
    lifecycle: str
    last_buy_on: date | None
    lead_time_days: int | None
    parameters: tuple[ParameterLine, ...]
    sources: tuple[SourceLine, ...]
    offers: tuple[OfferLine, ...]
    statements: tuple[StatementLine, ...]
    alternates: tuple[AlternateLine, ...]
    alternate_for: tuple[AlternateLine, ...]
    used_in: tuple[UseLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One parameter of a part and of its substitute; ``verdict``: same, better, worse, unknown."""

    title: str
    unit: str
    wanted: str
    offered: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """A part that is equal or better in all that is known of the other, and what differs."""

    part: PartLine
    differences: tuple[Difference, ...]
