"""What stations found on a unit and did to it, for people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from padstone.features.production.queries import must_see_unit
from padstone.features.quality.models import Defect, Finding, Inspection, ProcessRecord, Repair, Test
from padstone.kernel.actor import Actor
from padstone.platform.prepared import EVERYTHING, prepared
from padstone.platform.together import alone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Manager, QuerySet

    from padstone.platform.pinned import Row
    from padstone.platform.together import Asks

    Rows = QuerySet[Any, tuple[Any, ...]]

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
    """What is on the books of the unit up to journal number ``as_of`` (None: all)."""
    return alone(asking_findings(actor, unit_id, as_of=as_of))


def asking_findings(actor: Actor, unit_id: int, *, as_of: int | None = None) -> Asks[UnitFindings]:
    """The same, asked together with other things. For the house: one statement, and one more for each kind of
    finding that there is.
    """
    if actor.client:
        must_see_unit(actor, unit_id)
    else:
        actor.must("view_findings")
    asked = {"unit": unit_id, "as_of": EVERYTHING if as_of is None else as_of}
    kinds = (_told_defects, _inspections, _tests, _process_records, _repairs)
    defects, inspections, tests, process_records, repairs = yield [kind.seldom(**asked) for kind in kinds]
    by_inspection, by_test = _defects(defects)
    return UnitFindings(
        inspections=tuple(
            InspectionLine(*(*said, tuple(measurements), tuple(by_inspection.get(pk, ()))))
            for pk, *said, measurements in inspections
        ),
        tests=tuple(
            TestLine(*(*said, tuple(measurements), tuple(by_test.get(pk, ()))))
            for pk, *said, measurements in tests
        ),
        process_records=tuple(ProcessLine(*row) for row in process_records),
        repairs=tuple(
            RepairLine(*(*said, tuple(identifiers), repairer, at))
            for *said, identifiers, repairer, at in repairs
        ),
    )


@prepared(unit=int, as_of=int)
def _inspections(unit: int, as_of: int) -> Rows:
    said = ("station__name", "method", "name", "recipe_name", "inspector", "result", "verification", "at")
    return _known(Inspection.objects, unit, as_of).values_list("pk", *said, "measurements")


@prepared(unit=int, as_of=int)
def _tests(unit: int, as_of: int) -> Rows:
    said = ("station__name", "method", "name", "tester", "result", "at")
    return _known(Test.objects, unit, as_of).values_list("pk", *said, "measurements")


@prepared(unit=int, as_of=int)
def _process_records(unit: int, as_of: int) -> Rows:
    said = ("station__name", "kind", "recipe_name", "result", "at", "data")
    return _known(ProcessRecord.objects, unit, as_of).values_list(*said)


@prepared(unit=int, as_of=int)
def _repairs(unit: int, as_of: int) -> Rows:
    said = ("station__name", "name", "designator", "result", "comments")
    return _known(Repair.objects, unit, as_of).values_list(*said, "defect_identifiers", "repairer", "at")


def _known(rows: Manager[F], unit: int, as_of: int) -> QuerySet[F]:
    return rows.filter(unit_id=unit, journal_no__lte=as_of).order_by("at", "id")


@prepared(unit=int, as_of=int)
def _told_defects(unit: int, as_of: int) -> Rows:
    rows = Defect.objects.filter(unit_id=unit, journal_no__lte=as_of).order_by("journal_no", "id")
    said = ("code", "category", "designator", "description", "verification", "identifier")
    return rows.values_list("inspection_id", "test_id", *said)


def _defects(rows: Iterable[Row]) -> tuple[dict[int, list[DefectLine]], dict[int, list[DefectLine]]]:
    """The unit's defects by inspection and by test."""
    told = [(inspection, test, DefectLine(*said)) for inspection, test, *said in rows]
    last_word = {
        line.identifier: line.verification
        for inspection, test, line in told
        if inspection is None and test is None and line.identifier and line.verification
    }
    by_inspection: dict[int, list[DefectLine]] = {}
    by_test: dict[int, list[DefectLine]] = {}
    for inspection, test, said in told:
        line = replace(said, verification=last_word.get(said.identifier, said.verification))
        if inspection is not None:
            by_inspection.setdefault(inspection, []).append(line)
        elif test is not None:
            by_test.setdefault(test, []).append(line)
    return by_inspection, by_test
