"""What machines are answered: whether a unit may come, who may work, what must be mounted, what a reel is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from padstone import cfx
from padstone.features.parts.commands import import_bom
from padstone.features.parts.lookups import revision
from padstone.features.production.commands import plan_work_order
from padstone.features.sites.commands import assign_station
from padstone.ingest.answering import Answering
from padstone.ingest.models import Answer, Message
from padstone.kernel import clock
from padstone.platform.accounts.commands import create_person
from padstone.platform.accounts.models import User
from padstone.platform.terminals.commands import issue_badge
from tests.ingest.factory import AUDITOR, INSPECTED, LOADED, NOON, installed, placed, started

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

OURS = "Padstone.Padstone.1"
PRINTER, PLACER, AOI, OVEN, REPAIR = "L.PRINTER.1", "L.PLACER.1", "L.AOI.1", "L.OVEN.1", "L.REPAIR.1"
LINE = ((PRINTER, "printer"), (PLACER, "placer"), (OVEN, "oven"), (AOI, "aoi"), (REPAIR, "repair"))
UNITS = "CFX.InformationSystem.UnitValidation.ValidateUnitsRequest"
OPERATOR = "CFX.InformationSystem.OperatorValidation.ValidateOperatorRequest"
SETUP = "CFX.Materials.Storage.ValidateStationSetupRequest"
REQUIRED = "CFX.Production.GetRequiredSetupRequest"
MATERIAL = "CFX.Materials.Management.GetMaterialInformationRequest"
BILL = b"part_number,designators,quantity\n100-001,R1 R2,2\n100-002,C1,1\n"


@pytest.fixture
def line(factory: Factory) -> Iterator[Factory]:
    """A line of five stations, of which all but the bench have worked; an order for a product with a bill."""
    with clock.clock_at(NOON):
        import_bom(AUDITOR, product="P", revision="A", content=BILL, file_name="p.csv")
        bill = revision("P", "A")
        assert bill is not None
        plan_work_order(AUDITOR, number="WO-1", revision_id=bill.pk, quantity=9)
        factory.receive("REEL-1")
        factory.receive("REEL-2", part="100-002")
        for place, (handle, kind) in enumerate(LINE, start=1):
            assign_station(AUDITOR, handle=handle, name=handle, kind=kind, line="L1", place_in_line=place)
        passes(factory, 100, "P-0", PRINTER, PLACER, OVEN, AOI)
    with clock.clock_at(NOON + timedelta(hours=1)):
        yield factory


def passes(factory: Factory, number: int, panel: str, *stations: str, lost: tuple[str, ...] = ()) -> None:
    order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}}
    for step, station in enumerate(stations):
        told = started(number + step, panel, (1,), **order)
        assert factory.tell("CFX.Production.WorkStarted", told, Source=station).state == "done"
        if station == PLACER:
            parts = (("REEL-1", "R1", "F1"), ("REEL-1", "R2", "F1"), ("REEL-2", "C1", "F2"))
            report = installed(
                number + step,
                *(placed(panel, 1, reel, d, slot=slot) for reel, d, slot in parts if d not in lost),
            )
            assert (
                factory.tell("CFX.Production.Assembly.MaterialsInstalled", report, Source=station).state
                == "done"
            )
        factory.complete(number + step, Source=station)


def ask(
    factory: Factory, name: str, body: dict[str, Any], handle: str = PLACER, **head: Any
) -> dict[str, Any] | None:
    """Ask as that machine, over its own connection; the answer's envelope."""
    envelope = factory.envelope(name, body, Source=handle, Target=OURS, RequestID="r-1", **head)
    factory.deliver(envelope, sender=handle)
    factory.interpret()
    (piece,) = cfx.split(envelope)
    assert isinstance(piece, cfx.Head)
    answer = Answering(OURS, patience_s=0)(piece, handle)
    return None if answer is None else json.loads(answer)


def verdict(factory: Factory, panel: str, handle: str, *checks: str) -> tuple[str, str]:
    body = {"PrimaryIdentifier": panel, "Validations": list(checks) or ["All"]}
    answer = ask(factory, UNITS, body, handle)
    assert answer is not None
    assert answer["MessageBody"]["Result"]["Result"] == "Success"
    (one,) = answer["MessageBody"]["ValidationResults"]
    assert answer["MessageBody"]["PrimaryResult"]["Result"] == one["Result"]
    return one["Result"], one["Message"]


ROUTE, STATUS, TRACE = "UnitRouteValidation", "UnitStatusValidation", "UnitTraceValidation"


def test_a_unit_comes_by_its_route(line: Factory) -> None:
    assert verdict(line, "NEW", PRINTER, ROUTE) == ("Passed", "OK")
    assert verdict(line, "NEW", PLACER, ROUTE)[0] == "Failed"
    passes(line, 200, "P-1", PRINTER)
    assert verdict(line, "P-1", PLACER, ROUTE) == ("Passed", "OK")
    assert verdict(line, "P-1", OVEN, ROUTE) == ("Failed", f"It has not been through {PLACER}.")
    passes(line, 210, "P-1", PLACER)
    again = verdict(line, "P-1", PLACER, ROUTE)
    assert again == ("Failed", f"It has been through {PLACER} already, at 2026-05-04 13:00 UTC.")
    line.start(220, "P-2", Source=PRINTER)
    assert "no end was told" in verdict(line, "P-2", PLACER, ROUTE)[1]


