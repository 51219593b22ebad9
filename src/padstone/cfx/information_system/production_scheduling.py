"""CFX.InformationSystem.ProductionScheduling: when and where work orders are to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.work import ScheduledWorkOrder, ScheduledWorkOrderIdentifier
from padstone.cfx.vocabulary import Maybe, Message


class WorkOrdersScheduled(Message, kw_only=True):
    """Work orders were given a time and a place."""

    name: ClassVar[str] = "CFX.InformationSystem.ProductionScheduling.WorkOrdersScheduled"

    scheduled_work_orders: Maybe[Sequence[ScheduledWorkOrder]] = UNSET


class WorkOrdersUnscheduled(Message, kw_only=True):
    """Work orders lost their time and place."""

    name: ClassVar[str] = "CFX.InformationSystem.ProductionScheduling.WorkOrdersUnscheduled"

    scheduled_work_order_identifiers: Maybe[Sequence[ScheduledWorkOrderIdentifier]] = UNSET
