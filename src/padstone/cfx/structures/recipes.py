"""CFX.Structures: recipes, their stages, and changes made to them at the machine."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated

from msgspec import UNSET, Meta

from padstone.cfx.structures.resources import Stage
from padstone.cfx.vocabulary import (
    Base64Text,
    Family,
    Maybe,
    Quantity,
    Structure,
    Whole,
    Word,
    check_quantities,
)


class LocalRecipeChangeState(IntEnum):
    """Whether a local change came into force or went out of it. The wire carries the number."""

    Activated = 0
    Deactivated = 1


class LocalRecipeChangeType(IntEnum):
    """What a local change is about. The wire carries the number."""

    UnitSkip = 0
    ItemRemoval = 1
    ComponentRemoval = 2
    ComponentAlternative = 3
    FiducialTeach = 4


class RecipeModificationReason(Word):
    """Why a recipe was changed."""

    Unspecified = "Unspecified"
    NewRecipe = "NewRecipe"
    NewRevision = "NewRevision"
    UpdatedGeometry = "UpdatedGeometry"
    UpdatedBOM = "UpdatedBOM"
    PositionalCorrection = "PositionalCorrection"
    RotationalCorrection = "RotationalCorrection"
    VisionSystemCorrection = "VisionSystemCorrection"
    RecipeDeleted = "RecipeDeleted"


class MachineHead(Structure, kw_only=True):
    """A head of a machine (the standard's Structures.Head), by its number and name."""

    head_id: Maybe[str] = UNSET
    head_sequence: Maybe[Whole] = UNSET
    head_name: Maybe[str] = UNSET


class LocalRecipeChange(Family, kw_only=True):
    """Base of the changes that an operator makes at the machine, without a new revision."""

    type: Maybe[LocalRecipeChangeTypeNumber] = UNSET
    state: Maybe[LocalRecipeChangeStateNumber] = UNSET


class Recipe(Family, kw_only=True):
    """A recipe with its file: `recipe_data` is the content, in the form that `mime_type` names."""

    name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    expected_cycle_time: Maybe[float] = UNSET
    expected_work_time: Maybe[float] = UNSET
    expected_units_per_work_transaction: Maybe[Quantity] = UNSET
    unit_length: Maybe[float] = UNSET
    unit_width: Maybe[float] = UNSET
    unit_height: Maybe[float] = UNSET
    mime_type: Maybe[str] = UNSET
    recipe_data: Maybe[Base64Text] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.expected_units_per_work_transaction)


class RecipeStageInformation(Family, kw_only=True):
    """What a recipe expects of one stage. Times are in seconds."""

    stage: Maybe[Stage] = UNSET
    expected_cycle_time: Maybe[float] = UNSET
    expected_work_time: Maybe[float] = UNSET
    number_of_components_per_unit: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.number_of_components_per_unit)


class SMTRecipeStageInformation(
    RecipeStageInformation, kw_only=True, tag="CFX.Structures.SMTRecipeStageInformation, CFX"
):
    """What a recipe expects of a stage with placement heads."""

    heads: Maybe[Sequence[MachineHead]] = UNSET


# The numbers of the two enumerations above. One that they do not name is kept, not refused.
LocalRecipeChangeStateNumber = Annotated[
    int, Meta(ge=-(2**31), le=2**31 - 1, extra={"names": LocalRecipeChangeState})
]
LocalRecipeChangeTypeNumber = Annotated[
    int, Meta(ge=-(2**31), le=2**31 - 1, extra={"names": LocalRecipeChangeType})
]
