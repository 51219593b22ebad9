"""A kit while its order is built: what machines placed is not needed again, what they have loaded counts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from padstone.features.kitting import commands
from padstone.features.kitting.domain.words import KitState
from padstone.features.kitting.queries.cards import kit_card
from padstone.features.kitting.queries.outlook import outlook
from padstone.features.sites.commands import assign_station
from tests.features.kitting.conftest import ANNA, Store
from tests.ingest.factory import LOADED, PLACER, installed, placed, started

if TYPE_CHECKING:
    from padstone.features.kitting.queries.cards import KitLine
    from tests.ingest.factory import Factory

ORDER = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}}
D = Decimal


@pytest.fixture
def factory(stocked: Callable[..., None]) -> Factory:
    """A line L1 with a placer, beside the store."""
    from tests.ingest.factory import Factory  # noqa: PLC0415  (Django is not up when pytest reads this file)

    assign_station(ANNA, handle=PLACER, name=PLACER, kind="placer", line="L1")
    return Factory()


def resistors() -> KitLine:
    return next(one for one in kit_card(ANNA, "WO-1").lines if one.part == "100-001")


def load(factory: Factory, package: str) -> None:
    place = {"LocationIdentifier": "F1", "LocationName": "F1"}
    materials = [{**place, "MaterialPackage": {"UniqueIdentifier": package}}]
    assert factory.tell(LOADED, {"Materials": materials}, Source=PLACER).state == "done"


def build(factory: Factory, number: int, package: str) -> None:
    panel = f"P-{number}"
    factory.tell("CFX.Production.WorkStarted", started(number, panel, **ORDER), Source=PLACER)
    parts = [placed(panel, 1, package, name, slot="F1") for name in ("R1", "R2")]
    told = factory.tell(
        "CFX.Production.Assembly.MaterialsInstalled", installed(number, *parts), Source=PLACER
    )
    assert told.state == "done"
    factory.complete(number, Source=PLACER)


def test_what_is_placed_is_not_needed_again(factory: Factory) -> None:
    commands.begin_kit(ANNA, order="WO-1", location="T-1", line="L1")
    commands.pick(ANNA, order="WO-1", package="R1", location="A-2")
    load(factory, "R1")
    assert kit_card(ANNA, "WO-1").state is KitState.ISSUED
    for number in (1, 2, 3):
        build(factory, number, "R1")
    line = resistors()
    assert (line.wanted, line.due, line.in_kit, line.short) == (D(20), D(14), D(14), D(0))
    (pick,) = kit_card(ANNA, "WO-1").picks
    assert (pick.left, pick.station) == (D(4994), PLACER)
    done = commands.give_back(ANNA, package="R1", quantity=D(4990), location="A-1")
    assert (done.most, done.difference) == (D(4994), D(-4))


def test_what_the_line_has_loaded_counts_and_what_another_has_does_not(
    factory: Factory, store: Store
) -> None:
    factory.receive("REEL-9")  # that nobody has booked in
    load(factory, "REEL-9")
    assert [one.state for one in outlook(ANNA).orders] == [KitState.PLANNED]
    commands.begin_kit(ANNA, order="WO-1", location="T-1", line="L1")
    line = resistors()
    assert (line.on_line, line.to_fetch) == (D(20), D(0))
    commands.begin_kit(ANNA, order="WO-1", location="T-1")
    line = resistors()
    assert (line.on_line, line.to_fetch) == (D(0), D(20))


def test_a_reel_that_a_machine_had_last_is_not_sent_for_in_the_store(factory: Factory, store: Store) -> None:
    load(factory, "R1")
    commands.begin_kit(ANNA, order="WO-1", location="T-1")
    (line,) = kit_card(ANNA, "WO-1").short
    assert [(one.package, one.why) for one in line.barred] == [
        ("R1", f"{PLACER} had it last; nobody has brought it back since.")
    ]
    commands.begin_kit(ANNA, order="WO-1", location="T-1", line="L1")
    assert resistors().on_line == D(20)


def test_an_order_of_which_all_boards_have_begun_is_not_planned_any_more(
    factory: Factory, stocked: Callable[..., None]
) -> None:
    stocked("WO-2", quantity=2)
    load(factory, "R1")
    for number in (1, 2):
        panel = f"P-{number}"
        order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-2"}}
        factory.tell("CFX.Production.WorkStarted", started(number, panel, **order), Source=PLACER)
    assert [one.order for one in outlook(ANNA).orders] == ["WO-1"]
    commands.begin_kit(ANNA, order="WO-2", location="T-1")
    assert [one.order for one in outlook(ANNA).orders] == ["WO-1", "WO-2"]


def test_what_a_machine_says_is_empty_is_closed(factory: Factory) -> None:
    commands.begin_kit(ANNA, order="WO-1", location="T-1", line="L1")
    commands.pick(ANNA, order="WO-1", package="R1", location="A-2")
    load(factory, "R1")
    empty = {
        "LocationIdentifier": "F1",
        "LocationName": "F1",
        "MaterialPackage": {"UniqueIdentifier": "R1"},
    }
    told = factory.tell("CFX.Materials.Storage.MaterialsEmpty", {"EmptyMaterials": [empty]}, Source=PLACER)
    assert told.state == "done"
    assert commands.close_used_up(ANNA, order="WO-1") == ("R1",)
    (pick,) = kit_card(ANNA, "WO-1").picks
    assert (pick.state, pick.difference) == ("used_up", D(-5000))
