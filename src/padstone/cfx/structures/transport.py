"""CFX.Structures: transport orders and what they carry."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated

from msgspec import UNSET, Meta

from padstone.cfx.structures.materials import MaterialPackage
from padstone.cfx.structures.resources import Tool
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import InstantText, Maybe, Structure, Word


class TransportOrderStatus(Word):
    """How far a transport order has come."""

    Unspecified = "Unspecified"
    Pending = "Pending"
    Kitting = "Kitting"
    Kitted = "Kitted"
    InTransit = "InTransit"
    Delivered = "Delivered"


class TransportPriority(IntEnum):
    """How much a transport order hurries. The wire carries the number."""

    Low = 0
    Medium = 1
    High = 2


class TransportOrderHistory(Structure, kw_only=True):
    """One event in the life of a transport order."""

    event_date_time: Maybe[InstantText] = UNSET
    status: Maybe[TransportOrderStatus] = UNSET
    operator: Maybe[Operator] = UNSET
    location: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET


class TransportedMaterial(Structure, kw_only=True):
    """What a transport order carries."""

    transported_tools: Maybe[Sequence[Tool]] = UNSET
    transported_material_packages: Maybe[Sequence[MaterialPackage]] = UNSET


# The number of the enumeration above. One that it does not name is kept, not refused.
TransportPriorityNumber = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, extra={"names": TransportPriority})]
