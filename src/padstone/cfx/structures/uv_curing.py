"""CFX.Structures.UVCuring: curing by ultraviolet light."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.measurements import NumericMeasurement
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import Maybe, Structure, Whole, Word


class UVCuringLampState(Word):
    On = "On"
    Off = "Off"
    Error = "Error"


class UVCuringGlassPlate(Structure, kw_only=True):
    """Whether a glass plate is in."""

    row: Maybe[Whole] = UNSET
    is_present: Maybe[bool] = UNSET


class UVCuringLampData(Structure, kw_only=True):
    """The state of a lamp."""

    row: Maybe[Whole] = UNSET
    column: Maybe[Whole] = UNSET
    uv_curing_lamp_state: Maybe[UVCuringLampState] = field(default=UNSET, name="UVCuringLampState")


class UVCuringProcessData(ProcessData, kw_only=True, tag="CFX.Structures.UVCuring.UVCuringProcessData, CFX"):
    """A pass through a curing machine."""

    process_time: Maybe[NumericMeasurement] = UNSET
    conveyor_speed: Maybe[NumericMeasurement] = UNSET
    conveyor_width: Maybe[NumericMeasurement] = UNSET
    intensity: Maybe[NumericMeasurement] = UNSET
    uv_lamps: Maybe[Sequence[UVCuringLampData]] = field(default=UNSET, name="UVLamps")
    glass_plates: Maybe[Sequence[UVCuringGlassPlate]] = UNSET
