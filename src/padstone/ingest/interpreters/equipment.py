"""What befalls machines: states, faults, tools, maintenance, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from padstone import cfx
from padstone.cfx import given
from padstone.features.equipment.commands import (
    Change,
    EquipmentNews,
    FaultNews,
    record_equipment_news,
    record_fault,
    record_state_change,
)
from padstone.features.equipment.domain import EquipmentEventKind, FaultKind
from padstone.ingest.interpreters.endpoint import station_state_changed as change_of_endpoint
from padstone.ingest.interpreters.measured import kind_of, plain_structure
from padstone.ingest.interpreters.naming import stage_name, transaction_told
from padstone.ingest.interpreters.quality import operator_name
from padstone.kernel.actor import INTERPRETER
from padstone.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from padstone.ingest.context import Context

_OF_FAULT = (
    "TransactionID",
    "Cause",
    "Severity",
    "FaultCode",
    "FaultOccurrenceId",
    "Lane",
    "Stage",
    "Description",
    "OccurredAt",
)
_NO_TIME = "0001-01-01"
"""What .NET writes for a time that was never set."""


def station_state_changed(message: cfx.StationStateChanged, context: Context) -> None:
    change_of_endpoint(message, context)
    _change(message, context)


def stage_state_changed(message: cfx.StageStateChanged, context: Context) -> None:
    stage = stage_name(given(message.stage))
    if not stage:
        raise Invalid(
            "no_stage",
            "The message does not say which stage changed.",
            field="Stage",
            way_out="Give the stage's name, or send StationStateChanged for the station as a whole.",
        )
    _change(message, context, stage, given(message.lane))


def _change(
    message: cfx.StationStateChanged | cfx.StageStateChanged,
    context: Context,
    stage: str = "",
    lane: int | None = None,
) -> None:
    state, old = given(message.new_state), given(message.old_state)
    if state is None:
        raise Invalid("no_state", "The new state is missing.", field="NewState")
    fault = given(message.related_fault)
    record_state_change.within(
        INTERPRETER,
        station_id=context.station.pk,
        change=Change(
            state=int(state),
            at=context.happened_at,
            stage=stage,
            lane=lane,
            old_state=None if old is None else int(old),
            old_state_s=_seconds(given(message.old_state_duration), "OldStateDuration"),
            fault=(given(fault.fault_occurrence_id) if fault else None) or "",
        ),
        journal_no=context.journal_no,
    )


def fault_occurred(message: cfx.FaultOccurred, context: Context) -> None:
    fault = given(message.fault)
    if fault is None:
        raise Invalid("no_fault", "The message tells of no fault.", field="Fault")
    occurred_at = given(fault.occurred_at)
    cause, severity = given(fault.cause), given(fault.severity)
    kind = kind_of(fault)
    news = FaultNews(
        kind=FaultKind.OCCURRED,
        occurrence=given(fault.fault_occurrence_id) or "",
        at=context.at(None if occurred_at and occurred_at.startswith(_NO_TIME) else occurred_at),
        code=given(fault.fault_code) or "",
        cause=cause.value if cause else "",
        severity=severity.value if severity else "",
        stage=stage_name(given(fault.stage)),
        lane=given(fault.lane),
        description=(given(fault.description) or "").replace("\x00", ""),
        told={
            **({"type": kind} if kind != "Fault" else {}),
            **_without(plain_structure(fault), *_OF_FAULT),
        },
        transaction_uuid=transaction_told(given(fault.transaction_id), context, "TransactionID"),
    )
    record_fault.within(INTERPRETER, station_id=context.station.pk, news=news, journal_no=context.journal_no)


def fault_acknowledged(message: cfx.FaultAcknowledged, context: Context) -> None:
    _fault(message, FaultKind.ACKNOWLEDGED, context)


def fault_cleared(message: cfx.FaultCleared, context: Context) -> None:
    _fault(message, FaultKind.CLEARED, context)


def _fault(message: cfx.FaultAcknowledged | cfx.FaultCleared, kind: FaultKind, context: Context) -> None:
    news = FaultNews(
        kind=kind,
        occurrence=given(message.fault_occurrence_id) or "",
        at=context.happened_at,
        by=operator_name(given(message.operator)),
    )
    record_fault.within(INTERPRETER, station_id=context.station.pk, news=news, journal_no=context.journal_no)


def station_online(message: cfx.StationOnline, context: Context) -> None:
    _record([_news(EquipmentEventKind.ONLINE, context, told=plain_structure(message))], context)


def station_offline(message: cfx.StationOffline, context: Context) -> None:
    _record([_news(EquipmentEventKind.OFFLINE, context)], context)


def tool_changed(message: cfx.ToolChanged, context: Context) -> None:
    """``subject`` is the tool that is in use now, or the one that was put back where none was taken."""
    tool = given(message.new_tool) or given(message.old_tool)
    news = _news(EquipmentEventKind.TOOL_CHANGED, context, tool=tool, told=plain_structure(message))
    _record([news], context)


def tools_loaded(message: cfx.ToolsLoaded, context: Context) -> None:
    _tools(given(message.tools), EquipmentEventKind.TOOL_LOADED, given(message.transaction_id), context)


def tools_unloaded(message: cfx.ToolsUnloaded, context: Context) -> None:
    _tools(given(message.tools), EquipmentEventKind.TOOL_UNLOADED, given(message.transaction_id), context)


def tools_cleaned(message: cfx.ToolsCleaned, context: Context) -> None:
    steps = [plain_structure(step) for step in given(message.cleaning_steps) or ()]
    _tools(
        given(message.tools),
        EquipmentEventKind.TOOL_CLEANED,
        given(message.transaction_id),
        context,
        {"CleaningSteps": steps} if steps else {},
    )


def _tools(
    tools: Sequence[cfx.Tool] | None,
    kind: EquipmentEventKind,
    transaction: str | None,
    context: Context,
    told: dict[str, Any] | None = None,
) -> None:
    _record(
        [_news(kind, context, tool=tool, told={**_of_tool(tool), **(told or {})}) for tool in tools or ()],
        context,
        transaction_told(transaction, context, "TransactionID"),
    )


def squeegee_cleaned(message: cfx.SqueegeeCleaned, context: Context) -> None:
    _cleaned(message, given(message.squeegee), context)


def stencil_cleaned(message: cfx.StencilCleaned, context: Context) -> None:
    _cleaned(message, given(message.stencil), context)


def _cleaned(
    message: cfx.SqueegeeCleaned | cfx.StencilCleaned, tool: cfx.Tool | None, context: Context
) -> None:
    told = plain_structure(message)
    _record([_news(EquipmentEventKind.TOOL_CLEANED, context, tool=tool, told=told)], context)


def material_carriers_loaded(message: cfx.MaterialCarriersLoaded, context: Context) -> None:
    """Feeders and trays are at their places, with or without material."""
    news = []
    for place in given(message.carriers) or ():
        carrier = given(place.carrier_information)
        news.append(
            EquipmentNews(
                kind=EquipmentEventKind.CARRIER_LOADED,
                at=context.happened_at,
                subject=(given(carrier.unique_identifier) if carrier else None) or "",
                name=(given(carrier.name) if carrier else None) or "",
                told=plain_structure(place),
            )
        )
    _record(news, context)


def material_carriers_unloaded(message: cfx.MaterialCarriersUnloaded, context: Context) -> None:
    _record(
        [
            EquipmentNews(
                kind=EquipmentEventKind.CARRIER_UNLOADED, at=context.happened_at, subject=identifier
            )
            for identifier in given(message.carrier_identifiers) or ()
            if identifier
        ],
        context,
    )


def maintenance_performed(message: cfx.MaintenancePerformed, context: Context) -> None:
    kind = given(message.maintenance_type)
    who = [operator_name(given(task.operator)) for task in given(message.tasks) or ()]
    news = EquipmentNews(
        kind=EquipmentEventKind.MAINTAINED,
        at=context.happened_at,
        subject=given(message.maintenance_order_number) or "",
        name=given(message.maintenance_job_code) or "",
        result=kind.value if kind else "",
        by=", ".join(dict.fromkeys(name for name in who if name)),
        told=_without(
            plain_structure(message),
            "MaintenanceType",
            "MaintenanceOrderNumber",
            "MaintenanceJobCode",
        ),
    )
    _record([news], context)


def calibration_performed(message: cfx.CalibrationPerformed, context: Context) -> None:
    calibration = given(message.calibration)
    if calibration is None:
        raise Invalid("no_calibration", "The message tells of no calibration.", field="Calibration")
    status, time = given(calibration.status), given(calibration.calibration_time)
    news = EquipmentNews(
        kind=EquipmentEventKind.CALIBRATED,
        at=context.at(None if time and time.startswith(_NO_TIME) else time),
        subject=given(calibration.calibration_code) or "",
        name=str(given(calibration.calibration_type) or ""),
        result=status.value if status else "",
        told=_without(
            plain_structure(calibration), "CalibrationCode", "CalibrationType", "Status", "CalibrationTime"
        ),
    )
    _record([news], context, transaction_told(given(message.transaction_id), context, "TransactionID"))


def station_parameters_modified(message: cfx.StationParametersModified, context: Context) -> None:
    told = plain_structure(message)
    _record([_news(EquipmentEventKind.PARAMETERS_MODIFIED, context, told=told)], context)


def process_data_recorded(message: cfx.ProcessDataRecorded, context: Context) -> None:
    data = given(message.process_data)
    if data is None:
        raise Invalid("no_process_data", "The message holds no data.", field="ProcessData")
    news = EquipmentNews(
        kind=EquipmentEventKind.PROCESS_DATA,
        at=context.happened_at,
        name=kind_of(data),
        told=plain_structure(data),
    )
    _record([news], context)


def components_counted(
    message: cfx.ComponentsPlaced | cfx.ComponentsInserted | cfx.ComponentsPressed, context: Context
) -> None:
    """So many parts went onto boards over a time, and so many did not."""
    told = plain_structure(message)
    news = EquipmentNews(
        kind=EquipmentEventKind.COUNTED,
        at=context.at(given(message.end_time)),
        name=type(message).__name__,
        told=told,
    )
    _record([news], context)


def _news(
    kind: EquipmentEventKind,
    context: Context,
    *,
    tool: cfx.Tool | None = None,
    told: dict[str, Any] | None = None,
) -> EquipmentNews:
    return EquipmentNews(
        kind=kind,
        at=context.happened_at,
        subject=(given(tool.unique_identifier) if tool else None) or "",
        name=(given(tool.name) if tool else None) or "",
        told=told or {},
    )


def _of_tool(tool: cfx.Tool) -> dict[str, Any]:
    said = _without(plain_structure(tool), "UniqueIdentifier", "Name")
    kind = kind_of(tool)
    return {**({"type": kind} if kind != "Tool" else {}), **said}


def _record(news: Iterable[EquipmentNews], context: Context, transaction: UUID | None = None) -> None:
    record_equipment_news.within(
        INTERPRETER,
        station_id=context.station.pk,
        news=list(news),
        journal_no=context.journal_no,
        transaction_uuid=transaction,
    )


def _seconds(text: str | None, field: str) -> int | None:
    if not text:
        return None
    try:
        return int(cfx.parse_span(text).total_seconds())
    except cfx.CfxValueError as error:
        raise Invalid("not_a_span", "{error}", field=field, error=error) from error


def _without(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in names}
