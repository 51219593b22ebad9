"""CFX.ResourcePerformance: what a station is doing, and why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.calibration import Calibration
from padstone.cfx.structures.energy import EnergyReadings, ResourcePerformanceConsumptionDetail
from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.logs import LogEntryAdditionalData, LogImportance
from padstone.cfx.structures.maintenance import MaintenanceTask, MaintenanceType
from padstone.cfx.structures.materials import ConsumedMaterial
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.resources import ResourceStateNumber, Stage, Tool
from padstone.cfx.structures.setup import ToolHolder
from padstone.cfx.structures.values import Parameter
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import AnyOf, Maybe, Message, SpanText, Whole


class StationStateChanged(Message, kw_only=True):
    """A station went from one state to another; `old_state_duration` is how long the old one lasted."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StationStateChanged"

    old_state: Maybe[ResourceStateNumber] = UNSET
    old_e58_state: Maybe[ResourceStateNumber] = UNSET
    old_state_duration: Maybe[SpanText] = UNSET
    new_state: Maybe[ResourceStateNumber] = UNSET
    new_e58_state: Maybe[ResourceStateNumber] = UNSET
    related_fault: Maybe[Fault] = UNSET


class CalibrationPerformed(Message, kw_only=True):
    """A station was calibrated."""

    name: ClassVar[str] = "CFX.ResourcePerformance.CalibrationPerformed"

    calibration: Maybe[Calibration] = UNSET
    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")


class ChangeSleepStateRequest(Message, kw_only=True):
    """Asks a stage to sleep, or to wake."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ChangeSleepStateRequest"

    stage_name: Maybe[str] = UNSET
    new_sleep_state: Maybe[str] = UNSET


class ChangeSleepStateResponse(Message, kw_only=True):
    """Whether the stage sleeps or wakes, and how long it still takes."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ChangeSleepStateResponse"

    result: Maybe[RequestResult] = UNSET
    old_sleep_state: Maybe[str] = UNSET
    new_sleep_state: Maybe[str] = UNSET
    stage: Maybe[Stage] = UNSET
    lane: Maybe[Whole] = UNSET
    transition_time_remaining: Maybe[SpanText] = UNSET


class EnergyConsumed(EnergyReadings, Message, kw_only=True):
    """The energy a station used over a time, as a whole and by subsystem."""

    name: ClassVar[str] = "CFX.ResourcePerformance.EnergyConsumed"

    consumption_details: Maybe[Sequence[ResourcePerformanceConsumptionDetail]] = UNSET


class EnergyConsumptionRequest(Message, kw_only=True):
    """Asks how much energy a station uses."""

    name: ClassVar[str] = "CFX.ResourcePerformance.EnergyConsumptionRequest"


class EnergyConsumptionResponse(EnergyReadings, Message, kw_only=True):
    """How much energy a station uses."""

    name: ClassVar[str] = "CFX.ResourcePerformance.EnergyConsumptionResponse"

    result: Maybe[RequestResult] = UNSET


class FaultAcknowledged(Message, kw_only=True):
    """A person has seen a fault."""

    name: ClassVar[str] = "CFX.ResourcePerformance.FaultAcknowledged"

    fault_occurrence_id: Maybe[str] = UNSET
    operator: Maybe[Operator] = UNSET


class FaultCleared(Message, kw_only=True):
    """A fault is over."""

    name: ClassVar[str] = "CFX.ResourcePerformance.FaultCleared"

    fault_occurrence_id: Maybe[str] = UNSET
    operator: Maybe[Operator] = UNSET


class FaultOccurred(Message, kw_only=True):
    """Something stopped or disturbed a station."""

    name: ClassVar[str] = "CFX.ResourcePerformance.FaultOccurred"

    fault: Maybe[Fault] = UNSET


class GetActiveFaultsRequest(Message, kw_only=True):
    """Asks which faults last."""

    name: ClassVar[str] = "CFX.ResourcePerformance.GetActiveFaultsRequest"


class GetActiveFaultsResponse(Message, kw_only=True):
    """Which faults last."""

    name: ClassVar[str] = "CFX.ResourcePerformance.GetActiveFaultsResponse"

    result: Maybe[RequestResult] = UNSET
    active_faults: Maybe[Sequence[Fault]] = UNSET


