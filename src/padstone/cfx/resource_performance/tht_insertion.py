"""CFX.ResourcePerformance.THTInsertion: what insertion machines did over a time."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.vocabulary import InstantText, Maybe, Message, Whole


class ComponentsInserted(Message, kw_only=True):
    """So many through-hole components were inserted, and so many were not."""

    name: ClassVar[str] = "CFX.ResourcePerformance.THTInsertion.ComponentsInserted"

    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    total_components_inserted: Maybe[Whole] = UNSET
    total_components_not_inserted: Maybe[Whole] = UNSET