def test_a_station_without_a_line_can_say_nothing_of_the_route(line: Factory) -> None:
    passes(line, 200, "P-1", "STRAY.1")
    assert verdict(line, "P-1", "STRAY.1", ROUTE)[0] == "Skipped"
    assert verdict(line, "P-1", "NOBODY.1", ROUTE)[0] == "Skipped"


def inspect(factory: Factory, unit: str, *, result: str) -> None:
    defects = [
        {
            "UniqueIdentifier": "D-1",
            "DefectCode": "SHORT",
            "ComponentOfInterest": {"ReferenceDesignator": "R1"},
        }
    ]
    inspection: dict[str, Any] = {"InspectionName": "AOI", "Result": result, "Verification": "NotVerifiedYet"}
    if result == "Failed":
        inspection["DefectsFound"] = defects
    told = {
        "InspectionMethod": "AOI",
        "InspectedUnits": [
            {
                "UnitIdentifier": unit,
                "UnitPositionNumber": 1,
                "OverallResult": result,
                "Inspections": [inspection],
            }
        ],
    }
    line = factory.tell(INSPECTED, told, Source=AOI)
    assert line.state == "done", line.reason


def test_an_open_defect_holds_a_unit_until_it_is_gone(line: Factory) -> None:
    assert verdict(line, "P-0", AOI, STATUS) == ("Passed", "OK")
    inspect(line, "P-0", result="Failed")
    assert verdict(line, "P-0", AOI, STATUS) == ("Failed", "Its defect SHORT R1 is open.")
    assert verdict(line, "P-0", REPAIR, STATUS) == ("Passed", "OK")
    with clock.clock_at(NOON + timedelta(hours=2)):
        inspect(line, "P-0", result="Passed")
        assert verdict(line, "P-0", AOI, STATUS) == ("Passed", "OK")


def test_scrap_is_held_everywhere(line: Factory) -> None:
    unit = {"UnitIdentifier": "P-3", "PositionNumber": 1, "Status": "Scrap"}
    line.tell("CFX.Production.WorkStarted", started(300, "P-3", (unit,)), Source=PRINTER)
    for handle in (PLACER, REPAIR):
        assert verdict(line, "P-3", handle, STATUS) == ("Failed", f"{PRINTER} said that it is scrap.")


def test_a_unit_is_complete_as_the_bill_wants_it(line: Factory) -> None:
    passes(line, 200, "P-1", PRINTER, PLACER)
    assert verdict(line, "P-1", OVEN, TRACE) == ("Passed", "OK")
    passes(line, 210, "P-2", PRINTER, PLACER, lost=("C1",))
    assert verdict(line, "P-2", OVEN, TRACE) == ("Failed", "Of 3 placements 1 are not on record: C1.")
    assert verdict(line, "P-2", PLACER, TRACE) == ("Passed", "OK")  # nothing before it places anything
    line.start(220, "P-9", Source=PRINTER)
    assert verdict(line, "P-9", OVEN, TRACE)[0] == "Skipped"  # no order, no bill


def test_a_panel_is_answered_unit_by_unit(line: Factory) -> None:
    line.start(400, "P-4", (1, 2), Source=PRINTER)
    line.complete(400, Source=PRINTER)
    body = {
        "PrimaryIdentifier": "P-4",
        "Validations": [ROUTE],
        "Units": [
            {"UnitIdentifier": "P-4", "PositionNumber": 2},
            {"UnitIdentifier": "ELSE", "PositionNumber": 1},
            {"UnitIdentifier": "ELSE", "PositionNumber": 7},
        ],
    }
    answer = ask(line, UNITS, body)
    assert answer is not None
    told = answer["MessageBody"]
    assert [one["Result"] for one in told["ValidationResults"]] == ["Passed", "Passed", "Failed"]
    assert (told["PrimaryResult"]["Result"], told["PrimaryResult"]["FailureCode"]) == ("Failed", 1)


def test_an_operator_by_badge_or_name(line: Factory) -> None:
    create_person(AUDITOR, name="ada", password="a-long-word-for-tests", roles=["operator"])
    create_person(AUDITOR, name="cli", password="a-long-word-for-tests", roles=["client"], client="C")
    issue_badge(AUDITOR, username="ada", code="BADGE-17")

    def result(**told: str) -> str:
        answer = ask(line, OPERATOR, {"Operator": told})
        assert answer is not None
        return str(answer["MessageBody"]["Result"]["Result"])

    assert result(OperatorIdentifier="BADGE-17") == "Success"
    assert result(LoginName="ada") == "Success"
    assert result(OperatorIdentifier="BADGE-18") == result(LoginName="cli") == result() == "Failed"
    User.objects.filter(username="ada").update(is_active=False)
    assert result(LoginName="ada") == result(OperatorIdentifier="BADGE-17") == "Failed"


