"""Stories a run can tell. The reference story: a suspect capacitor lot in exactly twenty units."""

from __future__ import annotations

from dataclasses import dataclass, replace

from padstone.simulator.design import Product
from padstone.simulator.feeders import Slot
from padstone.simulator.ledger import Ledger
from padstone.simulator.reels import Delivery, Lot, Warehouse

SCENARIOS = ("heart-monitor", "heart-monitor-recall")
SUSPECT_LOT = "KV26-0417"
SUSPECT_UNITS = 20


class ScenarioError(ValueError):
    """The story cannot be told with these settings, or did not come out as it should have."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A lot that is to go into exactly so many units, between good lots of the same location."""

    lot: str = SUSPECT_LOT
    units: int = SUSPECT_UNITS


def suspect_slot(product: Product, slots: tuple[Slot, ...]) -> Slot:
    """The location that gets the suspect lot: it alone feeds its part, on one side; capacitors and pairs
    first.
    """
    feeding: dict[str, int] = {}
    for slot in slots:
        feeding[slot.part_number] = feeding.get(slot.part_number, 0) + 1
    sides = {p.designator: p.side for p in product.placements}
    last = product.sides[-1]
    candidates = [
        slot
        for slot in slots
        if feeding[slot.part_number] == 1
        and not slot.feeder.is_tray
        and all(sides[d] == last for d in slot.designators)
    ]
    if not candidates:
        raise ScenarioError("no location feeds a part of its own on the side built last")
    return min(
        candidates,
        key=lambda slot: (
            not slot.designators[0].startswith("C"),
            len(slot.designators) < 2,
            len(slot.designators),
        ),
    )


def spliced(slots: tuple[Slot, ...], chosen: Slot) -> tuple[Slot, ...]:
    """The set-up with the chosen location's reels spliced, so that it runs without a stop and uses every part
    up.
    """
    return tuple(replace(slot, change="splice") if slot is chosen else slot for slot in slots)


def lay_ready(warehouse: Warehouse, slot: Slot, suspect: Suspect, units: int) -> Lot:
    """Put a good reel, then a cut strip of the suspect lot, at the head of the part's deliveries.

    The good reel ends one part before the end of a unit, so that the first unit concerned has both lots; the
    strip holds just enough for the others.
    """
    if units < 3 * suspect.units:
        raise ScenarioError(f"{suspect.units} suspect units need an order of {3 * suspect.units} or more")
    per_unit = len(slot.designators)
    before = per_unit * int(units * 0.37) + (per_unit - 1)
    strip = 1 + per_unit * (suspect.units - 1)
    good = warehouse.make_lot(slot.part_number)
    lot = warehouse.make_lot(slot.part_number, suspect.lot)
    warehouse.lay_ready(
        slot.part_number, [Delivery(good, before, before + 2), Delivery(lot, strip, strip + 2)]
    )
    return lot


def check(ledger: Ledger, suspect: Suspect) -> None:
    """Refuse a run whose ledger does not show the suspect lot in exactly the units asked for, and for
    certain.

    Raises:
        ScenarioError: it shows more, fewer, or none for certain.

    """
    found = ledger.units_with_lot(suspect.lot)
    if len(found) != suspect.units:
        raise ScenarioError(f"lot {suspect.lot} went into {len(found)} units, not {suspect.units}")
    mine = [i for i in ledger.installations if i.lot == suspect.lot]
    if any(i.certainty != "certain" for i in mine):
        raise ScenarioError(f"lot {suspect.lot} is not certain everywhere it is")
