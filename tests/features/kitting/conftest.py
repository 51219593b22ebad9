from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from padstone.kernel.actor import Actor, ActorKind
from tests.features.stock import conftest as stock

ANNA, BERND = stock.ANNA, stock.BERND
HANDLER = Actor(
    ActorKind.PERSON,
    "hans",
    frozenset({"view_factory", "kit_orders", "reserve_stock", "move_stock"}),
)
store = stock.store
Store = Callable[..., None]


@pytest.fixture
def orders(store: Store) -> Callable[..., None]:
    """A trolley, and orders of a board with five lines: ``orders("WO-1", quantity=10)``."""
    set_up()

    def plan_it(number: str, quantity: int = 10, client: str = "", due: str = "") -> None:
        plan(number, quantity, client, due)

    return plan_it


def set_up() -> None:
    """Revision A of P: two resistors, a capacitor with attrition, a chip that the client supplies, and lines
    that no package is picked for. 100-009 may stand in for the resistor, 100-008 was only proposed.
    """
    from padstone.features.parts.commands import (  # noqa: PLC0415 - Django is not set up yet when this is read
        LineToRelease,
        allow_alternate,
        decide_alternate,
        note_release,
        open_draft,
        register_part,
    )
    from padstone.features.stock.commands import define_location  # noqa: PLC0415

    ids = {
        number: register_part(ANNA, number=number).pk
        for number in ("100-001", "100-009", "100-008", "200-001", "300-001", "400-001")
    }
    define_location(ANNA, code="T-1", kind="trolley")

    def line(number: int, part: str, *designators: str, **other: object) -> LineToRelease:
        told = {
            "quantity": Decimal(len(designators) or 1),
            "fitted": True,
            "fitted_in": (),
            "value": "",
            "footprint": "",
            "sub_assembly": "",
            "client_supplied": False,
            "attrition_percent": Decimal(0),
        } | other
        return LineToRelease(
            number=number,
            part_id=ids.get(part),
            designators=designators,
            **told,  # type: ignore[arg-type]  # of a table of values
        )

    draft = open_draft(ANNA, product="P", revision="A")
    note_release(
        ANNA,
        revision_id=draft.pk,
        content_digest=b"x" * 32,
        lines=[
            line(1, "100-001", "R1", "R2"),
            line(2, "200-001", "C1", attrition_percent=Decimal("2.5")),
            line(3, "300-001", "U1", client_supplied=True),
            line(4, "400-001", "R9", fitted=False),
            line(5, "400-001", "R8", fitted_in=("EU",)),
            line(6, "", "X1", value="Screw"),
        ],
    )
    for other, approved in (("100-009", True), ("100-008", False)):
        number = allow_alternate(ANNA, part="100-001", other=other, reason="Same datasheet.")
        if approved:
            decide_alternate(ANNA, number=number, approved=True)


def plan(number: str, quantity: int = 10, client: str = "", due: str = "") -> None:
    from padstone.features.parts.lookups import revision  # noqa: PLC0415
    from padstone.features.production.commands import plan_work_order  # noqa: PLC0415

    row = revision("P", "A")
    assert row is not None
    plan_work_order(
        ANNA,
        number=number,
        revision_id=row.pk,
        quantity=quantity,
        client=client,
        due_on=date.fromisoformat(due) if due else None,
    )


@pytest.fixture
def stocked(store: Store, orders: Callable[..., None]) -> Callable[..., None]:
    """All that WO-1 needs is there: ten boards."""
    orders("WO-1", client="Herzfeld")
    store("R1", quantity=5000, at="A-2")
    store("C1", quantity=100, part="200-001", at="A-10")
    store("U1", quantity=10, part="300-001", owner="Herzfeld")
    return orders
