from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from padstone.features.quality.models import Inspection, ProcessRecord
from padstone.kernel.errors import Invalid, NotYetKnown
from tests.features.quality.line import INSPECTED, NOON, PRINT, PROCESSED, REPAIRED, TESTED, Line

FALSE_CALL = {
    "UniqueIdentifier": "d-1",
    "DefectCode": "TOMB",
    "DefectCategory": "Solder",
    "Description": "Tombstone on R22",
    "ComponentOfInterest": {"ReferenceDesignator": "R22.1", "PartNumber": "100-001"},
    "Verification": "DefectRejected",
}
REAL = {
    "UniqueIdentifier": "d-2",
    "DefectCode": "SHORT",
    "ComponentOfInterest": {"ReferenceDesignator": "U1"},
}


def inspected(units: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"TransactionId": PRINT, "InspectionMethod": "AOI", "InspectedUnits": units, **more}


def of(position: int, inspections: list[dict[str, Any]], overall: str, **more: Any) -> dict[str, Any]:
    return {
        "UnitIdentifier": "P1",
        "UnitPositionNumber": position,
        "OverallResult": overall,
        "Inspections": inspections,
        **more,
    }


def test_each_unit_gets_its_inspections_with_defects_and_who_and_when(line: Line) -> None:
    line.tell(
        INSPECTED,
        inspected(
            [
                of(1, [{"InspectionName": "R21", "Result": "Passed"}], "Passed"),
                of(
                    2,
                    [
                        {
                            "InspectionName": "R22",
                            "Result": "Failed",
                            "InspectionEndTime": "2026-05-01T13:30:00+02:00",
                            "DefectsFound": [FALSE_CALL, REAL],
                        }
                    ],
                    "Failed",
                ),
            ],
            Inspector={"OperatorIdentifier": "B-7", "FirstName": "Ann"},
            RecipeName="BRD-1 top",
        ),
    )

    (first,) = line.findings("P1", 1).inspections
    assert (first.name, first.result, first.defects, first.at) == ("R21", "Passed", (), NOON)
    (second,) = line.findings("P1", 2).inspections
    assert (second.station, second.method, second.inspector) == ("AOI.1", "AOI", "B-7")
    assert (second.recipe_name, second.at) == ("BRD-1 top", datetime(2026, 5, 1, 11, 30, tzinfo=UTC))
    assert [(defect.code, defect.designator, defect.verification) for defect in second.defects] == [
        ("TOMB", "R22.1", "DefectRejected"),
        ("SHORT", "U1", ""),
    ]
    assert second.defects[0].identifier == "d-1"
    assert (second.defects[0].category, second.defects[0].description) == ("Solder", "Tombstone on R22")


def test_verification_is_the_inspections_own_or_else_the_units(line: Line) -> None:
    told = [
        {"InspectionName": "A", "Result": "Failed", "Verification": "DefectRejected"},
        {"InspectionName": "B"},
    ]
    line.tell(INSPECTED, inspected([of(1, told, "Passed", Verification="DefectConfirmed")]))

    assert [(row.name, row.verification) for row in line.findings("P1", 1).inspections] == [
        ("A", "DefectRejected"),
        ("B", "DefectConfirmed"),
    ]


def test_an_overall_result_alone_is_an_inspection(line: Line) -> None:
    line.tell(INSPECTED, inspected([of(1, [], "Failed", Verification="DefectConfirmed")]))

    (row,) = line.findings("P1", 1).inspections
    assert (row.name, row.result, row.verification) == ("", "Failed", "DefectConfirmed")


def test_an_overall_result_that_contradicts_is_kept_and_flagged(line: Line) -> None:
    context = line.tell(
        INSPECTED, inspected([of(1, [{"InspectionName": "A", "Result": "Passed"}], "Failed")])
    )

    rows = line.findings("P1", 1).inspections
    assert sorted((row.name, row.result) for row in rows) == [("", "Failed"), ("A", "Passed")]
    assert [flag.code for flag in context.flags] == ["overall_result_differs"]


