"""Every way in which a reel that is expired, held, gone or another's might come to be used all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from padstone.features.clocks.queries import clock_of
from padstone.features.materials.commands import PackageFacts, receive_package
from padstone.features.materials.lookups import packages
from padstone.features.parts.commands import PartFacts, describe_part
from padstone.features.stock import commands
from padstone.features.stock.fitness import beyond_doubt, unfit
from padstone.features.stock.queries.balance import balance_of_package
from padstone.features.stock.queries.cards import package_stock
from padstone.kernel import clock
from padstone.kernel.errors import Conflict
from tests.features.stock.conftest import ANNA
from tests.ingest.factory import RECEIPT, Factory, placed, started

pytestmark = pytest.mark.django_db
Store = Callable[..., None]
D = Decimal
SPLIT = "CFX.Materials.Management.MaterialsSplit"
RETIRED = "CFX.Materials.Management.MaterialsRetired"
BLOCK = "CFX.Materials.Management.BlockMaterialsRequest"
EXPIRED = "CFX.Materials.Management.MSDManagement.MaterialsExpired"


@pytest.fixture
def factory(store: Store) -> Factory:
    return Factory()


def why_not(name: str) -> list[str]:
    row = packages([name])[name]
    found = unfit([row.pk], clock.now()).get(row.pk, ())
    assert not (found and row.pk in beyond_doubt([row.pk]))
    return [one.code for one in found]


@pytest.fixture
def line_side(store: Store) -> None:
    for code, kind in (("RACK", "rack"), ("LINE-DRY", "dry_cabinet"), ("RED-BIN", "quarantine")):
        commands.define_location(ANNA, code=code, kind=kind, parent="L1")
    commands.define_location(ANNA, code="RACK-1", kind="shelf", parent="RACK")


@pytest.mark.parametrize("to", ["L1", "RACK", "RACK-1"])
def test_no_command_brings_it_to_a_line(store: Store, line_side: None, to: str) -> None:
    store("R1", "R2")
    receive_package(ANNA, facts=PackageFacts(identifier="NEW", part_number="100-001", initial_quantity=D(5)))
    commands.hold(ANNA, packages=["R1", "NEW"], reason="damaged")
    arrivals = [commands.Arrival(package="NEW", location=to, quantity=D(5))]
    for act in (
        lambda: commands.move(ANNA, package="R1", to=to),
        lambda: commands.count(ANNA, package="R1", quantity=D(100), to=to),
        lambda: commands.split(ANNA, package="R1", new="R1a", quantity=D(5), to=to),
        lambda: commands.book_in(ANNA, arrivals=arrivals),
        lambda: commands.hold(ANNA, packages=["R2"], reason="label", to=to),
        lambda: commands.move(ANNA, package="NEW", to=to),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code in {"package_unfit", "held_at_work"}
    assert package_stock(ANNA, "R1").location == "A-1"
    assert why_not("R2") == []


@pytest.mark.parametrize("to", ["LINE-DRY", "RED-BIN"])
def test_what_stands_at_a_line_and_keeps_it_takes_it(store: Store, line_side: None, to: str) -> None:
    store("R1")
    commands.hold(ANNA, packages=["R1"], reason="damaged", to=to)
    assert package_stock(ANNA, "R1").location == to


def test_what_was_thrown_away_is_not_used_where_it_turns_up(store: Store) -> None:
    store("R1", "R2", "R3")
    commands.scrap(ANNA, package="R1", why="bent")
    assert why_not("R1") == ["gone"]
    commands.count(ANNA, package="R1", quantity=D(100), to="A-1", why="it was not bent")
    assert why_not("R1") == []
    commands.join(ANNA, package="R2", into="R3")
    assert (why_not("R2"), why_not("R3")) == (["gone"], [])


def test_what_quality_had_thrown_away_does_not_come_back_by_a_count(store: Store) -> None:
    store("R1")
    commands.hold(ANNA, packages=["R1"], reason="counterfeit")
    commands.dispose(ANNA, package="R1", how="scrapped", why="markings")
    commands.count(ANNA, package="R1", quantity=D(100), to="A-1")
    assert why_not("R1") == ["gone"]
    with pytest.raises(Conflict):
        commands.move(ANNA, package="R1", to="L1")
    commands.hold(ANNA, packages=["R1"], reason="counterfeit")
    commands.release_hold(ANNA, package="R1", why="it was another reel that was scrapped")
    assert why_not("R1") == []


def test_what_a_machine_splits_off_a_held_package_is_held_in_store_or_not(factory: Factory) -> None:
    factory.receive("R1")
    commands.hold(ANNA, packages=["R1"], reason="recall")
    told = {"SourceMaterialPackageIdentifier": "R1", "NewMaterialPackageIdentifier": "R1a"}
    factory.tell(SPLIT, told | {"NewMaterialPackageQuantity": 40}, Source=RECEIPT)
    assert why_not("R1a") == ["quarantine"]


def test_what_another_program_blocks_is_held_until_a_person_says_so(store: Store, factory: Factory) -> None:
    store("R1")
    told = {"MaterialPackageIdentifiers": ["R1"], "Reason": "Defective", "Comments": "cracked"}
    for _ in range(2):
        factory.tell(BLOCK, told)
    factory.tell(BLOCK.replace("Block", "Unblock"), {"MaterialPackageIdentifiers": ["R1"]})
    [hold] = package_stock(ANNA, "R1").holds
    assert (hold.reason, hold.why) == ("damaged", "Blocked by SMT.PLACER.1: cracked")
    assert why_not("R1") == ["quarantine"]


def test_what_a_machine_retires_is_gone_and_what_was_left_is_a_finding(
    store: Store, factory: Factory
) -> None:
    store("R1")
    store("R2", quantity=50)
    factory.tell(RETIRED, {"Materials": [{"UniqueIdentifier": "R1", "Quantity": 0}]})
    assert package_stock(ANNA, "R1").location == ""
    [found] = balance_of_package(ANNA, "R1").findings
    assert (found.cause, found.pieces) == ("pieces_taken", D(100))
    long_ago = (clock.now() - timedelta(days=9)).isoformat()
    factory.tell(RETIRED, {"Materials": [{"UniqueIdentifier": "R2"}]}, TimeStamp=long_ago)
    assert package_stock(ANNA, "R2").location == "A-1"


def test_what_is_poured_together_expires_with_the_older(store: Store) -> None:
    store("R1", "R2")
    for name, days in (("R1", 3), ("R2", 90)):
        row = packages([name])[name]
        row.expires_at = clock.now() + timedelta(days=days)
        row.save()
    commands.join(ANNA, package="R1", into="R2")
    assert why_not("R2") == []
    assert clock_of(ANNA, "R2").expires_at == clock_of(ANNA, "R1").expires_at
    with clock.clock_at(clock.now() + timedelta(days=4)):
        assert why_not("R2") == ["expired"]


def test_paste_of_two_jars_is_spoilt(store: Store) -> None:
    store("J1", "J2", part="PASTE", quantity=500)
    describe_part(ANNA, number="PASTE", facts=PartFacts(category="solder_paste"))
    commands.join(ANNA, package="J1", into="J2")
    assert "mixed" in why_not("J2")


def test_what_is_split_off_is_as_moisture_sensitive_as_a_machine_said(store: Store, factory: Factory) -> None:
    store("R1")
    data = {"$type": "CFX.Structures.MaterialPackageMSDData, CFX", "MSDLevel": "MSL3"}
    told = {"UniqueIdentifier": "R1", "MaterialData": data}
    factory.tell(EXPIRED, {"Materials": [told]})
    commands.split(ANNA, package="R1", new="R1a", quantity=D(10))
    assert why_not("R1a") == why_not("R1") == ["floor_life_over", "told_expired"]


def test_a_clients_reel_on_anothers_boards_is_named(store: Store, factory: Factory) -> None:
    store("R1", owner="Acme")
    store("R2")
    order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-7"}}
    factory.tell("CFX.Production.WorkStarted", started(1, "P1", **order))
    factory.install(1, placed("P1", 1, "R1", "C1"), placed("P1", 1, "R2", "C2", slot="F2"))
    [found] = balance_of_package(ANNA, "R1").findings
    assert found.cause == "used_for_another_client"
    assert "WO-7" in found.text
    assert balance_of_package(ANNA, "R2").findings == ()
