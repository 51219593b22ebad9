"""CFX.Materials.Storage: packages at the places they are used from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.materials import MaterialCarrierLocation, MaterialLocation
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.setup import StationSetupRequirements
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


class GetLoadedMaterialsRequest(Message, kw_only=True):
    """Asks which packages are at places of a station."""

    name: ClassVar[str] = "CFX.Materials.Storage.GetLoadedMaterialsRequest"

    location_identifiers: Maybe[Sequence[str]] = UNSET
    resource_unique_identifier: Maybe[str] = UNSET


class GetLoadedMaterialsResponse(Message, kw_only=True):
    """Which packages are at places of a station."""

    name: ClassVar[str] = "CFX.Materials.Storage.GetLoadedMaterialsResponse"

    result: Maybe[RequestResult] = UNSET
    materials: Maybe[Sequence[MaterialLocation]] = UNSET


class MaterialCarriersLoaded(Message, kw_only=True):
    """Carriers (feeders, trays) are at the places the station works from, with or without material."""

    name: ClassVar[str] = "CFX.Materials.Storage.MaterialCarriersLoaded"

    carriers: Maybe[Sequence[MaterialCarrierLocation]] = UNSET


class MaterialCarriersUnloaded(Message, kw_only=True):
    """Carriers are no longer at the station."""

    name: ClassVar[str] = "CFX.Materials.Storage.MaterialCarriersUnloaded"

    carrier_identifiers: Maybe[Sequence[str]] = UNSET


class MaterialsEmpty(Message, kw_only=True):
    """Packages ran out at their places."""

    name: ClassVar[str] = "CFX.Materials.Storage.MaterialsEmpty"

    empty_materials: Maybe[Sequence[MaterialLocation]] = UNSET


class ValidateStationSetupRequest(Message, kw_only=True):
    """Asks whether a station is set up as it should be."""

    name: ClassVar[str] = "CFX.Materials.Storage.ValidateStationSetupRequest"

    setup_requirements: Maybe[StationSetupRequirements] = UNSET


class ValidateStationSetupResponse(Message, kw_only=True):
    """Whether the station is set up as it should be."""

    name: ClassVar[str] = "CFX.Materials.Storage.ValidateStationSetupResponse"

    result: Maybe[RequestResult] = UNSET
