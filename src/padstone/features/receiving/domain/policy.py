"""What a house may decide about what it takes in: data, with a revision of its own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from padstone.features.clocks.domain.rules import impossible, rules_of
from padstone.features.parts.domain.parameters import CRITICALITIES
from padstone.features.receiving.domain.words import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of the goods-in.

    ``certificate_for`` and ``certificate_from``: parts of these criticalities, and all parts from suppliers
    of these tiers, need a certificate of conformance. ``trusted_tiers``: what comes from another is held.
    ``supplier_certificate_from``: suppliers of these tiers must have one of their own that is in date.
    ``traceable``: a package without lot or date code is held. ``over_percent`` more than was ordered is
    taken. ``shelf_days`` must be left. A date code older than ``oldest_months`` is held (None: never).
    ``pack_months`` is how old a dry pack may be. ``end_months`` after the last day to buy a part nobody makes
    it any more. ``learn_after`` lots of a maker a new form of lot is strange (0: never).

    ``quarantine`` is the location for what is held, "" the first of that kind. ``printer`` is where each
    package's own label goes by itself (HOST or HOST:PORT, "" for nowhere), ``label_size`` how large it is.
    """

    certificate_for: tuple[str, ...] = ("safety",)
    certificate_from: tuple[str, ...] = ("approved", "other")
    trusted_tiers: tuple[str, ...] = ("manufacturer", "authorised", "approved")
    supplier_certificate_from: tuple[str, ...] = ("approved", "other")
    traceable: bool = True
    over_percent: Decimal = Decimal(0)
    shelf_days: int = 0
    oldest_months: int | None = None
    pack_months: int = 12
    end_months: int = 12
    learn_after: int = 10
    quarantine: str = ""
    printer: str = ""
    label_size: str = "57x32"


STANDARD: Final = Policy()
"""What holds where nobody has decided otherwise."""


def policy_of(told: object) -> Policy:
    """The policy that a JSON object tells; what it leaves out is as in :data:`STANDARD`. Raises Invalid."""
    policy = rules_of(Policy, told)
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    for name, allowed in (
        ("certificate_for", CRITICALITIES),
        ("certificate_from", tuple(Tier)),
        ("trusted_tiers", tuple(Tier)),
        ("supplier_certificate_from", tuple(Tier)),
    ):
        if not set(getattr(policy, name)) <= set(allowed):
            raise impossible(name, f"It lists some of: {', '.join(allowed)}.")
    for name, most in (
        ("over_percent", 1000),
        ("shelf_days", 3650),
        ("oldest_months", 1200),
        ("pack_months", 120),
        ("end_months", 1200),
        ("learn_after", 10_000),
    ):
        value = getattr(policy, name)
        if value is not None and not 0 <= value <= most:
            raise impossible(name, f"It lies between 0 and {most}.")
