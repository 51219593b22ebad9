"""CFX.Structures: units, positions in a panel, designators and surfaces."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.vocabulary import Family, Maybe, Structure, Whole, Word


class Surface(Word):
    """A side of the board."""

    Unspecified = "Unspecified"
    PrimarySurface = "PrimarySurface"
    SecondarySurface = "SecondarySurface"


class UnitStatus(Word):
    """What is known of a unit before work on it begins."""

    Pass = "Pass"  # noqa: S105 - a unit that passed
    Fail = "Fail"
    Scrap = "Scrap"
    Skip = "Skip"


class ComponentDesignator(Family, kw_only=True):
    """A component, or pins of one: `U34`, `U34.5`, `U24.4-5`."""

    reference_designator: Maybe[str] = UNSET
    unit_position: Maybe[UnitPosition] = UNSET
    part_number: Maybe[str] = UNSET


class FiducialInfo(Structure, kw_only=True):
    """Where a fiducial mark was found."""

    fiducial_x: Maybe[float] = UNSET
    fiducial_y: Maybe[float] = UNSET
    fiducial_rxy: Maybe[float] = field(default=UNSET, name="FiducialRXY")
    unique_identifier: Maybe[str] = UNSET


class Region(Structure, kw_only=True):
    """An area of a unit, as a closed line from its start point."""

    start_point_x: Maybe[float] = UNSET
    start_point_y: Maybe[float] = UNSET
    region_segments: Maybe[Sequence[Segment]] = UNSET


class Segment(Structure, kw_only=True):
    """A corner of a region."""

    x: Maybe[float] = UNSET
    y: Maybe[float] = UNSET


class UnitPosition(Family, kw_only=True):
    """One unit of a panel or carrier. Panel and position together are the identity of a board inside it."""

    unit_identifier: Maybe[str] = UNSET
    position_number: Maybe[Whole] = UNSET
    position_name: Maybe[str] = UNSET
    x: Maybe[float] = UNSET
    y: Maybe[float] = UNSET
    z: Maybe[float] = UNSET
    rotation: Maybe[float] = UNSET
    flip_x: Maybe[bool] = UNSET
    flip_y: Maybe[bool] = UNSET
    status: Maybe[UnitStatus] = UNSET


class UnitInfo(UnitPosition, kw_only=True, tag="CFX.Structures.UnitInfo, CFX"):
    """A unit with what the machine found on it before work: bad mark and fiducials."""

    # 0 not known, 1 good, 2 not good for production.
    bad_mark: Maybe[Whole] = UNSET
    fiducial_count: Maybe[Whole] = UNSET
    fiducials: Maybe[Sequence[FiducialInfo]] = UNSET
    crds: Maybe[Sequence[str]] = field(default=UNSET, name="CRDs")
