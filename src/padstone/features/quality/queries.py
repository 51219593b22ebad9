"""What stations found on a unit and did to it, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from padstone.features.production.queries import must_see_unit
from padstone.features.quality.models import Defect, Finding, Inspection, ProcessRecord, Repair, Test
from padstone.kernel.actor import Actor

if TYPE_CHECKING:
    from django.db.models import Manager, QuerySet

F = TypeVar("F", bound=Finding)


@dataclass(frozen=True, slots=True)
class DefectLine:
    """A defect. ``verification`` is the last word on it: the repairer's, if one reclassified it, else the
    report's. ``DefectRejected`` is a false call.
    """

    code: str
    category: str
    designator: str
    description: str
    verification: str
    identifier: str


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """One inspection. ``measurements``: as in :class:`TestLine`.

    A row without a name may be what the station said of the unit as a whole, where that is more than its
    single inspections say.
    """

    station: str
    method: str
    name: str
    recipe_name: str
    inspector: str
    result: str
    verification: str
    at: datetime
    measurements: tuple[dict[str, Any], ...]
    defects: tuple[DefectLine, ...]


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test. A row without a name may be the result of the unit as a whole.

    ``measurements`` are plain objects: ``type`` (the standard's class), and where reported ``name``,
    ``designator``, ``result``, ``identifier``, ``sequence``, ``at``. A NumericMeasurement has ``value``,
    ``unit``, ``expected``, ``low``, ``high`` (and ``expected_unit``, ``low_unit``, ``high_unit``); every
    other type has its own fields under the standard's names. Symptoms, test conditions, comments and errors
    stand among them.
    """

    __test__ = False  # no test of this program

    station: str
    method: str
    name: str
    tester: str
    result: str
    at: datetime
    measurements: tuple[dict[str, Any], ...]
    defects: tuple[DefectLine, ...]


@dataclass(frozen=True, slots=True)
class ProcessLine:
    """What a process did to the unit; ``data`` under the standard's names, as the machine reported it."""

    station: str
    kind: str
    recipe_name: str
    result: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RepairLine:
    station: str
    name: str
    designator: str
    result: str
    comments: str
    defect_identifiers: tuple[str, ...]
    repairer: str
    at: datetime


@dataclass(frozen=True, slots=True)
class UnitFindings:
    """Everything stations found on a unit and did to it, each kind in the order in which it happened."""

    inspections: tuple[InspectionLine, ...]
    tests: tuple[TestLine, ...]
    process_records: tuple[ProcessLine, ...]
    repairs: tuple[RepairLine, ...]


def findings_of_unit(actor: Actor, unit_id: int, *, as_of: int | None = None) -> UnitFindings:
    """What is on the books of the unit up to journal number ``as_of`` (None: all). Always five statements for
    the house.
    """
    if actor.client:
        must_see_unit(actor, unit_id)
    else:
        actor.must("view_findings")
    by_inspection, by_test = _defects(unit_id, as_of)
    return UnitFindings(
        inspections=tuple(
            InspectionLine(
                station=row.station.name,
                method=row.method,
                name=row.name,
                recipe_name=row.recipe_name,
                inspector=row.inspector,
                result=row.result,
                verification=row.verification,
                at=row.at,
                measurements=tuple(row.measurements),
                defects=tuple(by_inspection.get(row.pk, ())),
            )
            for row in _rows(Inspection.objects, unit_id, as_of)
        ),
        tests=tuple(
            TestLine(
                station=row.station.name,
                method=row.method,
                name=row.name,
                tester=row.tester,
                result=row.result,
                at=row.at,
                measurements=tuple(row.measurements),
                defects=tuple(by_test.get(row.pk, ())),
            )
            for row in _rows(Test.objects, unit_id, as_of)
        ),
        process_records=tuple(
            ProcessLine(
                station=row.station.name,
                kind=row.kind,
                recipe_name=row.recipe_name,
                result=row.result,
                at=row.at,
                data=row.data,
            )
            for row in _rows(ProcessRecord.objects, unit_id, as_of)
        ),
        repairs=tuple(
            RepairLine(
                station=row.station.name,
                name=row.name,
                designator=row.designator,
                result=row.result,
                comments=row.comments,
                defect_identifiers=tuple(row.defect_identifiers),
                repairer=row.repairer,
                at=row.at,
            )
            for row in _rows(Repair.objects, unit_id, as_of)
        ),
    )


def _rows(rows: Manager[F], unit_id: int, as_of: int | None) -> QuerySet[F]:
    found = rows.filter(unit_id=unit_id).select_related("station").order_by("at", "id")
    return found if as_of is None else found.filter(journal_no__lte=as_of)


def _defects(
    unit_id: int, as_of: int | None
) -> tuple[dict[int, list[DefectLine]], dict[int, list[DefectLine]]]:
    """The unit's defects by inspection and by test."""
    rows = Defect.objects.filter(unit_id=unit_id).order_by("journal_no", "id")
    defects = list(rows if as_of is None else rows.filter(journal_no__lte=as_of))
    last_word = {
        row.identifier: row.verification
        for row in defects
        if row.inspection_id is None and row.test_id is None and row.identifier and row.verification
    }
    by_inspection: dict[int, list[DefectLine]] = {}
    by_test: dict[int, list[DefectLine]] = {}
    for row in defects:
        line = DefectLine(
            code=row.code,
            category=row.category,
            designator=row.designator,
            description=row.description,
            verification=last_word.get(row.identifier, row.verification),
            identifier=row.identifier,
        )
        if row.inspection_id is not None:
            by_inspection.setdefault(row.inspection_id, []).append(line)
        elif row.test_id is not None:
            by_test.setdefault(row.test_id, []).append(line)
    return by_inspection, by_test
