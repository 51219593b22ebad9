"""CFX.Materials.Storage: packages at the places they are used from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialLocation
from padstone.cfx.vocabulary import Maybe, Message


class MaterialsLoaded(Message, kw_only=True):
    """Packages are at the places the station works from."""

    name: ClassVar[str] = "CFX.Materials.Storage.MaterialsLoaded"

    materials: Maybe[Sequence[MaterialLocation]] = UNSET


class MaterialsUnloaded(Message, kw_only=True):
    """Packages are no longer at the station. They are named by their identifiers alone."""

    name: ClassVar[str] = "CFX.Materials.Storage.MaterialsUnloaded"

    material_package_identifiers: Maybe[Sequence[str]] = UNSET


class SplicePointDetected(Message, kw_only=True):
    """The station has noticed that a spliced tape went over from one package to the next."""

    name: ClassVar[str] = "CFX.Materials.Storage.SplicePointDetected"

    depleted_material: Maybe[MaterialLocation] = UNSET
    newly_active_material: Maybe[MaterialLocation] = UNSET
