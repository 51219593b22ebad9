"""CFX.InformationSystem.UnitValidation: whether units may be worked on here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.units import UnitPosition
from padstone.cfx.structures.validation import ValidationResult, ValidationType
from padstone.cfx.vocabulary import Maybe, Message, Whole


class ValidateUnitsRequest(Message, kw_only=True):
    """Asks whether units may be worked on here: the interlock of the route."""

    name: ClassVar[str] = "CFX.InformationSystem.UnitValidation.ValidateUnitsRequest"

    validations: Maybe[Sequence[ValidationType]] = UNSET
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    lane: Maybe[Whole] = UNSET


class ValidateUnitsResponse(Message, kw_only=True):
    """Whether the units may be worked on, as a whole and one by one."""

    name: ClassVar[str] = "CFX.InformationSystem.UnitValidation.ValidateUnitsResponse"

    result: Maybe[RequestResult] = UNSET
    primary_result: Maybe[ValidationResult] = UNSET
    validation_results: Maybe[Sequence[ValidationResult]] = UNSET
