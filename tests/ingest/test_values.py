"""Values that are of the right type, and cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from padstone.features.materials.models import LoadEvent, MaterialPackage
from padstone.ingest.interpret import MOST_FLAGS, MOST_REPAIRS
from padstone.ingest.models import State
from tests.ingest.factory import (
    COMPLETED,
    HEARTBEAT,
    INITIALIZED,
    INSPECTED,
    INSTALLED,
    LOADED,
    SPLICED,
    STARTED,
    STATE,
    Factory,
    books,
    codes,
    completed,
    installed,
    placed,
    placements,
    received,
    started,
    transaction,
)

LONG = "x" * 5_000
PLACE = {"LocationIdentifier": "uid-F1", "LocationName": "F1"}


def loaded(package: str, **more: Any) -> dict[str, Any]:
    return {"Materials": [{**PLACE, "MaterialPackage": {"UniqueIdentifier": package}, **more}]}


def spliced(front: str, named: str, **of_new: Any) -> dict[str, Any]:
    package = {"UniqueIdentifier": named, "LeadingMaterialPackage": {"UniqueIdentifier": front}, **of_new}
    return {
        "DepletedMaterial": {**PLACE, "MaterialPackage": {"UniqueIdentifier": front}},
        "NewlyActiveMaterial": {**PLACE, "MaterialPackage": package},
    }


@pytest.fixture
def line(factory: Factory) -> Factory:
    """With panel P1 at work, and reels R1 and R2 in the house."""
    factory.receive("R1", "R2")
    factory.start(1, "P1")
    return factory


class TestNegative:
    @pytest.mark.parametrize(
        ("name", "body", "field"),
        [
            (INITIALIZED, received("R9", InitialQuantity=-1), "InitialQuantity"),
            (INSTALLED, installed(1, placed("P1", 1, "R1", "C1", QuantityInstalled=-1)), "QuantityInstalled"),
            (
                INSTALLED,
                installed(1, placed("P1", 1, "R1", "C1", QuantityNonInstalled=-2)),
                "QuantityNonInstalled",
            ),
            (
                INSTALLED,
                installed(
                    1, placed("P1", 1, "R1", "C1", Material={"UniqueIdentifier": "R1", "GreyZone": -3})
                ),
                "GreyZone",
            ),
            (SPLICED, spliced("R1", "R2", GreyZone=-3), "GreyZone"),
        ],
    )
    def test_a_quantity_that_would_be_counted_is_rejected(
        self, line: Factory, name: str, body: Any, field: str
    ) -> None:
        before = books()
        answer = line.tell(name, body)
        assert (answer.state, answer.code) == (State.REJECTED, "negative_quantity")
        assert answer.reason.startswith(field)
        assert books() == before
        assert line.works()

    @pytest.mark.parametrize(
        ("name", "body"),
        [
            (
                INSTALLED,
                installed(
                    1, placed("P1", 1, "R1", "C1", Material={"UniqueIdentifier": "R1", "Quantity": -4})
                ),
            ),
            (LOADED, loaded("R1", MaterialPackage={"UniqueIdentifier": "R1", "Quantity": -4})),
            (SPLICED, spliced("R1", "R2", Quantity=-4)),
        ],
    )
    def test_what_the_machine_counts_as_left_is_only_flagged(
        self, line: Factory, name: str, body: Any
    ) -> None:
        """Machines count on below zero when a reel held more than its label says."""
        answer = line.tell(name, body)
        assert (answer.state, codes(answer)) == (State.DONE, ["negative_quantity"])
        assert "-4" in next(flag.reason for flag in answer.flags if flag.code == "negative_quantity")

    @pytest.mark.parametrize(
        ("name", "body"),
        [
            (STARTED, started(2, "P2", [("P2", -1), ("P2", 1)])),
            (STATE, {"NewState": -1}),
            (
                LOADED,
                loaded(
                    "R1",
                    CarrierInformation={
                        "$type": "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX",
                        "UniqueIdentifier": "FDR",
                        "LaneNumber": -1,
                    },
                ),
            ),
        ],
    )
    def test_a_number_that_names_something_is_rejected(self, line: Factory, name: str, body: Any) -> None:
        before = books()
        answer = line.tell(name, body)
        assert answer.state == State.REJECTED
        assert answer.code in {"number_out_of_range", "not_cfx"}
        assert "-1" in answer.reason
        assert books() == before

    @pytest.mark.parametrize("lane", [-1, 100_000])
    def test_a_lane_that_cannot_be_is_left_out(self, line: Factory, lane: int) -> None:
        answer = line.tell(STARTED, started(2, "P2") | {"Lane": lane})
        assert (answer.state, codes(answer)) == (State.DONE, ["lane_out_of_range"])
        (work,) = line.certificate("P2").passes
        assert work.lane is None


class TestHuge:
    @pytest.mark.parametrize("number", ["1e400", "1e30", "9" * 100, "1000000000000", "NaN", "-1e18"])
    def test_a_quantity(self, line: Factory, number: str) -> None:
        raw = line.envelope(INITIALIZED, received("R9", InitialQuantity=424242))
        (row,) = line.deliver(raw.replace(b"424242", number.encode()))
        line.interpret()
        assert line.line(row).state == State.REJECTED
        assert not MaterialPackage.objects.filter(identifier="R9").exists()
        assert line.works()

    def test_a_quantity_left(self, line: Factory) -> None:
        package = {"UniqueIdentifier": "R1", "Quantity": 10**15}
        answer = line.tell(LOADED, loaded("R1", MaterialPackage=package))
        assert (answer.state, answer.code) == (State.REJECTED, "quantity_out_of_range")
        assert not LoadEvent.objects.exists()

    def test_more_digits_than_are_kept(self, line: Factory) -> None:
        assert line.tell(INITIALIZED, received("R9", InitialQuantity=12.34567891234)).state == State.DONE
        assert str(MaterialPackage.objects.get(identifier="R9").initial_quantity) == "12.345679"

    @pytest.mark.parametrize("zone", [10**12, 2**31])
    def test_a_grey_zone(self, line: Factory, zone: int) -> None:
        assert line.tell(SPLICED, spliced("R1", "R2", GreyZone=zone)).state == State.REJECTED
        assert line.works()

    def test_a_heartbeat(self, line: Factory) -> None:
        answer = line.tell(HEARTBEAT, {"CFXHandle": "A", "HeartbeatFrequency": "99999999.00:00:00"})
        assert (answer.state, answer.code) == (State.REJECTED, "number_out_of_range")
        assert "HeartbeatFrequency" in answer.reason


class TestLongTexts:
    @pytest.mark.parametrize(
        ("name", "body", "field"),
        [
            (STARTED, started(2, LONG, [("S1", 1)]), "PrimaryIdentifier"),
            (STARTED, started(2, "P2", [(LONG, 1)]), "UnitIdentifier"),
            (
                STARTED,
                started(2, "P2", WorkOrderIdentifier={"WorkOrderId": LONG}),
                "WorkOrderIdentifier.WorkOrderId",
            ),
            (INITIALIZED, received(LONG), "UniqueIdentifier"),
            (INITIALIZED, received("R9", part=LONG), "InternalPartNumber"),
            (INITIALIZED, received("R9", ManufacturerLotCode=LONG), "ManufacturerLotCode"),
            (INITIALIZED, received("R9", Vendor=LONG), "Vendor"),
            (LOADED, loaded("R1", LocationName=LONG), "LocationName"),
            (LOADED, loaded("R1", LocationIdentifier=LONG), "LocationIdentifier"),
            (LOADED, loaded(LONG), "UniqueIdentifier"),
            (LOADED, loaded("R1", CarrierInformation={"UniqueIdentifier": LONG}), "CarrierInformation"),
            (INSTALLED, installed(1, placed(LONG, 1, "R1", "C1")), "UnitIdentifier"),
            (INSTALLED, installed(1, placed("P1", 1, LONG, "C1")), "UniqueIdentifier"),
            (INSTALLED, installed(1, placed("P1", 1, "R1", LONG)), "ReferenceDesignator"),
            (
                INSTALLED,
                installed(1, placed("P1", 1, "R1", LONG, CarrierLocation=None)),
                "ReferenceDesignator",
            ),
            (COMPLETED, completed(1) | {"TransactionID": LONG}, "TransactionID"),
        ],
    )
    def test_an_identifier_is_never_cut(self, line: Factory, name: str, body: Any, field: str) -> None:
        before = books()
        answer = line.tell(name, body)
        assert answer.state == State.REJECTED, answer.reason
        assert answer.reason.startswith(field)
        assert len(answer.reason) < 2_100
        assert books() == before
        assert line.works()

    def test_the_longest_identifiers_that_are_taken(self, line: Factory) -> None:
        panel, package = "P" * 180, "R" * 200
        line.receive(package, ManufacturerLotCode="L" * 200, Vendor="V" * 300)
        assert line.start(2, panel, (1, 2)).state == State.DONE
        assert line.install(2, placed(panel, 2, package, "C" * 100)).state == State.DONE
        assert placements(line, f"{panel}:2") == [("C" * 100, package)]

    def test_descriptions_are_cut(self, line: Factory) -> None:
        answer = line.receive("R9", InternalPackageName=LONG, Manufacturer=LONG, Units=LONG)
        assert answer.state == State.DONE
        answer = line.tell(STARTED, started(2, "P2") | {"RecipeName": LONG, "Revision": LONG})
        assert (answer.state, codes(answer)) == (State.DONE, ["text_cut"])
        (work,) = line.certificate("P2").passes
        assert work.recipe_name == LONG[:300]

    def test_heads_and_nozzles_are_cut(self, line: Factory) -> None:
        part = {
            "$type": "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX",
            "ReferenceDesignator": "C1",
            "HeadAndNozzle": {"HeadId": LONG, "HeadNozzleNumber": 3, "NozzleType": LONG},
        }
        answer = line.install(1, placed("P1", 1, "R1", InstalledComponents=[part]))
        assert (answer.state, codes(answer)) == (State.DONE, ["text_cut"])

    def test_an_inspectors_prose_is_cut_or_kept(self, line: Factory) -> None:
        unit = {
            "UnitIdentifier": "P1",
            "UnitPositionNumber": 1,
            "Inspections": [
                {"InspectionName": LONG, "Result": "Failed", "DefectsFound": [{"Description": LONG}]}
            ],
        }
        body = {"TransactionId": transaction(1), "InspectedUnits": [unit]}
        answer = line.tell(INSPECTED, body)
        assert (answer.state, codes(answer)) == (State.DONE, ["text_cut"])
        (inspection,) = line.certificate("P1").inspections
        assert inspection.defects[0].description == LONG


class TestCharacters:
    def test_nul_is_left_out_and_flagged(self, line: Factory) -> None:
        """Controllers pad texts of fixed width with it; PostgreSQL takes none."""
        assert codes(line.receive("R9\x00\x00", Vendor="\x00")) == ["nul_left_out"]
        answer = line.tell(STARTED, started(2, "P2\x00") | {"RecipeName": "to\x00p"})
        assert (answer.state, codes(answer)) == (State.DONE, ["nul_left_out"])
        answer = line.install(2, placed("P2\x00", 1, "\x00R9", "C1\x00"))
        assert (answer.state, codes(answer)) == (State.DONE, ["nul_left_out"])
        assert placements(line, "P2") == [("C1", "R9")]

    def test_a_backslash_before_u0000_is_a_backslash(self, line: Factory) -> None:
        answer = line.receive("R\\u0000")
        assert codes(answer) == []
        assert MaterialPackage.objects.filter(identifier="R\\u0000").exists()

    def test_nul_in_prose_and_measurements(self, line: Factory) -> None:
        unit = {
            "UnitIdentifier": "P1",
            "UnitPositionNumber": 1,
            "Inspections": [
                {"InspectionName": "a\x00b", "Result": "Failed", "Comments": "\x00", "X\x00": "\x00"}
            ],
        }
        answer = line.tell(INSPECTED, {"TransactionId": transaction(1), "InspectedUnits": [unit]})
        assert (answer.state, codes(answer)) == (State.DONE, ["nul_left_out"])

    def test_nul_in_a_name(self, line: Factory) -> None:
        answer = line.tell("CFX.Heart\x00beat", {})
        assert (answer.state, answer.code) == (State.REJECTED, "unknown_message")

    def test_letters_of_the_world(self, line: Factory) -> None:
        name = '基板-№ 7 ß/"quoted"\t{braces} %s 🛠'
        assert line.start(2, name).state == State.DONE
        assert line.certificate(name).panel == name

    def test_braces_in_a_reason_are_only_braces(self, line: Factory) -> None:
        answer = line.install(1, placed("P1", 1, "{R9} {0} {package", "C1"))
        assert (answer.state, answer.code) == (State.WAITING, "unknown_package")
        assert "{R9} {0} {package" in answer.reason


class TestIncomplete:
    @pytest.mark.parametrize(
        ("name", "body", "code"),
        [
            (INITIALIZED, received(""), "package_incomplete"),
            (INITIALIZED, received("R9", part=""), "package_incomplete"),
            (STARTED, started(2, None, []), "no_identifier"),
            (STARTED, started(2, "P2") | {"TransactionID": None}, "no_transaction"),
            (
                STARTED,
                started(2, "P2") | {"TransactionID": "00000000-0000-0000-0000-000000000000"},
                "no_transaction",
            ),
            (STARTED, started(2, "P2") | {"TransactionID": "4711"}, "not_a_guid"),
            (STATE, {}, "no_state"),
            (SPLICED, {}, "no_new_material"),
            (LOADED, {"Materials": [PLACE]}, "no_package"),
            (INSTALLED, installed(1, placed("P1", 1, "R1", "")), "no_designator"),
            (INSPECTED, {"InspectedUnits": [{"OverallResult": "Passed"}]}, "no_units"),
        ],
    )
    def test_what_is_needed_and_missing_is_named(
        self, line: Factory, name: str, body: Any, code: str
    ) -> None:
        before = books()
        answer = line.tell(name, body)
        assert (answer.state, answer.code) == (State.REJECTED, code)
        assert answer.reason
        assert books() == before
        assert line.works()

    def test_a_package_known_as_another_part(self, line: Factory) -> None:
        answer = line.receive("R1", part="999-999")
        assert (answer.state, answer.code) == (State.REJECTED, "package_known_otherwise")
        assert "label" in answer.reason

    def test_a_package_received_again(self, line: Factory) -> None:
        before = books()
        assert line.receive("R1").state == State.DONE
        assert books() == before

    def test_a_part_the_machine_takes_for_another(self, line: Factory) -> None:
        package = {"UniqueIdentifier": "R1", "InternalPartNumber": "200-002"}
        answer = line.install(1, placed("P1", 1, "R1", "C1", Material=package))
        assert (answer.state, codes(answer)) == (State.DONE, ["part_mismatch"])
        assert "200-002" in answer.flags[0].reason


class TestManyDoubts:
    def test_repaired_values_are_noted_up_to_a_number(self, line: Factory) -> None:
        """An old driver writes every number as text."""
        units = [{"UnitIdentifier": "P9", "PositionNumber": str(n), "Status": "Pass"} for n in range(1, 50)]
        answer = line.tell(STARTED, started(2, "P9", units))
        assert answer.state == State.DONE
        assert codes(answer) == ["repaired"] * (MOST_REPAIRS + 1)
        assert "29 more" in answer.flags[-1].reason

    def test_doubts_are_noted_up_to_a_number(self, line: Factory) -> None:
        materials = [
            placed(
                "P1", 1, "R1", f"C{n}", Material={"UniqueIdentifier": "R1", "InternalPartNumber": f"X-{n}"}
            )
            for n in range(MOST_FLAGS + 7)
        ]
        answer = line.install(1, *materials)
        assert (answer.state, codes(answer)[-1]) == (State.DONE, "more_doubts")
        assert answer.flags[-1].reason.startswith("7 more")

    def test_the_same_doubt_is_noted_once(self, line: Factory) -> None:
        package = {"UniqueIdentifier": "R1", "InternalPartNumber": "X-1"}
        answer = line.install(1, *(placed("P1", 1, "R1", f"C{n}", Material=package) for n in range(5)))
        assert codes(answer) == ["part_mismatch"]
