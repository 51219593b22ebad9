"""What stations tell beside the work itself, of a factory that is there: every table of facts gets a row."""

from __future__ import annotations

import json
from typing import Any

from padstone.features.materials.models import MaterialPackage
from padstone.features.production.models import Unit, WorkTransaction
from padstone.ingest.models import Message
from tests.shop_floor import build

MANAGEMENT = "CFX.Materials.Management"
PRODUCTION = "CFX.Production"
PERFORMANCE = "CFX.ResourcePerformance"


def tell_of_everything() -> None:
    """Twice over, so that a changed row can be mistaken for another."""
    row = WorkTransaction.objects.select_related("panel").earliest("pk")
    unit = Unit.objects.filter(panel=row.panel).earliest("pk")
    packages = MaterialPackage.objects.exclude(journal_no=None).order_by("-pk")
    reel = packages.values_list("identifier", flat=True)[0]
    source = Message.objects.filter(name=f"{PRODUCTION}.WorkStarted").values_list("source", flat=True)[0]
    told = events(str(row.uuid), unit, reel)
    build(
        [
            json.dumps(
                {
                    "MessageName": name,
                    "TimeStamp": f"2026-03-02T12:{minute:02}:00Z",
                    "UniqueID": f"event-{number}-{minute}",
                    "Source": source,
                    "MessageBody": {**body, "Minute": minute},
                }
            ).encode()
            for minute in (1, 2)
            for number, (name, body) in enumerate(told)
        ]
    )
    states = Message.objects.filter(message_id__startswith="event-").values_list("state", flat=True)
    assert (len(states), set(states)) == (2 * len(told), {"done"})


def events(uuid: str, unit: Unit, reel: str) -> list[tuple[str, dict[str, Any]]]:
    named = {"UnitIdentifier": unit.panel.identifier, "UnitPositionNumber": unit.position}
    designators = [{"ReferenceDesignator": "R1"}, {"ReferenceDesignator": "R2"}]
    order = {"WorkOrderIdentifier": {"WorkOrderId": "WO-EVENTS"}}
    return [
        (
            f"{MANAGEMENT}.MaterialsSplit",
            {
                "SourceMaterialPackageIdentifier": reel,
                "SourceMaterialPackageRemainingQuantity": 10,
                "NewMaterialPackageIdentifier": f"{reel}-SPLIT",
                "NewMaterialPackageQuantity": 5,
            },
        ),
        (
            f"{MANAGEMENT}.MaterialsSplit",
            {"SourceMaterialPackageIdentifier": reel, "NewMaterialPackageIdentifier": f"{reel}-SPLIT-2"},
        ),
        (f"{MANAGEMENT}.MSDManagement.MaterialsOpened", {"Materials": [{"UniqueIdentifier": reel}]}),
        (
            f"{PRODUCTION}.Application.MaterialsApplied",
            {
                "TransactionId": uuid,
                "AppliedMaterials": [
                    {
                        **named,
                        "Material": {"UniqueIdentifier": f"{reel}-SPLIT"},
                        "InstalledComponents": designators,
                    }
                ],
            },
        ),
        (
            f"{PRODUCTION}.ToolsUsed",
            {
                "TransactionId": uuid,
                "UsedTools": [
                    {**named, "Tool": {"UniqueIdentifier": f"NZ-{place}"}, "InstalledComponents": [one]}
                    for place, one in enumerate(designators)
                ],
            },
        ),
        (f"{PRODUCTION}.WorkStagePaused", {"TransactionID": uuid, "PauseReason": "MaterialMissing"}),
        (f"{PRODUCTION}.UnitsDisqualified", {"PrimaryIdentifier": unit.panel.identifier}),
        (f"{PRODUCTION}.RecipeActivated", {"RecipeName": "A", "ExpectedCycleTime": 21.5}),
        (f"{PRODUCTION}.OperatorActivated", {"Operator": {"OperatorIdentifier": "ada"}}),
        (
            "CFX.InformationSystem.WorkOrderManagement.WorkOrderStatusUpdated",
            {**order, "NewStatus": "InProcess"},
        ),
        (f"{PERFORMANCE}.StageStateChanged", {"Stage": {"StageName": "A"}, "NewState": 1100}),
        (f"{PERFORMANCE}.FaultOccurred", {"Fault": {"FaultOccurrenceId": "f", "FaultCode": "E-7"}}),
        (f"{PERFORMANCE}.ToolChanged", {"NewTool": {"UniqueIdentifier": "NZ-1"}}),
    ]
