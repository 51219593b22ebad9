"""CFX.Structures.PCBInspection: measurements of optical inspection."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.measurements import Measurement
from padstone.cfx.structures.recipes import Recipe
from padstone.cfx.vocabulary import AnyOf, Family, Long, Maybe, Structure, Whole


class OffsetMeasurement(Measurement, kw_only=True, tag="CFX.Structures.PCBInspection.OffsetMeasurement, CFX"):
    """How far a component lies from where it should, and how it is turned about each axis."""

    dx: Maybe[float] = field(default=UNSET, name="DX")
    dy: Maybe[float] = field(default=UNSET, name="DY")
    dz: Maybe[float] = field(default=UNSET, name="DZ")
    rxy: Maybe[float] = field(default=UNSET, name="RXY")
    rzx: Maybe[float] = field(default=UNSET, name="RZX")
    rzy: Maybe[float] = field(default=UNSET, name="RZY")


class Vector3(Structure, kw_only=True):
    """Three numbers: a place, a size or angles."""

    x: Maybe[float] = UNSET
    y: Maybe[float] = UNSET
    z: Maybe[float] = UNSET


class NamedObject(Structure, kw_only=True):
    """Base of everything that has a name."""

    name: Maybe[str] = UNSET


class Feature(NamedObject, kw_only=True):
    """One thing checked on an object, and what came of it."""

    is_defect: Maybe[bool] = UNSET
    is_inspected: Maybe[bool] = UNSET
    is_detected_defect: Maybe[bool] = UNSET
    is_verified: Maybe[bool] = UNSET
    is_verified_defect: Maybe[bool] = UNSET
    is_repaired: Maybe[bool] = UNSET


class InspectionObject(NamedObject, kw_only=True):
    """Base of what is inspected."""

    features: Maybe[Sequence[Feature]] = UNSET
    is_defect: Maybe[bool] = UNSET
    is_repaired: Maybe[bool] = UNSET


class GeometricObject(InspectionObject, kw_only=True):
    """Base of what is inspected and has a place."""

    size: Maybe[Vector3] = UNSET
    position: Maybe[Vector3] = UNSET
    rotation: Maybe[Vector3] = UNSET


class Fiducial(GeometricObject, kw_only=True):
    """A fiducial mark."""

    type: Maybe[str] = UNSET


class Pin(GeometricObject, kw_only=True):
    """A pin of a component."""


class PCBInspectionComponent(GeometricObject, kw_only=True):
    """A component with its pins (the standard's PCBInspection.Component)."""

    type: Maybe[str] = UNSET
    group: Maybe[str] = UNSET
    pins: Maybe[Sequence[Pin]] = UNSET
    is_defect: Maybe[bool] = UNSET
    part_number: Maybe[str] = UNSET


class Board(GeometricObject, kw_only=True):
    """A board of a panel."""

    fiducials: Maybe[Sequence[Fiducial]] = UNSET
    components: Maybe[Sequence[PCBInspectionComponent]] = UNSET
    is_defect: Maybe[bool] = UNSET
    unit_position_number: Maybe[Whole] = UNSET


class Panel(InspectionObject, kw_only=True):
    """A panel with all that is inspected on it."""

    fiducials: Maybe[Sequence[Fiducial]] = UNSET
    boards: Maybe[Sequence[Board]] = UNSET
    components: Maybe[Sequence[PCBInspectionComponent]] = UNSET
    is_defect: Maybe[bool] = UNSET


class Value(NamedObject, Family, kw_only=True):
    """Base of values by name."""

    unit: Maybe[str] = UNSET
    can_write: Maybe[bool] = UNSET


class StringValue(Value, kw_only=True, tag="CFX.Structures.PCBInspection.StringValue, CFX"):
    """A text by name."""

    value: Maybe[str] = UNSET


class FloatValue(Value, kw_only=True, tag="CFX.Structures.PCBInspection.FloatValue, CFX"):
    """A number by name."""

    value: Maybe[float] = UNSET


class IntValue(Value, kw_only=True, tag="CFX.Structures.PCBInspection.IntValue, CFX"):
    """A whole number by name, with values of its own."""

    value: Maybe[Long] = UNSET
    values: Maybe[Sequence[AnyOf[Value]]] = UNSET


class PCBInspectionRecipe(Recipe, kw_only=True, tag="CFX.Structures.PCBInspection.PCBInspectionRecipe, CFX"):
    """A recipe for optical inspection."""

    panel: Maybe[Panel] = UNSET
