"""CFX: the messages at the root of the topic tree, about the endpoint itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.faults import Fault
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
