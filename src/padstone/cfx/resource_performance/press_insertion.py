"""CFX.ResourcePerformance.PressInsertion: what presses did over a time."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.vocabulary import InstantText, Maybe, Message, Whole


class ComponentsPressed(Message, kw_only=True):
    """So many components were pressed in, and so many were not."""

    name: ClassVar[str] = "CFX.ResourcePerformance.PressInsertion.ComponentsPressed"

    start_time: Maybe[InstantText] = UNSET
    end_time: Maybe[InstantText] = UNSET
    total_components_pressed: Maybe[Whole] = UNSET
    total_components_not_pressed: Maybe[Whole] = UNSET
