"""CFX.Structures.PCBInspection: measurements of optical inspection."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.vocabulary import Maybe


class OffsetMeasurement(Measurement, kw_only=True, tag="CFX.Structures.PCBInspection.OffsetMeasurement, CFX"):
    """How far a component lies from where it should, and how it is turned about each axis."""

    dx: Maybe[float] = field(default=UNSET, name="DX")
    dy: Maybe[float] = field(default=UNSET, name="DY")
    dz: Maybe[float] = field(default=UNSET, name="DZ")
    rxy: Maybe[float] = field(default=UNSET, name="RXY")
    rzx: Maybe[float] = field(default=UNSET, name="RZX")
    rzy: Maybe[float] = field(default=UNSET, name="RZY")
