"""What becomes of packages beside their loading, and what a recall makes of it."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from padstone.features.materials.lookups import package_names
from padstone.features.materials.models import (
    ExposureEvent,
    MaterialPackage,
    PackageAncestry,
    PackageEvent,
)
from padstone.features.materials.queries import loaded_now, package_card
from padstone.features.recall.queries import RecallReport, Suspect, recall
from padstone.ingest.models import Message, State
from padstone.platform.journal.known import newest_journal_no
from tests.ingest.factory import (
    AUDITOR,
    INITIALIZED,
    LOADED,
    RECEIPT,
    Factory,
    books,
    codes,
    placed,
    received,
)

MANAGEMENT = "CFX.Materials.Management"
SPLIT = f"{MANAGEMENT}.MaterialsSplit"
MODIFIED = f"{MANAGEMENT}.MaterialsModified"
CONSUMED = f"{MANAGEMENT}.MaterialsConsumed"
EMPTY = "CFX.Materials.Storage.MaterialsEmpty"
MSD = f"{MANAGEMENT}.MSDManagement"


def split(source: str, new: str, left: int = 4000, quantity: int = 1000) -> dict[str, Any]:
    return {
        "SourceMaterialPackageIdentifier": source,
        "SourceMaterialPackageRemainingQuantity": left,
        "NewMaterialPackageIdentifier": new,
        "NewMaterialPackageQuantity": quantity,
    }


def built_from(factory: Factory, number: int, package: str) -> None:
    factory.start(number, f"P{number}")
    assert factory.install(number, placed(f"P{number}", 1, package, "C1")).state == State.DONE


def found(report: RecallReport) -> list[str]:
    return [unit.unit for unit in report.certain]


class TestSplit:
    def test_a_recall_by_lot_finds_boards_from_what_was_split_off(self, factory: Factory) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7", Vendor="Digi")
        factory.receive("R9", ManufacturerLotCode="L-8", Vendor="Digi")
        factory.tell(SPLIT, split("R1", "R1a"), Source=RECEIPT)
        factory.tell(SPLIT, split("R1a", "R1b", 900, 100), Source=RECEIPT)
        for number, package in enumerate(("R1", "R1a", "R1b", "R9"), start=1):
            built_from(factory, number, package)
        for suspect in (Suspect(lot="L-7"), Suspect(package="R1"), Suspect(lot="L-7", package="R1")):
            report = recall(AUDITOR, suspect)
            assert found(report) == ["P1", "P2", "P3"]
            assert report.packages == ("R1", "R1a", "R1b")
        assert found(recall(AUDITOR, Suspect(package="R1a"))) == ["P2", "P3"]
        assert found(recall(AUDITOR, Suspect(lot="L-7", package="R1b"))) == ["P3"]

    def test_it_has_the_origin_of_what_it_was_split_off(self, factory: Factory) -> None:
        factory.receive(
            "R1",
            ManufacturerLotCode="L-7",
            Vendor="Digi",
            ManufactureDate="2026-01-15T00:00:00Z",
            Units="pcs",
        )
        factory.tell(SPLIT, split("R1", "R1a"), Source=RECEIPT)
        card = package_card(AUDITOR, "R1a")
        assert (card.part, card.lot, card.supplier, card.date_code) == ("100-001", "L-7", "Digi", "2603")
        assert card.initial_quantity == Decimal(1000)
        assert card.split_from == ("R1",)
        assert package_card(AUDITOR, "R1").split_off == ("R1a",)
        assert [(e.kind, e.other_package, e.quantity) for e in card.events] == [
            ("split_from", "R1", Decimal(1000))
        ]
        assert [(e.kind, e.other_package, e.quantity) for e in package_card(AUDITOR, "R1").events] == [
            ("split_off", "R1a", Decimal(4000))
        ]

    def test_its_name_does_not_depend_on_what_else_is_asked_for(self, factory: Factory) -> None:
        factory.receive("R1", "R1a", "R1b")
        factory.tell(SPLIT, split("R1", "R1a"), Source=RECEIPT)
        factory.tell(SPLIT, split("R1a", "R1b", 900, 100), Source=RECEIPT)
        corrected = received("R1", ManufacturerLotCode="L-8", Vendor="Digi")
        factory.tell(MODIFIED, corrected, Source=RECEIPT)
        ids = dict(MaterialPackage.objects.values_list("identifier", "pk"))
        together = package_names(ids.values())
        assert {package_names({pk})[pk].lot for pk in ids.values()} == {"L-8"}
        assert {together[pk].lot for pk in ids.values()} == {"L-8"}

    def test_in_any_order_the_books_say_the_same(self, db: None) -> None:
        factory = Factory()
        order_of = dict(enumerate(permutations(range(4))))
        for run, order in order_of.items():
            old, new = f"R{run}", f"R{run}a"
            told = [
                (INITIALIZED, received(old, ManufacturerLotCode=f"L{run}", Vendor="Digi")),
                (INITIALIZED, received(new)),
                (SPLIT, split(old, new)),
                (
                    LOADED,
                    {"Materials": [{"LocationName": "F1", "MaterialPackage": {"UniqueIdentifier": new}}]},
                ),
            ]
            rows = [
                factory.deliver(factory.envelope(*told[place], Source=RECEIPT), door="file")[0]
                for place in order
            ]
            factory.interpret()
            assert {factory.line(row).state for row in rows} == {State.DONE}, order
            card = package_card(AUDITOR, new)
            assert (card.lot, card.supplier, card.split_from) == (f"L{run}", "Digi", (old,)), order
            assert recall(AUDITOR, Suspect(lot=f"L{run}")).packages == (old, new)
            assert [event.kind for event in card.load_events] == ["loaded"]

    def test_told_twice_it_is_one_split(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.tell(SPLIT, split("R1", "R1a"))
        before = books()
        again = factory.tell(SPLIT, split("R1", "R1a"))
        assert (again.state, codes(again)) == (State.DONE, ["split_twice"])
        assert books() == before

    def test_what_is_split_off_the_unknown_waits(self, factory: Factory) -> None:
        waiting = factory.tell(SPLIT, split("R1", "R1a"))
        assert (waiting.state, waiting.awaits) == (State.WAITING, "package:R1")
        factory.receive("R1")
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        assert PackageAncestry.objects.count() == 1

    @pytest.mark.parametrize("more", [{"part": "200-002"}, {"ManufacturerLotCode": "L-8"}])
    @pytest.mark.parametrize("split_first", [True, False])
    def test_a_package_of_another_part_or_lot_was_not_split_off(
        self, factory: Factory, more: dict[str, Any], *, split_first: bool
    ) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7")
        told = [
            partial(factory.tell, SPLIT, split("R1", "R1a")),
            partial(factory.receive, "R1a", **more),
        ]
        first, second = (tell() for tell in (told if split_first else reversed(told)))
        assert (first.state, second.state) == (State.DONE, State.REJECTED)
        assert second.code == "package_known_otherwise"

    @pytest.mark.parametrize("new", ["", "R1", None])
    def test_a_package_is_not_split_off_itself(self, factory: Factory, new: str) -> None:
        factory.receive("R1")
        answer = factory.tell(SPLIT, split("R1", new))
        assert (answer.state, answer.code) == (State.REJECTED, "not_a_new_package")

    def test_as_of_an_earlier_number_it_was_not_split(self, factory: Factory) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7")
        factory.receive("R1a")
        built_from(factory, 1, "R1a")
        before = newest_journal_no()
        factory.tell(SPLIT, split("R1", "R1a"))
        assert found(recall(AUDITOR, Suspect(lot="L-7"), as_of=before)) == []
        assert found(recall(AUDITOR, Suspect(lot="L-7"))) == ["P1"]
        assert factory.certificate("P1").installations[0].lot == "L-7"


class TestCorrected:
    def test_the_corrected_lot_is_shown_and_a_recall_finds_it_under_both(self, factory: Factory) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7", Vendor="Digi")
        built_from(factory, 1, "R1")
        before = newest_journal_no()
        line = factory.tell(
            MODIFIED,
            {"Reason": "InformationWasIncorrect", **received("R1", ManufacturerLotCode="L-8", Quantity=90)},
            Source=RECEIPT,
        )
        assert (line.state, codes(line)) == (State.DONE, ["origin_corrected"])
        card = package_card(AUDITOR, "R1")
        assert (card.lot, card.supplier) == ("L-8", "Digi")
        assert [(e.kind, e.quantity, e.lot, e.reason) for e in card.events] == [
            ("modified", Decimal(90), "L-8", "InformationWasIncorrect")
        ]
        assert found(recall(AUDITOR, Suspect(lot="L-7"))) == ["P1"]
        assert found(recall(AUDITOR, Suspect(lot="L-8"))) == ["P1"]
        assert found(recall(AUDITOR, Suspect(lot="L-8", supplier="Digi"))) == ["P1"]
        assert recall(AUDITOR, Suspect(lot="L-7"), as_of=before).certain[0].installations[0].lot == "L-7"
        assert factory.certificate("P1").installations[0].lot == "L-8"

    def test_back_and_forth(self, factory: Factory) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7")
        for lot in ("L-8", "L-7"):
            factory.tell(MODIFIED, received("R1", ManufacturerLotCode=lot))
        assert package_card(AUDITOR, "R1").lot == "L-7"

    def test_a_count_is_no_correction_of_the_origin(self, factory: Factory) -> None:
        factory.receive("R1", ManufacturerLotCode="L-7")
        line = factory.tell(MODIFIED, received("R1", Quantity=17))
        assert (line.state, codes(line)) == (State.DONE, [])
        assert package_card(AUDITOR, "R1").lot == "L-7"
        assert package_card(AUDITOR, "R1").events[0].quantity == 17

    def test_it_never_becomes_another_part(self, factory: Factory) -> None:
        factory.receive("R1")
        line = factory.tell(MODIFIED, received("R1", part="200-002"))
        assert (line.state, line.code) == (State.REJECTED, "package_known_otherwise")


class TestOtherNews:
    @pytest.mark.parametrize(
        ("name", "body", "kinds"),
        [
            (
                f"{MANAGEMENT}.MaterialsJoined",
                {
                    "LeadingMaterialPackage": {"UniqueIdentifier": "R1", "Quantity": 7},
                    "TrailingMaterialPackage": {"UniqueIdentifier": "R2", "Quantity": 5000},
                },
                {"R1": ("joined_before", "R2", 7), "R2": ("joined_behind", "R1", 5000)},
            ),
            (
                f"{MANAGEMENT}.MaterialsChainSplit",
                {
                    "SplittedMaterialPackage": {"UniqueIdentifier": "R2", "Quantity": 5000},
                    "RemainingMaterialPackage": {"UniqueIdentifier": "R1", "Quantity": 7},
                },
                {"R1": ("cut_off", "R2", 7), "R2": ("cut_off", "R1", 5000)},
            ),
            (
                f"{MANAGEMENT}.MaterialsRetired",
                {"Materials": [{"UniqueIdentifier": "R1", "Quantity": 0}]},
                {"R1": ("retired", "", 0), "R2": None},
            ),
            (
                f"{MANAGEMENT}.BlockMaterialsRequest",
                {
                    "MaterialPackageIdentifiers": ["R1"],
                    "Reason": "SuspectedProblem",
                    "Blocker": {"OperatorIdentifier": "QA-1"},
                },
                {"R1": ("block_asked", "", None), "R2": None},
            ),
            (
                f"{MANAGEMENT}.UnblockMaterialsRequest",
                {"MaterialPackageIdentifiers": ["R1"]},
                {"R1": ("unblock_asked", "", None), "R2": None},
            ),
        ],
    )
    def test_it_is_on_the_cards_of_its_packages(
        self, factory: Factory, name: str, body: Any, kinds: dict[str, Any]
    ) -> None:
        waiting = factory.tell(name, body)
        assert waiting.state == State.WAITING
        factory.receive("R1", "R2")
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        for package, told in kinds.items():
            events = package_card(AUDITOR, package).events
            assert [(e.kind, e.other_package, e.quantity) for e in events] == ([told] if told else [])

    def test_who_asked_and_why(self, factory: Factory) -> None:
        factory.receive("R1")
        factory.tell(
            f"{MANAGEMENT}.BlockMaterialsRequest",
            {
                "MaterialPackageIdentifiers": ["R1"],
                "Reason": "Defective",
                "Comments": "cracked",
                "Blocker": {"FirstName": "Ada", "LastName": "L."},
            },
        )
        event = package_card(AUDITOR, "R1").events[0]
        assert (event.reason, event.comments, event.by) == ("Defective", "cracked", "Ada L.")

    def test_what_was_used_and_spoiled(self, factory: Factory) -> None:
        factory.receive("R1")
        place = {
            "LocationIdentifier": "uid-F1",
            "LocationName": "F1",
            "MaterialPackage": {"UniqueIdentifier": "R1"},
        }
        told = {
            "MaterialLocation": place,
            "QuantityUsed": 120,
            "QuantitySpoiled": 3,
            "RemainingQuantity": 4877,
        }
        assert factory.tell(CONSUMED, {"ConsumedMaterials": [told]}).state == State.DONE
        event = package_card(AUDITOR, "R1").events[0]
        assert (event.quantity_used, event.quantity_spoiled, event.quantity, event.location) == (
            Decimal(120),
            Decimal(3),
            Decimal(4877),
            "F1",
        )

    def test_what_ran_out_feeds_no_more(self, factory: Factory) -> None:
        factory.receive("R1")
        place = {
            "LocationIdentifier": "uid-F1",
            "LocationName": "F1",
            "MaterialPackage": {"UniqueIdentifier": "R1"},
        }
        factory.tell(LOADED, {"Materials": [place]})
        assert [one.package for one in loaded_now(AUDITOR)] == ["R1"]
        assert factory.tell(EMPTY, {"EmptyMaterials": [place]}).state == State.DONE
        assert [event.kind for event in package_card(AUDITOR, "R1").load_events] == ["loaded", "depleted"]
        assert loaded_now(AUDITOR) == ()

    @pytest.mark.parametrize(
        ("name", "body"),
        [
            (SPLIT, {"NewMaterialPackageIdentifier": "R2"}),
            (MODIFIED, {"Materials": [{"Quantity": 1}]}),
            (CONSUMED, {"ConsumedMaterials": [{"QuantityUsed": 1}]}),
            (EMPTY, {"EmptyMaterials": [{"LocationName": "F1"}]}),
            (f"{MSD}.MaterialsOpened", {"Materials": [{}]}),
        ],
    )
    def test_a_package_without_a_name_is_refused(self, factory: Factory, name: str, body: Any) -> None:
        answer = factory.tell(name, body)
        assert (answer.state, answer.code) == (State.REJECTED, "no_package")
        assert not PackageEvent.objects.exists()


class TestMoisture:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("MaterialsOpened", "opened"),
            ("MaterialsExpired", "expired"),
            ("MaterialsPlacedInDryStorage", "into_dry_storage"),
            ("MaterialsRemovedFromDryStorage", "out_of_dry_storage"),
            ("MaterialsRestored", "restored"),
        ],
    )
    def test_it_is_on_the_card_as_it_was_told(self, factory: Factory, name: str, kind: str) -> None:
        data = {
            "$type": "CFX.Structures.MaterialPackageMSDData, CFX",
            "MSDLevel": "MSL3",
            "MSDState": "Exposed",
            "RemainingExposureTime": "6.23:30:00",
            "ExpirationDateTime": "2026-05-11T12:00:00Z",
            "OriginalExposureDateTime": "2026-05-04T12:00:00Z",
            "LastExposureDateTime": "0001-01-01T00:00:00",
        }
        waiting = factory.tell(f"{MSD}.{name}", received("R1", MaterialData=data))
        assert waiting.state == State.WAITING
        factory.receive("R1")
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        (line,) = package_card(AUDITOR, "R1").exposures
        assert (line.kind, line.level, line.state) == (kind, "MSL3", "Exposed")
        assert line.floor_life_left_s == (6 * 24 + 23) * 3600 + 1800
        assert line.floor_life_ends_at is not None
        assert line.floor_life_ends_at.day == 11
        assert line.last_exposed_at is None

    def test_a_span_that_is_none_is_refused(self, factory: Factory) -> None:
        factory.receive("R1")
        data = {"$type": "CFX.Structures.MaterialPackageMSDData, CFX", "RemainingExposureTime": "soon"}
        answer = factory.tell(f"{MSD}.MaterialsOpened", received("R1", MaterialData=data))
        assert answer.state == State.REJECTED
        assert not ExposureEvent.objects.exists()
