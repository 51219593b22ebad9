"""CFX.Structures: faults of a station. Kinds of machine add their own in their modules."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import Family, InstantText, Maybe, Whole, Word


class AccessType(Word):
    Unknown = "Unknown"
    Ignore = "Ignore"
    Local = "Local"
    Remote = "Remote"


class FaultCause(Word):
    LoadError = "LoadError"
    UnloadError = "UnloadError"
    AutoSafetyStop = "AutoSafetyStop"
    SafetyStop = "SafetyStop"
    QualityCheck = "QualityCheck"
    RemoteStop = "RemoteStop"
    MechanicalFailure = "MechanicalFailure"
    SoftwareFailure = "SoftwareFailure"
    PowerFailure = "PowerFailure"
    MissingDocumentation = "MissingDocumentation"
    Refill = "Refill"
    MsdExpired = "MsdExpired"
    MaterialExpired = "MaterialExpired"
    MissingComponent = "MissingComponent"
    ElectricalFailure = "ElectricalFailure"
    ServicesFailure = "ServicesFailure"
    ProcessError = "ProcessError"
    RejectedComponent = "RejectedComponent"


class FaultSeverity(Word):
    Information = "Information"
    Warning = "Warning"
    Error = "Error"
    Alarm = "Alarm"


class SideLocation(Word):
    Unknown = "Unknown"
    Right = "Right"
    Left = "Left"
    Both = "Both"


class Fault(Family, kw_only=True):
    """Something stopped or disturbed the station."""

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    cause: Maybe[FaultCause] = UNSET
    severity: Maybe[FaultSeverity] = UNSET
    fault_code: Maybe[str] = UNSET
    fault_occurrence_id: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    side_location: Maybe[SideLocation] = UNSET
    access_type: Maybe[AccessType] = UNSET
    description: Maybe[str] = UNSET
    description_translations: Maybe[dict[str, str | None]] = UNSET
    occurred_at: Maybe[InstantText] = UNSET
    due_date_time: Maybe[InstantText] = UNSET
