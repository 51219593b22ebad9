"""CFX.InformationSystem.OperatorValidation: who may work at a station."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import Maybe, Message


class ValidateOperatorRequest(Message, kw_only=True):
    """Asks whether a person may work here."""

    name: ClassVar[str] = "CFX.InformationSystem.OperatorValidation.ValidateOperatorRequest"

    operator: Maybe[Operator] = UNSET


class ValidateOperatorResponse(Message, kw_only=True):
    """Whether the person may work here."""

    name: ClassVar[str] = "CFX.InformationSystem.OperatorValidation.ValidateOperatorResponse"

    result: Maybe[RequestResult] = UNSET
