"""What goes wrong, and where: chosen before the work order begins, so that even a small one has some of
everything.

Rates are of the order a good factory has: bad marks 1 in 170, confirmed defects and test failures 1 in 50,
false calls 1 in 25.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from padstone.simulator.design import Product, Side
from padstone.simulator.panels import Fate, FlawKind

VISIBLE: tuple[FlawKind, ...] = ("tombstone", "shifted", "bridge")


def draw_fates(product: Product, units: int, rng: random.Random, spared: frozenset[str]) -> list[Fate]:
    """One fate for each unit. ``spared`` designators are never touched: a scenario counts on them."""
    fates = [Fate() for _ in range(units)]
    chips = [
        p.designator
        for p in product.placements
        if p.designator not in spared and p.designator[0] in "CRLDF" and not p.designator.startswith("FID")
    ]
    anything = [p.designator for p in product.placements if p.designator not in spared]
    if not anything:
        return fates
    chips = chips or anything
    bad = _some(fates, units // 170 + 1 if units >= 12 else 0, rng)
    for fate in bad:
        fate.bad_mark = True
    whole = [fate for fate in fates if not fate.bad_mark]
    for fate in _some(whole, max(1, units // 100), rng):
        fate.unplaceable.add(rng.choice(chips))
    for number, fate in enumerate(_some(whole, max(2, units // 50), rng)):
        designator = rng.choice(chips)
        if designator not in fate.unplaceable:
            fate.flaws[designator] = VISIBLE[number % len(VISIBLE)]
    for fate in _some(whole, max(1, units // 125), rng):
        _add_flaw(fate, rng.choice(anything), "shifted", escapes=True)
    for fate in _some(whole, max(1, units // 60), rng):
        _add_flaw(fate, rng.choice(anything), "electrical")
    for fate in _some(whole, max(1, units // 25), rng):
        side: Side = rng.choice(product.sides)
        on_side = [
            d for d in product.designators_on(side) if d not in fate.unplaceable and d not in fate.flaws
        ]
        fate.false_calls[side] = rng.choice(on_side)
    _doom(whole, product, rng)
    return fates


def _some(fates: Sequence[Fate], count: int, rng: random.Random) -> list[Fate]:
    return rng.sample(list(fates), min(count, len(fates)))


def _add_flaw(fate: Fate, designator: str, kind: FlawKind, *, escapes: bool = False) -> None:
    if designator in fate.unplaceable or designator in fate.flaws:
        return
    fate.flaws[designator] = kind
    if escapes:
        fate.escapes.add(designator)


def _doom(fates: Sequence[Fate], product: Product, rng: random.Random) -> None:
    """One unit of a larger order cannot be repaired after its first side and is scrapped."""
    first = product.sides[0]
    if len(fates) < 40 or len(product.sides) < 2:
        return
    clean = [fate for fate in fates if not fate.flaws and not fate.unplaceable and not fate.false_calls]
    if clean:
        fate = rng.choice(clean)
        fate.flaws[rng.choice(product.designators_on(first))] = "bridge"
        fate.beyond_repair = True
