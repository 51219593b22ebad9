"""CFX.Materials.Management: packages of material and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialPackageDetail
from padstone.cfx.vocabulary import Maybe, Message


class MaterialsInitialized(Message, kw_only=True):
    """Packages of material are known from now on, with all that is known about them."""

    name: ClassVar[str] = "CFX.Materials.Management.MaterialsInitialized"

    materials: Maybe[Sequence[MaterialPackageDetail]] = UNSET
