"""CFX.ResourcePerformance.SMTPlacement: what placement machines did over a time."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.vocabulary import InstantText, Maybe, Message, Whole


class ComponentsPlaced(Message, kw_only=True):
    """So many components were placed, and so many were not."""

    name: ClassVar[str] = "CFX.ResourcePerformance.SMTPlacement.ComponentsPlaced"

    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    total_components_placed: Maybe[Whole] = UNSET
    total_components_not_placed: Maybe[Whole] = UNSET
