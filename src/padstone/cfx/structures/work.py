"""CFX.Structures: work orders, results of work, recipes and operators."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialPackage
from padstone.cfx.structures.resources import Stage, Tool
from padstone.cfx.vocabulary import InstantText, Maybe, Quantity, Structure, Whole, Word, check_quantities


class ActorType(Word):
    """Who or what an operator is."""

    Human = "Human"
    Robot = "Robot"
    RemoteSystem = "RemoteSystem"


class PerformanceImpactCause(Word):
    AlternativeTrackUsed = "AlternativeTrackUsed"
    DeactivatedSegmentOnHead = "DeactivatedSegmentOnHead"
    VisionSystemDumpAlwaysActivated = "VisionSystemDumpAlwaysActivated"
    AdditionalImageAcquisition = "AdditionalImageAcquisition"
    LowFeederSpeed = "LowFeederSpeed"
    GangPickNoParallelPick = "GangPickNoParallelPick"


class WorkResult(Word):
    Completed = "Completed"
    Failed = "Failed"
    Aborted = "Aborted"
    Skipped = "Skipped"


class DisqualificationReason(Word):
    """Why a unit goes no further."""

    DefectiveRepairNotPossible = "DefectiveRepairNotPossible"
    DefectiveRepairNotFeasible = "DefectiveRepairNotFeasible"
    DefectiveMaterials = "DefectiveMaterials"


class LockReason(Word):
    """Why a station is to stop taking units."""

    QualityIssue = "QualityIssue"
    PreventativeMaintenance = "PreventativeMaintenance"
    UnscheduledMaintenance = "UnscheduledMaintenance"
    GeneralLock = "GeneralLock"


class WorkOrderActionState(Word):
    """What an action for a work order has come to."""

    Started = "Started"
    Aborted = "Aborted"
    Completed = "Completed"


class WorkOrderActionType(Word):
    """Work around a work order besides the production itself, numbered by the standard. The last name is its
    own spelling.
    """

    Uncategorized = "Uncategorized", 0
    RecipeCreation = "RecipeCreation", 100
    RecipeModification = "RecipeModification", 200
    RecipeOptimization = "RecipeOptimization", 300
    PreProductionOperations = "PreProductionOperations", 400
    PreProductionOperations_MaterialSetup = "PreProductionOperations_MaterialSetup", 401
    PreProductionOperations_ToolingSetup = "PreProductionOperations_ToolingSetup", 402
    PreProductionOperations_OtherSetup = "PreProductionOperations_OtherSetup", 403
    PreProductionOperations_QualityChecks = "PreProductionOperations_QualityChecks", 404
    PreProductionOperations_MaterialSelection = "PreProductionOperations_MaterialSelection", 405
    PreProductionOperations_MaterialKitting = "PreProductionOperations_MaterialKitting", 406
    PostProductionOperations = "PostProductionOperations", 500
    MidProductionOperations = "MidProductionOperations", 600
    MidProcuctionOperations_MaterialReplenish = "MidProcuctionOperations_MaterialReplenish", 601


class WorkOrderStatus(Word):
    """The life of a work order."""

    AwaitingApproval = "AwaitingApproval"
    ApprovedAndPending = "ApprovedAndPending"
    Scheduled = "Scheduled"
    InProcess = "InProcess"
    Completed = "Completed"
    Closed = "Closed"
    OnHold = "OnHold"
    Cancelled = "Cancelled"


class WorkStagePauseReason(Word):
    """Why a stage waits in the middle of its work."""

    Unknown = "Unknown"
    MaterialMissing = "MaterialMissing"
    NozzleMissing = "NozzleMissing"
    WaitingForPreviousStageConveying = "WaitingForPreviousStageConveying"
    WaitingForNextStageConveying = "WaitingForNextStageConveying"
    ManualAlignmentNeeded = "ManualAlignmentNeeded"
    MaterialInstalledConfirmationNeeded = "MaterialInstalledConfirmationNeeded"
    ManualBarcodeFillingNeeded = "ManualBarcodeFillingNeeded"
    InformationMessageConfirmation = "InformationMessageConfirmation"
    ProductionStoppedByOperator = "ProductionStoppedByOperator"


class ActiveRecipe(Structure, kw_only=True):
    """The recipe in use on a lane or stage."""

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    # A full recipe, where sent instead, stays in other_properties.
    recipe_identifier: Maybe[RecipeIdentifier] = UNSET


class Operator(Structure, kw_only=True):
    """A person, robot or system that did something."""

    operator_identifier: Maybe[str] = UNSET
    actor_type: Maybe[ActorType] = UNSET
    last_name: Maybe[str] = UNSET
    first_name: Maybe[str] = UNSET
    login_name: Maybe[str] = UNSET


class PerformanceImpact(Structure, kw_only=True):
    """Something that made the work slower than it could have been."""

    cause: Maybe[PerformanceImpactCause] = UNSET


class RecipeIdentifier(Structure, kw_only=True):
    """A recipe by name and revision."""

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET


class WorkOrderIdentifier(Structure, kw_only=True):
    """A work order and, where it is split, the batch."""

    work_order_id: Maybe[str] = UNSET
    batch: Maybe[str] = UNSET


class Characteristic(Structure, kw_only=True):
    """A property given to a unit, by name: a MAC address, a firmware, a colour."""

    name: Maybe[str] = UNSET
    value: Maybe[str] = UNSET


class PersonalizedUnit(Structure, kw_only=True):
    """A unit and what makes it different from others of its kind."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    characteristics: Maybe[Sequence[Characteristic]] = UNSET


class ScheduledWorkOrder(Structure, kw_only=True):
    """A work order with its time and place, and what is reserved for it."""

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    scheduler: Maybe[Operator] = UNSET
    work_area: Maybe[str] = UNSET
    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    reserved_resources: Maybe[Sequence[str]] = UNSET
    reserved_tools: Maybe[Sequence[Tool]] = UNSET
    reserved_operators: Maybe[Sequence[Operator]] = UNSET
    reserved_materials: Maybe[Sequence[MaterialPackage]] = UNSET


class ScheduledWorkOrderIdentifier(Structure, kw_only=True):
    """A work order as scheduled for an area."""

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    work_area: Maybe[str] = UNSET


class WorkOrder(Structure, kw_only=True):
    """An order to make so many of a part, and the orders that must come first."""

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    description: Maybe[str] = UNSET
    status: Maybe[WorkOrderStatus] = UNSET
    router: Maybe[str] = UNSET
    router_revision: Maybe[str] = UNSET
    lot_number: Maybe[str] = UNSET
    customer: Maybe[str] = UNSET
    department: Maybe[str] = UNSET
    created_date: Maybe[InstantText] = UNSET
    start_date: Maybe[InstantText] = UNSET
    date_required: Maybe[InstantText] = UNSET
    part_number: Maybe[str] = UNSET
    part_revision: Maybe[str] = UNSET
    quantity: Maybe[Quantity] = UNSET
    unit_of_measure: Maybe[str] = UNSET
    depends_on: Maybe[Sequence[WorkOrderIdentifier]] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.quantity)