def test_a_false_call_is_no_contradiction(line: Line) -> None:
    told = {"InspectionName": "A", "Result": "Failed", "Verification": "DefectRejected"}
    context = line.tell(INSPECTED, inspected([of(1, [told], "Passed")]))

    assert len(line.findings("P1", 1).inspections) == 1
    assert context.flags == {}


def test_paste_measurements_keep_the_names_they_were_reported_under(line: Line) -> None:
    paste = {
        "$type": "CFX.Structures.SolderPasteInspection.SolderPasteMeasurement, CFX",
        "X": 5.62,
        "EX": 5.6,
        "Vol": 5.11,
        "EVol": 5.1,
        "Image": {"MimeType": "image/png", "ImageData": "AAAA"},
        "UniqueIdentifier": "m-1",
        "MeasurementName": "R1.1",
        "Sequence": 3,
        "Result": "Passed",
        "CRDs": "R1.1",
        "TimeRecorded": None,
    }
    line.tell(INSPECTED, inspected([of(1, [{"Result": "Passed", "Measurements": [paste]}], "Passed")]))

    assert line.findings("P1", 1).inspections[0].measurements == (
        {
            "type": "SolderPasteMeasurement",
            "name": "R1.1",
            "designator": "R1.1",
            "result": "Passed",
            "identifier": "m-1",
            "sequence": 3,
            "X": 5.62,
            "EX": 5.6,
            "Vol": 5.11,
            "EVol": 5.1,
            "Image": {"MimeType": "image/png", "ImageData": "4 characters in the message"},
        },
    )


def test_a_vendors_own_measurement_is_kept_whole(line: Line) -> None:
    own = {"$type": "Acme.Xray.VoidMeasurement, Acme", "MeasurementName": "U1", "VoidPercent": 12.5}
    line.tell(INSPECTED, inspected([of(1, [{"Result": "Passed", "Measurements": [own]}], "Passed")]))

    assert line.findings("P1", 1).inspections[0].measurements == (
        {"type": "VoidMeasurement", "name": "U1", "VoidPercent": 12.5},
    )


def test_a_defects_own_measurements_are_kept_once(line: Line) -> None:
    def number(identifier: str) -> dict[str, Any]:
        return {"$type": "CFX.Structures.NumericMeasurement, CFX", "UniqueIdentifier": identifier}

    defect = {**REAL, "RelatedMeasurements": [number("m-1"), number("m-2")]}
    told = {"Result": "Failed", "DefectsFound": [defect], "Measurements": [number("m-1")]}
    line.tell(INSPECTED, inspected([of(1, [told], "Failed")]))

    rows = line.findings("P1", 1).inspections[0].measurements
    assert [row["identifier"] for row in rows] == ["m-1", "m-2"]


def test_an_inspection_of_the_panel_is_one_of_each_of_its_units(line: Line) -> None:
    whole = {
        "UnitIdentifier": "P1",
        "OverallResult": "Passed",
        "PCBVariant": "Variant 1",
        "Stretch": 1.0,
        "Inspections": [{"InspectionName": "WARPAGE", "Result": "Passed"}],
    }
    line.tell(INSPECTED, {"InspectionMethod": "SPI", "InspectedUnits": [], "InspectedPanel": whole})

    for position in (1, 2):
        named, panel = sorted(line.findings("P1", position).inspections, key=lambda row: -len(row.name))
        assert (named.name, named.method) == ("WARPAGE", "SPI")
        assert panel.measurements == ({"type": "InspectedPanel", "PCBVariant": "Variant 1", "Stretch": 1.0},)


def test_what_nobody_has_told_of_yet_makes_the_message_wait_and_writes_nothing(line: Line) -> None:
    known, unknown = (
        of(1, [{"Result": "Passed"}], "Passed"),
        {"UnitIdentifier": "P9", "UnitPositionNumber": 1},
    )
    with pytest.raises(NotYetKnown) as waits:
        line.tell(INSPECTED, inspected([known, unknown]))

    assert waits.value.awaits == "unit:P9"
    assert not Inspection.objects.exists()
    with pytest.raises(NotYetKnown):
        line.tell(INSPECTED, {"InspectedPanel": {"UnitIdentifier": "P9", "OverallResult": "Passed"}})


