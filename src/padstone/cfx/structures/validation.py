"""CFX.Structures.Validation: what one endpoint asks another to approve."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialCarrierLocation, MaterialLocation
from padstone.cfx.structures.resources import Stage, Tool
from padstone.cfx.vocabulary import Family, Maybe, Structure, Whole, Word


class ValidationStatus(Word):
    """The answer for one unit."""

    Passed = "Passed"
    Failed = "Failed"
    Skipped = "Skipped"


class ValidationTopic(Word):
    """What is to be approved."""

    Tools = "Tools"
    Materials = "Materials"
    Recipe = "Recipe"
    MaterialCarrier = "MaterialCarrier"


class ValidationType(Word):
    """Which of a unit's conditions are to be checked: its route, its status, its trace, or all."""

    UnitRouteValidation = "UnitRouteValidation"
    UnitStatusValidation = "UnitStatusValidation"
    UnitAndSubsStatusValidation = "UnitAndSubsStatusValidation"
    UnitTraceValidation = "UnitTraceValidation"
    All = "All"


class ValidationData(Family, kw_only=True):
    """Base of what there is to approve."""


class ValidationResult(Structure, kw_only=True):
    """The answer for one unit or position, with its reason where it did not pass."""

    unique_identifier: Maybe[str] = UNSET
    position_number: Maybe[Whole] = UNSET
    result: Maybe[ValidationStatus] = UNSET
    failure_code: Maybe[Whole] = UNSET
    message: Maybe[str] = UNSET


class MaterialCarrierValidationTopicData(
    ValidationData, kw_only=True, tag="CFX.Structures.Validation.MaterialCarrierValidationTopicData, CFX"
):
    """Carriers to approve, each at its place."""

    validation_topic_data: Maybe[Sequence[MaterialCarrierLocation]] = UNSET


class MaterialValidationTopicData(
    ValidationData, kw_only=True, tag="CFX.Structures.Validation.MaterialValidationTopicData, CFX"
):
    """Materials to approve, each at its place."""

    validation_topic_data: Maybe[Sequence[MaterialLocation]] = UNSET


class RecipeValidationTopicData(
    ValidationData, kw_only=True, tag="CFX.Structures.Validation.RecipeValidationTopicData, CFX"
):
    """A recipe to approve for a lane or stage."""

    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    lane: Maybe[Whole] = UNSET
    stage: Maybe[Stage] = UNSET


class ToolValidationTopicData(
    ValidationData, kw_only=True, tag="CFX.Structures.Validation.ToolValidationTopicData, CFX"
):
    """Tools to approve."""

    validation_topic_data: Maybe[Sequence[Tool]] = UNSET
