"""CFX.Production.ReworkAndRepair: what was repaired, and with what success."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.quality import RepairedUnit
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import Maybe, Message


class UnitsRepaired(Message, kw_only=True):
    """Units were repaired."""

    name: ClassVar[str] = "CFX.Production.ReworkAndRepair.UnitsRepaired"

    transaction_id: Maybe[str] = UNSET
    repair_operator: Maybe[Operator] = UNSET
    repaired_units: Maybe[Sequence[RepairedUnit]] = UNSET
