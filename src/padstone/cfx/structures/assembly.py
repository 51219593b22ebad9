"""CFX.Structures: installed, rejected and removed components, and the checks made on them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.materials import MaterialCarrierLocation, MaterialPackage
from padstone.cfx.structures.resources import Camera, Stage
from padstone.cfx.structures.values import NumericValue
from padstone.cfx.vocabulary import (
    AnyOf,
    Family,
    InstantText,
    Maybe,
    Quantity,
    Structure,
    Whole,
    Word,
    check_quantities,
)


class ComponentElectricalTestUnit(Word):
    Unknown = "Unknown"
    Ohm = "Ohm"
    Farad = "Farad"
    Henry = "Henry"
    Volt = "Volt"
    Hertz = "Hertz"
    Watt = "Watt"


class ComponentValidityDecisionSource(Word):
    """What decided that a component is good or bad. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    Measurements = "Measurements"
    Algorithm = "Algorithm"
    Operator = "Operator"


class ComponentVisionAnalysisTestType(Word):
    """When the camera looked. The first member is the standard's own spelling."""

    Unkwnown = "Unkwnown"
    BeforePickup = "BeforePickup"
    AfterPickup = "AfterPickup"
    AfterElectricalTest = "AfterElectricalTest"


class NonInstalledComponentLocation(Word):
    """Where a component ended that was not installed."""

    Lost = "Lost"
    MaterialCarrier = "MaterialCarrier"
    RejectionBox = "RejectionBox"


class RejectionReason(Word):
    Unknown = "Unknown"
    MechanicalError = "MechanicalError"
    ElectricalError = "ElectricalError"
    SoftwareError = "SoftwareError"
    ExternalDeviceError = "ExternalDeviceError"
    BadElectricalTest = "BadElectricalTest"
    ErrorAfterPickUp = "ErrorAfterPickUp"
    BadVisionTestAfterPickup = "BadVisionTestAfterPickup"
    BadPressureTestAfterPickup = "BadPressureTestAfterPickup"
    BadOpticalTestAfterPickup = "BadOpticalTestAfterPickup"
    ErrorAfterPlacement = "ErrorAfterPlacement"
    BadVisionTestAfterPlacement = "BadVisionTestAfterPlacement"
    BadPressureTestAfterPlacement = "BadPressureTestAfterPlacement"
    BadOpticalTestAfterPlacement = "BadOpticalTestAfterPlacement"
    BadVisionTestBeforePickup = "BadVisionTestBeforePickup"
    ErrorAfterElectricalTest = "ErrorAfterElectricalTest"
    BadVisionTestAfterElectricalTest = "BadVisionTestAfterElectricalTest"
    BadPressureTestAfterElectricalTest = "BadPressureTestAfterElectricalTest"
    BadOpticalTestAfterElectricalTest = "BadOpticalTestAfterElectricalTest"


class UninstalledReason(Word):
    DefectiveMaterial = "DefectiveMaterial"
    DefectiveInstallation = "DefectiveInstallation"
    IncorrectMaterial = "IncorrectMaterial"
    Other = "Other"


class InstalledComponent(Family, kw_only=True):
    """A component that is now on the unit."""

    reference_designator: Maybe[str] = UNSET
    # The serial of the component, where it has one of its own.
    installed_unit_identifier: Maybe[str] = UNSET
    installation_time: Maybe[InstantText] = UNSET
    stage: Maybe[Stage] = UNSET
    electrical_test: Maybe[ComponentElectricalTest] = UNSET
    tests: Maybe[ComponentTests] = UNSET


class AppliedComponent(InstalledComponent, kw_only=True, tag="CFX.Structures.AppliedComponent, CFX"):
    """A deposit that is now on the unit, with its amount."""

    quantity_applied: Maybe[NumericValue] = UNSET


class InstalledMaterial(Family, kw_only=True):
    """What was taken from one package, at one place, for one unit."""

    unit_identifier: Maybe[str] = UNSET
    # Position in the panel that the unit identifier names.
    unit_position_number: Maybe[Whole] = UNSET
    quantity_installed: Maybe[Quantity] = UNSET
    quantity_non_installed: Maybe[Quantity] = UNSET
    material: Maybe[MaterialPackage] = UNSET
    carrier_location: Maybe[MaterialCarrierLocation] = UNSET
    installed_components: Maybe[Sequence[AnyOf[InstalledComponent]]] = UNSET
    non_installed_components: Maybe[Sequence[AnyOf[NonInstalledComponent]]] = UNSET
    reference_part_number: Maybe[str] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.quantity_installed, self.quantity_non_installed)


class AppliedMaterial(InstalledMaterial, kw_only=True, tag="CFX.Structures.AppliedMaterial, CFX"):
    """What was applied from one package (paste, glue), with its amount."""

    quantity_applied: Maybe[NumericValue] = UNSET


class ComponentElectricalTest(Family, kw_only=True):
    """A measurement of a component's electrical value."""

    tester_vendor: Maybe[str] = UNSET
    tester_model_number: Maybe[str] = UNSET
    tester_serial_number: Maybe[str] = UNSET
    tester_firmware_version: Maybe[str] = UNSET
    frequency: Maybe[float] = UNSET
    expected_value: Maybe[float] = UNSET
    measured_value: Maybe[float] = UNSET
    tolerance_min: Maybe[float] = UNSET
    tolerance_max: Maybe[float] = UNSET
    unit: Maybe[ComponentElectricalTestUnit] = UNSET
    result: Maybe[bool] = UNSET


