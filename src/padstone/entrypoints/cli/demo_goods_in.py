"""The demo's goods-in: a purchase order of which two reels have come, one held, one short by now."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.entrypoints.cli.demo_clocks import CONTROLLER
from padstone.features.receiving.commands import Ordered, decide_supplier, place_order, receive
from padstone.features.stock.commands import count
from padstone.kernel import clock

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

SUPPLIER, ORDER, SHELF = "Mouser", "PO-1001", "B-01"
REEL = Decimal(2500)
SHORT = Decimal(40)
"""Pieces that somebody took from the second reel, and wrote nowhere."""


def receive_goods(actor: Actor) -> None:
    """Repeating it changes nothing that counts. The shelf must exist."""
    decide_supplier(
        actor, supplier=SUPPLIER, approval="approved", tier="authorised", why="Franchised distributor."
    )
    today = clock.now().date()
    line = Ordered(number=1, part=CONTROLLER, quantity=4 * REEL, expected_on=today + timedelta(days=7))
    place_order(actor, number=ORDER, supplier=SUPPLIER, lines=[line])
    receive(actor, labels=[_label("YG1")], location=SHELF, key="demo-1")
    sealed_on = (today - timedelta(days=60)).isoformat()
    whole = receive(
        actor, labels=[_label("YG2")], location=SHELF, said={"sealed_on": sealed_on}, key="demo-2"
    )
    count(actor, package=whole.package, quantity=REEL - SHORT, key="demo-3")


def _label(serial: str) -> str:
    """What a maker's Data Matrix says, by ISO/IEC 15434."""
    return f"[)>\x1e06\x1dP{CONTROLLER}\x1dK{ORDER}\x1dQ{REEL}\x1d1TLA0001\x1d9D2610\x1d3S{serial}\x1e\x04"
