"""All checks of a revision before its release, as one report, the gravest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from padstone.features.design.domain.bill import Bill
from padstone.features.design.domain.check_board import LineAbility, check_geometry
from padstone.features.design.domain.check_lines import check_against_placement, check_bill
from padstone.features.design.domain.check_parts import Lifecycle, PartFacts, PartPolicy, check_parts
from padstone.features.design.domain.findings import Finding, Gravity, by_gravity
from padstone.features.design.domain.packages import Package
from padstone.features.design.domain.placement import Placement

__all__ = [
    "Finding",
    "Gravity",
    "Lifecycle",
    "LineAbility",
    "PartFacts",
    "PartPolicy",
    "check_against_placement",
    "check_bill",
    "check_geometry",
    "check_parts",
    "cross_check",
]


def cross_check(
    bill: Bill,
    placement: Placement | None = None,
    *,
    packages: Mapping[str, Package] | None = None,
    outline: Sequence[tuple[Decimal, Decimal]] = (),
    facts: Mapping[int, PartFacts] | None = None,
    ability: LineAbility | None = None,
    geometry: bool = True,
    policy: PartPolicy | None = None,
    today: date,
) -> tuple[Finding, ...]:
    """Every finding about a revision. What is not given is not checked: no placement, no geometry; no facts,
    no parts. ``geometry`` False leaves the board's to others.
    """
    findings = list(check_bill(bill))
    if placement is not None:
        findings += check_against_placement(bill, placement)
    if placement is not None and geometry:
        findings += check_geometry(placement, packages or {}, ability or LineAbility(), outline)
    if facts is not None:
        findings += check_parts(bill, facts, policy or PartPolicy(), today)
    return by_gravity(findings)
