"""CFX.Production.Assembly.PressInsertion: conditions that a press asks for while it works."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.press_insertion import ConditionStep
from padstone.cfx.structures.requests import RequestResult, StatusResult
from padstone.cfx.vocabulary import Maybe, Message


class ConditionCompleted(Message, kw_only=True):
    """A condition of a press was gone through."""

    name: ClassVar[str] = "CFX.Production.Assembly.PressInsertion.ConditionCompleted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    result_of_condition: Maybe[StatusResult] = UNSET


class GetConditionPermissionRequest(Message, kw_only=True):
    """Asks whether a press may go on with a step."""

    name: ClassVar[str] = "CFX.Production.Assembly.PressInsertion.GetConditionPermissionRequest"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    condition_step: Maybe[ConditionStep] = UNSET
    data: Maybe[str] = UNSET


class GetConditionPermissionResponse(Message, kw_only=True):
    """Whether the press may go on with the step."""

    name: ClassVar[str] = "CFX.Production.Assembly.PressInsertion.GetConditionPermissionResponse"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    condition_step: Maybe[ConditionStep] = UNSET
    result: Maybe[RequestResult] = UNSET
