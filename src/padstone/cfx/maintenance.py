"""CFX.Maintenance: what a machine is made of, and what its parts need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET, field

from padstone.cfx.structures.maintenance import ServiceAndMaintenanceData
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.resources import Resource, ResourceInformation
from padstone.cfx.vocabulary import AnyOf, InstantText, Maybe, Message


class GetResourceInformationRequest(Message, kw_only=True):
    """Asks a machine to describe itself and its parts."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceInformationRequest"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class GetResourceInformationResponse(Message, kw_only=True):
    """A machine describes itself and its parts."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceInformationResponse"

    result: Maybe[RequestResult] = UNSET
    resource_information: Maybe[Resource] = UNSET


class GetResourceMaintenanceAndServiceRequest(Message, kw_only=True):
    """Asks for the counters, sensors, errors and calibrations of a machine's parts."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceMaintenanceAndServiceRequest"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class GetResourceMaintenanceAndServiceResponse(Message, kw_only=True):
    """The counters, sensors, errors and calibrations of a machine's parts."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceMaintenanceAndServiceResponse"

    result: Maybe[RequestResult] = UNSET
    machine: Maybe[Resource] = UNSET
    machine_service_and_maintenance_data: Maybe[Sequence[ServiceAndMaintenanceData]] = UNSET


class GetResourceMaintenanceStatusRequest(Message, kw_only=True):
    """Asks which parts of a machine need maintenance."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceMaintenanceStatusRequest"

    machine: Maybe[Resource] = UNSET
    resource_maintenance_details: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class GetResourceMaintenanceStatusResponse(Message, kw_only=True):
    """Which parts of a machine need maintenance."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceMaintenanceStatusResponse"

    result: Maybe[RequestResult] = UNSET
    machine: Maybe[Resource] = UNSET
    resource_maintenance_details: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class GetResourceSetupRequest(Message, kw_only=True):
    """Asks which exchangeable parts are on a machine."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceSetupRequest"

    cfx_handle: Maybe[str] = field(default=UNSET, name="CFXHandle")


class GetResourceSetupResponse(Message, kw_only=True):
    """Which exchangeable parts are on a machine."""

    name: ClassVar[str] = "CFX.Maintenance.GetResourceSetupResponse"

    result: Maybe[RequestResult] = UNSET
    resource_setup: Maybe[Resource] = UNSET


class ResourceInformationEvent(Message, kw_only=True):
    """A machine describes itself and its parts, unasked."""

    name: ClassVar[str] = "CFX.Maintenance.ResourceInformationEvent"

    event_date_time: Maybe[InstantText] = UNSET
    resource_information: Maybe[Resource] = UNSET


class ResourceMaintenanceAndServiceEvent(Message, kw_only=True):
    """The counters, sensors, errors and calibrations of a machine's parts, unasked."""

    name: ClassVar[str] = "CFX.Maintenance.ResourceMaintenanceAndServiceEvent"

    event_date_time: Maybe[InstantText] = UNSET
    machine: Maybe[Resource] = UNSET
    machine_service_and_maintenance_data: Maybe[Sequence[ServiceAndMaintenanceData]] = UNSET


class ResourceMaintenanceStatusEvent(Message, kw_only=True):
    """Parts of a machine need maintenance, or no longer do."""

    name: ClassVar[str] = "CFX.Maintenance.ResourceMaintenanceStatusEvent"

    event_date_time: Maybe[InstantText] = UNSET
    machine: Maybe[Resource] = UNSET
    resource_maintenance_details: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class ResourceSetupEvent(Message, kw_only=True):
    """The exchangeable parts of a machine changed."""

    name: ClassVar[str] = "CFX.Maintenance.ResourceSetupEvent"

    event_date_time: Maybe[InstantText] = UNSET
    resource_setup: Maybe[Resource] = UNSET
