"""CFX.InformationSystem.TopicValidation: approval of tools, materials, carriers and recipes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.validation import ValidationData, ValidationTopic
from padstone.cfx.vocabulary import AnyOf, Maybe, Message


class ValidateTopicRequest(Message, kw_only=True):
    """Asks whether tools, materials, carriers or a recipe are right."""

    name: ClassVar[str] = "CFX.InformationSystem.TopicValidation.ValidateTopicRequest"

    validation_topic: Maybe[ValidationTopic] = UNSET
    validation_topic_data: Maybe[AnyOf[ValidationData]] = UNSET


class ValidateTopicResponse(Message, kw_only=True):
    """Whether they are right, item by item."""

    name: ClassVar[str] = "CFX.InformationSystem.TopicValidation.ValidateTopicResponse"

    validation_topic: Maybe[ValidationTopic] = UNSET
    result: Maybe[Sequence[RequestResult]] = UNSET
