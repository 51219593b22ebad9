"""CFX.Production: units come, are worked on and leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.activities import Activity
from padstone.cfx.structures.cleaning import CleaningStep
from padstone.cfx.structures.materials import BlockReason, MaterialLocation
from padstone.cfx.structures.readings import Reading
from padstone.cfx.structures.recipes import (
    LocalRecipeChange,
    Recipe,
    RecipeModificationReason,
    RecipeStageInformation,
)
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.resources import Stage, Tool
from padstone.cfx.structures.setup import StationSetupRequirements, ToolUsed
from padstone.cfx.structures.units import Surface, UnitInfo, UnitPosition
from padstone.cfx.structures.work import (
    DisqualificationReason,
    LockReason,
    Operator,
    PerformanceImpact,
    RecipeIdentifier,
    WorkOrderActionState,
    WorkOrderActionType,
    WorkOrderIdentifier,
    WorkResult,
    WorkStagePauseReason,
)
from padstone.cfx.vocabulary import AnyOf, InstantText, Maybe, Message, Quantity, Whole, check_quantities


class UnitsArrived(Message, kw_only=True):
    """Units have come to an endpoint and are about to be worked on."""

    name: ClassVar[str] = "CFX.Production.UnitsArrived"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    lane: Maybe[Whole] = UNSET


class WorkStarted(Message, kw_only=True):
    """Work on a group of units has begun: opens the transaction that later messages name."""

    name: ClassVar[str] = "CFX.Production.WorkStarted"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    # Spelled TransactionId in the messages that refer to it.
    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    lane: Maybe[Whole] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    relevant_surface: Maybe[Surface] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET


class WorkCompleted(Message, kw_only=True):
    """Work on the units of a transaction has ended, with this result."""

    name: ClassVar[str] = "CFX.Production.WorkCompleted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    result: Maybe[WorkResult] = UNSET
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    # Null or not sent: the machine does not report them. Empty: it ran as well as it can.
    performance_impacts: Maybe[Sequence[PerformanceImpact]] = UNSET


class UnitsDeparted(Message, kw_only=True):
    """Units have left an endpoint."""

    name: ClassVar[str] = "CFX.Production.UnitsDeparted"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    lane: Maybe[Whole] = UNSET


class ActivateRecipeRequest(Message, kw_only=True):
    """Asks a station to work by a recipe."""

    name: ClassVar[str] = "CFX.Production.ActivateRecipeRequest"

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET


class ActivateRecipeResponse(Message, kw_only=True):
    """Whether the station works by that recipe."""

    name: ClassVar[str] = "CFX.Production.ActivateRecipeResponse"

    result: Maybe[RequestResult] = UNSET


class ActivitiesExecuted(Message, kw_only=True):
    """What a station did during a transaction besides the work itself."""

    name: ClassVar[str] = "CFX.Production.ActivitiesExecuted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    stage: Maybe[Stage] = UNSET
    activities: Maybe[Sequence[AnyOf[Activity]]] = UNSET


class BlockMaterialLocationsRequest(Message, kw_only=True):
    """Asks a station not to use the material at certain places."""

    name: ClassVar[str] = "CFX.Production.BlockMaterialLocationsRequest"

    reason: Maybe[BlockReason] = UNSET
    comments: Maybe[str] = UNSET
    locations: Maybe[Sequence[MaterialLocation]] = UNSET


class BlockMaterialLocationsResponse(Message, kw_only=True):
    """Whether the places are blocked."""

    name: ClassVar[str] = "CFX.Production.BlockMaterialLocationsResponse"

    result: Maybe[RequestResult] = UNSET


class GetActiveRecipeRequest(Message, kw_only=True):
    """Asks which recipe is in use."""

    name: ClassVar[str] = "CFX.Production.GetActiveRecipeRequest"

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET


class GetActiveRecipeResponse(Message, kw_only=True):
    """Which recipe is in use."""

    name: ClassVar[str] = "CFX.Production.GetActiveRecipeResponse"

    result: Maybe[RequestResult] = UNSET
    active_recipe_name: Maybe[str] = UNSET
    active_recipe_revision: Maybe[str] = UNSET


class GetAvailableRecipesRequest(Message, kw_only=True):
    """Asks which recipes a station has."""

    name: ClassVar[str] = "CFX.Production.GetAvailableRecipesRequest"

    path: Maybe[str] = UNSET
    max_count: Maybe[Whole] = UNSET


class GetAvailableRecipesResponse(Message, kw_only=True):
    """Which recipes a station has; `recipes` may be a part of them."""

    name: ClassVar[str] = "CFX.Production.GetAvailableRecipesResponse"

    result: Maybe[RequestResult] = UNSET
    actual_count: Maybe[Whole] = UNSET
    recipe_count: Maybe[Whole] = UNSET
    recipes: Maybe[Sequence[RecipeIdentifier]] = UNSET


class GetRecipeRequest(Message, kw_only=True):
    """Asks for a recipe with its file."""

    name: ClassVar[str] = "CFX.Production.GetRecipeRequest"

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET


class GetRecipeResponse(Message, kw_only=True):
    """A recipe with its file."""

    name: ClassVar[str] = "CFX.Production.GetRecipeResponse"

    result: Maybe[RequestResult] = UNSET
    recipe: Maybe[Recipe] = UNSET


class GetRequiredSetupRequest(Message, kw_only=True):
    """Asks what must be mounted for the recipe in use."""

    name: ClassVar[str] = "CFX.Production.GetRequiredSetupRequest"

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET


class GetRequiredSetupResponse(Message, kw_only=True):
    """What must be mounted for a recipe."""

    name: ClassVar[str] = "CFX.Production.GetRequiredSetupResponse"

    result: Maybe[RequestResult] = UNSET
    recipe_name: Maybe[str] = UNSET
    recipe_revision: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    setup_requirements: Maybe[StationSetupRequirements] = UNSET


class GetUnitInfoRequest(Message, kw_only=True):
    """Asks what is known of a unit, or of the units of a panel."""

    name: ClassVar[str] = "CFX.Production.GetUnitInfoRequest"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_identifier: Maybe[str] = UNSET


class GetUnitInfoResponse(Message, kw_only=True):
    """What is known of the units: bad marks, fiducials, positions."""

    name: ClassVar[str] = "CFX.Production.GetUnitInfoResponse"

    result: Maybe[RequestResult] = UNSET
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitInfo]] = UNSET


class LocalRecipeChanged(Message, kw_only=True):
    """An operator changed the recipe in use, at the machine."""

    name: ClassVar[str] = "CFX.Production.LocalRecipeChanged"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    local_recipe_changes: Maybe[Sequence[AnyOf[LocalRecipeChange]]] = UNSET


class LockStationRequest(Message, kw_only=True):
    """Asks a station to stop taking units."""

    name: ClassVar[str] = "CFX.Production.LockStationRequest"

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    reason: Maybe[LockReason] = UNSET
    requestor: Maybe[Operator] = UNSET


class LockStationResponse(Message, kw_only=True):
    """Whether the station stopped."""

    name: ClassVar[str] = "CFX.Production.LockStationResponse"

    result: Maybe[RequestResult] = UNSET


class OperatorActivated(Message, kw_only=True):
    """A person began to work at a station."""

    name: ClassVar[str] = "CFX.Production.OperatorActivated"

    operator: Maybe[Operator] = UNSET


class OperatorDeactivated(Message, kw_only=True):
    """A person no longer works at a station."""

    name: ClassVar[str] = "CFX.Production.OperatorDeactivated"

    operator: Maybe[Operator] = UNSET


class ReadingsRecorded(Message, kw_only=True):
    """Readings were taken during a transaction."""

    name: ClassVar[str] = "CFX.Production.ReadingsRecorded"

    transaction_id: Maybe[str] = UNSET
    readings: Maybe[Sequence[Reading]] = UNSET


class RecipeActivated(Message, kw_only=True):
    """A station works by this recipe from now on, and expects these times (in seconds)."""

    name: ClassVar[str] = "CFX.Production.RecipeActivated"

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    expected_cycle_time: Maybe[float] = UNSET
    expected_work_time: Maybe[float] = UNSET
    expected_units_per_work_transaction: Maybe[Quantity] = UNSET
    number_of_components_per_unit: Maybe[Quantity] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    target_quantity: Maybe[Quantity] = UNSET
    relevant_surface: Maybe[Surface] = UNSET
    recipe_stages_information: Maybe[Sequence[RecipeStageInformation]] = UNSET

    def __post_init__(self) -> None:
        check_quantities(
            self.expected_units_per_work_transaction, self.number_of_components_per_unit, self.target_quantity
        )


class RecipeDeactivated(Message, kw_only=True):
    """A station no longer works by this recipe."""

    name: ClassVar[str] = "CFX.Production.RecipeDeactivated"

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET


class RecipeModified(Message, kw_only=True):
    """A recipe was changed."""

    name: ClassVar[str] = "CFX.Production.RecipeModified"

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    modified_by: Maybe[Operator] = UNSET
    reason: Maybe[RecipeModificationReason] = UNSET
    notes: Maybe[str] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET


class SetupRequirementsChanged(Message, kw_only=True):
    """What must be mounted is no longer the same; ask for it."""

    name: ClassVar[str] = "CFX.Production.SetupRequirementsChanged"

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET


class ToolsCleaned(Message, kw_only=True):
    """Tools were cleaned."""

    name: ClassVar[str] = "CFX.Production.ToolsCleaned"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    tools: Maybe[Sequence[Tool]] = UNSET
    cleaning_steps: Maybe[Sequence[CleaningStep]] = UNSET


class ToolsLoaded(Message, kw_only=True):
    """Tools were mounted."""

    name: ClassVar[str] = "CFX.Production.ToolsLoaded"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    tools: Maybe[Sequence[Tool]] = UNSET


class ToolsUnloaded(Message, kw_only=True):
    """Tools were taken off."""

    name: ClassVar[str] = "CFX.Production.ToolsUnloaded"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    tools: Maybe[Sequence[Tool]] = UNSET


class ToolsUsed(Message, kw_only=True):
    """Which tools were used on which units, for which components."""

    name: ClassVar[str] = "CFX.Production.ToolsUsed"

    transaction_id: Maybe[str] = UNSET
    used_tools: Maybe[Sequence[ToolUsed]] = UNSET


class UnblockMaterialLocationsRequest(Message, kw_only=True):
    """Asks a station to use the material at certain places again."""

    name: ClassVar[str] = "CFX.Production.UnblockMaterialLocationsRequest"

    locations: Maybe[Sequence[MaterialLocation]] = UNSET


class UnblockMaterialLocationsResponse(Message, kw_only=True):
    """Whether the places are in use again."""

    name: ClassVar[str] = "CFX.Production.UnblockMaterialLocationsResponse"

    result: Maybe[RequestResult] = UNSET


class UnitsDisqualified(Message, kw_only=True):
    """Units go no further."""

    name: ClassVar[str] = "CFX.Production.UnitsDisqualified"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    reason: Maybe[DisqualificationReason] = UNSET
    comments: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET


class UnitsInitialized(Message, kw_only=True):
    """Units exist from now on: the first time that they are named."""

    name: ClassVar[str] = "CFX.Production.UnitsInitialized"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET


class UnlockStationRequest(Message, kw_only=True):
    """Asks a station to take units again."""

    name: ClassVar[str] = "CFX.Production.UnlockStationRequest"

    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET
    requestor: Maybe[Operator] = UNSET


class UnlockStationResponse(Message, kw_only=True):
    """Whether the station takes units again."""

    name: ClassVar[str] = "CFX.Production.UnlockStationResponse"

    result: Maybe[RequestResult] = UNSET


class UpdateRecipeRequest(Message, kw_only=True):
    """Asks a station to keep a recipe, new or changed."""

    name: ClassVar[str] = "CFX.Production.UpdateRecipeRequest"

    overwrite: Maybe[bool] = UNSET
    recipe: Maybe[Recipe] = UNSET
    reason: Maybe[RecipeModificationReason] = UNSET


class UpdateRecipeResponse(Message, kw_only=True):
    """Whether the recipe is kept."""

    name: ClassVar[str] = "CFX.Production.UpdateRecipeResponse"

    result: Maybe[RequestResult] = UNSET


class WorkOrderActionExecuted(Message, kw_only=True):
    """Work around a work order began or ended: preparing, setting up, replenishing."""

    name: ClassVar[str] = "CFX.Production.WorkOrderActionExecuted"

    work_order_action_instance_id: Maybe[str] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    time_stamp: Maybe[InstantText] = UNSET
    type: Maybe[WorkOrderActionType] = UNSET
    state: Maybe[WorkOrderActionState] = UNSET
    comments: Maybe[str] = UNSET
    relevant_surface: Maybe[Surface] = UNSET
    recipe_name: Maybe[str] = UNSET
    recipe_revision: Maybe[str] = UNSET
    expected_units_per_board: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.expected_units_per_board)


class WorkStageStarted(Message, kw_only=True):
    """Work began in one stage of the station."""

    name: ClassVar[str] = "CFX.Production.WorkStageStarted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    stage: Maybe[Stage] = UNSET


class WorkStagePaused(Message, kw_only=True):
    """Work in a stage waits."""

    name: ClassVar[str] = "CFX.Production.WorkStagePaused"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    stage: Maybe[Stage] = UNSET
    pause_reason: Maybe[WorkStagePauseReason] = UNSET


class WorkStageResumed(Message, kw_only=True):
    """Work in a stage goes on."""

    name: ClassVar[str] = "CFX.Production.WorkStageResumed"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    stage: Maybe[Stage] = UNSET


class WorkStageCompleted(Message, kw_only=True):
    """Work in a stage ended, with this result."""

    name: ClassVar[str] = "CFX.Production.WorkStageCompleted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    stage: Maybe[Stage] = UNSET
    result: Maybe[WorkResult] = UNSET
    performance_impacts: Maybe[Sequence[PerformanceImpact]] = UNSET
