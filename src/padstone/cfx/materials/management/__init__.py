"""CFX.Materials.Management: packages of material and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import (
    BlockReason,
    ConsumedMaterial,
    MaterialModifyReason,
    MaterialPackage,
    MaterialPackageDetail,
)
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.work import Operator
from padstone.cfx.vocabulary import Maybe, Message, Quantity, check_quantities


class MaterialsInitialized(Message, kw_only=True):
    """Packages of material are known from now on, with all that is known about them."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsInitialized"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class BlockMaterialsRequest(Message, kw_only=True):
    """Asks that packages must not be used any more."""

    name: ClassVar[str] = "CFX.Materials.Management.BlockMaterialsRequest"

    material_package_identifiers: Maybe[Sequence[str]] = UNSET
    reason: Maybe[BlockReason] = UNSET
    comments: Maybe[str] = UNSET
    blocker: Maybe[Operator] = UNSET


class BlockMaterialsResponse(Message, kw_only=True):
    """Whether the packages were blocked, and which could not be."""

    name: ClassVar[str] = "CFX.Materials.Management.BlockMaterialsResponse"

    result: Maybe[RequestResult] = UNSET
    materials_packages_not_blocked: Maybe[Sequence[str]] = UNSET


class GetMaterialInformationRequest(Message, kw_only=True):
    """Asks what is known about packages."""

    name: ClassVar[str] = "CFX.Materials.Management.GetMaterialInformationRequest"

    material_package_identifiers: Maybe[Sequence[str]] = UNSET


class GetMaterialInformationResponse(Message, kw_only=True):
    """What is known about packages."""

    name: ClassVar[str] = "CFX.Materials.Management.GetMaterialInformationResponse"

    result: Maybe[RequestResult] = UNSET
    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsChainSplit(Message, kw_only=True):
    """A chain of spliced packages was cut in two."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsChainSplit"

    splitted_material_package: Maybe[MaterialPackage] = UNSET
    remaining_material_package: Maybe[MaterialPackage] = UNSET


class MaterialsConsumed(Message, kw_only=True):
    """Material was used up, or spoiled."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsConsumed"

    consumed_materials: Maybe[Sequence[ConsumedMaterial]] = UNSET


class MaterialsJoined(Message, kw_only=True):
    """A package was spliced behind another."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsJoined"

    leading_material_package: Maybe[MaterialPackage] = UNSET
    trailing_material_package: Maybe[MaterialPackage] = UNSET


class MaterialsModified(Message, kw_only=True):
    """What is known about packages was corrected."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsModified"

    reason: Maybe[MaterialModifyReason] = UNSET
    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsRetired(Message, kw_only=True):
    """Packages are gone: empty, scrapped or sent away."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsRetired"

    materials: Maybe[Sequence[MaterialPackage]] = UNSET


class MaterialsSplit(Message, kw_only=True):
    """A part of one package is a package of its own from now on."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsSplit"

    source_material_package_identifier: Maybe[str] = UNSET
    source_material_package_remaining_quantity: Maybe[Quantity] = UNSET
    new_material_package_identifier: Maybe[str] = UNSET
    new_material_package_quantity: Maybe[Quantity] = UNSET

    def __post_init__(self) -> None:
        check_quantities(self.source_material_package_remaining_quantity, self.new_material_package_quantity)


class UnblockMaterialsRequest(Message, kw_only=True):
    """Asks that packages may be used again."""

    name: ClassVar[str] = "CFX.Materials.Management.UnblockMaterialsRequest"

    material_package_identifiers: Maybe[Sequence[str]] = UNSET
    comments: Maybe[str] = UNSET
    unblocker: Maybe[Operator] = UNSET


class UnblockMaterialsResponse(Message, kw_only=True):
    """Whether the packages may be used again."""

    name: ClassVar[str] = "CFX.Materials.Management.UnblockMaterialsResponse"

    result: Maybe[RequestResult] = UNSET
