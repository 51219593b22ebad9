"""All planned orders together: what is short, and for which, before a kit is begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.kitting.domain.needs import NOTHING
from padstone.features.kitting.domain.picking import Asker, allot, barred, by_part
from padstone.features.kitting.domain.status import Known, kit_state, line_state
from padstone.features.kitting.domain.words import KitLineState, KitState
from padstone.features.kitting.lookups.kits import (
    is_returned,
    kit_of,
    must_order,
    open_kits,
    packages_in,
    planned,
)
from padstone.features.kitting.lookups.packs import packs_of
from padstone.features.kitting.lookups.situation import asker_of, numbers
from padstone.features.kitting.lookups.wants import wants_of
from padstone.features.kitting.queries.cards import BarredPackage, barred_packages
from padstone.features.materials.lookups import last_loads
from padstone.features.parts.lookups import part_ids
from padstone.features.receiving.lookups import still_expected
from padstone.kernel import clock
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from padstone.features.kitting.domain.picking import Allotted, Pack
    from padstone.features.kitting.models import Kit, Pick
    from padstone.features.production.models import WorkOrder
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class KitOfOrder:
    """An order that is to be built, and how far its kit is. ``done`` of its ``lines`` need nothing more;
    ``short`` fall short, once the orders before it have taken theirs.
    """

    order: str
    product: str
    revision: str
    client: str
    quantity: int
    due_on: date | None
    state: KitState
    location: str
    lines: int
    done: int
    short: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPart:
    """Pieces that were ordered and have not come."""

    order: str
    quantity: Decimal
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortFor:
    """An order for which a part falls short, and by how many pieces."""

    order: str
    due_on: date | None
    client_supplied: bool
    due: Decimal
    short: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A part that falls short, all orders together: ``due`` pieces are still to be placed for those that are
    short of it, ``short`` of them are nowhere. ``barred``: what would serve, and may not; ``expected``: what
    is ordered, first what comes first.
    """

    part: str
    description: str
    due: Decimal
    short: Decimal
    orders: tuple[ShortFor, ...]
    barred: tuple[BarredPackage, ...]
    expected: tuple[ExpectedPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The orders by the day on which they are due; what the earlier take is not there for the later."""

    orders: tuple[KitOfOrder, ...]
    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True)
class _Served:
    order: WorkOrder
    kit: Kit | None
    asker: Asker
    lines: tuple[Allotted, ...]


def outlook(actor: Actor, order: str = "") -> Outlook:
    """Of all orders that are not over, or of one alone, as if there were no other. Raises NotFound for an
    order that nobody has told of, Conflict for one without a bill.
    """
    must_see(actor)
    kits = open_kits()
    if order:
        row = must_order(order)
        known = kit_of(row.pk)
        kits, orders = ({row.pk: known} if known else {}), [row]
    else:
        orders = planned(kits)
    served, packs = _served(actor, orders, kits)
    loaded = _loaded(packages_in([kit.pk for kit in kits.values()]))
    return Outlook(
        orders=tuple(_order_line(one, loaded) for one in served),
        shortages=_shortages(served, packs),
    )


def _served(
    actor: Actor, orders: Sequence[WorkOrder], kits: Mapping[int, Kit]
) -> tuple[list[_Served], dict[str, list[Pack]]]:
    wanted = wants_of(orders, clock.now().date())
    lines = {kit.line.name for kit in kits.values() if kit.line}
    packs = packs_of(actor, numbers(want for one in wanted.values() for want in one.wants), sorted(lines))
    askers = {name: asker_of(actor, orders[0], name).stations for name in lines} if orders else {}
    left, shelved = {pack.id: pack.pieces for pack in packs}, by_part(packs)
    before: set[str] = set()
    served = []
    for order in orders:
        kit = kits.get(order.pk)
        stations = askers[kit.line.name] if kit is not None and kit.line else None
        asker = Asker(order=order.number, client=order.client, stations=stations, before=frozenset(before))
        lines_of = allot(wanted[order.pk].wants, shelved, asker, left)
        served.append(_Served(order, kit, asker, lines_of))
        before.add(order.number)
    return served, shelved


def _order_line(one: _Served, loaded: AbstractSet[int]) -> KitOfOrder:
    order, kit, revision = one.order, one.kit, one.order.revision
    states = [line_state(line) for line in one.lines]
    known = Known(
        begun=kit is not None and kit.closed_at is None,
        issued=kit is not None and kit.issued_at is not None,
        loaded=kit is not None and kit.pk in loaded,
        returned=is_returned(kit),
    )
    return KitOfOrder(
        order=order.number,
        product=revision.product.number if revision else "",
        revision=revision.label if revision else "",
        client=order.client,
        quantity=order.quantity or 0,
        due_on=order.due_on,
        state=kit_state(known, one.lines),
        location=kit.location.code if kit else "",
        lines=len(states),
        done=states.count(KitLineState.DONE),
        short=states.count(KitLineState.SHORT),
    )


def _loaded(inside: Mapping[int, Sequence[Pick]]) -> set[int]:
    """The kits of which machines have loaded something since it was picked."""
    loads = last_loads([pick.package_id for picks in inside.values() for pick in picks])
    return {
        kit
        for kit, picks in inside.items()
        for pick in picks
        if pick.package_id in loads and loads[pick.package_id].at > pick.at
    }


def _shortages(served: Iterable[_Served], packs: Mapping[str, Sequence[Pack]]) -> tuple[Shortage, ...]:
    by_part: dict[str, list[tuple[_Served, Allotted]]] = {}
    for one in served:
        for line in one.lines:
            if line.short > 0:
                by_part.setdefault(line.want.part, []).append((one, line))
    ids = part_ids(by_part)
    expected = still_expected(ids.values())
    found = []
    for part, rows in by_part.items():
        first, line = rows[0]
        found.append(
            Shortage(
                part=part,
                description=line.want.description,
                due=sum((one.want.due for _, one in rows), NOTHING),
                short=sum((one.short for _, one in rows), NOTHING),
                orders=tuple(
                    ShortFor(
                        order=of.order.number,
                        due_on=of.order.due_on,
                        client_supplied=one.want.client_supplied,
                        due=one.want.due,
                        short=one.short,
                    )
                    for of, one in rows
                ),
                barred=barred_packages(barred(line.want, packs, first.asker)),
                expected=tuple(
                    ExpectedPart(order=one.order, quantity=one.quantity, on=one.on)
                    for one in expected.get(ids.get(part, 0), ())
                ),
            )
        )
    return tuple(found)
