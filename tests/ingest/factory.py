"""A small factory that is told things through its front door, and what its books hold afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.apps import apps

from padstone.features.certificate.queries import Certificate, certificate
from padstone.ingest.delivery import Delivery
from padstone.ingest.inbox import Receipt, accept
from padstone.ingest.interpret import Interpreter
from padstone.ingest.models import Batch, Message
from padstone.ingest.queries import MessageLine, bytes_of, message
from padstone.kernel import clock
from padstone.kernel.actor import EVERYTHING, Actor, ActorKind

AUDITOR = Actor(ActorKind.PERSON, "auditor", EVERYTHING)
PLACER = "SMT.PLACER.1"
AOI = "SMT.AOI.1"
RECEIPT = "MATERIALS.DESK"

HEARTBEAT = "CFX.Heartbeat"
ARRIVED = "CFX.Production.UnitsArrived"
STARTED = "CFX.Production.WorkStarted"
COMPLETED = "CFX.Production.WorkCompleted"
INSTALLED = "CFX.Production.Assembly.MaterialsInstalled"
INITIALIZED = "CFX.Materials.Management.MaterialsInitialized"
LOADED = "CFX.Materials.Storage.MaterialsLoaded"
SPLICED = "CFX.Materials.Storage.SplicePointDetected"
STATE = "CFX.ResourcePerformance.StationStateChanged"
INSPECTED = "CFX.Production.TestAndInspection.UnitsInspected"


def transaction(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


class Factory:
    """Told through ``accept``, read through the books. It keeps one interpreter, as a process does."""

    def __init__(self) -> None:
        self.interpreter = Interpreter()
        self._ids = (f"id-{number}" for number in count(1))

    def deliver(
        self, *bodies: bytes, door: str = "http", sender: str = "gateway", encoding: str = ""
    ) -> list[Message]:
        """Hand bytes in. Answers the rows that stand for them, in order."""
        last = Message.objects.order_by("pk").last()
        self.receipt: Receipt = accept(
            [Delivery(door, sender, body, encoding, None, clock.now()) for body in bodies]
        )
        return list(Message.objects.filter(pk__gt=last.pk if last else 0).order_by("pk"))

    def envelope(self, name: str, body: Any, **head: Any) -> bytes:
        """``head`` replaces what the envelope says; a None leaves it out."""
        said = {
            "MessageName": name,
            "Version": "2.1",
            "TimeStamp": clock.now().isoformat(),
            "UniqueID": next(self._ids),
            "Source": PLACER,
            "MessageBody": body,
        } | head
        return json.dumps({key: value for key, value in said.items() if value is not None}).encode()

    def tell(self, name: str, body: Any, *, door: str = "http", **head: Any) -> MessageLine:
        """Deliver one message, interpret all there is, and answer what became of it."""
        (row,) = self.deliver(self.envelope(name, body, **head), door=door)
        self.interpret()
        return self.line(row)

    def interpret(self) -> None:
        self.interpreter.all()

    def line(self, row: Message) -> MessageLine:
        return message(AUDITOR, row.pk)

    def bytes_of(self, row: Message | MessageLine) -> bytes:
        return bytes_of(AUDITOR, row.pk if isinstance(row, Message) else row.id)

    def certificate(self, unit: str) -> Certificate:
        return certificate(AUDITOR, unit)

    # What a line tells in the ordinary course of things.

    def receive(self, *packages: str, part: str = "100-001", **more: Any) -> MessageLine:
        return self.tell(INITIALIZED, received(*packages, part=part, **more), Source=RECEIPT)

    def start(self, number: int, panel: str, units: Sequence[Any] = (1,), **head: Any) -> MessageLine:
        return self.tell(STARTED, started(number, panel, units), **head)

    def complete(self, number: int, **head: Any) -> MessageLine:
        return self.tell(COMPLETED, completed(number), **head)

    def install(self, number: int, *materials: dict[str, Any], **head: Any) -> MessageLine:
        return self.tell(INSTALLED, installed(number, *materials), **head)

    def works(self) -> bool:
        """Whether a board that comes now is built like any other."""
        at = clock.now()
        with clock.clock_at(at):
            number = 0xFFFF0000 + Message.objects.count()
            package = f"REEL-{number}"
            lines = [
                self.receive(package),
                self.start(number, f"GOOD-{number}"),
                self.install(number, placed(f"GOOD-{number}", 1, package, "R1")),
                self.complete(number),
            ]
        placements = self.certificate(f"GOOD-{number}").installations
        return [line.state for line in lines] == ["done"] * 4 and [i.package for i in placements] == [package]


def received(*packages: str, part: str = "100-001", **more: Any) -> dict[str, Any]:
    return {
        "Materials": [
            {"UniqueIdentifier": package, "InternalPartNumber": part, "InitialQuantity": 5000, **more}
            for package in packages
        ]
    }


def started(number: int, panel: str | None, units: Iterable[Any] = (1,), **more: Any) -> dict[str, Any]:
    """``units``: a position of the panel, or (serial, position), or the whole of what is said of a unit."""
    return {
        "PrimaryIdentifier": panel,
        "TransactionID": transaction(number),
        "Lane": 1,
        "Units": [_unit(panel, unit) for unit in units],
        **more,
    }


def _unit(panel: str | None, unit: Any) -> dict[str, Any]:
    if isinstance(unit, int):
        unit = (panel, unit)
    if isinstance(unit, tuple):
        unit = {"UnitIdentifier": unit[0], "PositionNumber": unit[1], "Status": "Pass"}
    return dict(unit)


def completed(number: int) -> dict[str, Any]:
    return {"TransactionID": transaction(number), "Result": "Completed"}


def installed(number: int, *materials: dict[str, Any]) -> dict[str, Any]:
    return {"TransactionId": transaction(number), "InstalledMaterials": list(materials)}


def placed(
    unit: str | None, position: int | None, package: str, *designators: str, slot: str = "F1", **more: Any
) -> dict[str, Any]:
    """Parts of a package placed on a unit from a feeder slot."""
    return {
        "UnitIdentifier": unit,
        "UnitPositionNumber": position,
        "QuantityInstalled": len(designators),
        "Material": {"UniqueIdentifier": package, "InternalPartNumber": "100-001", "Quantity": 4000},
        "CarrierLocation": {"LocationIdentifier": f"uid-{slot}", "LocationName": slot},
        "InstalledComponents": [{"ReferenceDesignator": designator} for designator in designators],
        **more,
    }


def codes(line: MessageLine, *, open_only: bool = True) -> list[str]:
    """The doubts about a message, without those that every first message of a machine raises."""
    flags = [flag for flag in line.flags if not (open_only and flag.cleared_at)]
    return [flag.code for flag in flags if flag.code != "endpoint_registered"]


def books() -> dict[str, int]:
    """How many rows each table of facts has."""
    return {
        model._meta.db_table: model._default_manager.count()
        for app in apps.get_app_configs()
        if app.name.startswith("padstone.features.")
        for model in app.get_models()
    }


def placements(factory: Factory, unit: str) -> list[tuple[str, str]]:
    return [(one.designator, one.package) for one in factory.certificate(unit).installations]


def stored_batches() -> list[Batch]:
    return list(Batch.objects.order_by("pk"))


NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
