from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

ANNA = Actor(ActorKind.PERSON, "anna", EVERYTHING)
BERND = Actor(ActorKind.PERSON, "bernd", EVERYTHING)


def label(*fields: str) -> str:
    """A label in the form of ISO/IEC 15434: ``label("1PRC0402", "Q5000")``."""
    return "[)>\x1e06\x1d" + "\x1d".join(fields) + "\x1e\x04"


def reel(number: int = 1, **other: str) -> str:
    """The label of a good reel; ``other`` is what stands under an identifier instead: ``P``, ``_1T``."""
    fields = {
        "1P": "RC0402FR-0710KL",
        "K": "PO-1",
        "Q": "5000",
        "1T": f"LA{number:04}",
        "9D": "2610",
        "4L": "TW",
        "1V": "Yageo",
        "3S": f"YG{number:06}",
    } | {name.removeprefix("_"): text for name, text in other.items()}
    return label(*(f"{name}{text}" for name, text in fields.items() if text))


@pytest.fixture
def goods_in(db: None) -> None:
    """A store, an approved distributor, a resistor and a controller, and a purchase order of both."""
    set_up()


def set_up(**quantities: int) -> None:
    from padstone.features.parts.commands import (  # noqa: PLC0415 - Django is not set up yet when this is read
        PartFacts,
        approve_source,
        describe_part,
        register_part,
    )
    from padstone.features.receiving.commands import Ordered, decide_supplier, place_order  # noqa: PLC0415
    from padstone.features.stock.commands import define_location  # noqa: PLC0415

    for code, kind, parent in (
        ("W1", "warehouse", ""),
        ("A-1", "shelf", "W1"),
        ("A-2", "shelf", "W1"),
        ("CAGE", "quarantine", "W1"),
    ):
        define_location(ANNA, code=code, kind=kind, parent=parent)
    for number, maker, mpn, facts in (
        ("100-001", "Yageo", "RC0402FR-0710KL", PartFacts(category="resistor")),
        (
            "200-001",
            "STMicroelectronics",
            "STM32F103C8T6",
            PartFacts(moisture_level="3", criticality="safety"),
        ),
    ):
        register_part(ANNA, number=number, manufacturer=maker, manufacturer_part_number=mpn)
        describe_part(ANNA, number=number, facts=facts)
        approve_source(ANNA, part=number, manufacturer=maker, number=mpn)
    decide_supplier(ANNA, supplier="Mouser", approval="approved", tier="authorised", why="Franchised.")
    place_order(
        ANNA,
        number="PO-1",
        supplier="Mouser",
        lines=[
            Ordered(
                number=1,
                part="100-001",
                quantity=Decimal(quantities.get("resistors", 20_000)),
                expected_on=date(2026, 12, 1),
            ),
            Ordered(number=2, part="200-001", quantity=Decimal(quantities.get("controllers", 1_000))),
        ],
    )


@pytest.fixture
def rules_of() -> Callable[..., list[str]]:
    """What the rules find off with a package that is received: their names."""
    from padstone.features.receiving.commands import receive  # noqa: PLC0415

    def receive_it(*labels: str, location: str = "A-1", **said: str) -> list[str]:
        return [one.rule for one in receive(ANNA, labels=labels, location=location, said=said).findings]

    return receive_it
