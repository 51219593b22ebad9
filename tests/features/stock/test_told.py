"""What machines tell, and what the ledger makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from padstone.features.materials.lookups import packages
from padstone.features.stock import commands
from padstone.features.stock.lookups import stays
from padstone.features.stock.queries.balance import balance_of_lot, balance_of_order
from padstone.features.stock.queries.cards import package_stock
from padstone.features.stock.queries.verify import verify_ledger
from padstone.features.stock.sheets import sheets_of
from padstone.kernel import clock
from tests.features.stock.conftest import ANNA
from tests.ingest.factory import LOADED, RECEIPT, Factory, placed

pytestmark = pytest.mark.django_db
Store = Callable[..., None]
D = Decimal
SPLIT = "CFX.Materials.Management.MaterialsSplit"
CONSUMED = "CFX.Materials.Management.MaterialsConsumed"


@pytest.fixture
def factory(store: Store) -> Factory:
    return Factory()


def built(factory: Factory, number: int, package: str, *designators: str) -> None:
    factory.start(number, f"P{number}")
    factory.install(number, placed(f"P{number}", 1, package, *designators))


def left(name: str) -> Decimal:
    return package_stock(ANNA, name).most


def test_what_is_placed_is_off_the_shelf_at_once_and_posted_when_it_is_touched(
    store: Store, factory: Factory
) -> None:
    store("R1")
    built(factory, 1, "R1", "C1", "C2", "C3")
    assert left("R1") == D(97)
    moved = commands.move(ANNA, package="R1", to="A-2")
    assert moved.quantity == D(97)
    kinds = [(one.kind, one.quantity) for one in package_stock(ANNA, "R1").history]
    assert kinds == [("booked_in", D(100)), ("used", D(3)), ("moved", D(97))]
    built(factory, 2, "R1", "C1", "C2", "C3")
    assert left("R1") == D(94)
    assert verify_ledger(ANNA) == ()


def test_the_ledger_follows_a_split_that_a_machine_tells(store: Store, factory: Factory) -> None:
    store("R1")
    told = {
        "SourceMaterialPackageIdentifier": "R1",
        "NewMaterialPackageIdentifier": "R1a",
        "SourceMaterialPackageRemainingQuantity": 60,
        "NewMaterialPackageQuantity": 40,
    }
    for _ in range(2):
        factory.tell(SPLIT, told, Source=RECEIPT)
    assert (left("R1"), left("R1a")) == (D(60), D(40))
    found = balance_of_lot(ANNA, "L-1")
    assert found.total is not None
    assert (found.total.received, found.total.on_hand, found.findings) == (D(100), D(100), ())
    assert verify_ledger(ANNA) == ()


def test_what_nobody_booked_in_balances_by_its_label(factory: Factory) -> None:
    factory.receive("R1", ManufacturerLotCode="L-9")
    told = {"SourceMaterialPackageIdentifier": "R1", "NewMaterialPackageIdentifier": "R1a"}
    factory.tell(SPLIT, told | {"NewMaterialPackageQuantity": 1000}, Source=RECEIPT)
    built(factory, 1, "R1", "C1", "C2")
    found = balance_of_lot(ANNA, "L-9")
    assert found.total is not None
    assert (found.total.received, found.total.placed, found.total.on_hand) == (D(5000), D(2), D(4998))
    assert found.findings == ()


def test_a_station_that_tells_sums_counts_where_it_tells_no_placements(
    store: Store, factory: Factory
) -> None:
    store("R1")
    place = {"MaterialPackage": {"UniqueIdentifier": "R1"}}
    sums = {"ConsumedMaterials": [{"MaterialLocation": place, "QuantityUsed": 7, "QuantitySpoiled": 2}]}
    factory.tell(CONSUMED, sums, Source="WAVE.1")
    assert left("R1") == D(91)
    built(factory, 1, "R1", "C1", "C2", "C3")
    factory.tell(CONSUMED, sums)  # the placer's own sums: its placements say it already
    row = packages(["R1"])["R1"]
    sheet = sheets_of([row.pk])[row.pk]
    assert (sheet.placed, sheet.spoiled, sheet.on_hand) == (D(10), D(2), D(88))


def test_an_orders_balance_has_the_packages_of_its_boards(store: Store, factory: Factory) -> None:
    store("R1", "R2")
    factory.tell(
        "CFX.Production.WorkStarted",
        {
            "PrimaryIdentifier": "P1",
            "TransactionID": f"{1:08x}-0000-4000-8000-000000000000",
            "Units": [{"UnitIdentifier": "P1", "PositionNumber": 1}],
            "WorkOrderIdentifier": {"WorkOrderId": "WO-7"},
        },
    )
    factory.install(1, placed("P1", 1, "R1", "C1"))
    assert [one.package for one in balance_of_order(ANNA, "WO-7").lines] == ["R1"]


def test_the_clocks_are_told_where_a_package_was_kept(store: Store, factory: Factory) -> None:
    start = clock.now() - timedelta(hours=9)

    def after(hours: int) -> datetime:
        return start + timedelta(hours=hours)

    with clock.clock_at(start):
        store("R1", at="DRY")
        commands.log_condition(ANNA, location="W1", celsius=D(24), humidity_percent=D(50))
    commands.log_condition(ANNA, location="DRY", humidity_percent=D(4), at=after(1))
    commands.move(ANNA, package="R1", to="A-1", at=after(2))
    factory.tell(
        LOADED,
        {"Materials": [{"LocationName": "F1", "MaterialPackage": {"UniqueIdentifier": "R1"}}]},
        TimeStamp=after(5).isoformat(),
    )
    row = packages(["R1"])["R1"]
    dry, shelf = stays([row.pk], clock.now())
    assert (dry.kind, dry.since, dry.until) == ("dry_cabinet", start, after(2))
    assert [(one.since, one.percent) for one in dry.climate] == [(after(1), D(4))]
    assert (shelf.kind, shelf.since, shelf.until) == ("", after(2), after(5))
    assert [(one.celsius, one.until) for one in shelf.climate] == [(D(24), None)]