class RejectionDetails(Family, kw_only=True):
    """Base of the reasons in detail for which a component was rejected."""


class BadElectricalTestRejectionDetails(
    ComponentElectricalTest,
    RejectionDetails,
    kw_only=True,
    tag="CFX.Structures.BadElectricalTestRejectionDetails, CFX",
):
    """The electrical test a component did not pass."""

    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    error_code: Maybe[str] = UNSET


class ComponentOpticalTest(Family, kw_only=True):
    """An optical check of a component."""

    expected_value: Maybe[float] = UNSET
    measured_value: Maybe[float] = UNSET
    tolerance_min: Maybe[float] = UNSET
    tolerance_max: Maybe[float] = UNSET
    unit: Maybe[str] = UNSET
    result: Maybe[bool] = UNSET


class BadOpticalTestRejectionDetails(
    ComponentOpticalTest,
    RejectionDetails,
    kw_only=True,
    tag="CFX.Structures.BadOpticalTestRejectionDetails, CFX",
):
    """The optical test a component did not pass."""

    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    error_code: Maybe[str] = UNSET


class ComponentPressureTest(Family, kw_only=True):
    """A check of the pressure at the nozzle."""

    expected_value: Maybe[float] = UNSET
    measured_value: Maybe[float] = UNSET
    tolerance_min: Maybe[float] = UNSET
    tolerance_max: Maybe[float] = UNSET
    unit: Maybe[str] = UNSET
    result: Maybe[bool] = UNSET


class BadPressureTestRejectionDetails(
    ComponentPressureTest,
    RejectionDetails,
    kw_only=True,
    tag="CFX.Structures.BadPressureTestRejectionDetails, CFX",
):
    """The pressure test a component did not pass."""

    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    error_code: Maybe[str] = UNSET


class BadVisionAnalysisTestRejectionDetails(
    RejectionDetails, kw_only=True, tag="CFX.Structures.BadVisionAnalysisTestRejectionDetails, CFX"
):
    """The vision analyses a component did not pass. A list with a type, on the wire under `$values`."""

    values: Maybe[Sequence[ComponentVisionAnalysisTest]] = field(default=UNSET, name="$values")
    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    error_code: Maybe[str] = UNSET


class BadVisionTestRejectionDetails(
    RejectionDetails, kw_only=True, tag="CFX.Structures.BadVisionTestRejectionDetails, CFX"
):
    """The vision tests a component did not pass. A list with a type, on the wire under `$values`."""

    values: Maybe[Sequence[ComponentVisionTest]] = field(default=UNSET, name="$values")
    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    error_code: Maybe[str] = UNSET


class ComponentTests(Structure, kw_only=True):
    """The checks a component went through before it was accepted."""

    decision_source: Maybe[ComponentValidityDecisionSource] = UNSET
    optical_tests: Maybe[Sequence[ComponentOpticalTest]] = UNSET
    pressure_tests: Maybe[Sequence[ComponentPressureTest]] = UNSET
    vision_analysis_tests: Maybe[Sequence[ComponentVisionAnalysisTest]] = UNSET
    electrical_tests: Maybe[Sequence[ComponentElectricalTest]] = UNSET


class ComponentVisionAnalysisTest(Structure, kw_only=True):
    """A look at a component by camera, at one moment of its way."""

    type: Maybe[ComponentVisionAnalysisTestType] = UNSET
    vision_tests: Maybe[Sequence[ComponentVisionTest]] = UNSET
    images: Maybe[Sequence[Image]] = UNSET
    cameras: Maybe[Sequence[Camera]] = UNSET
    algorithm: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET


class ComponentVisionTest(Structure, kw_only=True):
    """One value found by a look at a component."""

    information_id: Maybe[str] = UNSET
    expected_value: Maybe[float] = UNSET
    measured_value: Maybe[float] = UNSET
    tolerance_min: Maybe[float] = UNSET
    tolerance_max: Maybe[float] = UNSET
    unit: Maybe[str] = UNSET
    result: Maybe[bool] = UNSET


class NonInstalledComponent(Family, kw_only=True):
    """A component that was meant for a designator and did not get there: rejected or lost."""

    reference_designator: Maybe[str] = UNSET
    non_installation_time: Maybe[InstantText] = UNSET
    location: Maybe[NonInstalledComponentLocation] = UNSET
    stage: Maybe[Stage] = UNSET
    rejection_box_id: Maybe[str] = UNSET
    rejection_comment: Maybe[str] = UNSET
    rejection_reason: Maybe[RejectionReason] = UNSET
    rejection_details: Maybe[AnyOf[RejectionDetails]] = UNSET


class UninstalledMaterial(Structure, kw_only=True):
    """What was taken off one unit, from one package."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    quantity_uninstalled: Maybe[Quantity] = UNSET
    reason: Maybe[UninstalledReason] = UNSET
    material: Maybe[MaterialPackage] = UNSET
    uninstalled_components: Maybe[Sequence[AnyOf[InstalledComponent]]] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.quantity_uninstalled)
