from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

ANNA = Actor(ActorKind.PERSON, "anna", EVERYTHING)
BERND = Actor(ActorKind.PERSON, "bernd", EVERYTHING)


@pytest.fixture
def store(db: None) -> Callable[..., None]:
    """A small store, and packages in it: ``store("R1", "R2", quantity=100)``."""
    from padstone.features.materials.commands import PackageFacts, receive_package  # noqa: PLC0415
    from padstone.features.stock.commands import Arrival, book_in, define_location  # noqa: PLC0415

    for code, kind, parent in (
        ("HQ", "site", ""),
        ("W1", "warehouse", "HQ"),
        ("A-1", "shelf", "W1"),
        ("A-2", "shelf", "W1"),
        ("A-10", "shelf", "W1"),
        ("DRY", "dry_cabinet", "W1"),
        ("CAGE", "quarantine", "W1"),
        ("L1", "line", "HQ"),
    ):
        define_location(ANNA, code=code, kind=kind, parent=parent)

    def put(
        *names: str,
        quantity: int = 100,
        part: str = "100-001",
        lot: str = "L-1",
        at: str = "A-1",
        owner: str = "",
    ) -> None:
        for name in names:
            facts = PackageFacts(
                identifier=name, part_number=part, lot=lot, initial_quantity=Decimal(quantity)
            )
            receive_package(ANNA, facts=facts)
        arrivals = [Arrival(package=name, location=at, owner=owner) for name in names]
        book_in(ANNA, arrivals=arrivals)

    return put
