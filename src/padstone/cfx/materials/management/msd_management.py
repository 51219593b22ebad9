"""CFX.Materials.Management.MSDManagement: moisture sensitive packages and their floor life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialPackageDetail
from padstone.cfx.vocabulary import Maybe, Message


class MaterialsExpired(Message, kw_only=True):
    """The floor life of packages is used up."""

    name: ClassVar[str] = "CFX.Materials.Management.MSDManagement.MaterialsExpired"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsOpened(Message, kw_only=True):
    """Packages were opened: their floor life runs."""

    name: ClassVar[str] = "CFX.Materials.Management.MSDManagement.MaterialsOpened"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsPlacedInDryStorage(Message, kw_only=True):
    """Packages are in dry storage: their floor life stands still."""

    name: ClassVar[str] = "CFX.Materials.Management.MSDManagement.MaterialsPlacedInDryStorage"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsRemovedFromDryStorage(Message, kw_only=True):
    """Packages left dry storage: their floor life runs on."""

    name: ClassVar[str] = "CFX.Materials.Management.MSDManagement.MaterialsRemovedFromDryStorage"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET


class MaterialsRestored(Message, kw_only=True):
    """Packages were baked: their floor life begins anew."""

    name: ClassVar[str] = "CFX.Materials.Management.MSDManagement.MaterialsRestored"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET
