"""What the rules are told: the package that arrives, and what the books know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A package at the goods-in. Empty text and None: nobody says. ``made`` is the first and the last day
    that its date code can mean. ``not_there``: what a person says that no label has.
    """

    part: str
    mpn: str = ""
    maker: str = ""
    lot: str = ""
    date_code: str = ""
    made: tuple[date, date] | None = None
    quantity: Decimal = Decimal(0)
    country: str = ""
    expires_on: date | None = None
    sealed_on: date | None = None
    card_percent: int | None = None
    not_there: frozenset[str] = frozenset()
    settled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of a purchase order: what was ordered, and what came before this package."""

    order: str
    number: int
    ordered: Decimal
    received: Decimal

    @property
    def left(self) -> Decimal:
        return max(Decimal(0), self.ordered - self.received)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotCertified:
    """A certificate of conformance of this part; ``lot`` "" is of every lot."""

    number: str
    lot: str = ""
    date_codes: tuple[str, ...] = ()
    quantity: Decimal | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the books know of the part, the order, the supplier, the lot and the maker.

    ``approved`` are the (maker, number) pairs that the part may be bought as. ``lines`` are those of the part
    in the purchase order, or in all open ones where none is named. ``label_supplier`` is another supplier of
    the books that its label names. ``also`` are other parts that numbers on
    the labels lead to. ``lot_received`` is what came of the lot before. ``lot_forms`` are the forms of the
    maker's lots that came before, ``lots`` how many there were. ``elsewhere`` says where the same number of a
    package is on the books.
    """

    today: date
    registered: bool = True
    in_bills: bool = True
    also: tuple[str, ...] = ()
    approved: tuple[tuple[str, str], ...] = ()
    criticality: str = ""
    lifecycle: str = ""
    last_buy_on: date | None = None
    level: str = ""
    order: str = ""
    order_named: str = ""
    lines: tuple[OpenLine, ...] = ()
    supplier: str = ""
    label_supplier: str = ""
    approval: str = "new"
    tier: str = ""
    supplier_certificates: Mapping[str, date] = field(default_factory=dict)
    certificates: tuple[LotCertified, ...] = ()
    lot_received: Decimal = Decimal(0)
    declared_lots: tuple[str, ...] = ()
    declared_countries: tuple[str, ...] = ()
    lot_forms: frozenset[str] = frozenset()
    lots: int = 0
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is off. ``rule`` is its stable name; ``hold`` the reason under which the package is put
    in quarantine, "" where somebody is only told. ``evidence`` is what the rule saw.
    """

    rule: str
    hold: str
    reason: str
    way_out: str
    evidence: Mapping[str, str]

    @property
    def holds(self) -> bool:
        return bool(self.hold)


def finding(rule: str, hold: str, reason: str, way_out: str, **evidence: object) -> Finding:
    return Finding(rule, hold, reason, way_out, {name: str(value) for name, value in evidence.items()})
