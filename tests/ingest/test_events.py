"""Every event means something: what stations tell of units, passes, orders, people and themselves."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from padstone import cfx
from padstone.cfx.shapes import plan_of
from padstone.features.equipment.queries import faults_of_station, news_of_station, states_of_station
from padstone.features.production.queries import operators_now, order_card, recipes_now
from padstone.features.recall.queries import Suspect, recall
from padstone.ingest.interpreters import INTERPRETERS
from padstone.ingest.models import Message, State
from padstone.kernel import clock
from padstone.platform.journal.known import newest_journal_no
from tests.cfx.fuzz import made
from tests.cfx.invented import written
from tests.ingest.factory import (
    AUDITOR,
    COMPLETED,
    LOADED,
    PLACER,
    STARTED,
    STATE,
    Factory,
    books,
    codes,
    completed,
    started,
    transaction,
)

PRODUCTION = "CFX.Production"
ORDERS = "CFX.InformationSystem.WorkOrderManagement"
PERFORMANCE = "CFX.ResourcePerformance"
APPLIED = f"{PRODUCTION}.Application.MaterialsApplied"
UNAPPLIED = f"{PRODUCTION}.Application.MaterialsUnapplied"
TOOLS = f"{PRODUCTION}.ToolsUsed"


def at(minute: int) -> dict[str, Any]:
    return {"TimeStamp": f"2026-05-04T12:{minute:02}:00Z", "door": "file"}


def applied(package: str | None, *designators: str, unit: str | None = None, **more: Any) -> dict[str, Any]:
    material = {
        "$type": "CFX.Structures.AppliedMaterial, CFX",
        "UnitIdentifier": unit,
        "Material": {"UniqueIdentifier": package} if package else None,
        "InstalledComponents": [{"ReferenceDesignator": designator} for designator in designators],
        **more,
    }
    return {"TransactionId": transaction(1), "AppliedMaterials": [material]}


def told(factory: Factory, unit: str) -> list[tuple[str, str, bool]]:
    certificate = factory.certificate(unit)
    return [(one.designator, one.package, one.removed_at is not None) for one in certificate.applied]


class TestApplied:
    def test_paste_is_on_every_unit_of_the_panel_and_a_recall_finds_them(self, factory: Factory) -> None:
        factory.receive("JAR", part="PASTE", ManufacturerLotCode="P-1")
        factory.start(1, "P1", (1, 2))
        assert factory.tell(APPLIED, applied("JAR")).state == State.DONE
        for unit in ("P1:1", "P1:2"):
            assert told(factory, unit) == [("", "JAR", False)]
            assert factory.certificate(unit).installations == ()
            assert factory.certificate(unit).applied[0].lot == "P-1"
        report = recall(AUDITOR, Suspect(lot="P-1"))
        assert [unit.unit for unit in report.certain] == ["P1:1", "P1:2"]
        assert [u.unit for u in recall(AUDITOR, Suspect(station=PLACER)).certain] == ["P1:1", "P1:2"]

    def test_glue_is_at_its_designators_of_its_unit(self, factory: Factory) -> None:
        factory.receive("GLUE")
        factory.start(1, "P1", (1, 2))
        factory.tell(APPLIED, applied("GLUE", "R1", "R2", unit="P1", UnitPositionNumber=2))
        assert told(factory, "P1:1") == []
        assert told(factory, "P1:2") == [("R1", "GLUE", False), ("R2", "GLUE", False)]

    def test_between_two_cartridges_both_are_possible(self, factory: Factory) -> None:
        factory.receive("A", "B")
        factory.start(1, "P1")
        chain = {"UniqueIdentifier": "B", "GreyZone": 3, "LeadingMaterialPackage": {"UniqueIdentifier": "A"}}
        factory.tell(APPLIED, applied("B", Material=chain))
        assert [(one.package, one.certainty) for one in factory.certificate("P1").applied] == [
            ("A", "possible"),
            ("B", "possible"),
        ]
        assert [unit.unit for unit in recall(AUDITOR, Suspect(package="A")).possible] == ["P1"]

    @pytest.mark.parametrize(
        ("removal", "left"),
        [
            ({"Material": {"UniqueIdentifier": "GLUE"}}, [("R1", True), ("R2", True)]),
            ({"Material": {"UniqueIdentifier": "OTHER"}}, [("R1", False), ("R2", False)]),
            ({}, [("R1", True), ("R2", True)]),
            ({"UninstalledComponents": [{"ReferenceDesignator": "R2"}]}, [("R1", False), ("R2", True)]),
        ],
    )
    @pytest.mark.parametrize("removal_first", [True, False])
    def test_what_is_taken_off_is_off(
        self, factory: Factory, removal: dict[str, Any], left: list[Any], *, removal_first: bool
    ) -> None:
        factory.receive("GLUE", "OTHER")
        factory.start(1, "P1", **at(0))
        off = {"TransactionId": transaction(1), "UnappliedMaterials": [{"Reason": "Other", **removal}]}
        messages = [
            partial(factory.tell, APPLIED, applied("GLUE", "R1", "R2"), **at(1)),
            partial(factory.tell, UNAPPLIED, off, **at(2)),
        ]
        for tell in reversed(messages) if removal_first else messages:
            assert tell().state == State.DONE
        assert [(name, removed) for name, _, removed in told(factory, "P1")] == left
        assert all(
            unit.removed is all(off for _, off in left)
            for unit in recall(AUDITOR, Suspect(package="GLUE")).certain
        )

    def test_told_again_it_is_there_once(self, factory: Factory) -> None:
        factory.receive("JAR")
        factory.start(1, "P1", **at(0))
        factory.tell(APPLIED, applied("JAR", "R1"), **at(1))
        before = books()
        assert factory.tell(APPLIED, applied("JAR", "R1"), **at(1)).state == State.DONE
        assert books() == before

    def test_unnamed_it_is_what_was_loaded_there(self, factory: Factory) -> None:
        factory.receive("JAR")
        factory.start(1, "P1", **at(0))
        place = {"LocationIdentifier": "squeegee", "LocationName": "squeegee"}
        waiting = factory.tell(APPLIED, applied(None, CarrierLocation=place), **at(2))
        assert (waiting.state, waiting.code) == (State.WAITING, "package_not_named")
        loaded = {"Materials": [{**place, "MaterialPackage": {"UniqueIdentifier": "JAR"}}]}
        factory.tell(LOADED, loaded, **at(1))
        line = factory.line(Message.objects.get(pk=waiting.id))
        assert (line.state, codes(line)) == (State.DONE, ["package_inferred"])
        assert told(factory, "P1") == [("", "JAR", False)]

    def test_what_is_not_known_is_waited_for(self, factory: Factory) -> None:
        waiting = factory.tell(APPLIED, applied("JAR"))
        assert waiting.awaits == f"transaction:{transaction(1)}"
        factory.start(1, "P1")
        assert factory.line(Message.objects.get(pk=waiting.id)).awaits == "package:JAR"
        factory.receive("JAR")
        assert told(factory, "P1") == [("", "JAR", False)]

    def test_neither_package_nor_place_is_refused(self, factory: Factory) -> None:
        factory.start(1, "P1")
        answer = factory.tell(APPLIED, applied(None))
        assert (answer.state, answer.code) == (State.REJECTED, "package_not_named")

    def test_as_of_before_it_was_not_there(self, factory: Factory) -> None:
        factory.receive("JAR")
        factory.start(1, "P1")
        before = newest_journal_no()
        factory.tell(APPLIED, applied("JAR"))
        assert recall(AUDITOR, Suspect(package="JAR"), as_of=before).certain == ()
        assert len(recall(AUDITOR, Suspect(package="JAR")).certain) == 1


class TestTools:
    BODY = {
        "TransactionId": transaction(1),
        "UsedTools": [
            {
                "UnitIdentifier": "P1",
                "UnitPositionNumber": 2,
                "Tool": {
                    "$type": "CFX.Structures.SMTPlacement.SMTNozzle, CFX",
                    "UniqueIdentifier": "NZ-1",
                    "Name": "0402",
                },
                "UsageCycles": 2,
                "InstalledComponents": [{"ReferenceDesignator": "R1"}, {"ReferenceDesignator": "R2"}],
            }
        ],
    }

    def test_the_nozzle_of_each_designator_is_on_the_certificate(self, factory: Factory) -> None:
        waiting = factory.tell(TOOLS, self.BODY)
        factory.start(1, "P1", (1, 2))
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        (line,) = factory.certificate("P1:2").tools
        assert (line.tool, line.name, line.cycles, line.designators) == ("NZ-1", "0402", 2, ("R1", "R2"))
        assert line.station == PLACER
        assert factory.certificate("P1:1").tools == ()

    def test_the_same_designators_are_stored_once(self, factory: Factory) -> None:
        factory.start(1, "P1", (1, 2))
        factory.tell(TOOLS, self.BODY, **at(1))
        factory.tell(TOOLS, self.BODY, **at(2))
        before = books()
        assert before["genealogy_designatorset"] == 1
        assert before["genealogy_tooluse"] == 2
        factory.tell(TOOLS, self.BODY, **at(2))
        assert books() == before

    @pytest.mark.parametrize("tool", [None, {}])
    def test_no_tool_is_refused(self, factory: Factory, tool: Any) -> None:
        factory.start(1, "P1")
        answer = factory.tell(TOOLS, {"TransactionId": transaction(1), "UsedTools": [{"Tool": tool}]})
        assert (answer.state, answer.code) == (State.REJECTED, "no_tool")


class TestUnits:
    def test_a_serial_is_given_to_a_position(self, factory: Factory) -> None:
        body = {
            "TransactionId": transaction(1),
            "PersonalizedUnits": [
                {
                    "UnitIdentifier": "SN-2",
                    "UnitPositionNumber": 2,
                    "Characteristics": [{"Name": "MAC", "Value": "00:11"}],
                }
            ],
        }
        waiting = factory.tell(f"{PRODUCTION}.Assembly.UnitsPersonalized", body)
        assert waiting.state == State.WAITING
        factory.start(1, "P1", (1, 2))
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        certificate = factory.certificate("SN-2")
        assert (certificate.panel, certificate.position) == ("P1", 2)
        assert [(e.kind, e.told) for e in certificate.events] == [("personalized", {"MAC": "00:11"})]

    def test_units_exist_from_now_on_for_their_order(self, factory: Factory) -> None:
        body = started(1, "P1", (("S1", 1), ("S2", 2))) | {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}}
        line = factory.tell(f"{PRODUCTION}.UnitsInitialized", {k: v for k, v in body.items() if k != "Lane"})
        assert (line.state, codes(line)) == (State.DONE, ["work_order_not_planned"])
        for unit in ("S1", "S2"):
            certificate = factory.certificate(unit)
            assert certificate.work_order == "WO-1"
            assert [event.kind for event in certificate.events] == ["initialized"]
        assert order_card(AUDITOR, "WO-1").units == 2

    def test_a_reader_has_seen_them(self, factory: Factory) -> None:
        body = {"PrimaryIdentifier": "P1", "Units": [{"UnitIdentifier": "S1", "PositionNumber": 1}]}
        factory.tell("CFX.Sensor.Identification.IdentifiersRead", body)
        assert [(e.kind, e.station) for e in factory.certificate("S1").events] == [("identified", PLACER)]

    def test_a_panel_read_before_its_units_are_known_waits_for_them(self, factory: Factory) -> None:
        waiting = factory.tell("CFX.Sensor.Identification.IdentifiersRead", {"PrimaryIdentifier": "P1"})
        assert (waiting.state, waiting.awaits) == (State.WAITING, "unit:P1")
        factory.start(1, "P1", (1, 2))
        assert factory.line(Message.objects.get(pk=waiting.id)).state == State.DONE
        assert [event.kind for event in factory.certificate("P1:2").events] == ["identified"]

    def test_what_goes_no_further_is_scrapped(self, factory: Factory) -> None:
        from padstone.features.certificate.verdict import Word, verdict_on  # noqa: PLC0415

        factory.start(1, "P1", (1, 2))
        factory.complete(1)
        body = {
            "PrimaryIdentifier": "P1",
            "Reason": "DefectiveRepairNotPossible",
            "Comments": "cracked",
            "Units": [{"UnitIdentifier": "P1", "PositionNumber": 2}],
        }
        factory.tell(f"{PRODUCTION}.UnitsDisqualified", body)
        (event,) = factory.certificate("P1:2").events
        assert (event.kind, event.reason, event.comments) == (
            "disqualified",
            "DefectiveRepairNotPossible",
            "cracked",
        )
        assert verdict_on(factory.certificate("P1:2")).word is Word.SCRAPPED
        assert verdict_on(factory.certificate("P1:1")).word is not Word.SCRAPPED

    def test_a_whole_panel_goes_no_further(self, factory: Factory) -> None:
        factory.start(1, "P1", (1, 2))
        factory.tell(f"{PRODUCTION}.UnitsDisqualified", {"PrimaryIdentifier": "P1"})
        assert [len(factory.certificate(unit).events) for unit in ("P1:1", "P1:2")] == [1, 1]

    @pytest.mark.parametrize(("name", "kind"), [("UnitsLoaded", "loaded"), ("UnitsUnloaded", "unloaded")])
    def test_in_a_carrier_a_place_is_no_position_of_the_panel(
        self, factory: Factory, name: str, kind: str
    ) -> None:
        factory.start(1, "P1", (1, 2))
        body = {"UniqueIdentifier": "MAG", "Units": [{"UnitIdentifier": "P1", "PositionNumber": 17}]}
        assert factory.tell(f"{PRODUCTION}.LoadingAndUnloading.{name}", body).state == State.DONE
        for unit in ("P1:1", "P1:2"):
            (event,) = factory.certificate(unit).events
            assert (event.kind, event.told) == (kind, {"Carrier": "MAG", "PositionNumber": 17})
        assert books()["production_unit"] == 2

    def test_a_bad_mark_is_said_of_the_unit(self, factory: Factory) -> None:
        marked = {
            "$type": "CFX.Structures.UnitInfo, CFX",
            "UnitIdentifier": "P1",
            "PositionNumber": 2,
            "BadMark": 2,
        }
        factory.tell(STARTED, started(1, "P1", (1, marked)))
        assert factory.certificate("P1:2").passes[0].unit_status == "BadMark"
        assert factory.certificate("P1:1").passes[0].unit_status == ""


class TestPasses:
    def test_stages_and_activities_are_on_the_pass(self, factory: Factory) -> None:
        stage = {"StageSequence": 1, "StageName": "Head A"}
        of = {"TransactionID": transaction(1), "Stage": stage}
        aligned = {
            "$type": "CFX.Structures.UnitAlignmentActivity, CFX",
            "ActivityName": "Align",
            "ActivityState": "Completed",
            "TimeStamp": "2026-05-04T12:02:30Z",
            "DX": 0.5,
        }
        messages = [
            (f"{PRODUCTION}.WorkStageCompleted", {**of, "Result": "Completed"}, at(5)),
            (f"{PRODUCTION}.WorkStagePaused", {**of, "PauseReason": "MaterialMissing"}, at(3)),
            (f"{PRODUCTION}.WorkStageStarted", of, at(2)),
            (f"{PRODUCTION}.WorkStageResumed", of, at(4)),
            (f"{PRODUCTION}.ActivitiesExecuted", {**of, "Activities": [aligned]}, at(3)),
        ]
        rows = [factory.tell(name, body, **when) for name, body, when in messages]
        assert {row.state for row in rows} == {State.WAITING}
        factory.start(1, "P1", **at(1))
        events = factory.certificate("P1").passes[0].events
        assert [(e.kind, e.stage, e.name, e.result) for e in events] == [
            ("stage_started", "Head A", "", ""),
            ("activity", "Head A", "Align", "Completed"),
            ("stage_paused", "Head A", "", "MaterialMissing"),
            ("stage_resumed", "Head A", "", ""),
            ("stage_completed", "Head A", "", "Completed"),
        ]
        assert events[1].told == {"DX": 0.5}

    def test_whoever_was_there_is_on_the_pass_in_any_order(self, db: None) -> None:
        def operator(name: str, *, began: bool) -> tuple[str, Any]:
            word = "OperatorActivated" if began else "OperatorDeactivated"
            return f"{PRODUCTION}.{word}", {"Operator": {"OperatorIdentifier": name}}

        messages = [
            (*operator("ada", began=True), at(1)),
            (*operator("bob", began=True), at(2)),
            (*operator("bob", began=False), at(9)),
            (*operator("cyd", began=True), at(30)),
            (STARTED, started(1, "P1"), at(10)),
            (COMPLETED, completed(1), at(20)),
        ]
        factory = Factory()
        for number, order in enumerate(permutations(range(6), 6)):
            if number % 90:
                continue
            source = f"M{number}"
            uuid = transaction(number + 1)
            for place in order:
                name, body, when = messages[place]
                body = {**body, "TransactionID": uuid} if "TransactionID" in body else body
                body = {**body, "PrimaryIdentifier": source} if "PrimaryIdentifier" in body else body
                if "Units" in body:
                    body = {**body, "Units": [{"UnitIdentifier": source, "PositionNumber": 1}]}
                factory.tell(name, body, Source=source, **when)
            (one,) = factory.certificate(source).passes
            assert (one.result, one.operators) == ("Completed", ("ada",)), order

    def test_who_left_during_the_pass_was_there(self, factory: Factory) -> None:
        body = {"Operator": {"OperatorIdentifier": "ada"}}
        factory.tell(f"{PRODUCTION}.OperatorActivated", body, **at(1))
        factory.start(1, "P1", **at(2))
        factory.tell(f"{PRODUCTION}.OperatorDeactivated", body, **at(3))
        factory.complete(1, **at(4))
        assert factory.certificate("P1").passes[0].operators == ("ada",)

    def test_who_never_said_goodbye_is_not_there_for_ever(self, factory: Factory) -> None:
        body = {"Operator": {"OperatorIdentifier": "ada"}}
        factory.tell(f"{PRODUCTION}.OperatorActivated", body, TimeStamp="2026-05-03T12:00:00Z", door="file")
        factory.start(1, "P1", TimeStamp="2026-05-04T11:59:00Z", door="file")
        factory.start(2, "P1", TimeStamp="2026-05-04T12:01:00Z", door="file")
        assert [one.operators for one in factory.certificate("P1").passes] == [("ada",), ()]

    def test_who_is_there_now(self, factory: Factory) -> None:
        for name in ("ada", "bob"):
            factory.tell(f"{PRODUCTION}.OperatorActivated", {"Operator": {"OperatorIdentifier": name}})
        factory.tell(f"{PRODUCTION}.OperatorDeactivated", {"Operator": {"OperatorIdentifier": "ada"}})
        assert [one.operator for one in operators_now(AUDITOR, PLACER)] == ["bob"]

    def test_nobody_is_refused(self, factory: Factory) -> None:
        answer = factory.tell(f"{PRODUCTION}.OperatorActivated", {"Operator": {}})
        assert (answer.state, answer.code) == (State.REJECTED, "no_operator")


class TestOrders:
    def test_the_life_of_an_order(self, factory: Factory) -> None:
        order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1", "Batch": "B1"}}
        messages = [
            (f"{ORDERS}.WorkOrderStatusUpdated", {**order, "NewStatus": "InProcess"}, at(4)),
            (f"{ORDERS}.WorkOrderQuantityUpdated", {**order, "NewQuantity": 250}, at(3)),
            (
                f"{ORDERS}.WorkOrdersCreated",
                {"NewOrders": [{**order, "Quantity": 200, "Customer": "C"}]},
                at(1),
            ),
            (
                "CFX.InformationSystem.ProductionScheduling.WorkOrdersScheduled",
                {"ScheduledWorkOrders": [{**order, "WorkArea": "L1"}]},
                at(2),
            ),
            (
                "CFX.InformationSystem.ProductionScheduling.WorkOrdersUnscheduled",
                {"ScheduledWorkOrderIdentifiers": [{**order, "WorkArea": "L1"}]},
                at(5),
            ),
            (
                f"{PRODUCTION}.WorkOrderActionExecuted",
                {**order, "Type": "RecipeCreation", "State": "Started", "TimeStamp": "2026-05-04T12:06:00Z"},
                at(9),
            ),
            (f"{ORDERS}.WorkOrdersUpdated", {"UpdatedOrders": [{**order, "Status": "OnHold"}]}, at(7)),
            (f"{ORDERS}.WorkOrdersDeleted", {"WorkOrderIdentifiers": [order["WorkOrderIdentifier"]]}, at(8)),
        ]
        assert {factory.tell(name, body, **when).state for name, body, when in messages} == {State.DONE}
        card = order_card(AUDITOR, "WO-1")
        assert [event.kind for event in card.events] == [
            "created",
            "scheduled",
            "quantity",
            "status",
            "unscheduled",
            "action",
            "updated",
            "deleted",
        ]
        assert (card.quantity, card.told_quantity, card.status) == (None, Decimal(250), "OnHold")
        assert card.events[0].told == {"Customer": "C"}
        assert card.events[5].told["State"] == "Started"

    def test_what_people_planned_stays(self, factory: Factory) -> None:
        from padstone.features.production.models import WorkOrder  # noqa: PLC0415

        WorkOrder.objects.create(number="WO-1", quantity=100, opened_at=clock.now())
        body = {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}, "NewQuantity": 250}
        line = factory.tell(f"{ORDERS}.WorkOrderQuantityUpdated", body)
        assert codes(line) == ["order_quantity_differs"]
        assert order_card(AUDITOR, "WO-1").quantity == 100

    def test_no_order_is_refused(self, factory: Factory) -> None:
        answer = factory.tell(f"{ORDERS}.WorkOrderStatusUpdated", {"NewStatus": "InProcess"})
        assert (answer.state, answer.code) == (State.REJECTED, "no_work_order")


class TestRecipes:
    def test_the_one_that_a_station_works_by(self, factory: Factory) -> None:
        one = {"RecipeName": "A", "Revision": "1", "Lane": 1, "ExpectedCycleTime": 21.5}
        other = {"RecipeName": "B", "Revision": "2", "Lane": 1, "ExpectedCycleTime": 30}
        factory.tell(f"{PRODUCTION}.RecipeActivated", other, **at(5))
        factory.tell(f"{PRODUCTION}.RecipeActivated", one, **at(1))
        factory.tell(f"{PRODUCTION}.RecipeActivated", {"RecipeName": "C", "Lane": 2}, **at(1))
        factory.tell(f"{PRODUCTION}.RecipeDeactivated", {"RecipeName": "C", "Lane": 2}, **at(2))
        (now,) = recipes_now(AUDITOR, PLACER)
        assert (now.recipe_name, now.recipe_revision, now.lane) == ("B", "2", 1)
        assert str(now.expected_cycle_s) == "30.000"

    def test_what_was_changed_is_kept_and_changes_nothing_that_runs(self, factory: Factory) -> None:
        factory.tell(f"{PRODUCTION}.RecipeActivated", {"RecipeName": "A", "Revision": "1"})
        body = {
            "RecipeName": "A",
            "Revision": "2",
            "Reason": "NewRevision",
            "Notes": "offset",
            "ModifiedBy": {"OperatorIdentifier": "ada"},
        }
        assert factory.tell(f"{PRODUCTION}.RecipeModified", body).state == State.DONE
        local = {"LocalRecipeChanges": [{"Type": 0, "State": 0}]}
        assert factory.tell(f"{PRODUCTION}.LocalRecipeChanged", local).state == State.DONE
        assert books()["production_recipeevent"] == 3
        assert [one.recipe_revision for one in recipes_now(AUDITOR, PLACER)] == ["1"]

    def test_a_time_that_cannot_be_is_left_out(self, factory: Factory) -> None:
        line = factory.tell(f"{PRODUCTION}.RecipeActivated", {"RecipeName": "A", "ExpectedCycleTime": -1})
        assert codes(line) == ["time_out_of_range"]
        assert recipes_now(AUDITOR, PLACER)[0].expected_cycle_s is None


class TestQuality:
    def test_readings_of_a_unit_and_of_the_panel(self, factory: Factory) -> None:
        factory.start(1, "P1", (1, 2))
        body = {
            "TransactionId": transaction(1),
            "Readings": [
                {"ReadingIdentifier": "T", "Value": "21"},
                {"ReadingIdentifier": "V", "Value": "3.3", "UnitIdentifier": "P1", "UnitPositionNumber": 2},
            ],
        }
        assert factory.tell(cfx.ReadingsRecorded.name, body).state == State.DONE
        read = {
            unit: [
                r["ReadingIdentifier"] for r in factory.certificate(unit).process_records[-1].data["Readings"]
            ]
            for unit in ("P1:1", "P1:2")
        }
        assert read == {"P1:1": ["T"], "P1:2": ["T", "V"]}

    def test_selective_soldering(self, factory: Factory) -> None:
        factory.start(1, "P1", (1, 2))
        body = {
            "TransactionId": transaction(1),
            "HeaderData": {"RecipeName": "SEL"},
            "SolderedPCBs": [{"UnitIdentifier": "P1", "UnitPositionNumber": 2}],
        }
        assert factory.tell(cfx.PCBSelectiveSoldered.name, body).state == State.DONE
        assert factory.certificate("P1:1").process_records == ()
        (record,) = factory.certificate("P1:2").process_records
        assert (record.kind, record.recipe_name) == ("PCBSelectiveSoldered", "SEL")

    def test_by_which_plan_a_sample_was_taken(self, factory: Factory) -> None:
        factory.start(1, "P1")
        body = {
            "TransactionId": transaction(1),
            "SamplingInformation": {"SamplingMethod": "FixedSample", "LotSize": 100, "SampleSize": 5},
            "InspectedUnits": [{"UnitIdentifier": "P1", "Inspections": [{"Result": "Passed"}]}],
        }
        assert factory.tell(cfx.UnitsInspected.name, body).state == State.DONE
        (inspection,) = factory.certificate("P1").inspections
        assert [one["type"] for one in inspection.measurements] == ["SamplingInformation"]


class TestEquipment:
    def test_states_of_a_station_and_of_a_stage(self, factory: Factory) -> None:
        factory.tell(STATE, {"OldState": 1100, "OldStateDuration": "00:01:30", "NewState": 2202}, **at(1))
        body = {
            "Stage": {"StageName": "Head A"},
            "NewState": 5300,
            "RelatedFault": {"FaultOccurrenceId": "f1"},
        }
        factory.tell(f"{PERFORMANCE}.StageStateChanged", body, **at(2))
        stage, station = states_of_station(AUDITOR, PLACER)
        assert (station.stage, station.state, station.old_state, station.old_state_s) == ("", 2202, 1100, 90)
        assert (stage.stage, stage.state, stage.fault) == ("Head A", 5300, "f1")

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_a_fault_from_its_beginning_to_its_end(self, factory: Factory, order: tuple[int, ...]) -> None:
        fault = {
            "$type": "CFX.Structures.SMTPlacement.SMTPlacementFault, CFX",
            "FaultOccurrenceId": "f1",
            "FaultCode": "E-7",
            "Cause": "MissingComponent",
            "Severity": "Error",
            "Designator": {"ReferenceDesignator": "R1"},
        }
        messages = [
            (f"{PERFORMANCE}.FaultOccurred", {"Fault": fault}, at(1)),
            (
                f"{PERFORMANCE}.FaultAcknowledged",
                {"FaultOccurrenceId": "f1", "Operator": {"OperatorIdentifier": "ada"}},
                at(2),
            ),
            (f"{PERFORMANCE}.FaultCleared", {"FaultOccurrenceId": "f1"}, at(3)),
        ]
        for place in order:
            name, body, when = messages[place]
            assert factory.tell(name, body, **when).state == State.DONE
        (line,) = faults_of_station(AUDITOR, PLACER)
        assert (line.code, line.cause, line.severity) == ("E-7", "MissingComponent", "Error")
        assert line.told["type"] == "SMTPlacementFault"
        assert [moment.minute for moment in (line.at, line.acknowledged_at, line.cleared_at) if moment] == [
            1,
            2,
            3,
        ]
        assert line.acknowledged_by == "ada"

    @pytest.mark.parametrize(
        ("name", "body", "line"),
        [
            (f"{PERFORMANCE}.StationOnline", {"OfflineDuration": "01:00:00"}, ("online", "", "", "")),
            (f"{PERFORMANCE}.StationOffline", {}, ("offline", "", "", "")),
            (
                f"{PERFORMANCE}.ToolChanged",
                {"OldTool": {"UniqueIdentifier": "A"}, "NewTool": {"UniqueIdentifier": "B", "Name": "0402"}},
                ("tool_changed", "B", "0402", ""),
            ),
            (
                f"{PRODUCTION}.ToolsLoaded",
                {"Tools": [{"UniqueIdentifier": "A"}]},
                ("tool_loaded", "A", "", ""),
            ),
            (
                f"{PRODUCTION}.ToolsUnloaded",
                {"Tools": [{"UniqueIdentifier": "A"}]},
                ("tool_unloaded", "A", "", ""),
            ),
            (
                f"{PRODUCTION}.ToolsCleaned",
                {"Tools": [{"UniqueIdentifier": "A"}]},
                ("tool_cleaned", "A", "", ""),
            ),
            (
                f"{PERFORMANCE}.SolderPastePrinting.StencilCleaned",
                {"Stencil": {"UniqueIdentifier": "ST"}, "CyclesSinceLastClean": 4},
                ("tool_cleaned", "ST", "", ""),
            ),
            (
                f"{PERFORMANCE}.SolderPastePrinting.SqueegeeCleaned",
                {"Squeegee": {"UniqueIdentifier": "SQ"}},
                ("tool_cleaned", "SQ", "", ""),
            ),
            (
                "CFX.Materials.Storage.MaterialCarriersLoaded",
                {"Carriers": [{"LocationName": "F1", "CarrierInformation": {"UniqueIdentifier": "FDR"}}]},
                ("carrier_loaded", "FDR", "", ""),
            ),
            (
                "CFX.Materials.Storage.MaterialCarriersUnloaded",
                {"CarrierIdentifiers": ["FDR"]},
                ("carrier_unloaded", "FDR", "", ""),
            ),
            (
                f"{PERFORMANCE}.MaintenancePerformed",
                {
                    "MaintenanceType": "Preventive",
                    "MaintenanceOrderNumber": "M-1",
                    "MaintenanceJobCode": "grease",
                    "Tasks": [{"Task": "x", "Operator": {"OperatorIdentifier": "ada"}}],
                },
                ("maintained", "M-1", "grease", "Preventive"),
            ),
            (
                f"{PERFORMANCE}.CalibrationPerformed",
                {"Calibration": {"CalibrationCode": "C1", "CalibrationType": "XAxis", "Status": "Ok"}},
                ("calibrated", "C1", "XAxis", "Ok"),
            ),
            (f"{PERFORMANCE}.StationParametersModified", {}, ("parameters_modified", "", "", "")),
            (
                f"{PERFORMANCE}.ProcessDataRecorded",
                {"ProcessData": {"$type": "CFX.Structures.Cleaning.CleaningManagementData, CFX"}},
                ("process_data", "", "CleaningManagementData", ""),
            ),
            (
                f"{PERFORMANCE}.SMTPlacement.ComponentsPlaced",
                {"TotalComponentsPlaced": 7, "EndTime": "2026-05-04T12:00:00Z"},
                ("counted", "", "ComponentsPlaced", ""),
            ),
            (
                f"{PERFORMANCE}.THTInsertion.ComponentsInserted",
                {"TotalComponentsInserted": 7},
                ("counted", "", "ComponentsInserted", ""),
            ),
            (
                f"{PERFORMANCE}.PressInsertion.ComponentsPressed",
                {"TotalComponentsPressed": 7},
                ("counted", "", "ComponentsPressed", ""),
            ),
        ],
    )
    def test_what_befalls_a_machine(
        self, factory: Factory, name: str, body: Any, line: tuple[str, ...]
    ) -> None:
        answer = factory.tell(name, body)
        assert answer.state == State.DONE, answer.reason
        (news,) = news_of_station(AUDITOR, PLACER)
        assert (news.kind, news.subject, news.name, news.result) == line

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("FaultOccurred", "no_fault"),
            ("FaultCleared", "no_fault"),
            ("FaultAcknowledged", "no_fault"),
            ("StageStateChanged", "no_stage"),
            ("CalibrationPerformed", "no_calibration"),
            ("ProcessDataRecorded", "no_process_data"),
        ],
    )
    def test_what_tells_of_nothing_is_refused(self, factory: Factory, name: str, code: str) -> None:
        answer = factory.tell(f"{PERFORMANCE}.{name}", {})
        assert (answer.state, answer.code) == (State.REJECTED, code)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_told_is_a_fact_waits_or_is_refused_and_never_a_bug(factory: Factory, seed: int) -> None:
    chance = random.Random(seed)
    factory.receive("R1")
    factory.start(1, "P1", (1, 2))
    bodies = []
    for name in sorted(INTERPRETERS):
        for _ in range(4):
            document = made(plan_of(cfx.MESSAGE_TYPES[name]), chance, chance.randint(2, 5))
            for key in {"TransactionID", "TransactionId"} & document.keys():
                document[key] = chance.choice([transaction(1), None])
            _use_what_is_known(document, chance)
            bodies.append(factory.envelope(name, "BODY").replace(b'"BODY"', written(document)))
    rows = factory.deliver(*bodies)
    factory.interpret()
    became = [factory.line(row) for row in rows]
    assert [(line.name, line.reason) for line in became if line.state == State.FAILED] == []
    assert {line.state for line in became} <= {State.DONE, State.WAITING, State.REJECTED}
    assert sum(line.state == State.DONE for line in became) > len(became) // 4
    assert factory.works()


def _use_what_is_known(document: Any, chance: random.Random) -> None:
    """Of the identifiers in a made message, some are of packages and panels that there are."""
    for key, value in list(document.items()) if isinstance(document, dict) else []:
        if key in {"UnitIdentifier", "PrimaryIdentifier"} and chance.random() < 0.7:
            document[key] = "P1"
        elif key in {"UnitPositionNumber", "PositionNumber"} and chance.random() < 0.7:
            document[key] = chance.choice([1, 2, 0, None])
        elif key == "UniqueIdentifier" and chance.random() < 0.7:
            document[key] = "R1"
        elif key == "InternalPartNumber" and chance.random() < 0.7:
            document[key] = "100-001"
        elif isinstance(value, dict):
            _use_what_is_known(value, chance)
        elif isinstance(value, list):
            for item in value:
                _use_what_is_known(item, chance)
