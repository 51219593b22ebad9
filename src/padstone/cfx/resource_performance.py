"""CFX.ResourcePerformance: what a station is doing, and why it is not."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.resources import ResourceStateNumber
from padstone.cfx.vocabulary import Maybe, Message, SpanText


class StationStateChanged(Message, kw_only=True):
    """A station went from one state to another; `old_state_duration` is how long the old one lasted."""

    name: ClassVar[str] = "CFX.ResourcePerformance.StationStateChanged"

    old_state: Maybe[ResourceStateNumber] = UNSET
    old_e58_state: Maybe[ResourceStateNumber] = UNSET
    old_state_duration: Maybe[SpanText] = UNSET
    new_state: Maybe[ResourceStateNumber] = UNSET
    new_e58_state: Maybe[ResourceStateNumber] = UNSET
    related_fault: Maybe[Fault] = UNSET
