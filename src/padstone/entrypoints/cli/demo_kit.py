"""The demo's kit: half picked, and short of one part."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.entrypoints.cli.demo_clocks import FRONT_END
from padstone.entrypoints.cli.demo_store import SHELVES
from padstone.features.kitting.commands import begin_kit, pick
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.stock.commands import Arrival, book_in, define_location
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

ORDER, TROLLEY, UNITS = "WO-KIT-1", "TROLLEY-1", 40
REEL = Decimal(3000)


def pick_half_a_kit(actor: Actor, product: str, label: str) -> None:
    """Of an order that is due in a week every second package is picked. There is a reel of each part but of
    one. Repeating it changes nothing that counts. The store must be filled.
    """
    known = revision(product, label)
    if known is None:
        return
    due = clock.now().date() + timedelta(days=7)
    plan_work_order(actor, number=ORDER, revision_id=known.pk, quantity=UNITS, due_on=due)
    define_location(actor, code=TROLLEY, kind="trolley", parent="HQ", name="Kit trolley")
    card = kit_card(actor, ORDER)
    if card.is_open:
        return
    _stock_up(actor, [one.part for one in card.short if one.part != FRONT_END])
    begin_kit(actor, order=ORDER, location=TROLLEY)
    for one in kit_card(actor, ORDER).to_fetch[::2]:
        pick(actor, order=ORDER, package=one.package, location=one.location)


def _stock_up(actor: Actor, parts: list[str]) -> None:
    arrivals = []
    for number, part in enumerate(parts):
        name = f"RL-{part}"
        facts = PackageFacts(
            identifier=name,
            part_number=part,
            lot="KIT-1",
            received_at=clock.now(),
            initial_quantity=REEL,
        )
        receive_package(actor, facts=facts)
        arrivals.append(Arrival(package=name, location=SHELVES[number % len(SHELVES)]))
    book_in(actor, arrivals=arrivals, skip_known=True)
