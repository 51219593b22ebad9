"""CFX.Structures.SMTPlacement: surface mount placement: feeders, nozzles, components and their faults."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.assembly import InstalledComponent, NonInstalledComponent
from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.materials import MaterialCarrier, MaterialLocation, PackagingInfo
from padstone.cfx.structures.resources import Camera, ResourceInformation, RotationAxis, Tool
from padstone.cfx.structures.units import ComponentDesignator
from padstone.cfx.vocabulary import InstantText, Maybe, Whole, Word


class SMTPlacementFaultType(Word):
    VacuumError = "VacuumError"
    XAxisError = "XAxisError"
    YAxisError = "YAxisError"
    ZAxisError = "ZAxisError"
    RecognitionError = "RecognitionError"
    PickupError = "PickupError"
    PlacementError = "PlacementError"
    LightingError = "LightingError"
    HeadError = "HeadError"
    NozzleError = "NozzleError"
    ComponentDropped = "ComponentDropped"
    PartsExhaust = "PartsExhaust"
    FiducialError = "FiducialError"
    PartsPartiallyExhaust = "PartsPartiallyExhaust"
    LowQuantity = "LowQuantity"
    FeederError = "FeederError"


class SMDBulkCaseFeeder(
    MaterialCarrier, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDBulkCaseFeeder, CFX"
):
    """A feeder for loose components."""

    cell_dimension_x: Maybe[float] = UNSET
    cell_dimension_y: Maybe[float] = UNSET
    cell_count_x: Maybe[Whole] = UNSET
    cell_count_y: Maybe[Whole] = UNSET
    cell_pitch_x: Maybe[float] = UNSET
    cell_pitch_y: Maybe[float] = UNSET
    cell_number_x: Maybe[float] = UNSET
    cell_number_y: Maybe[float] = UNSET


class SMDMultiTrayFeeder(
    MaterialCarrier, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDMultiTrayFeeder, CFX"
):
    """A feeder for several trays."""

    internal_identifier: Maybe[str] = UNSET
    x: Maybe[float] = UNSET
    y: Maybe[float] = UNSET
    rotation: Maybe[float] = UNSET


class SMDTapeFeeder(MaterialCarrier, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX"):
    """A tape feeder, or one lane of a base that has several."""

    base_unique_identifier: Maybe[str] = UNSET
    base_name: Maybe[str] = UNSET
    lane_number: Maybe[Whole] = UNSET
    tape_width: Maybe[float] = UNSET
    tape_pitch: Maybe[float] = UNSET


class SMDTapePackagingInfo(
    PackagingInfo, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTapePackagingInfo, CFX"
):
    """A reel of tape."""

    tape_width: Maybe[float] = UNSET
    tape_pitch: Maybe[float] = UNSET
    tape_diameter: Maybe[float] = UNSET
    tape_thickness: Maybe[float] = UNSET


class SMDTrayFeeder(MaterialCarrier, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTrayFeeder, CFX"):
    """A tray."""

    cell_dimension_x: Maybe[float] = UNSET
    cell_dimension_y: Maybe[float] = UNSET
    cell_count_x: Maybe[Whole] = UNSET
    cell_count_y: Maybe[Whole] = UNSET
    cell_pitch_x: Maybe[float] = UNSET
    cell_pitch_y: Maybe[float] = UNSET
    cell_number_x: Maybe[float] = UNSET
    cell_number_y: Maybe[float] = UNSET


class SMDTrayPackagingInfo(
    PackagingInfo, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTrayPackagingInfo, CFX"
):
    """A tray as packaging."""

    cell_dimension_x: Maybe[float] = UNSET
    cell_dimension_y: Maybe[float] = UNSET
    cell_count_x: Maybe[Whole] = UNSET
    cell_count_y: Maybe[Whole] = UNSET
    cell_pitch_x: Maybe[float] = UNSET
    cell_pitch_y: Maybe[float] = UNSET


class SMDTubeFeeder(MaterialCarrier, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTubeFeeder, CFX"):
    """A tube (stick) feeder, or one lane of a base that has several."""

    base_unique_identifier: Maybe[str] = UNSET
    base_name: Maybe[str] = UNSET
    lane_number: Maybe[Whole] = UNSET
    width: Maybe[float] = UNSET
    pitch: Maybe[float] = UNSET


class SMDTubePackagingInfo(
    PackagingInfo, kw_only=True, tag="CFX.Structures.SMTPlacement.SMDTubePackagingInfo, CFX"
):
    """A tube as packaging."""

    tube_width: Maybe[float] = UNSET
    tube_pitch: Maybe[float] = UNSET
    tube_length: Maybe[float] = UNSET
    tube_thickness: Maybe[float] = UNSET


class SMTHeadAndNozzle(Tool, kw_only=True):
    """The nozzle that held the component, and the head that held the nozzle."""

    head_id: Maybe[str] = UNSET
    head_nozzle_number: Maybe[Whole] = UNSET
    nozzle_type: Maybe[str] = UNSET


class SMTHeadResource(
    ResourceInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTHeadResource, CFX"
):
    """A placement head."""

    cameras: Maybe[Sequence[Camera]] = UNSET
    rotation_axes: Maybe[Sequence[RotationAxis]] = UNSET


class SMTInstalledComponent(
    InstalledComponent, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX"
):
    """A component that a placement machine put down: by which nozzle, picked when, in which order."""

    head_and_nozzle: Maybe[SMTHeadAndNozzle] = UNSET
    picking_time: Maybe[InstantText] = UNSET
    picking_sequence: Maybe[Whole] = UNSET
    installation_sequence: Maybe[Whole] = UNSET
    cycle_sequence: Maybe[Whole] = UNSET


class SMTNonInstalledComponent(
    NonInstalledComponent, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTNonInstalledComponent, CFX"
):
    """A component that a placement machine picked and did not put down."""

    head_and_nozzle: Maybe[SMTHeadAndNozzle] = UNSET
    picking_time: Maybe[InstantText] = UNSET
    picking_sequence: Maybe[Whole] = UNSET
    cycle_sequence: Maybe[Whole] = UNSET


class SMTNozzleChanger(
    ResourceInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTNozzleChanger, CFX"
):
    """A nozzle changer."""


class SMTNozzleChangerPocket(
    ResourceInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTNozzleChangerPocket, CFX"
):
    """A pocket of a nozzle changer."""


class SMTPlacementFault(Fault, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTPlacementFault, CFX"):
    """A fault of a placement machine."""

    placement_fault_type: Maybe[SMTPlacementFaultType] = UNSET
    program_step: Maybe[Whole] = UNSET
    designator: Maybe[ComponentDesignator] = UNSET
    material_location: Maybe[MaterialLocation] = UNSET
    head_and_nozzle: Maybe[SMTHeadAndNozzle] = UNSET
    number_of_tries_before_error: Maybe[Whole] = UNSET
    reference_part_number: Maybe[str] = UNSET


class SMTTable(ResourceInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTTable, CFX"):
    """A feeder table."""


class SMTTapeCutter(ResourceInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTTapeCutter, CFX"):
    """A tape cutter."""