def test_a_message_that_names_no_unit_and_no_transaction_is_refused(line: Line) -> None:
    empty = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(Invalid) as refusal:
        line.tell(INSPECTED, {"TransactionId": empty, "InspectedUnits": [{"OverallResult": "Passed"}]})
    assert refusal.value.code == "no_units"
    with pytest.raises(Invalid):
        line.tell(PROCESSED, {"OverallResult": "Succeeded"})


def test_a_report_on_one_of_several_units_must_say_which(line: Line) -> None:
    line.start("P2", 1, transaction="22222222-2222-2222-2222-222222222222")
    told = {"OverallResult": "Passed"}
    line.tell(INSPECTED, {"InspectedUnits": [{**told, "UnitIdentifier": "P2"}]})
    assert len(line.findings("P2").inspections) == 1, "a panel of one unit needs no position"

    with pytest.raises(Invalid) as refusal:
        line.tell(INSPECTED, {"InspectedUnits": [{**told, "UnitIdentifier": "P1"}]})
    assert refusal.value.code == "no_position"


def test_a_time_without_a_zone_is_flagged_and_one_that_was_never_set_is_none(line: Line) -> None:
    told = [
        {"InspectionName": "A", "Result": "Passed", "InspectionEndTime": "2026-05-01T10:00:00"},
        {"InspectionName": "B", "Result": "Passed", "InspectionEndTime": "0001-01-01T00:00:00"},
    ]
    context = line.tell(INSPECTED, inspected([of(1, told, "Passed")]))

    assert [(row.name, row.at.hour) for row in line.findings("P1", 1).inspections] == [("A", 10), ("B", 12)]
    assert [flag.code for flag in context.flags] == ["time_without_zone"]


def test_a_text_longer_than_the_books_take_is_cut_and_flagged(line: Line) -> None:
    told = {"InspectionName": "n" * 400, "Result": "Passed", "Comments": "a\x00b"}
    context = line.tell(INSPECTED, inspected([of(1, [told], "Passed")]))

    (row,) = line.findings("P1", 1).inspections
    assert row.name == "n" * 300
    assert row.measurements == ({"type": "Comments", "text": "ab"},)
    assert [flag.code for flag in context.flags] == ["text_cut"]


def test_tests_keep_their_limits_conditions_symptoms_and_errors(line: Line) -> None:
    number = {
        "$type": "CFX.Structures.NumericMeasurement, CFX",
        "MeasuredValue": {
            "Value": 28300.0,
            "ValueUnits": "Ohm",
            "ExpectedValue": 28.2,
            "ExpectedValueUnits": "kOhm",
            "MinimumAcceptableValue": 28.0,
            "MaximumAcceptableValue": 28.4,
        },
        "MeasurementName": "RES_R21",
        "Sequence": 0,
        "Result": "Passed",
        "CRDs": "R21",
    }
    test = {
        "TestName": "RESISTANCE",
        "TestStartTime": "2026-05-01T11:00:00Z",
        "Result": "Failed",
        "Error": "probe 7 worn",
        "Measurements": [number],
        "TestConditions": [{"$type": "CFX.Structures.Temperature, CFX", "MeanValue": 45.2}],
        "SymptomsFound": [
            {
                "SymptomCode": "RESFAIL",
                "ComponentsOfInterest": [{"ReferenceDesignator": "R22.1"}],
                "RelatedMeasurements": [{**number, "MeasurementName": "RES_R22"}],
            }
        ],
        "DefectsFound": [REAL],
    }
    line.tell(
        TESTED,
        {
            "TransactionId": PRINT,
            "TestMethod": "ICT",
            "Tester": {"LoginName": "ann"},
            "TestedUnits": [
                {"UnitIdentifier": "P1", "UnitPositionNumber": 1, "OverallResult": "Failed", "Tests": [test]}
            ],
        },
        source="ICT.1",
    )

    (row,) = line.findings("P1", 1).tests
    assert (row.station, row.method, row.name, row.tester, row.result) == (
        "ICT.1",
        "ICT",
        "RESISTANCE",
        "ann",
        "Failed",
    )
    assert row.at == datetime(2026, 5, 1, 11, tzinfo=UTC)
    assert [defect.code for defect in row.defects] == ["SHORT"]
    measured, temperature, symptom, related, error = row.measurements
    assert measured == {
        "type": "NumericMeasurement",
        "name": "RES_R21",
        "designator": "R21",
        "result": "Passed",
        "sequence": 0,
        "value": 28300.0,
        "unit": "Ohm",
        "expected": 28.2,
        "expected_unit": "kOhm",
        "low": 28.0,
        "high": 28.4,
    }
    assert temperature == {"type": "Temperature", "MeanValue": 45.2}
    assert (symptom["type"], symptom["SymptomCode"]) == ("Symptom", "RESFAIL")
    assert related["name"] == "RES_R22"
    assert error == {"type": "Error", "text": "probe 7 worn"}


