"""CFX.Structures.SMTPlacement: surface mount placement: feeders, nozzles, components and their faults."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.activities import Activity, UnitAlignmentActivity
from padstone.cfx.structures.assembly import InstalledComponent, NonInstalledComponent
from padstone.cfx.structures.endpoints import DimensionalConstraints, Endpoint, StageInformation
from padstone.cfx.structures.faults import Fault
from padstone.cfx.structures.logs import LogEntryAdditionalData
from padstone.cfx.structures.materials import MaterialCarrier, MaterialLocation, PackagingInfo
from padstone.cfx.structures.recipes import LocalRecipeChange, MachineHead
from padstone.cfx.structures.resources import Camera, ResourceInformation, RotationAxis, Tool
from padstone.cfx.structures.units import ComponentDesignator
from padstone.cfx.vocabulary import InstantText, Maybe, Quantity, Structure, Whole, Word, check_quantities


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


class SMDTapePitch(Word):
    """Distance from one pocket of a tape to the next."""

    Adjustable = "Adjustable"
    Pitch2mm = "Pitch2mm"
    Pitch4mm = "Pitch4mm"
    Pitch8mm = "Pitch8mm"
    Pitch12mm = "Pitch12mm"
    Pitch16mm = "Pitch16mm"
    Pitch24mm = "Pitch24mm"
    Pitch32mm = "Pitch32mm"
    Pitch36mm = "Pitch36mm"
    Other = "Other"


class SMDTapeType(Word):
    """What a tape's pockets are made in."""

    Embossed = "Embossed"
    PunchedPaper = "PunchedPaper"


class SMDTapeWidth(Word):
    """Width of a tape."""

    Tape8mm = "Tape8mm"
    Tape12mm = "Tape12mm"
    Tape16mm = "Tape16mm"
    Tape24mm = "Tape24mm"
    Tape32mm = "Tape32mm"
    Tape44mm = "Tape44mm"
    Tape79mm = "Tape79mm"
    Other = "Other"


class SMTHeadType(Word):
    """How a placement head is built."""

    Turret = "Turret"
    Pulsar = "Pulsar"


class SMTPlacementType(Word):
    """How components are being placed."""

    Manual = "Manual"
    StepByStep = "StepByStep"
    Automatic = "Automatic"


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


class SMTHeadAndNozzle(Tool, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTHeadAndNozzle, CFX"):
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


class ComponentAlternativeLocalRecipeChange(
    LocalRecipeChange,
    kw_only=True,
    tag="CFX.Structures.SMTPlacement.ComponentAlternativeLocalRecipeChange, CFX",
):
    """Another part is used for one component."""

    designator: Maybe[ComponentDesignator] = UNSET
    alternative_part_number: Maybe[str] = UNSET


class ComponentRemovalLocalRecipeChange(
    LocalRecipeChange, kw_only=True, tag="CFX.Structures.SMTPlacement.ComponentRemovalLocalRecipeChange, CFX"
):
    """One component is left out."""

    designator: Maybe[ComponentDesignator] = UNSET


class HeadInformation(Structure, kw_only=True):
    """A head of a machine. Kinds of head add their own."""

    head: Maybe[MachineHead] = UNSET


class ItemRemovalLocalRecipeChange(
    LocalRecipeChange, kw_only=True, tag="CFX.Structures.SMTPlacement.ItemRemovalLocalRecipeChange, CFX"
):
    """All components of one part are left out."""

    part_number: Maybe[str] = UNSET
    number_of_components_per_unit: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.number_of_components_per_unit)


class SMTHeadInformation(HeadInformation, kw_only=True):
    """A placement head: how it is built, how many nozzles it has, how accurate it is."""

    smt_head_type: Maybe[SMTHeadType] = field(default=UNSET, name="SMTHeadType")
    number_of_nozzle_locations: Maybe[Whole] = UNSET
    placement_accuracy: Maybe[float] = UNSET


class SMTLaneInformation(Structure, kw_only=True):
    """A lane and the boards that fit it."""

    lane_number: Maybe[Whole] = UNSET
    lane_name: Maybe[str] = UNSET
    supported_pcb_dimensions: Maybe[DimensionalConstraints] = field(
        default=UNSET, name="SupportedPCBDimensions"
    )


class SMTLogEntryAdditionalData(
    LogEntryAdditionalData, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTLogEntryAdditionalData, CFX"
):
    """The head and nozzle that a log entry is about."""

    head_and_nozzle: Maybe[SMTHeadAndNozzle] = UNSET


class SMTNozzleChangeActivity(
    Activity, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTNozzleChangeActivity, CFX"
):
    """Nozzles were changed."""

    old_nozzles: Maybe[Sequence[SMTHeadAndNozzle]] = UNSET
    new_nozzles: Maybe[Sequence[SMTHeadAndNozzle]] = UNSET


class SMTPlacementActivity(
    Activity, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTPlacementActivity, CFX"
):
    """Components are being placed."""

    placement_type: Maybe[SMTPlacementType] = UNSET
    heads: Maybe[Sequence[SMTHeadInformation]] = UNSET


class SMTPlacementConstraints(Structure, kw_only=True):
    """The smallest and largest components that a machine places. `Minumum` is the standard's own spelling."""

    minumum_component_body_size_x: Maybe[float] = UNSET
    maximum_component_body_size_x: Maybe[float] = UNSET
    minumum_component_body_size_y: Maybe[float] = UNSET
    maximum_component_body_size_y: Maybe[float] = UNSET
    minumum_component_height: Maybe[float] = UNSET
    maximum_component_height: Maybe[float] = UNSET
    minimum_lead_width: Maybe[float] = UNSET
    minimum_bga_pitch: Maybe[float] = field(default=UNSET, name="MinimumBGAPitch")
    minimum_soic_pitch: Maybe[float] = field(default=UNSET, name="MinimumSOICPitch")
    minimum_mounting_pressure: Maybe[float] = UNSET
    maximum_mounting_pressure: Maybe[float] = UNSET


class SMTPlacementEndpoint(
    Endpoint, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTPlacementEndpoint, CFX"
):
    """A placement machine: its lanes and heads, and what it places how fast."""

    nominal_placement_cph: Maybe[float] = field(default=UNSET, name="NominalPlacementCPH")
    nominal_units_per_hour: Maybe[float] = UNSET
    lanes: Maybe[Sequence[SMTLaneInformation]] = UNSET
    heads: Maybe[Sequence[SMTHeadInformation]] = UNSET
    placement_constraints: Maybe[SMTPlacementConstraints] = UNSET


class SMTStageInformation(
    StageInformation, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTStageInformation, CFX"
):
    """A stage with feeder stations."""

    number_of_feeder_stations: Maybe[Whole] = UNSET


class SMTUnitAlignmentActivity(
    UnitAlignmentActivity, kw_only=True, tag="CFX.Structures.SMTPlacement.SMTUnitAlignmentActivity, CFX"
):
    """A head found how far a unit lies from where it should."""

    head: Maybe[SMTHeadInformation] = UNSET


class UnitSkipLocalRecipeChange(
    LocalRecipeChange, kw_only=True, tag="CFX.Structures.SMTPlacement.UnitSkipLocalRecipeChange, CFX"
):
    """One position of the panel is left out."""

    position_number: Maybe[Whole] = UNSET
