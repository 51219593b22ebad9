"""Inspections, tests, processes and repairs of units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from padstone import cfx
from padstone.cfx import given
from padstone.features.production.lookups import panel
from padstone.features.quality.commands import (
    record_inspections,
    record_process,
    record_repairs,
    record_tests,
)
from padstone.features.quality.domain import (
    Plain,
    ReportedDefect,
    ReportedInspection,
    ReportedProcess,
    ReportedRepair,
    ReportedTest,
)
from padstone.ingest.interpreters.measured import (
    conditions,
    kind_of,
    measurements,
    plain_structure,
    related,
    remark,
    symptoms,
)
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid, NotYetKnown

if TYPE_CHECKING:
    from padstone.ingest.context import Context

_NO_TRANSACTION: Final = UUID(int=0)
_NO_TIME: Final = "0001-01-01"
"""What .NET writes for a time that was never set."""
_NOT_FAILED: Final = frozenset({"Passed", "Skipped", ""})
_CLEARED: Final = ("DefectRejected", "DefectAccepted")
_WORD, _NAME, _TITLE = 100, 200, 300


def interpret_units_inspected(message: cfx.UnitsInspected, context: Context) -> None:
    """Every inspection of every unit, with its measurements and defects.

    An inspection of the panel as a whole is one of each of its units.
    """
    transaction = _transaction(given(message.transaction_id), context)
    inspected = _Inspected(message, context)
    found: list[ReportedInspection] = []
    for told in given(message.inspected_units) or ():
        unit_id = _unit(given(told.unit_identifier), given(told.unit_position_number), transaction, context)
        found += inspected.of_unit(unit_id, told)
    whole = given(message.inspected_panel)
    if whole is not None:
        for unit_id in _panel_units(given(whole.unit_identifier) or "", transaction, context):
            found += inspected.of_unit(unit_id, whole)
    record_inspections.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        journal_no=context.journal_no,
        inspections=found,
    )


def interpret_units_tested(message: cfx.UnitsTested, context: Context) -> None:
    """Every test of every unit, with its measurements, symptoms and defects."""
    transaction = _transaction(given(message.transaction_id), context)
    tested = _Tested(message, context)
    found: list[ReportedTest] = []
    for told in given(message.tested_units) or ():
        unit_id = _unit(given(told.unit_identifier), given(told.unit_position_number), transaction, context)
        found += tested.of_unit(unit_id, told)
    record_tests.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        journal_no=context.journal_no,
        tests=found,
    )


def interpret_units_processed(message: cfx.UnitsProcessed, context: Context) -> None:
    """What a process did: the data of each unit, and the common data for each unit that is listed.

    Where none is listed the common data are those of all units of the transaction.
    """
    transaction = _transaction(given(message.transaction_id), context)
    overall = str(given(message.overall_result) or "")
    common = given(message.common_process_data)
    found: list[ReportedProcess] = []
    listed = given(message.unit_process_data) or ()
    for told in listed:
        unit_id = _unit(given(told.unit_identifier), given(told.unit_position_number), transaction, context)
        result = str(given(told.unit_result) or "") or overall
        own = given(told.unit_process_data)
        if common is not None:
            found.append(_process(unit_id, common, result, context))
        if own is not None or common is None:
            found.append(_process(unit_id, own, result, context))
    if not listed:
        there = _processed_units(transaction, common, context)
        found = [_process(unit_id, common, overall, context) for unit_id in there]
    record_process.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        journal_no=context.journal_no,
        processes=found,
    )


def interpret_readings_recorded(message: cfx.ReadingsRecorded, context: Context) -> None:
    """Readings of units, each unit's together; what names no unit is of all units of the transaction."""
    transaction = _transaction(given(message.transaction_id), context)
    of_unit: dict[int, list[Plain]] = {}
    for reading in given(message.readings) or ():
        identifier, position = given(reading.unit_identifier), given(reading.unit_position_number)
        said = {"type": kind_of(reading), **plain_structure(reading)}
        if identifier or position:
            there = [_unit(identifier, position, transaction, context)]
        else:
            there = _transaction_units(transaction, context)
        for unit_id in there:
            of_unit.setdefault(unit_id, []).append(said)
    found = [
        ReportedProcess(
            unit_id=unit_id, at=context.happened_at, kind="ReadingsRecorded", data={"Readings": readings}
        )
        for unit_id, readings in of_unit.items()
    ]
    _record_process(found, transaction, context)


