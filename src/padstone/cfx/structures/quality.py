"""CFX.Structures: inspections, tests, defects, symptoms and repairs."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.files import Image
from padstone.cfx.structures.measurements import EnvironmentalCondition, Measurement, TestResult
from padstone.cfx.structures.solder_paste_printing import SolderPasteSqueegeeDirection
from padstone.cfx.structures.units import ComponentDesignator, FiducialInfo, Region
from padstone.cfx.vocabulary import (
    AnyOf,
    InstantText,
    Maybe,
    Quantity,
    Structure,
    Whole,
    Word,
    check_quantities,
)


class InspectionMethod(Word):
    Human = "Human"
    AOI = "AOI"
    SPI = "SPI"
    AXI = "AXI"


class IssueStatus(Word):
    NewlyDiscovered = "NewlyDiscovered"
    Confirmed = "Confirmed"
    False_ = "False"
    Repaired = "Repaired"
    Closed = "Closed"


class RepairResult(Word):
    RepairSuccessful = "RepairSuccessful"
    UnableToRepair = "UnableToRepair"
    Scrap = "Scrap"
    Error = "Error"
    Aborted = "Aborted"


class SamplingMethod(Word):
    NoSampling = "NoSampling"
    ANSI_Z14 = "ANSI_Z14"
    MIL_STD_105 = "MIL_STD_105"
    MIL_STD_1916 = "MIL_STD_1916"
    Squeglia = "Squeglia"
    FixedSample = "FixedSample"


class TestMethod(Word):
    Human = "Human"
    Automated = "Automated"
    ICT = "ICT"
    FPT = "FPT"
    FCT = "FCT"
    BST = "BST"


class VerificationResult(Word):
    """What a person made of a machine's finding."""

    NotVerifiedYet = "NotVerifiedYet"
    DefectConfirmed = "DefectConfirmed"
    DefectRejected = "DefectRejected"
    DefectAccepted = "DefectAccepted"
    DefectRepaired = "DefectRepaired"
    DefectClosed = "DefectClosed"


class Defect(Structure, kw_only=True):
    """Something wrong with a unit."""

    unique_identifier: Maybe[str] = UNSET
    defect_code: Maybe[str] = UNSET
    defect_category: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    component_of_interest: Maybe[ComponentDesignator] = UNSET
    region_of_interest: Maybe[Region] = UNSET
    defect_images: Maybe[Sequence[Image]] = UNSET
    priority: Maybe[Whole] = UNSET
    confidence_level: Maybe[float] = UNSET
    related_measurements: Maybe[Sequence[AnyOf[Measurement]]] = UNSET
    related_symptoms: Maybe[Sequence[Symptom]] = UNSET
    verification: Maybe[VerificationResult] = UNSET
    verification_detail: Maybe[str] = UNSET


class InspectedPanel(Structure, kw_only=True):
    """The panel as a whole and its inspections."""

    unit_identifier: Maybe[str] = UNSET
    overall_result: Maybe[TestResult] = UNSET
    inspections: Maybe[Sequence[Inspection]] = UNSET
    verification: Maybe[VerificationResult] = UNSET
    total_inspection_count: Maybe[Whole] = UNSET
    stretch: Maybe[float] = UNSET
    recognized_stroke_direction: Maybe[SolderPasteSqueegeeDirection] = UNSET
    fiducials: Maybe[Sequence[FiducialInfo]] = UNSET
    pcb_variant: Maybe[str] = field(default=UNSET, name="PCBVariant")


class InspectedUnit(Structure, kw_only=True):
    """A unit and its inspections."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    overall_result: Maybe[TestResult] = UNSET
    inspections: Maybe[Sequence[Inspection]] = UNSET
    verification: Maybe[VerificationResult] = UNSET
    total_inspection_count: Maybe[Whole] = UNSET


class Inspection(Structure, kw_only=True):
    """One look at one unit, or at one thing on it."""

    unique_identifier: Maybe[str] = UNSET
    inspection_name: Maybe[str] = UNSET
    inspection_start_time: Maybe[InstantText] = UNSET
    inspection_end_time: Maybe[InstantText] = UNSET
    test_procedure: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    result: Maybe[TestResult] = UNSET
    verification: Maybe[VerificationResult] = UNSET
    verification_detail: Maybe[str] = UNSET
    error: Maybe[str] = UNSET
    defects_found: Maybe[Sequence[Defect]] = UNSET
    symptoms: Maybe[Sequence[Symptom]] = UNSET
    measurements: Maybe[Sequence[AnyOf[Measurement]]] = UNSET
    ref_no: Maybe[Whole] = UNSET


class Repair(Structure, kw_only=True):
    """One repair of one unit."""

    unique_identifier: Maybe[str] = UNSET
    repair_name: Maybe[str] = UNSET
    repair_start_time: Maybe[InstantText] = UNSET
    repair_end_time: Maybe[InstantText] = UNSET
    comments: Maybe[str] = UNSET
    component_of_interest: Maybe[ComponentDesignator] = UNSET
    region_of_interest: Maybe[Region] = UNSET
    related_defect_identifiers: Maybe[Sequence[str]] = UNSET
    reclassified_defects: Maybe[Sequence[Defect]] = UNSET
    related_symptom_identifiers: Maybe[Sequence[str]] = UNSET
    reclassified_symptoms: Maybe[Sequence[Symptom]] = UNSET
    result: Maybe[RepairResult] = UNSET
    error: Maybe[str] = UNSET


class RepairedUnit(Structure, kw_only=True):
    """A unit and its repairs."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    overall_result: Maybe[RepairResult] = UNSET
    repairs: Maybe[Sequence[Repair]] = UNSET


class SamplingInformation(Structure, kw_only=True):
    """By which rule units were chosen, how many of how many."""

    sampling_method: Maybe[SamplingMethod] = UNSET
    lot_size: Maybe[Quantity] = UNSET
    sample_size: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.lot_size, self.sample_size)


class Symptom(Structure, kw_only=True):
    """Something that shows a unit does not behave; its cause is not yet known."""

    unique_identifier: Maybe[str] = UNSET
    symptom_code: Maybe[str] = UNSET
    symptom_category: Maybe[str] = UNSET
    description: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    status: Maybe[IssueStatus] = UNSET
    components_of_interest: Maybe[Sequence[ComponentDesignator]] = UNSET
    region_of_interest: Maybe[Region] = UNSET
    priority: Maybe[Whole] = UNSET
    related_measurements: Maybe[Sequence[AnyOf[Measurement]]] = UNSET


class Test(Structure, kw_only=True):
    """One test of one unit."""

    unique_identifier: Maybe[str] = UNSET
    test_name: Maybe[str] = UNSET
    test_start_time: Maybe[InstantText] = UNSET
    test_end_time: Maybe[InstantText] = UNSET
    test_conditions: Maybe[Sequence[AnyOf[EnvironmentalCondition]]] = UNSET
    test_procedure: Maybe[str] = UNSET
    comments: Maybe[str] = UNSET
    result: Maybe[TestResult] = UNSET
    error: Maybe[str] = UNSET
    symptoms_found: Maybe[Sequence[Symptom]] = UNSET
    defects_found: Maybe[Sequence[Defect]] = UNSET
    measurements: Maybe[Sequence[AnyOf[Measurement]]] = UNSET


class TestedUnit(Structure, kw_only=True):
    """A unit and its tests."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    overall_result: Maybe[TestResult] = UNSET
    tests: Maybe[Sequence[Test]] = UNSET