def load(factory: Factory, slot: str, package: str) -> None:
    told = {
        "LocationIdentifier": f"uid-{slot}",
        "LocationName": slot,
        "MaterialPackage": {"UniqueIdentifier": package},
    }
    factory.tell(LOADED, {"Materials": [told]}, Source=PLACER)


def setup(factory: Factory, *wanted: tuple[str, str], **more: Any) -> tuple[str, str]:
    needs = [{"Position": position, "PartNumber": part, **more} for position, part in wanted]
    answer = ask(factory, SETUP, {"SetupRequirements": {"MaterialSetupRequirements": needs}})
    assert answer is not None
    found = answer["MessageBody"]["Result"]
    return found["Result"], found["Message"]


def test_a_setup_is_held_against_the_bill_and_the_reels(line: Factory) -> None:
    answer = ask(line, REQUIRED, {})
    assert answer is not None
    needs = answer["MessageBody"]["SetupRequirements"]["MaterialSetupRequirements"]
    assert [(one["Position"], one["PartNumber"]) for one in needs] == [("F1", "100-001"), ("F2", "100-002")]
    assert setup(line) == ("Failed", "F1: 100-001 is missing. F2: 100-002 is missing.")
    load(line, "F1", "REEL-2")
    load(line, "F2", "REEL-2")
    assert setup(line) == ("Failed", "F1: REEL-2 holds 100-002 instead of 100-001.")
    load(line, "F1", "REEL-1")
    assert setup(line) == ("Success", "OK")
    assert setup(line, ("uid-F1", "100-001")) == ("Success", "OK")
    assert setup(line, ("F1", "OTHER"), ApprovedAlternateParts=["100-001"]) == ("Success", "OK")
    wrong = setup(line, ("F1", "OTHER"))
    assert wrong[0] == "Failed"
    assert "the machine wants OTHER, the bill 100-001" in wrong[1]
    load(line, "F3", "REEL-9")
    assert setup(line) == ("Failed", "Package REEL-9 was loaded and is not on the books.")


def test_a_station_that_has_placed_nothing_is_told_so(line: Factory) -> None:
    answer = ask(line, REQUIRED, {}, PRINTER)
    assert answer is not None
    assert answer["MessageBody"]["Result"]["Result"] == "Failed"
    assert "has not placed anything of P A yet" in answer["MessageBody"]["Result"]["Message"]


def test_what_is_known_of_reels(line: Factory) -> None:
    line.receive("REEL-7", ManufacturerLotCode="LOT-7", Manufacturer="Maker")
    answer = ask(line, MATERIAL, {"MaterialPackageIdentifiers": ["REEL-7", "REEL-404"]})
    assert answer is not None
    told = answer["MessageBody"]
    (one,) = told["Materials"]
    assert (one["InternalPartNumber"], one["ManufacturerLotCode"], one["Status"]) == (
        "100-001",
        "LOT-7",
        "Active",
    )
    assert told["Result"]["Result"] == "PartialSuccess"
    assert "REEL-404" in told["Result"]["Message"]


def test_every_answer_is_kept_with_its_question(line: Factory) -> None:
    answer = ask(line, UNITS, {"PrimaryIdentifier": "P-0"})
    assert answer is not None
    (kept,) = Answer.objects.all()
    assert json.loads(bytes(kept.envelope)) == answer
    assert (kept.asker, kept.door, kept.request) == (PLACER, "amqp", Message.objects.latest("pk"))
    assert (answer["RequestID"], answer["Target"], answer["Source"]) == ("r-1", PLACER, OURS)


def test_nobody_asks_in_anothers_name(line: Factory) -> None:
    envelope = line.envelope(UNITS, {"PrimaryIdentifier": "P-0"}, Source=OVEN, Target=OURS)
    (piece,) = cfx.split(envelope)
    assert isinstance(piece, cfx.Head)
    assert Answering(OURS, patience_s=0)(piece, PLACER) is None
    assert not Answer.objects.exists()


def test_what_cannot_be_read_or_decided_is_refused_in_the_right_response(
    line: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask(line, UNITS, {"Validations": "what"})
    assert answer is not None
    assert answer["MessageName"].endswith("ValidateUnitsResponse")
    assert answer["MessageBody"]["Result"]["Result"] == "Failed"
    other = ask(line, "CFX.Production.LockStationRequest", {})
    assert other is not None
    assert other["MessageName"] == "CFX.NotSupportedResponse"
    monkeypatch.setitem(
        __import__("padstone.ingest.deciding").ingest.deciding.DECIDERS, UNITS, lambda *_: 1 / 0
    )
    broken = ask(line, UNITS, {"PrimaryIdentifier": "P-0"})
    assert broken is not None
    assert broken["MessageBody"]["Result"]["ResultCode"] == 4


def test_padstone_says_what_it_answers(line: Factory) -> None:
    answer = ask(line, "CFX.GetEndpointInformationRequest", {})
    assert answer is not None
    topics = answer["MessageBody"]["EndpointInformation"]["SupportedTopics"]
    assert "ValidateUnitsRequest" in str(topics)
