"""CFX.Sensor.Identification: readers of barcodes and tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import UNSET

from padstone.cfx.structures.requests import RequestResult
from padstone.cfx.structures.units import UnitPosition
from padstone.cfx.vocabulary import Maybe, Message, Whole


class IdentifiersNotRead(Message, kw_only=True):
    """The identifiers at these positions could not be read."""

    name: ClassVar[str] = "CFX.Sensor.Identification.IdentifiersNotRead"

    positions_not_read: Maybe[Sequence[Whole]] = UNSET


class IdentifiersRead(Message, kw_only=True):
    """Identifiers were read."""

    name: ClassVar[str] = "CFX.Sensor.Identification.IdentifiersRead"

    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET


class IdentifyUnitsRequest(Message, kw_only=True):
    """Asks a reader for the identifiers of the units in front of it."""

    name: ClassVar[str] = "CFX.Sensor.Identification.IdentifyUnitsRequest"


class IdentifyUnitsResponse(Message, kw_only=True):
    """The identifiers that the reader has read."""

    name: ClassVar[str] = "CFX.Sensor.Identification.IdentifyUnitsResponse"

    result: Maybe[RequestResult] = UNSET
    primary_identifier: Maybe[str] = UNSET
    hermes_identifier: Maybe[str] = UNSET
    units: Maybe[Sequence[UnitPosition]] = UNSET
