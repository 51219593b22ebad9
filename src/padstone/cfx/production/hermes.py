"""CFX.Production.Hermes: what IPC-HERMES-9852 leaves to the systems above the line."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.hermes import HermesUnit, Magazine
from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.units import Surface
from padstone.cfx.structures.work import WorkOrderIdentifier
from padstone.cfx.vocabulary import Maybe, Message, Unsigned


class GetMagazineDataRequest(Message, kw_only=True):
    """Asks which boards a magazine holds."""

    name: ClassVar[str] = "CFX.Production.Hermes.GetMagazineDataRequest"

    magazine_id: Maybe[str] = UNSET


class GetMagazineDataResponse(Message, kw_only=True):
    """Which boards a magazine holds."""

    name: ClassVar[str] = "CFX.Production.Hermes.GetMagazineDataResponse"

    result: Maybe[RequestResult] = UNSET
    magazine_data: Maybe[Magazine] = UNSET


class GetWorkOrderDataRequest(Message, kw_only=True):
    """Asks what the boards of a work order are like."""

    name: ClassVar[str] = "CFX.Production.Hermes.GetWorkOrderDataRequest"

    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    unit_identifier: Maybe[str] = UNSET


class GetWorkOrderDataResponse(Message, kw_only=True):
    """What the boards of a work order are like: sizes, weight, side and route."""

    name: ClassVar[str] = "CFX.Production.Hermes.GetWorkOrderDataResponse"

    result: Maybe[RequestResult] = UNSET
    work_order_identifier: Maybe[WorkOrderIdentifier] = UNSET
    product_type_id: Maybe[str] = UNSET
    length: Maybe[float] = UNSET
    width: Maybe[float] = UNSET
    thickness: Maybe[float] = UNSET
    top_clearance_height: Maybe[float] = UNSET
    bottom_clearance_height: Maybe[float] = UNSET
    weight: Maybe[float] = UNSET
    surface: Maybe[Surface] = UNSET
    route: Maybe[Unsigned] = UNSET
    hermes_unit: Maybe[HermesUnit] = UNSET


class MagazineArrived(Message, kw_only=True):
    """A magazine came to a station."""

    name: ClassVar[str] = "CFX.Production.Hermes.MagazineArrived"

    magazine_data: Maybe[Magazine] = UNSET


class MagazineDeparted(Message, kw_only=True):
    """A magazine left a station."""

    name: ClassVar[str] = "CFX.Production.Hermes.MagazineDeparted"

    magazine_data: Maybe[Magazine] = UNSET
