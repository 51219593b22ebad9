"""Put on the books what stations found and did. Every table here only grows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from padstone.features.quality.domain import (
    ReportedDefect,
    ReportedInspection,
    ReportedProcess,
    ReportedRepair,
    ReportedTest,
)
from padstone.features.quality.models import Defect, Inspection, ProcessRecord, Repair, Test
from padstone.kernel.actor import Actor
from padstone.platform.command import command

_AT_ONCE = 500


@command("record_inspections")
def record_inspections(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    journal_no: int,
    inspections: Sequence[ReportedInspection],
) -> None:
    """Inspections with their measurements and defects; ``journal_no`` is the message they are told by."""
    rows = Inspection.objects.bulk_create(
        [
            Inspection(
                unit_id=told.unit_id,
                station_id=station_id,
                transaction_uuid=transaction_uuid,
                journal_no=journal_no,
                at=told.at,
                result=told.result,
                name=told.name,
                method=told.method,
                recipe_name=told.recipe_name,
                inspector=told.inspector,
                verification=told.verification,
                measurements=list(told.measurements),
            )
            for told in inspections
        ],
        batch_size=_AT_ONCE,
    )
    _add(
        _defect(defect, told.unit_id, journal_no, inspection=row)
        for row, told in zip(rows, inspections, strict=True)
        for defect in told.defects
    )


@command("record_tests")
def record_tests(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    journal_no: int,
    tests: Sequence[ReportedTest],
) -> None:
    """Tests with their measurements and defects."""
    rows = Test.objects.bulk_create(
        [
            Test(
                unit_id=told.unit_id,
                station_id=station_id,
                transaction_uuid=transaction_uuid,
                journal_no=journal_no,
                at=told.at,
                result=told.result,
                name=told.name,
                method=told.method,
                recipe_name=told.recipe_name,
                tester=told.tester,
                measurements=list(told.measurements),
            )
            for told in tests
        ],
        batch_size=_AT_ONCE,
    )
    _add(
        _defect(defect, told.unit_id, journal_no, test=row)
        for row, told in zip(rows, tests, strict=True)
        for defect in told.defects
    )


@command("record_process")
def record_process(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    journal_no: int,
    processes: Sequence[ReportedProcess],
) -> None:
    """What processes did to units: reflow profiles, print parameters, whatever the machine reported."""
    ProcessRecord.objects.bulk_create(
        [
            ProcessRecord(
                unit_id=told.unit_id,
                station_id=station_id,
                transaction_uuid=transaction_uuid,
                journal_no=journal_no,
                at=told.at,
                result=told.result,
                kind=told.kind,
                recipe_name=told.recipe_name,
                data=told.data,
            )
            for told in processes
        ],
        batch_size=_AT_ONCE,
    )


@command("record_repairs")
def record_repairs(
    actor: Actor,
    *,
    station_id: int,
    transaction_uuid: UUID | None,
    journal_no: int,
    repairs: Sequence[ReportedRepair],
) -> None:
    """Repairs, and what repairers now say of defects.

    A reclassified defect is not changed: what is said of it now is a row of its own, of no inspection and no
    test, and the last such row counts (``queries.findings_of_unit``).
    """
    Repair.objects.bulk_create(
        [
            Repair(
                unit_id=told.unit_id,
                station_id=station_id,
                transaction_uuid=transaction_uuid,
                journal_no=journal_no,
                at=told.at,
                result=told.result,
                name=told.name,
                designator=told.designator,
                comments=told.comments,
                defect_identifiers=list(told.defect_identifiers),
                repairer=told.repairer,
            )
            for told in repairs
        ],
        batch_size=_AT_ONCE,
    )
    _add(_defect(defect, told.unit_id, journal_no) for told in repairs for defect in told.reclassified)


def _defect(
    told: ReportedDefect,
    unit_id: int,
    journal_no: int,
    *,
    inspection: Inspection | None = None,
    test: Test | None = None,
) -> Defect:
    return Defect(
        unit_id=unit_id,
        inspection=inspection,
        test=test,
        journal_no=journal_no,
        identifier=told.identifier,
        code=told.code,
        category=told.category,
        designator=told.designator,
        description=told.description,
        verification=told.verification,
    )


def _add(defects: Iterable[Defect]) -> None:
    Defect.objects.bulk_create(defects, batch_size=_AT_ONCE)
