"""CFX.Production.Application.Solder: selective soldering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.solder_application import SelectiveSolderData, SelectiveSolderedPCB
from padstone.cfx.vocabulary import Maybe, Message


class PCBSelectiveSoldered(Message, kw_only=True):
    """Units went through a selective soldering machine."""

    name: ClassVar[str] = "CFX.Production.Application.Solder.PCBSelectiveSoldered"

    transaction_id: Maybe[str] = UNSET
    header_data: Maybe[SelectiveSolderData] = UNSET
    soldered_pcbs: Maybe[Sequence[SelectiveSolderedPCB]] = field(default=UNSET, name="SolderedPCBs")