def interpret_pcb_selective_soldered(message: cfx.PCBSelectiveSoldered, context: Context) -> None:
    """What a selective soldering machine did, to all units and to each."""
    transaction = _transaction(given(message.transaction_id), context)
    head = given(message.header_data)
    common = plain_structure(head) if head is not None else {}
    listed = given(message.soldered_pcbs) or ()
    told: list[tuple[int, Plain]] = [
        (
            _unit(given(one.unit_identifier), given(one.unit_position_number), transaction, context),
            {"ZoneData": plain_structure(one).get("ZoneData", [])},
        )
        for one in listed
    ]
    if not listed:
        told = [(unit_id, {}) for unit_id in _transaction_units(transaction, context)]
    found = [
        ReportedProcess(
            unit_id=unit_id,
            at=context.happened_at,
            kind="PCBSelectiveSoldered",
            result=str(common.get("ProcessStatus") or ""),
            recipe_name=_cut(_text(common.get("RecipeName")), _TITLE, context),
            data={**common, **own},
        )
        for unit_id, own in told
    ]
    _record_process(found, transaction, context)


def _record_process(found: list[ReportedProcess], transaction: UUID | None, context: Context) -> None:
    record_process.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        journal_no=context.journal_no,
        processes=found,
    )


def interpret_units_repaired(message: cfx.UnitsRepaired, context: Context) -> None:
    """Every repair of every unit. What is said anew of a defect is kept beside what was said before."""
    transaction = _transaction(given(message.transaction_id), context)
    repairer = _cut(operator_name(given(message.repair_operator)), _NAME, context)
    found: list[ReportedRepair] = []
    for told in given(message.repaired_units) or ():
        unit_id = _unit(given(told.unit_identifier), given(told.unit_position_number), transaction, context)
        overall = str(given(told.overall_result) or "")
        repairs = [_repair(unit_id, one, repairer, context) for one in given(told.repairs) or ()]
        if overall not in {repair.result for repair in repairs}:
            whole = ReportedRepair(unit_id=unit_id, at=context.happened_at, result=overall, repairer=repairer)
            repairs += [whole] if overall or not repairs else []
        found += repairs
    record_repairs.within(
        INTERPRETER,
        station_id=context.station.pk,
        transaction_uuid=transaction,
        journal_no=context.journal_no,
        repairs=found,
    )


class _Inspected:
    """Reads the inspections of one message."""

    def __init__(self, message: cfx.UnitsInspected, context: Context) -> None:
        self.context = context
        self.method = str(given(message.inspection_method) or "")
        self.recipe_name = _cut(given(message.recipe_name), _TITLE, context)
        self.inspector = _cut(operator_name(given(message.inspector)), _NAME, context)
        self.sampling = _sampling(given(message.sampling_information))

    def of_unit(
        self, unit_id: int, told: cfx.InspectedUnit | cfx.InspectedPanel
    ) -> Iterable[ReportedInspection]:
        overall = str(given(told.overall_result) or "")
        verification = str(given(told.verification) or "")
        inspections = [self._inspection(unit_id, one, verification) for one in given(told.inspections) or ()]
        yield from inspections
        agrees = _agrees(overall, [(one.result, one.verification) for one in inspections], self.context)
        of_panel = _panel_data(told)
        if not agrees or of_panel:
            yield self._reported(
                unit_id, result=overall, verification=verification, told=of_panel, at=self.context.happened_at
            )

    def _inspection(self, unit_id: int, told: cfx.Inspection, verification: str) -> ReportedInspection:
        context = self.context
        return self._reported(
            unit_id,
            name=_cut(given(told.inspection_name), _TITLE, context),
            result=str(given(told.result) or ""),
            verification=str(given(told.verification) or verification),
            at=_time(context, given(told.inspection_end_time), given(told.inspection_start_time)),
            told=(
                *measurements(given(told.measurements)),
                *related(given(told.defects_found), given(told.measurements)),
                *symptoms(given(told.symptoms)),
                *remark("Comments", given(told.comments)),
                *remark("Error", given(told.error)),
                *self.sampling,
            ),
            defects=_defects(given(told.defects_found), context),
        )

    def _reported(
        self,
        unit_id: int,
        *,
        result: str,
        verification: str,
        at: datetime,
        told: tuple[Plain, ...],
        name: str = "",
        defects: tuple[ReportedDefect, ...] = (),
    ) -> ReportedInspection:
        return ReportedInspection(
            unit_id=unit_id,
            at=at,
            result=result,
            name=name,
            method=self.method,
            recipe_name=self.recipe_name,
            inspector=self.inspector,
            verification=verification,
            measurements=told,
            defects=defects,
        )


