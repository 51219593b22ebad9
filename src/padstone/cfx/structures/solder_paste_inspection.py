"""CFX.Structures.SolderPasteInspection: measured deposits of solder paste."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.structures.units import Segment
from padstone.cfx.vocabulary import Maybe


class InspectionMeasurementExpected(
    Measurement, kw_only=True, tag="CFX.Structures.SolderPasteInspection.InspectionMeasurementExpected, CFX"
):
    """What a deposit should be: position (EX, EY), height (EZ), volume (EVol), area (EA) and pad."""

    ex: Maybe[float] = field(default=UNSET, name="EX")
    ey: Maybe[float] = field(default=UNSET, name="EY")
    ez: Maybe[float] = field(default=UNSET, name="EZ")
    px: Maybe[float] = field(default=UNSET, name="PX")
    py: Maybe[float] = field(default=UNSET, name="PY")
    ea: Maybe[float] = field(default=UNSET, name="EA")
    e_vol: Maybe[float] = UNSET
    ar: Maybe[float] = field(default=UNSET, name="AR")
    rxy: Maybe[float] = field(default=UNSET, name="RXY")
    vertices: Maybe[Sequence[Segment]] = UNSET


class InspectionMeasurementLean(
    Measurement, kw_only=True, tag="CFX.Structures.SolderPasteInspection.InspectionMeasurementLean, CFX"
):
    """What a deposit is, without what it should be."""

    x: Maybe[float] = UNSET
    y: Maybe[float] = UNSET
    z: Maybe[float] = UNSET
    dx: Maybe[float] = field(default=UNSET, name="DX")
    dy: Maybe[float] = field(default=UNSET, name="DY")
    vol: Maybe[float] = UNSET
    a: Maybe[float] = UNSET
    image: Maybe[Image] = UNSET


class SolderPasteMeasurement(
    Measurement, kw_only=True, tag="CFX.Structures.SolderPasteInspection.SolderPasteMeasurement, CFX"
):
    """What a deposit is and should be (names beginning with E): position, height Z, volume, area A, pad
    size P.
    """

    x: Maybe[float] = UNSET
    ex: Maybe[float] = field(default=UNSET, name="EX")
    y: Maybe[float] = UNSET
    ey: Maybe[float] = field(default=UNSET, name="EY")
    z: Maybe[float] = UNSET
    ez: Maybe[float] = field(default=UNSET, name="EZ")
    dx: Maybe[float] = field(default=UNSET, name="DX")
    dy: Maybe[float] = field(default=UNSET, name="DY")
    vol: Maybe[float] = UNSET
    e_vol: Maybe[float] = UNSET
    image: Maybe[Image] = UNSET
    a: Maybe[float] = UNSET
    ea: Maybe[float] = field(default=UNSET, name="EA")
    px: Maybe[float] = field(default=UNSET, name="PX")
    py: Maybe[float] = field(default=UNSET, name="PY")
    rxy: Maybe[float] = field(default=UNSET, name="RXY")
    ar: Maybe[float] = field(default=UNSET, name="AR")
