"""CFX.Production: units come, are worked on and leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.units import Surface, UnitPosition
from padstone.cfx.structures.work import PerformanceImpact, WorkOrderIdentifier, WorkResult
from padstone.cfx.vocabulary import Maybe, Message, Whole


class UnitsArrived(Message, kw_only=True):
    """Units have come to an endpoint and are about to be worked on."""

    name: ClassVar[str] = "CFX.Production.UnitsArrived"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    lane: Maybe[Whole] = UNSET


class WorkStarted(Message, kw_only=True):
    """Work on a group of units has begun: opens the transaction that later messages name."""

    name: ClassVar[str] = "CFX.Production.WorkStarted"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    # Spelled TransactionId in the messages that refer to it.
    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    lane: Maybe[Whole] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    recipe_name: Maybe[str] = UNSET
    revision: Maybe[str] = UNSET
    relevant_surface: Maybe[Surface] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET


class WorkCompleted(Message, kw_only=True):
    """Work on the units of a transaction has ended, with this result."""

    name: ClassVar[str] = "CFX.Production.WorkCompleted"

    transaction_id: Maybe[str] = field(default=UNSET, name="TransactionID")
    result: Maybe[WorkResult] = UNSET
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    # Null or not sent: the machine does not report them. Empty: it ran as well as it can.
    performance_impacts: Maybe[Sequence[PerformanceImpact]] = UNSET


class UnitsDeparted(Message, kw_only=True):
    """Units have left an endpoint."""

    name: ClassVar[str] = "CFX.Production.UnitsDeparted"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
    lane: Maybe[Whole] = UNSET