class _Tested:
    """Reads the tests of one message."""

    def __init__(self, message: cfx.UnitsTested, context: Context) -> None:
        self.context = context
        self.method = str(given(message.test_method) or "")
        self.recipe_name = _cut(given(message.recipe_name), _TITLE, context)
        self.tester = _cut(operator_name(given(message.tester)), _NAME, context)
        self.sampling = _sampling(given(message.sampling_information))

    def of_unit(self, unit_id: int, told: cfx.TestedUnit) -> Iterable[ReportedTest]:
        overall = str(given(told.overall_result) or "")
        tests = [self._test(unit_id, one) for one in given(told.tests) or ()]
        yield from tests
        if not _agrees(overall, [(one.result, "") for one in tests], self.context):
            yield ReportedTest(
                unit_id=unit_id,
                at=self.context.happened_at,
                result=overall,
                method=self.method,
                recipe_name=self.recipe_name,
                tester=self.tester,
            )

    def _test(self, unit_id: int, told: cfx.Test) -> ReportedTest:
        context = self.context
        return ReportedTest(
            unit_id=unit_id,
            at=_time(context, given(told.test_end_time), given(told.test_start_time)),
            result=str(given(told.result) or ""),
            name=_cut(given(told.test_name), _TITLE, context),
            method=self.method,
            recipe_name=self.recipe_name,
            tester=self.tester,
            measurements=(
                *measurements(given(told.measurements)),
                *related(given(told.defects_found), given(told.measurements)),
                *conditions(given(told.test_conditions)),
                *symptoms(given(told.symptoms_found)),
                *remark("Comments", given(told.comments)),
                *remark("Error", given(told.error)),
                *self.sampling,
            ),
            defects=_defects(given(told.defects_found), context),
        )


def _sampling(told: cfx.SamplingInformation | None) -> tuple[Plain, ...]:
    """By which plan a sample was taken, where not every unit was looked at."""
    said = plain_structure(told) if told is not None else {}
    if said.get("SamplingMethod") in {None, "NoSampling"}:
        return ()
    return ({"type": "SamplingInformation", **said},)


def _agrees(overall: str, single: Sequence[tuple[str, str]], context: Context) -> bool:
    """Whether a unit's overall result only repeats what its single results say, as the machine found them or
    as they were verified: a false call may still count as failed, or no longer.

    A contradiction is flagged: the machine says both, and both are kept.
    """
    if not overall and single:
        return True
    if not single:
        return False
    found = {result for result, _ in single}
    verified = {result for result, verification in single if verification not in _CLEARED}
    agrees = _repeats(overall, found) or _repeats(overall, verified)
    if not agrees:
        context.flag(
            "overall_result_differs",
            f"The unit's overall result is {overall}, which its single results do not say. Both are kept.",
        )
    return agrees


def _repeats(overall: str, results: AbstractSet[str]) -> bool:
    failed = bool(results - _NOT_FAILED)
    return {"Passed": not failed, "Failed": failed}.get(overall, overall in results)


def _panel_data(told: cfx.InspectedUnit | cfx.InspectedPanel) -> tuple[Plain, ...]:
    """What an inspection of a panel says of the panel alone: its stretch, fiducials, variant."""
    if not isinstance(told, cfx.InspectedPanel):
        return ()
    said = plain_structure(told)
    kept: dict[str, object] = {
        name: said[name]
        for name in ("Stretch", "RecognizedStrokeDirection", "Fiducials", "PCBVariant")
        if name in said
    }
    return ({"type": "InspectedPanel", **kept},) if kept else ()


def _panel_units(identifier: str, transaction: UUID | None, context: Context) -> list[int]:
    """The units of the panel that is named; without a name those of the transaction. Waits for either."""
    if not identifier:
        return _transaction_units(transaction, context)
    named = panel(identifier)
    there = context.units_of_panel(named.pk) if named is not None else {}
    return [unit.pk for unit in there.values()] or [_unit(identifier, None, transaction, context)]


def _processed_units(transaction: UUID | None, common: cfx.ProcessData | None, context: Context) -> list[int]:
    """The units of the transaction. A profiler beside an oven may know the board by its barcode alone."""
    barcode = ""
    if isinstance(common, cfx.ReflowProfilingProcessData):
        barcode = given(common.barcode) or ""
    try:
        return _transaction_units(transaction, context)
    except NotYetKnown:
        if not barcode or panel(barcode) is None:
            raise
    except Invalid:
        if not barcode:
            raise
    return _panel_units(barcode, transaction, context)


def _transaction_units(transaction: UUID | None, context: Context) -> list[int]:
    if transaction is None:
        raise _no_units()
    return [unit.pk for unit in context.units_of_transaction(transaction)]


