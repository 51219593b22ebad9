"""CFX.Structures: packages of material, their carriers and where they are."""

from __future__ import annotations

from msgspec import UNSET, field

from padstone.cfx.structures.resources import ResourceLocation
from padstone.cfx.vocabulary import (
    AnyOf,
    Family,
    InstantText,
    Maybe,
    Quantity,
    SpanText,
    Structure,
    Word,
    check_quantities,
)


class HazardousMaterialType(Word):
    NotHazardous = "NotHazardous"
    Hazardous = "Hazardous"
    RoHS = "RoHS"


class MSDLevel(Word):
    """Moisture sensitivity level of J-STD-020."""

    Unspecified = "Unspecified"
    MSL1 = "MSL1"
    MSL2 = "MSL2"
    MSL2A = "MSL2A"
    MSL3 = "MSL3"
    MSL4 = "MSL4"
    MSL5 = "MSL5"
    MSL5A = "MSL5A"
    MSL6 = "MSL6"


class MSDState(Word):
    Unspecified = "Unspecified"
    NeverOpened = "NeverOpened"
    Exposed = "Exposed"
    InDryStorage = "InDryStorage"
    Expired = "Expired"


class MaterialStatus(Word):
    Active = "Active"
    Blocked = "Blocked"
    Depleted = "Depleted"


class BlockReason(Word):
    """Why material or a place must not be used."""

    Unspecified = "Unspecified"
    SuspectedProblem = "SuspectedProblem"
    Defective = "Defective"
    ExpiredMaterial = "ExpiredMaterial"
    ExpiredTool = "ExpiredTool"


class MaterialModifyReason(Word):
    """Why what is known about a package was changed."""

    Unspecified = "Unspecified"
    InformationWasIncorrect = "InformationWasIncorrect"
    ManualCountAndQuantityUpdate = "ManualCountAndQuantityUpdate"
    SensorTriggeredCorrection = "SensorTriggeredCorrection"


class MaterialCarrier(Family, kw_only=True):
    """What holds a package at a place: feeder, tray, magazine. It may itself sit in another."""

    unique_identifier: Maybe[str] = UNSET
    name: Maybe[str] = UNSET
    parent_carrier: Maybe[AnyOf[MaterialCarrier]] = UNSET


class MaterialCarrierLocation(Structure, kw_only=True):
    """A carrier at a place."""

    resource_location: Maybe[ResourceLocation] = UNSET
    location_identifier: Maybe[str] = UNSET
    location_name: Maybe[str] = UNSET
    carrier_information: Maybe[AnyOf[MaterialCarrier]] = UNSET


class MaterialLocation(Structure, kw_only=True):
    """A package at a place, in a carrier."""

    resource_location: Maybe[ResourceLocation] = UNSET
    location_identifier: Maybe[str] = UNSET
    location_name: Maybe[str] = UNSET
    material_package: Maybe[MaterialPackage] = UNSET
    carrier_information: Maybe[AnyOf[MaterialCarrier]] = UNSET


class MaterialPackage(Structure, kw_only=True):
    """A reel, tray or other package, as far as a station needs to know it."""

    unique_identifier: Maybe[str] = UNSET
    internal_part_number: Maybe[str] = UNSET
    internal_package_name: Maybe[str] = UNSET
    quantity: Maybe[Quantity] = UNSET
    # The package ahead of this one in a spliced chain, which the machine draws from first.
    leading_material_package: Maybe[MaterialPackage] = UNSET
    # Where packages have no identifier of their own (trays): the batch they came in.
    batch_id: Maybe[str] = UNSET
    batch_material_package: Maybe[MaterialPackage] = UNSET
    # So many parts around a splice may be of this package or of the leading one: the machine cannot tell.
    grey_zone: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.quantity, self.grey_zone)


class MaterialPackageData(Family, kw_only=True):
    """Base of what is particular to a class of material."""


class MaterialPackageDetail(Structure, kw_only=True):
    """A package with its origin, dates, quantities and state."""

    unique_identifier: Maybe[str] = UNSET
    internal_part_number: Maybe[str] = UNSET
    internal_package_name: Maybe[str] = UNSET
    manufacturer: Maybe[str] = UNSET
    manufacturer_part_number: Maybe[str] = UNSET
    vendor: Maybe[str] = UNSET
    vendor_part_number: Maybe[str] = UNSET
    manufacturer_lot_code: Maybe[str] = UNSET
    created: Maybe[InstantText] = UNSET
    manufacture_date: Maybe[InstantText] = UNSET
    received_date: Maybe[InstantText] = UNSET
    expiry_date: Maybe[InstantText] = UNSET
    units: Maybe[str] = UNSET
    initial_quantity: Maybe[Quantity] = UNSET
    quantity: Maybe[Quantity] = UNSET
    status: Maybe[MaterialStatus] = UNSET
    hazardous_material_type: Maybe[HazardousMaterialType] = UNSET
    material_data: Maybe[AnyOf[MaterialPackageData]] = UNSET
    batch_id: Maybe[str] = UNSET
    grey_zone: Maybe[Quantity] = UNSET
    part_price: Maybe[Quantity] = UNSET
    part_price_unit: Maybe[str] = UNSET
    packaging_info: Maybe[AnyOf[PackagingInfo]] = UNSET
    resource_location: Maybe[ResourceLocation] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.initial_quantity, self.quantity, self.grey_zone, self.part_price)


class MaterialPackageMSDData(
    MaterialPackageData, kw_only=True, tag="CFX.Structures.MaterialPackageMSDData, CFX"
):
    """Moisture sensitivity: level, and what is left of the floor life."""

    expiration_date_time: Maybe[InstantText] = UNSET
    original_exposure_date_time: Maybe[InstantText] = UNSET
    last_exposure_date_time: Maybe[InstantText] = UNSET
    remaining_exposure_time: Maybe[SpanText] = UNSET
    msd_level: Maybe[MSDLevel] = field(default=UNSET, name="MSDLevel")
    msd_state: Maybe[MSDState] = field(default=UNSET, name="MSDState")


class PackagingInfo(Family, kw_only=True):
    """Base of the descriptions of a packaging."""


class ConsumedMaterial(Structure, kw_only=True):
    """What was used up of one package, what of it was spoiled, and what is left."""

    material_location: Maybe[MaterialLocation] = UNSET
    quantity_used: Maybe[Quantity] = UNSET
    quantity_spoiled: Maybe[Quantity] = UNSET
    remaining_quantity: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.quantity_used, self.quantity_spoiled, self.remaining_quantity)
