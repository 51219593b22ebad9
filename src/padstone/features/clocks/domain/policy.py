"""What a house may decide about its clocks: data, with a revision of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from padstone.features.clocks.domain.rules import impossible, rules_of
from padstone.features.clocks.domain.tables import BAKE_TABLES, HOUR_S

LONGER: Final = ("never", "verified", "any")
ON_UNFIT_LOAD: Final = ("tell", "block", "lock")
PASTES: Final = ("solder_paste", "adhesive")
"""The categories of parts that have a paste's clocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteRules:
    """What a solder paste or an adhesive bears. Times in seconds; None: no limit.

    ``warm_s``: unopened and out of the fridge, all times together. ``excursion_s``: in a fridge that was
    warmer than ``fridge_max``; colder than ``fridge_min`` is never borne.
    """

    fridge_min: Decimal = Decimal(0)
    fridge_max: Decimal = Decimal(10)
    excursion_s: int = HOUR_S
    thaw_s: int = 4 * HOUR_S
    warm_s: int | None = None
    open_s: int | None = 24 * HOUR_S
    stencil_s: int | None = 8 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of a site.

    ``longer_life``: whether a drier or cooler floor than 30 °C/60 % RH makes the floor life longer: never, by
    checked tables alone, or by any. ``cabinet_percent`` is taken for a dry cabinet that nobody measures. Up
    to ``pauses_percent`` dry storage stops the clock, unless the package was exposed for more than
    ``pause_exposed_s`` before (None: no such limit). ``believes_restored``: a machine's word that a package
    was baked counts without temperature and time. ``on_unfit_load``: what follows when a machine loads what
    must not be used: tell people, have the machine block the package, or lock the station, too.
    """

    longer_life: str = "never"
    cabinet_percent: Decimal = Decimal(10)
    pauses_percent: Decimal = Decimal(10)
    pause_exposed_s: int | None = None
    resets_short_exposure: bool = True
    believes_restored: bool = True
    bake_table: str = "j-std-033-older"
    hot_bake_s: int = 96 * HOUR_S
    dry_pack_months: int = 12
    warn_s: int = 4 * HOUR_S
    contradiction_s: int = 600
    on_unfit_load: str = "tell"
    pastes: Mapping[str, PasteRules] = field(
        default_factory=lambda: {
            "solder_paste": PasteRules(),
            "adhesive": PasteRules(thaw_s=2 * HOUR_S, open_s=120 * HOUR_S, stencil_s=None),
        }
    )


STANDARD: Final = Policy()
"""What holds where nobody has decided otherwise."""

_MOST_S: Final = 100 * 366 * 24 * HOUR_S


def policy_of(told: object) -> Policy:
    """The policy that a JSON object tells; what it leaves out is as in :data:`STANDARD`. Raises Invalid."""
    policy = rules_of(Policy, told)
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    for name, known in (
        ("longer_life", LONGER),
        ("bake_table", tuple(BAKE_TABLES)),
        ("on_unfit_load", ON_UNFIT_LOAD),
    ):
        if getattr(policy, name) not in known:
            raise impossible(name, f"It is one of: {', '.join(known)}.")
    for name, most in (("cabinet_percent", 100), ("pauses_percent", 10), ("dry_pack_months", 120)):
        if not 0 <= getattr(policy, name) <= most:
            raise impossible(name, f"It lies between 0 and {most}.")
    for kind, rules in policy.pastes.items():
        if kind not in PASTES:
            raise impossible(f"pastes.{kind}", f"Rules are for: {', '.join(PASTES)}.")
        if rules.fridge_min > rules.fridge_max:
            raise impossible(f"pastes.{kind}", "The fridge's lowest temperature is above its highest.")
    for name, value in _seconds_in(policy):
        if value is not None and not 0 <= value <= _MOST_S:
            raise impossible(name, "It is a number of seconds, 0 or more.")


def _seconds_in(policy: Policy) -> Iterator[tuple[str, int | None]]:
    for name in ("pause_exposed_s", "hot_bake_s", "warn_s", "contradiction_s"):
        yield name, getattr(policy, name)
    for kind, rules in policy.pastes.items():
        for name in ("excursion_s", "thaw_s", "warm_s", "open_s", "stencil_s"):
            yield f"pastes.{kind}.{name}", getattr(rules, name)