def _unit(identifier: str | None, position: int | None, transaction: UUID | None, context: Context) -> int:
    if not identifier and transaction is None:
        raise _no_units()
    try:
        return context.unit(identifier, position, transaction).pk
    except NotYetKnown:
        named = panel(identifier or "")
        if position is None and named is not None and len(context.units_of_panel(named.pk)) > 1:
            raise _no_position(named.identifier) from None
        raise


def _no_position(identifier: str) -> Invalid:
    return Invalid(
        "no_position",
        "Panel {panel} has several units, and the message does not say which of them it speaks of.",
        field="UnitPositionNumber",
        way_out="The machine must give the unit's position or serial.",
        panel=identifier,
    )


def _no_units() -> Invalid:
    return Invalid(
        "no_units",
        "The message names neither a unit nor a transaction.",
        field="TransactionId",
        way_out="The machine must name the units, or give the TransactionID of its WorkStarted.",
    )


def _process(
    unit_id: int, data: cfx.ProcessData | None, processing: str, context: Context
) -> ReportedProcess:
    """The data of one process. ``processing`` is how it ended.

    Where it succeeded, the result is the one within its data (a reflow profile out of its window), if any.
    """
    said = plain_structure(data) if data is not None else {}
    within = str(said.get("Result") or "")
    recipe = said.get("RecipeName")
    return ReportedProcess(
        unit_id=unit_id,
        at=_time(context, _text(said.get("TimeDateUnitOut")), _text(said.get("FinishedAt"))),
        kind=kind_of(data) if data is not None else "UnitsProcessed",
        data=said,
        result=within if within and processing in {"", "Succeeded"} else processing,
        recipe_name=_cut(_text(recipe), _TITLE, context),
    )


def _repair(unit_id: int, told: cfx.Repair, repairer: str, context: Context) -> ReportedRepair:
    reclassified = _defects(given(told.reclassified_defects), context)
    remarks = [
        given(told.comments) or "",
        f"Error: {given(told.error)}" if given(told.error) else "",
        *(_reclassification(defect) for defect in reclassified),
        *(
            f"Symptom {given(symptom.unique_identifier) or given(symptom.symptom_code) or ''}: "
            f"{given(symptom.status) or 'reclassified'}"
            for symptom in given(told.reclassified_symptoms) or ()
        ),
    ]
    return ReportedRepair(
        unit_id=unit_id,
        at=_time(context, given(told.repair_end_time), given(told.repair_start_time)),
        result=str(given(told.result) or ""),
        name=_cut(given(told.repair_name), _TITLE, context),
        designator=_cut(_designator(given(told.component_of_interest)), _WORD, context),
        comments=_clean("\n".join(line for line in remarks if line)),
        repairer=repairer,
        defect_identifiers=tuple(_clean(one) for one in given(told.related_defect_identifiers) or () if one),
        reclassified=reclassified,
    )


def _reclassification(defect: ReportedDefect) -> str:
    words = (defect.identifier, defect.code, defect.verification)
    return f"Defect reclassified: {', '.join(word for word in words if word)}"


def _defects(told: Sequence[cfx.Defect] | None, context: Context) -> tuple[ReportedDefect, ...]:
    return tuple(
        ReportedDefect(
            identifier=_cut(given(defect.unique_identifier), _NAME, context),
            code=_cut(given(defect.defect_code), _NAME, context),
            category=_cut(given(defect.defect_category), _NAME, context),
            designator=_cut(_designator(given(defect.component_of_interest)), _WORD, context),
            description=_clean(given(defect.description) or given(defect.comments) or ""),
            verification=str(given(defect.verification) or ""),
        )
        for defect in told or ()
    )


def _designator(component: cfx.ComponentDesignator | None) -> str:
    return (given(component.reference_designator) or "") if component is not None else ""


def operator_name(told: cfx.Operator | None) -> str:
    """What the factory knows the operator by: its own identifier, else a login, else a person's name."""
    if told is None:
        return ""
    names = " ".join(name for name in (given(told.first_name), given(told.last_name)) if name)
    return given(told.operator_identifier) or given(told.login_name) or names


def _transaction(text: str | None, context: Context) -> UUID | None:
    """The transaction the message belongs to; None where it gives none, or .NET's empty GUID."""
    found = context.optional_uuid(text, "TransactionId")
    return None if found == _NO_TRANSACTION else found


def _time(context: Context, *texts: str | None) -> datetime:
    """The first time that is given, or else when the message says it happened."""
    return context.at(next((text for text in texts if text and not text.startswith(_NO_TIME)), None))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def _cut(text: str | None, longest: int, context: Context) -> str:
    """The text, as long as the books take it. The message itself keeps all of it."""
    clean = _clean(text or "")
    if len(clean) > longest:
        context.flag("text_cut", f"“{clean[:40]}…” was cut to {longest} characters.")
    return clean[:longest]
