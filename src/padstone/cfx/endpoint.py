"""CFX: the messages at the root of the topic tree, about the endpoint itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.endpoints import Endpoint, SupportedTopic, SupportedTopicQueryType
from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.work import ActiveRecipe
from padstone.cfx.vocabulary import Maybe, Message, SpanText


class EndpointConnected(Message, kw_only=True):
    """An endpoint has joined the network."""

    name: ClassVar[str] = "CFX.EndpointConnected"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")
    request_network_uri: Maybe[str] = UNSET
    request_target_address: Maybe[str] = UNSET


class EndpointShuttingDown(Message, kw_only=True):
    """An endpoint is about to leave the network."""

    name: ClassVar[str] = "CFX.EndpointShuttingDown"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class Heartbeat(Message, kw_only=True):
    """An endpoint is alive. It is to be heard again within `heartbeat_frequency`, a time span."""

    name: ClassVar[str] = "CFX.Heartbeat"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")
    heartbeat_frequency: Maybe[SpanText] = UNSET
    active_faults: Maybe[Sequence[Fault]] = UNSET
    active_recipes: Maybe[Sequence[ActiveRecipe]] = UNSET


class AreYouThereRequest(Message, kw_only=True):
    """Asks one endpoint whether it is there."""

    name: ClassVar[str] = "CFX.AreYouThereRequest"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class AreYouThereResponse(Message, kw_only=True):
    """An endpoint is there, and says where it listens for requests."""

    name: ClassVar[str] = "CFX.AreYouThereResponse"

    result: Maybe[RequestResult] = UNSET
    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")
    request_network_uri: Maybe[str] = UNSET
    request_target_address: Maybe[str] = UNSET


class GetEndpointInformationRequest(Message, kw_only=True):
    """Asks an endpoint to describe itself."""

    name: ClassVar[str] = "CFX.GetEndpointInformationRequest"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class GetEndpointInformationResponse(Message, kw_only=True):
    """An endpoint describes itself."""

    name: ClassVar[str] = "CFX.GetEndpointInformationResponse"

    result: Maybe[RequestResult] = UNSET
    endpoint_information: Maybe[Endpoint] = UNSET


class NotSupportedResponse(Message, kw_only=True):
    """The endpoint does not know the request that it was sent."""

    name: ClassVar[str] = "CFX.NotSupportedResponse"

    request_result: Maybe[RequestResult] = UNSET


class WhoIsThereRequest(Message, kw_only=True):
    """Asks every endpoint that knows certain topics to answer."""

    name: ClassVar[str] = "CFX.WhoIsThereRequest"

    supported_topic_query_type: Maybe[SupportedTopicQueryType] = UNSET
    supported_topics: Maybe[Sequence[SupportedTopic]] = UNSET


class WhoIsThereResponse(Message, kw_only=True):
    """An endpoint answers that it is there, and says where it listens for requests."""

    name: ClassVar[str] = "CFX.WhoIsThereResponse"

    result: Maybe[RequestResult] = UNSET
    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")
    request_network_uri: Maybe[str] = UNSET
    request_target_address: Maybe[str] = UNSET
