"""CFX.Structures.SolderPasteInspection: measured deposits of solder paste."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.structures.quality import InspectionMethod
from padstone.cfx.structures.recipes import Recipe
from padstone.cfx.structures.units import FiducialInfo, Segment
from padstone.cfx.vocabulary import AnyOf, InstantText, Maybe, Structure, Whole, Word


class InspectionItemType(Word):
    """What is inspected."""

    Unknown = "Unknown"
    General = "General"
    PCB = "PCB"
    Unit = "Unit"
    Fiducial = "Fiducial"
    Barcode = "Barcode"
    Component = "Component"
    Pin = "Pin"
    Pad = "Pad"
    SolderDeposit = "SolderDeposit"


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


class InspectionItem(Structure, kw_only=True):
    """A deposit, pad, component or other thing to inspect, in steps."""

    group: Maybe[str] = UNSET
    type: Maybe[InspectionItemType] = UNSET
    ref_no: Maybe[Whole] = UNSET
    crd: Maybe[str] = field(default=UNSET, name="CRD")
    part_number: Maybe[str] = UNSET
    package_type: Maybe[str] = UNSET
    steps: Maybe[Sequence[InspectionStep]] = UNSET


class InspectionStep(Structure, kw_only=True):
    """One step of an inspection: what is expected."""

    name: Maybe[str] = UNSET
    sequence: Maybe[Whole] = UNSET
    target_value: Maybe[AnyOf[Measurement]] = UNSET


class SolderPasteInspectionRecipe(
    Recipe, kw_only=True, tag="CFX.Structures.SolderPasteInspection.SolderPasteInspectionRecipe, CFX"
):
    """A recipe for the inspection of solder paste."""

    units_to_inspect: Maybe[Sequence[UnitToInspect]] = UNSET
    recipe_generation_date: Maybe[InstantText] = UNSET
    inspection_method: Maybe[InspectionMethod] = UNSET
    fiducials: Maybe[Sequence[FiducialInfo]] = UNSET


class UnitToInspect(Structure, kw_only=True):
    """One position of the panel, and what there is to inspect on it."""

    unit_position_number: Maybe[Whole] = UNSET
    name: Maybe[str] = UNSET
    child_objects: Maybe[Sequence[InspectionItem]] = UNSET
