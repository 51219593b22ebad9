"""Bodies in the form real senders use, with parts, panels and machines of our own invention."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

PLACED = "CFX.Production.Assembly.MaterialsInstalled"
ARRIVED = "CFX.Production.UnitsArrived"
STARTED = "CFX.Production.WorkStarted"
PROCESSED = "CFX.Production.Processing.UnitsProcessed"
INSPECTED = "CFX.Production.TestAndInspection.UnitsInspected"
STATE_CHANGED = "CFX.ResourcePerformance.StationStateChanged"
LOADED = "CFX.Materials.Storage.MaterialsLoaded"

FEEDER = "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX"
PLACED_COMPONENT = "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX"
REJECTED_COMPONENT = "CFX.Structures.SMTPlacement.SMTNonInstalledComponent, CFX"

PLACEMENT: dict[str, Any] = {
    "TransactionId": "5d1a3c3e-0000-4000-8000-000000000001",
    "InstalledMaterials": [
        {
            "UnitIdentifier": "PANEL-7",
            "UnitPositionNumber": 2,
            "QuantityInstalled": Decimal("2.0"),
            "QuantityNonInstalled": 1,
            "Material": {
                "UniqueIdentifier": "REEL-B",
                "InternalPartNumber": "R-10K-0402",
                "Quantity": Decimal("195.0"),
                "LeadingMaterialPackage": {"UniqueIdentifier": "REEL-A", "Quantity": 0},
                "GreyZone": 5,
            },
            "CarrierLocation": {
                "LocationName": "F12",
                "CarrierInformation": {
                    "$type": FEEDER,
                    "UniqueIdentifier": "FEEDER-12",
                    "LaneNumber": 1,
                    "TapeWidth": 8.5,
                },
            },
            "InstalledComponents": [
                {
                    "$type": PLACED_COMPONENT,
                    "ReferenceDesignator": "R1",
                    "InstallationTime": "2031-02-03T04:05:06.1234567+09:00",
                    "HeadAndNozzle": {"HeadId": "H1", "HeadNozzleNumber": 3, "NozzleType": "N05"},
                    "InstallationSequence": 1,
                },
                {
                    "$type": PLACED_COMPONENT,
                    "ReferenceDesignator": "R2",
                    "InstallationTime": None,
                },
            ],
            "NonInstalledComponents": [
                {
                    "$type": REJECTED_COMPONENT,
                    "ReferenceDesignator": "R2",
                    "Location": "RejectionBox",
                    "RejectionReason": "BadVisionTestAfterPickup",
                    "PickingSequence": 4,
                }
            ],
        }
    ],
}

PROFILE: dict[str, Any] = {
    "TransactionId": "5d1a3c3e-0000-4000-8000-000000000002",
    "OverallResult": "Succeeded",
    "CommonProcessData": {
        "$type": "CFX.Structures.SolderReflow.ReflowProcessData, CFX",
        "ConveyorSpeed": 71.5,
        "ZoneData": [
            {
                "Zone": {"StageSequence": 1, "StageType": "Work", "ReflowZoneType": "PreHeat"},
                "Setpoints": [{"SubZone": "Top", "SetpointType": "Temperature", "Setpoint": 150.25}],
                "Readings": [{"SubZone": "Top", "ReadingType": "Temperature", "ReadingValue": 151}],
            }
        ],
    },
    "UnitProcessData": [],
}

INSPECTION: dict[str, Any] = {
    "InspectionMethod": "SPI",
    "SamplingInformation": {"SamplingMethod": "FixedSample", "LotSize": 100, "SampleSize": 5},
    "InspectedUnits": [
        {
            "UnitIdentifier": "PANEL-7",
            "UnitPositionNumber": 1,
            "OverallResult": "Failed",
            "Inspections": [
                {
                    "Result": "Failed",
                    "DefectsFound": [
                        {
                            "DefectCode": "INSUFFICIENT",
                            "ComponentOfInterest": {"ReferenceDesignator": "U34.5"},
                            "Verification": "DefectConfirmed",
                        }
                    ],
                    "Measurements": [
                        {
                            "$type": "CFX.Structures.SolderPasteInspection.SolderPasteMeasurement, CFX",
                            "EX": 1.5,
                            "DX": -0.25,
                            "Vol": 0.0125,
                            "CRDs": "U34.5",
                        }
                    ],
                }
            ],
        }
    ],
}

STATE = {
    "OldState": 2202,
    "OldStateDuration": "6.00:00:25",
    "NewState": 4500,
    "RelatedFault": {"Cause": "Refill", "Severity": "Warning", "DescriptionTranslations": {"de": "leer"}},
}

ALL = [(PLACED, PLACEMENT), (PROCESSED, PROFILE), (INSPECTED, INSPECTION), (STATE_CHANGED, STATE)]


def written(document: Any) -> bytes:
    """The document as JSON, Decimals as numbers with their digits."""
    if isinstance(document, Decimal):
        return str(document).encode()
    if isinstance(document, dict):
        members = [json.dumps(name).encode() + b": " + written(value) for name, value in document.items()]
        return b"{" + b", ".join(members) + b"}"
    if isinstance(document, list):
        return b"[" + b", ".join(written(item) for item in document) + b"]"
    return json.dumps(document).encode()


def exact(data: bytes) -> Any:
    """The JSON document with every number exact, so that comparing two compares numbers and not floats."""
    return json.loads(data, parse_float=Decimal, parse_int=Decimal)
