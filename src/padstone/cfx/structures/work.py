"""CFX.Structures: work orders, results of work, recipes and operators."""

from __future__ import annotations

from msgspec import UNSET

from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import Maybe, Structure, Whole, Word


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
