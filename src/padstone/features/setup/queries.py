"""What a station needs for the product that it builds, and what it has, on the data there is.

What a station places of a product is known once it has placed it: from then on the bill says which part each
of its positions needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.genealogy.completeness import placed_at
from padstone.features.materials.lookups import package_names, packages
from padstone.features.materials.queries import loaded_now
from padstone.features.parts.lookups import expected_parts
from padstone.features.parts.stand_ins import stand_ins
from padstone.features.production.queries import order_now
from padstone.features.setup.domain import Mounted, Requirement
from padstone.features.sites.lookups import feeder_locations, location_names
from padstone.features.stock.fitness import unfit
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class RequiredSetup:
    """``unknown`` says why nothing is required, where that is so because nobody knows."""

    product: str = ""
    revision: str = ""
    work_order: str = ""
    requirements: tuple[Requirement, ...] = ()
    unknown: str = ""


def required_setup(actor: Actor, station_id: int, station: str) -> RequiredSetup:
    """What the bill of the product that the station builds wants at each of its positions."""
    order = order_now(actor, station)
    if order is None:
        return RequiredSetup(unknown="Nobody has told which work order is built there.")
    if order.revision is None:
        unknown = f"Work order {order.number} names no product, so there is no bill of materials."
        return RequiredSetup(work_order=order.number, unknown=unknown)
    product, revision = order.revision.product.number, order.revision.label
    wanted = expected_parts(order.revision.pk)
    by_location = placed_at(station_id, order.revision.pk)
    names = location_names(by_location.keys())
    allowed = stand_ins(order.revision.pk, wanted)
    today = clock.now().date()
    needs: dict[tuple[str, str], set[str]] = {}
    for location_id, designators in by_location.items():
        for designator in designators & wanted.keys():
            others = {number for number, one in allowed.get(designator, {}).items() if one.holds_on(today)}
            # One feeder serves them all: what may not stand at one of them may not be on it.
            needs.setdefault((names[location_id], wanted[designator]), set(others)).intersection_update(
                others
            )
    unknown = "" if needs else f"The station has not placed anything of {product} {revision} yet."
    return RequiredSetup(
        product,
        revision,
        order.number,
        tuple(Requirement(*one, alternates=tuple(sorted(needs[one]))) for one in sorted(needs)),
        unknown,
    )


def mounted_now(actor: Actor, station_id: int, station: str) -> dict[str, list[Mounted]]:
    """What is on the station's feeders, under every name of each position: its name, and its identifier; and
    whether it may be used now.
    """
    found: dict[str, list[Mounted]] = {}
    loaded = loaded_now(actor, station=station)
    known = packages([one.package for one in loaded])
    makers = package_names([row.pk for row in known.values()])
    speaks_against = unfit({row.pk for row in known.values()}, clock.now())
    for one in loaded:
        pk = known[one.package].pk
        why = tuple(reason.text for reason in speaks_against.get(pk, ()))
        maker_part = makers[pk].manufacturer_part_number
        found.setdefault(one.location, []).append(Mounted(one.package, one.part, maker_part, why))
    locations = feeder_locations(station_id)
    shown = location_names(locations.values())
    for (identifier, name, lane), location_id in locations.items():
        there = found.get(shown[location_id])
        for alias in {_alias(label, lane) for label in (identifier, name) if label} - {shown[location_id]}:
            if there:
                found.setdefault(alias, there)
    return found


def _alias(label: str, lane: int) -> str:
    return f"{label}.{lane}" if lane else label