def test_a_test_whose_unit_passed_all_the_same_says_both(line: Line) -> None:
    unit = {"UnitIdentifier": "P1", "UnitPositionNumber": 1, "OverallResult": "Passed"}
    context = line.tell(TESTED, {"TestedUnits": [{**unit, "Tests": [{"TestName": "A", "Result": "Failed"}]}]})

    assert sorted((row.name, row.result) for row in line.findings("P1", 1).tests) == [
        ("", "Passed"),
        ("A", "Failed"),
    ]
    assert [flag.code for flag in context.flags] == ["overall_result_differs"]


PROFILE = {
    "$type": "CFX.Structures.ReflowProfiling.ReflowProfilingProcessData, CFX",
    "TimeDateUnitIn": "2026-05-01T13:00:00.1234567+02:00",
    "TimeDateUnitOut": "2026-05-01T13:05:00+02:00",
    "Barcode": "P1",
    "RecipeName": "SAC305",
    "OvenName": "Oven1",
    "Result": "Failed",
    "ProductionUnitPWI": 104.5,
    "ZoneData": [
        {
            "Zone": {"ReflowZoneType": "PreHeat", "StageSequence": 1},
            "Readings": [{"SubZone": "Top", "ReadingType": "Temperature", "ReadingValue": 221.0}],
        }
    ],
}


@pytest.mark.parametrize("transaction", [PRINT, "99999999-9999-9999-9999-999999999999", None])
def test_a_reflow_profile_is_that_of_every_unit_of_its_transaction_or_else_of_its_barcode(
    line: Line, transaction: str | None
) -> None:
    body = {"OverallResult": "Succeeded", "CommonProcessData": PROFILE, "UnitProcessData": []}
    line.tell(PROCESSED, {**body, "TransactionId": transaction} if transaction else body, source="KIC.1")

    for position in (1, 2):
        (row,) = line.findings("P1", position).process_records
        assert (row.station, row.kind) == ("KIC.1", "ReflowProfilingProcessData")
        assert (row.recipe_name, row.result) == ("SAC305", "Failed"), "out of its process window"
        assert row.at == datetime(2026, 5, 1, 11, 5, tzinfo=UTC)
        assert row.data == {name: value for name, value in PROFILE.items() if name != "$type"}


def test_a_process_of_an_unknown_transaction_waits(line: Line) -> None:
    other = "99999999-9999-9999-9999-999999999999"
    with pytest.raises(NotYetKnown) as waits:
        line.tell(PROCESSED, {"TransactionId": other, "CommonProcessData": {**PROFILE, "Barcode": "P9"}})

    assert waits.value.awaits == f"transaction:{other}"
    assert not ProcessRecord.objects.exists()


