"""CFX.InformationSystem.WorkOrderManagement: the life of work orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.work import WorkOrder, WorkOrderIdentifier, WorkOrderStatus
from padstone.cfx.vocabulary import Maybe, Message, Quantity, check_quantities


class WorkOrderQuantityUpdated(Message, kw_only=True):
    """A work order is now for another quantity."""

    name: ClassVar[str] = "CFX.InformationSystem.WorkOrderManagement.WorkOrderQuantityUpdated"

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    new_quantity: Maybe[Quantity] = UNSET
    previous_quantity: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.new_quantity, self.previous_quantity)


class WorkOrderStatusUpdated(Message, kw_only=True):
    """A work order went from one status to another."""

    name: ClassVar[str] = "CFX.InformationSystem.WorkOrderManagement.WorkOrderStatusUpdated"

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    new_status: Maybe[WorkOrderStatus] = UNSET
    previous_status: Maybe[WorkOrderStatus] = UNSET


class WorkOrdersCreated(Message, kw_only=True):
    """Work orders are known from now on."""

    name: ClassVar[str] = "CFX.InformationSystem.WorkOrderManagement.WorkOrdersCreated"

    new_orders: Maybe[Sequence[WorkOrder]] = UNSET


class WorkOrdersDeleted(Message, kw_only=True):
    """Work orders are no longer to be known."""

    name: ClassVar[str] = "CFX.InformationSystem.WorkOrderManagement.WorkOrdersDeleted"

    work_order_identifiers: Maybe[Sequence[WorkOrderIdentifier]] = UNSET


class WorkOrdersUpdated(Message, kw_only=True):
    """Work orders were changed."""

    name: ClassVar[str] = "CFX.InformationSystem.WorkOrderManagement.WorkOrdersUpdated"

    updated_orders: Maybe[Sequence[WorkOrder]] = UNSET
