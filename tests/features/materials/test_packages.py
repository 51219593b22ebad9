"""Packages as they are received, and the places they come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from padstone.features.materials.lookups import suspects
from padstone.features.materials.models import LoadEvent, Lot, MaterialPackage
from padstone.features.materials.queries import package_card
from padstone.ingest.models import Message, State
from padstone.kernel.errors import NotFound
from tests.ingest.factory import AUDITOR, LOADED, SPLICED, Factory, books, placed, placements

UNLOADED = "CFX.Materials.Storage.MaterialsUnloaded"


def place(package: str, slot: str = "F1", **more: Any) -> dict[str, Any]:
    return {
        "LocationIdentifier": f"uid-{slot}",
        "LocationName": slot,
        "MaterialPackage": {"UniqueIdentifier": package, "Quantity": 4999},
        **more,
    }


def at(minute: int) -> dict[str, Any]:
    return {"TimeStamp": f"2026-05-04T12:{minute:02}:00Z", "door": "file"}


def unnamed(*designators: str, minute: int) -> dict[str, Any]:
    """Parts of which the machine says where it took them, and not from which package."""
    parts = [
        {"ReferenceDesignator": designator, "InstallationTime": f"2026-05-04T12:{minute:02}:00Z"}
        for designator in designators
    ]
    return placed("P1", 1, "", InstalledComponents=parts) | {"Material": None}


def test_what_the_label_says_is_on_the_card(factory: Factory) -> None:
    line = factory.receive(
        "R1",
        part="100-001",
        InternalPackageName="100 nF 0402",
        Manufacturer="Murata",
        ManufacturerPartNumber="GRM155",
        Vendor="Digi",
        ManufacturerLotCode="L-7",
        ManufactureDate="2026-01-15T00:00:00Z",
        ReceivedDate="2026-02-01T08:00:00+01:00",
        ExpiryDate="2028-01-15T00:00:00Z",
        InitialQuantity=10_000,
        Units="pcs",
    )
    assert line.state == State.DONE
    card = package_card(AUDITOR, "R1")
    assert (card.part, card.description, card.lot, card.supplier) == ("100-001", "100 nF 0402", "L-7", "Digi")
    assert (card.manufacturer, card.manufacturer_part_number) == ("Murata", "GRM155")
    assert (card.date_code, card.initial_quantity, card.quantity_unit) == ("2603", Decimal(10_000), "pcs")
    assert card.received_at is not None
    assert card.received_at.hour == 7


def test_a_lot_is_of_its_part_and_supplier(factory: Factory) -> None:
    factory.receive("R1", "R2", ManufacturerLotCode="L", Vendor="A")
    factory.receive("R3", ManufacturerLotCode="L", Vendor="B")
    factory.receive("R4", ManufacturerLotCode="L")
    factory.receive("R5", ManufacturerLotCode="L")
    factory.receive("R6", part="200-002", ManufacturerLotCode="L", Vendor="A")
    assert Lot.objects.count() == 4
    assert set(suspects(lot="L", supplier="A", part="100-001").values()) == {"R1", "R2"}
    assert set(suspects(lot="L").values()) == {"R1", "R2", "R3", "R4", "R5", "R6"}


def test_one_of_several_packages_is_wrong_and_none_is_received(factory: Factory) -> None:
    factory.receive("R1")
    before = books()
    materials = [
        {"UniqueIdentifier": "R2", "InternalPartNumber": "100-001"},
        {"UniqueIdentifier": "R1", "InternalPartNumber": "200-002"},
    ]
    line = factory.tell("CFX.Materials.Management.MaterialsInitialized", {"Materials": materials})
    assert (line.state, line.code) == (State.REJECTED, "package_known_otherwise")
    assert books() == before
    assert not MaterialPackage.objects.filter(identifier="R2").exists()


def test_where_it_was_loaded(factory: Factory) -> None:
    factory.receive("R1")
    factory.tell(
        LOADED, {"Materials": [place("R1", CarrierInformation={"UniqueIdentifier": "FDR-9"})]}, **at(0)
    )
    factory.tell(UNLOADED, {"MaterialPackageIdentifiers": ["R1"]}, **at(5))
    events = package_card(AUDITOR, "R1").load_events
    assert [(e.kind, e.location, e.feeder, e.quantity, e.at.minute) for e in events] == [
        ("loaded", "F1", "FDR-9", 4999, 0),
        ("unloaded", "", "", None, 5),
    ]


def test_what_is_loaded_but_unknown_waits(factory: Factory) -> None:
    waiting = factory.tell(LOADED, {"Materials": [place("R1")]})
    assert (waiting.state, waiting.awaits) == (State.WAITING, "package:R1")
    assert not LoadEvent.objects.exists()
    factory.receive("R1")
    assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
    assert LoadEvent.objects.count() == 1


class TestMachineNamesNoPackage:
    """It is the one that was loaded there at the time of the placement."""

    def test_the_loaded_one_is_taken_and_flagged(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.tell(LOADED, {"Materials": [place("R1")]}, **at(0))
        factory.tell(LOADED, {"Materials": [place("R2")]}, **at(10))
        factory.start(1, "P1", **at(1))
        line = factory.install(1, unnamed("C1", minute=5), unnamed("C2", minute=15), **at(16))
        assert line.state == State.DONE
        assert [flag.code for flag in line.flags if flag.code == "package_inferred"] == ["package_inferred"]
        assert placements(factory, "P1") == [("C1", "R1"), ("C2", "R2")]

    def test_before_the_loading_is_told_it_waits_for_that(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.start(1, "P1", **at(1))
        waiting = factory.install(1, unnamed("C1", minute=5), **at(6))
        assert (waiting.state, waiting.code) == (State.WAITING, "package_not_named")
        assert "MaterialsLoaded" in waiting.reason
        factory.tell(LOADED, {"Materials": [place("R1")]}, **at(0))
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        assert placements(factory, "P1") == [("C1", "R1")]

    def test_another_machines_loading_is_not_it(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.tell(LOADED, {"Materials": [place("R1")]}, Source="OTHER", **at(0))
        factory.start(1, "P1", **at(1))
        assert factory.install(1, unnamed("C1", minute=5), **at(6)).state == State.WAITING

    def test_a_spliced_one_feeds_on(self, factory: Factory) -> None:
        factory.receive("R1", "R2")
        factory.tell(LOADED, {"Materials": [place("R1")]}, **at(0))
        splice = {"DepletedMaterial": place("R1"), "NewlyActiveMaterial": place("R2")}
        factory.tell(SPLICED, splice, **at(10))
        factory.start(1, "P1", **at(1))
        factory.install(1, unnamed("C1", minute=5), unnamed("C2", minute=15), **at(16))
        assert placements(factory, "P1") == [("C1", "R1"), ("C2", "R2")]


def test_a_card_of_a_package_there_is_not(db: None) -> None:
    with pytest.raises(NotFound):
        package_card(AUDITOR, "R1")
