"""CFX.Materials.Transport: material on its way through the factory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialPackage
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.transport import (
    TransportedMaterial,
    TransportOrderHistory,
    TransportOrderStatus,
    TransportPriorityNumber,
)
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import InstantText, Maybe, Message


class CheckpointReached(Message, kw_only=True):
    """A transport passed a checkpoint."""

    name: ClassVar[str] = "CFX.Materials.Transport.CheckpointReached"

    transport_order_id: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    status: Maybe[TransportOrderStatus] = UNSET
    tracked_by: Maybe[Operator] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    checkpoint: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET
    next_checkpoint: Maybe[str] = UNSET


class CreateTransportOrderRequest(Message, kw_only=True):
    """Asks that something be brought somewhere."""

    name: ClassVar[str] = "CFX.Materials.Transport.CreateTransportOrderRequest"

    transport_order_id: Maybe[str] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    materials: Maybe[TransportedMaterial] = UNSET
    source: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET
    started_by: Maybe[str] = UNSET
    priority: Maybe[TransportPriorityNumber] = UNSET
    target_delivery_time: Maybe[InstantText] = UNSET


class CreateTransportOrderResponse(Message, kw_only=True):
    """Whether the transport order was taken, and under which number of the fleet."""

    name: ClassVar[str] = "CFX.Materials.Transport.CreateTransportOrderResponse"

    transport_order_id: Maybe[str] = UNSET
    fleet_manager_transport_order_id: Maybe[str] = UNSET
    result: Maybe[RequestResult] = UNSET


class GetTransportOrderStatusRequest(Message, kw_only=True):
    """Asks how far a transport order has come."""

    name: ClassVar[str] = "CFX.Materials.Transport.GetTransportOrderStatusRequest"

    transport_order_id: Maybe[str] = UNSET


class GetTransportOrderStatusResponse(Message, kw_only=True):
    """How far a transport order has come, and how."""

    name: ClassVar[str] = "CFX.Materials.Transport.GetTransportOrderStatusResponse"

    result: Maybe[RequestResult] = UNSET
    transport_order_id: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET
    status: Maybe[TransportOrderStatus] = UNSET
    history: Maybe[Sequence[TransportOrderHistory]] = UNSET


class StartTransferRequest(Message, kw_only=True):
    """Asks that a transport begin to move."""

    name: ClassVar[str] = "CFX.Materials.Transport.StartTransferRequest"

    transport_order_id: Maybe[str] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    materials: Maybe[TransportedMaterial] = UNSET
    started_by: Maybe[str] = UNSET


class StartTransferResponse(Message, kw_only=True):
    """Whether the transport moves."""

    name: ClassVar[str] = "CFX.Materials.Transport.StartTransferResponse"

    transport_order_id: Maybe[str] = UNSET
    result: Maybe[RequestResult] = UNSET


class TransportOrderCompleted(Message, kw_only=True):
    """A transport arrived and was taken over."""

    name: ClassVar[str] = "CFX.Materials.Transport.TransportOrderCompleted"

    transport_order_id: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    accepted_by: Maybe[Operator] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET


class TransportOrderStarted(Message, kw_only=True):
    """A transport is on its way."""

    name: ClassVar[str] = "CFX.Materials.Transport.TransportOrderStarted"

    transport_order_id: Maybe[str] = UNSET
    started_by: Maybe[Operator] = UNSET
    comments: Maybe[str] = UNSET
    status: Maybe[TransportOrderStatus] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    source: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET
    next_checkpoint: Maybe[str] = UNSET
    materials: Maybe[Sequence[MaterialPackage]] = UNSET


class TransportOrderStatusChanged(Message, kw_only=True):
    """A transport order went from one status to another."""

    name: ClassVar[str] = "CFX.Materials.Transport.TransportOrderStatusChanged"

    transport_order_id: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    status: Maybe[TransportOrderStatus] = UNSET
    updated_by: Maybe[Operator] = UNSET
    related_work_order_id: Maybe[str] = UNSET
    source: Maybe[str] = UNSET
    final_destination: Maybe[str] = UNSET
    next_checkpoint: Maybe[str] = UNSET
