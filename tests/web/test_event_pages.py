"""What stations told beside the work itself is on the pages of what they told it of."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.ingest.factory import PLACER, STATE, Factory, transaction

pytestmark = pytest.mark.django_db


def of(reader: Client, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def told(db: None) -> Factory:
    factory = Factory()
    factory.receive("JAR", part="PASTE", ManufacturerLotCode="LOT-P")
    factory.tell("CFX.Production.OperatorActivated", {"Operator": {"OperatorIdentifier": "ada.l"}})
    factory.start(1, "P1")
    messages: list[tuple[str, dict[str, Any]]] = [
        (
            "CFX.Materials.Management.MaterialsSplit",
            {"SourceMaterialPackageIdentifier": "JAR", "NewMaterialPackageIdentifier": "JAR-2"},
        ),
        (
            "CFX.Materials.Management.MSDManagement.MaterialsOpened",
            {"Materials": [{"UniqueIdentifier": "JAR-2"}]},
        ),
        (
            "CFX.Production.Application.MaterialsApplied",
            {
                "TransactionId": transaction(1),
                "AppliedMaterials": [{"Material": {"UniqueIdentifier": "JAR-2"}}],
            },
        ),
        (
            "CFX.Production.ToolsUsed",
            {"TransactionId": transaction(1), "UsedTools": [{"Tool": {"UniqueIdentifier": "NOZZLE-1"}}]},
        ),
        ("CFX.Production.WorkStagePaused", {"TransactionID": transaction(1), "PauseReason": "NozzleMissing"}),
        ("CFX.Production.UnitsDisqualified", {"PrimaryIdentifier": "P1", "Comments": "cracked in two"}),
        ("CFX.Production.RecipeActivated", {"RecipeName": "RECIPE-9", "ExpectedCycleTime": 21.5}),
        ("CFX.ResourcePerformance.FaultOccurred", {"Fault": {"FaultCode": "E-77", "FaultOccurrenceId": "f"}}),
        ("CFX.ResourcePerformance.ToolChanged", {"NewTool": {"UniqueIdentifier": "NOZZLE-2"}}),
        (STATE, {"NewState": 5300}),
        (
            "CFX.InformationSystem.WorkOrderManagement.WorkOrderStatusUpdated",
            {"WorkOrderIdentifier": {"WorkOrderId": "WO-1"}, "NewStatus": "OnHold"},
        ),
    ]
    assert {factory.tell(name, body).state for name, body in messages} == {"done"}
    return factory


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "/boards/P1",
            ["LOT-P", "JAR-2", "NOZZLE-1", "ada.l", "Stage paused", "Disqualified", "cracked in two"],
        ),
        ("/packages/JAR", ["Split off it:", "JAR-2"]),
        ("/packages/JAR-2", ["Split off", "LOT-P", "Dry bag opened", "P1"]),
        (f"/stations/{PLACER}", ["RECIPE-9", "21.5 s", "ada.l", "E-77", "Tool changed", "NOZZLE-2"]),
        ("/orders/WO-1", ["Status", "On hold"]),
        ("/recall/?lot=LOT-P", ["P1", "JAR-2"]),
    ],
)
def test_it_is_on_the_page(reader: Client, told: Factory, address: str, words: list[str]) -> None:
    page = of(reader, address)
    assert [word for word in words if word not in page] == []