def test_common_and_own_data_are_both_those_of_a_listed_unit(line: Line) -> None:
    common = {"$type": "CFX.Structures.SolderReflow.ReflowProcessData, CFX", "ConveyorSpeed": 60.0}
    own = {"$type": "Acme.PlasmaData, Acme", "Power": 5.5}
    listed = [
        {"UnitIdentifier": "P1", "UnitPositionNumber": 2, "UnitResult": "Aborted", "UnitProcessData": own}
    ]
    line.tell(
        PROCESSED,
        {
            "TransactionId": PRINT,
            "OverallResult": "Succeeded",
            "CommonProcessData": common,
            "UnitProcessData": listed,
        },
    )

    assert line.findings("P1", 1).process_records == ()
    rows = line.findings("P1", 2).process_records
    assert [(row.kind, row.result, row.data) for row in rows] == [
        ("ReflowProcessData", "Aborted", {"ConveyorSpeed": 60.0}),
        ("PlasmaData", "Aborted", {"Power": 5.5}),
    ]


def test_a_result_without_data_is_kept(line: Line) -> None:
    line.tell(PROCESSED, {"TransactionId": PRINT, "OverallResult": "Failed"})

    (row,) = line.findings("P1", 1).process_records
    assert (row.kind, row.result, row.data) == ("UnitsProcessed", "Failed", {})


def repaired(repairs: list[dict[str, Any]], overall: str = "RepairSuccessful") -> dict[str, Any]:
    unit = {"UnitIdentifier": "P1", "UnitPositionNumber": 1, "OverallResult": overall, "Repairs": repairs}
    return {"RepairOperator": {"FirstName": "Ann", "LastName": "Lee"}, "RepairedUnits": [unit]}


def test_a_repair_says_what_was_done_where_and_why(line: Line) -> None:
    repair = {
        "RepairName": "Replace",
        "RepairEndTime": "2026-05-01T15:00:00Z",
        "Comments": "new part from the drawer",
        "Error": "pad lifted",
        "ComponentOfInterest": {"ReferenceDesignator": "U1"},
        "RelatedDefectIdentifiers": ["d-2"],
        "Result": "RepairSuccessful",
    }
    line.tell(REPAIRED, repaired([repair]), source="BENCH.1")

    (row,) = line.findings("P1", 1).repairs
    assert (row.station, row.name, row.designator, row.result) == (
        "BENCH.1",
        "Replace",
        "U1",
        "RepairSuccessful",
    )
    assert (row.repairer, row.defect_identifiers) == ("Ann Lee", ("d-2",))
    assert row.at == datetime(2026, 5, 1, 15, tzinfo=UTC)
    assert row.comments == "new part from the drawer\nError: pad lifted"


def test_an_overall_result_that_no_repair_says_is_kept(line: Line) -> None:
    line.tell(REPAIRED, repaired([{"RepairName": "Replace", "Result": "UnableToRepair"}], overall="Scrap"))

    assert [(row.name, row.result) for row in line.findings("P1", 1).repairs] == [
        ("Replace", "UnableToRepair"),
        ("", "Scrap"),
    ]


def test_a_reclassified_defect_says_so_from_then_on_and_not_before(line: Line) -> None:
    line.tell(INSPECTED, inspected([of(1, [{"Result": "Failed", "DefectsFound": [REAL]}], "Failed")]))
    before = line.journal_no
    again = {"UniqueIdentifier": "d-2", "DefectCode": "FLUX", "Verification": "DefectRejected"}
    line.tell(REPAIRED, repaired([{"Result": "RepairSuccessful", "ReclassifiedDefects": [again]}]))

    (defect,) = line.findings("P1", 1).inspections[0].defects
    assert (defect.code, defect.verification) == ("SHORT", "DefectRejected")
    (then,) = line.findings("P1", 1, as_of=before).inspections[0].defects
    assert then.verification == ""
    assert line.findings("P1", 1).repairs[0].comments == "Defect reclassified: d-2, FLUX, DefectRejected"
