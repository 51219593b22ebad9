from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from padstone.features.quality.commands import record_inspections
from padstone.features.quality.models import Defect, Inspection, ProcessRecord, Repair, Test
from padstone.features.quality.queries import findings_of_unit
from padstone.kernel.actor import Actor, ActorKind
from padstone.kernel.errors import Forbidden
from padstone.platform.answers import json_bytes
from padstone.platform.command import attempt
from tests.features.quality.line import INSPECTED, PRINT, PROCESSED, READER, REPAIRED, TESTED, Line

KINDS = 5
"""Of what is found: inspections, tests, their defects, processes, repairs."""


def tell_all(line: Line) -> None:
    unit = {"UnitIdentifier": "P1", "UnitPositionNumber": 1}
    defect = {"DefectCode": "TOMB", "ComponentOfInterest": {"ReferenceDesignator": "R22"}}
    failed = {"Result": "Failed", "DefectsFound": [defect, defect]}
    common = {"$type": "CFX.Structures.SolderReflow.ReflowProcessData, CFX", "ConveyorSpeed": 60.0}
    line.tell(INSPECTED, {"InspectedUnits": [{**unit, "Inspections": [failed, failed]}]})
    line.tell(TESTED, {"TestedUnits": [{**unit, "Tests": [failed]}]})
    line.tell(PROCESSED, {"TransactionId": PRINT, "CommonProcessData": common})
    line.tell(REPAIRED, {"RepairedUnits": [{**unit, "Repairs": [{"Result": "Scrap"}]}]})


def test_the_number_of_statements_does_not_grow(line: Line) -> None:
    unit_id = line.unit_id("P1", 1)
    with CaptureQueriesContext(connection) as seen:
        findings_of_unit(READER, unit_id)
    assert len(seen) == 1  # whether there is anything
    for _ in range(3):
        tell_all(line)
        with CaptureQueriesContext(connection) as seen:
            findings_of_unit(READER, unit_id)
        assert len(seen) == 1 + KINDS


def test_the_books_as_of_a_message_hold_what_had_been_told_by_then(line: Line) -> None:
    start = line.journal_no
    tell_all(line)
    then = json_bytes(line.findings("P1", 1, as_of=line.journal_no))
    kinds = ("inspections", "tests", "process_records", "repairs")
    for told in range(len(kinds) + 1):
        findings = line.findings("P1", 1, as_of=start + told)
        assert [len(getattr(findings, kind)) > 0 for kind in kinds] == [n < told for n in range(len(kinds))]

    end = line.journal_no
    tell_all(line)
    assert json_bytes(line.findings("P1", 1, as_of=end)) == then
    assert len(line.findings("P1", 1).inspections) == 4


def test_every_row_cites_its_message_and_transaction(line: Line) -> None:
    tell_all(line)

    assert list(Inspection.objects.values_list("journal_no", flat=True).distinct()) == [2]
    assert set(Defect.objects.values_list("journal_no", flat=True)) == {2, 3}
    assert set(Test.objects.values_list("journal_no", "transaction_uuid")) == {(3, None)}
    assert {str(row.transaction_uuid) for row in ProcessRecord.objects.all()} == {PRINT}
    assert Repair.objects.get().journal_no == 5


@pytest.mark.parametrize("model", [Inspection, Defect, Test, ProcessRecord, Repair])
def test_what_is_on_the_books_can_be_neither_changed_nor_taken_away(line: Line, model: Any) -> None:
    tell_all(line)
    before = model.objects.count()

    table = model._meta.db_table
    for change in (f"UPDATE {table} SET journal_no = 9", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), attempt(), connection.cursor() as cursor:
            cursor.execute(change)
    assert (model.objects.count(), model.objects.filter(journal_no=9).count()) == (before, 0)


def test_reading_and_recording_need_the_right(line: Line) -> None:
    guest = Actor(ActorKind.PERSON, "guest")
    with pytest.raises(Forbidden):
        findings_of_unit(guest, line.unit_id("P1", 1))
    with pytest.raises(Forbidden):
        record_inspections(guest, station_id=1, transaction_uuid=None, journal_no=1, inspections=())


EXAMPLES = {
    "Production.Processing.UnitsProcessed": PROCESSED,
    "Production.TestAndInspection.UnitsInspected": INSPECTED,
    "Production.TestAndInspection.UnitsTested": TESTED,
}


@pytest.mark.parametrize(("stem", "name"), EXAMPLES.items())
def test_the_official_examples_are_understood(line: Line, reference_data: Path, stem: str, name: str) -> None:
    files = sorted((reference_data / "cfx" / "examples").glob(f"CFX.{stem}*.json"))
    assert files
    for number, file in enumerate(files):
        body = json.loads(file.read_bytes())
        transaction = body["TransactionId"]
        if transaction.startswith("00000000"):
            transaction = f"{number:08d}-0000-4000-8000-000000000000"
        for panel in sorted(set(named(body))) or [f"PANEL-{number}"]:
            line.start(panel, 2, transaction=transaction)
            transaction = f"{number:08d}-0001-4000-8000-{len(panel):012d}"

        before = rows()
        line.tell(name, body)
        assert rows() > before, file.name


def named(body: dict[str, Any]) -> Iterator[str]:
    for key in ("InspectedUnits", "TestedUnits"):
        for unit in body.get(key) or ():
            yield unit["UnitIdentifier"]
    if body.get("InspectedPanel"):
        yield body["InspectedPanel"]["UnitIdentifier"]


def rows() -> int:
    return Inspection.objects.count() + Test.objects.count() + ProcessRecord.objects.count()
