"""CFX.Production.LoadingAndUnloading: units in and out of what carries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.units import UnitPosition
from padstone.cfx.vocabulary import Maybe, Message, Whole


class UnitsLoaded(Message, kw_only=True):
    """Units were put into a carrier, or onto a station."""

    name: ClassVar[str] = "CFX.Production.LoadingAndUnloading.UnitsLoaded"

    unique_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET


class UnitsUnloaded(Message, kw_only=True):
    """Units were taken out of a carrier, or off a station."""

    name: ClassVar[str] = "CFX.Production.LoadingAndUnloading.UnitsUnloaded"

    unique_identifier: Maybe[str] = UNSET
    unit_count: Maybe[Whole] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
