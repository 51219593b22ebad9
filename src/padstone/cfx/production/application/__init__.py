"""CFX.Production.Application: paste, glue and other materials put on units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.assembly import InstalledMaterial, UninstalledMaterial
from padstone.cfx.vocabulary import AnyOf, Maybe, Message


class MaterialsApplied(Message, kw_only=True):
    """Material was applied to units, package by package."""

    name: ClassVar[str] = "CFX.Production.Application.MaterialsApplied"

    transaction_id: Maybe[str] = UNSET
    applied_materials: Maybe[Sequence[AnyOf[InstalledMaterial]]] = UNSET


class MaterialsUnapplied(Message, kw_only=True):
    """Material was taken off units."""

    name: ClassVar[str] = "CFX.Production.Application.MaterialsUnapplied"

    transaction_id: Maybe[str] = UNSET
    unapplied_materials: Maybe[Sequence[UninstalledMaterial]] = UNSET
