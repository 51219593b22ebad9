"""CFX.Structures: machines, their parts, stages, tools, places and states."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Annotated

from msgspec import UNSET, Meta

from padstone.cfx.vocabulary import AnyOf, Family, Maybe, Structure, Whole, Word


class IdentiferUniquenessType(Word):
    """How far an identifier can be trusted. The standard's own spelling."""

    Unkwnown = "Unkwnown"
    GloballyPersistent = "GloballyPersistent"
    LocallyPersistent = "LocallyPersistent"
    UnserializedLocation = "UnserializedLocation"


class MaintenanceState(Word):
    Unknown = "Unknown"
    Ok = "Ok"
    NotOk = "NotOk"


class ResourceState(IntEnum):
    """State of a station, numbered as SEMI E10 has it: 1000 productive, 2000 standby, 3000 engineering,
    4000 scheduled and 5000 unscheduled down, 6000 not scheduled.
    """

    PRD = 1000
    PRD_RegularWork = 1100
    PRD_WorkForThirdParties = 1200
    PRD_Rework = 1300
    PRD_Engineering = 1400
    SBY = 2000
    SBY_NoOperator = 2100
    SBY_NoProduct = 2200
    SBY_NoProductBlocked = 2201
    SBY_NoProductStarved = 2202
    SBY_NoSupportTool = 2300
    SBY_AssociatedClusterModuleDown = 2400
    SBY_NoHost = 2500
    ENG = 3000
    ENG_ProcessExperiments = 3100
    ENG_EquipmentExperiments = 3200
    SDT = 4000
    SDT_UserMaintenanceDelay = 4100
    SDT_SuppliedMaintenanceDelay = 4200
    SDT_PreventiveMaintenance = 4300
    SDT_ChangeOfConsumables = 4400
    SDT_Setup = 4500
    SDT_ProductionTest = 4600
    SDT_FacilitiesRelated = 4700
    USD = 5000
    USD_UserMaintentanceDelay = 5100
    USD_SuppliedMaintenanceDelay = 5200
    USD_Repair = 5300
    USD_OutOfSpecInputMaterial = 5400
    USD_ChangeOfConsumables = 5500
    USD_FacilitiesRelated = 5600
    NST = 6000
    NST_UnworkedShifts = 6100
    NST_EquipmentInstallation = 6200
    NST_EquipmentModifications = 6300
    NST_OfflineTraining = 6400
    NST_ShutdownAndStartup = 6500


class ResourceType(Word):
    Unknown = "Unknown"
    Machine = "Machine"
    Shelf = "Shelf"
    StorageTower = "StorageTower"
    SetupStation = "SetupStation"
    StorageRoom = "StorageRoom"
    WaitingArea = "WaitingArea"


class ShelfSideLocation(Word):
    Unknown = "Unknown"
    Front = "Front"
    Back = "Back"


class StageType(Word):
    Work = "Work"
    Buffer = "Buffer"


class ResourceInformation(Family, kw_only=True):
    """A part of a machine that is maintained or counted by itself."""

    resource_name: Maybe[str] = UNSET
    resource_identifier: Maybe[str] = UNSET
    identifer_uniqueness: Maybe[IdentiferUniquenessType] = UNSET
    resource_type: Maybe[str] = UNSET
    resource_position: Maybe[str] = UNSET
    maintenance_status: Maybe[MaintenanceStatus] = UNSET
    additional_sub_resources: Maybe[Sequence[AnyOf[ResourceInformation]]] = UNSET


class Camera(ResourceInformation, kw_only=True, tag="CFX.Structures.Camera, CFX"):
    """A camera of a machine."""


class Conveyor(ResourceInformation, kw_only=True, tag="CFX.Structures.Conveyor, CFX"):
    """A conveyor: what it is set to and what it measures."""

    sequence: Maybe[Whole] = UNSET
    speed_set_point: Maybe[float] = UNSET
    speed_reading_point: Maybe[float] = UNSET
    width_set_point: Maybe[float] = UNSET
    width_reading_point: Maybe[float] = UNSET
    center_support_position_set_point: Maybe[float] = UNSET
    center_support_position_reading_point: Maybe[float] = UNSET
    center_support_height_set_point: Maybe[float] = UNSET
    center_support_height_reading_point: Maybe[float] = UNSET


class ElectricCard(ResourceInformation, kw_only=True, tag="CFX.Structures.ElectricCard, CFX"):
    """An electronic card of a machine."""


class Gantry(ResourceInformation, kw_only=True, tag="CFX.Structures.Gantry, CFX"):
    """A gantry that carries heads."""


class LocationDetail(Family, kw_only=True):
    """A place within a resource."""

    location_identifier: Maybe[str] = UNSET
    location_name: Maybe[str] = UNSET


class MaintenanceStatus(Structure, kw_only=True):
    """Whether a part needs maintenance, and why."""

    reason: Maybe[str] = UNSET
    result_state: Maybe[MaintenanceState] = UNSET


class Resource(Family, kw_only=True):
    """A machine, shelf or other place where work is done or material is kept."""

    unique_identifier: Maybe[str] = UNSET
    name: Maybe[str] = UNSET
    resource_type: Maybe[str] = UNSET
    type: Maybe[ResourceType] = UNSET
    vendor: Maybe[str] = UNSET
    model_number: Maybe[str] = UNSET
    serial_number: Maybe[str] = UNSET
    software_version: Maybe[str] = UNSET
    firmware_version: Maybe[str] = UNSET


class ResourceLocation(Structure, kw_only=True):
    """Where something is: a place of a resource, which may itself stand at a place."""

    resource: Maybe[Resource] = UNSET
    location_detail: Maybe[LocationDetail] = UNSET
    parent_resource_location: Maybe[ResourceLocation] = UNSET


class RotationAxis(ResourceInformation, kw_only=True, tag="CFX.Structures.RotationAxis, CFX"):
    """An axis that turns."""


class ShelfLocation(LocationDetail, kw_only=True, tag="CFX.Structures.ShelfLocation, CFX"):
    """A place on a shelf, by row and column."""

    side_location: Maybe[ShelfSideLocation] = UNSET
    row_count: Maybe[float] = UNSET
    column_count: Maybe[float] = UNSET
    row: Maybe[float] = UNSET
    column: Maybe[float] = UNSET


class Stage(Family, kw_only=True):
    """A part of a station in which work on a unit happens in one go."""

    stage_sequence: Maybe[Whole] = UNSET
    stage_name: Maybe[str] = UNSET
    stage_type: Maybe[StageType] = UNSET


class Tool(Family, kw_only=True):
    """A tool that is mounted and changed: nozzle, stencil, squeegee."""

    unique_identifier: Maybe[str] = UNSET
    name: Maybe[str] = UNSET


class VacuumPump(ResourceInformation, kw_only=True, tag="CFX.Structures.VacuumPump, CFX"):
    """A vacuum pump."""


# The wire carries the number. A number that the table above does not name is kept, not refused.
ResourceStateNumber = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1, extra={"names": ResourceState})]