class HandleFaultRequest(Message, kw_only=True):
    """Asks to deal with a fault from afar, or to leave it to the place."""

    name: ClassVar[str] = "CFX.ResourcePerformance.HandleFaultRequest"

    fault_occurrence_id: Maybe[str] = UNSET
    handle_remote: Maybe[bool] = UNSET


class HandleFaultResponse(Message, kw_only=True):
    """Whether the fault may be dealt with so."""

    name: ClassVar[str] = "CFX.ResourcePerformance.HandleFaultResponse"

    result: Maybe[RequestResult] = UNSET


class LogEntryRecorded(Message, kw_only=True):
    """A station wrote into its log."""

    name: ClassVar[str] = "CFX.ResourcePerformance.LogEntryRecorded"

    information_id: Maybe[str] = UNSET
    message: Maybe[str] = UNSET
    importance: Maybe[LogImportance] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    additional_data: Maybe[AnyOf[LogEntryAdditionalData]] = UNSET


class MaintenancePerformed(Message, kw_only=True):
    """Maintenance was done: which jobs, by whom, with which material."""

    name: ClassVar[str] = "CFX.ResourcePerformance.MaintenancePerformed"

    maintenance_type: Maybe[MaintenanceType] = UNSET
    maintenance_order_number: Maybe[str] = UNSET
    maintenance_job_code: Maybe[str] = UNSET
    consumed_materials: Maybe[Sequence[ConsumedMaterial]] = UNSET
    tasks: Maybe[Sequence[MaintenanceTask]] = UNSET


class ModifyStationParametersRequest(Message, kw_only=True):
    """Asks a station to change what it is set to."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ModifyStationParametersRequest"

    new_parameters: Maybe[Sequence[AnyOf[Parameter]]] = UNSET


class ModifyStationParametersResponse(Message, kw_only=True):
    """Whether the station changed its settings."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ModifyStationParametersResponse"

    result: Maybe[RequestResult] = UNSET


class ProcessDataRecorded(Message, kw_only=True):
    """Data of a process that belongs to no unit in particular."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ProcessDataRecorded"

    process_data: Maybe[AnyOf[ProcessData]] = UNSET


class SleepStateChanged(Message, kw_only=True):
    """A stage went to sleep, or woke."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SleepStateChanged"

    old_sleep_state: Maybe[str] = UNSET
    new_sleep_state: Maybe[str] = UNSET
    stage: Maybe[Stage] = UNSET
    lane: Maybe[Whole] = UNSET
    transition_time_remaining: Maybe[SpanText] = UNSET


class StageStateChanged(Message, kw_only=True):
    """A stage went from one state to another; `old_state_duration` is how long the old one lasted."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StageStateChanged"

    stage: Maybe[Stage] = UNSET
    lane: Maybe[Whole] = UNSET
    old_state: Maybe[ResourceStateNumber] = UNSET
    old_e58_state: Maybe[ResourceStateNumber] = UNSET
    old_state_duration: Maybe[SpanText] = UNSET
    new_state: Maybe[ResourceStateNumber] = UNSET
    new_e58_state: Maybe[ResourceStateNumber] = UNSET
    related_fault: Maybe[Fault] = UNSET


class StationOffline(Message, kw_only=True):
    """A station is about to be silent on purpose."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StationOffline"


class StationOnline(Message, kw_only=True):
    """A station is back, after so long."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StationOnline"

    offline_duration: Maybe[SpanText] = UNSET


class StationParametersModified(Message, kw_only=True):
    """What a station is set to was changed."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StationParametersModified"

    modified_parameters: Maybe[Sequence[AnyOf[Parameter]]] = UNSET


class ToolChanged(Message, kw_only=True):
    """A tool was put back and another taken."""

    name: ClassVar[str] = "CFX.ResourcePerformance.ToolChanged"

    old_tool: Maybe[Tool] = UNSET
    returned_to_holder: Maybe[ToolHolder] = UNSET
    new_tool: Maybe[Tool] = UNSET
    loaded_from_holder: Maybe[ToolHolder] = UNSET
