"""CFX.Structures.HandSoldering: soldering by hand, joint by joint."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from padstone.cfx.structures.files import File
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import InstantText, Maybe, Structure, Whole, Word


class MaterialType(Word):
    Undefined = "Undefined"
    Custom = "Custom"
    Flux = "Flux"
    Wire = "Wire"
    Tip = "Tip"


class TemperatureUnit(Word):
    Undefined = "Undefined"
    Celsius = "Celsius"
    Fahrenheit = "Fahrenheit"
    Kelvin = "Kelvin"


class HandSolderingComponent(Structure, kw_only=True):
    """The component that is soldered (the standard's HandSoldering.Component)."""

    name: Maybe[str] = UNSET
    component_type: Maybe[str] = UNSET
    max_temperature: Maybe[Whole] = UNSET
    max_time: Maybe[Whole] = UNSET


class HandSolderingBoardProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.HandSoldering.HandSolderingBoardProcessData, CFX"
):
    """A board soldered by hand."""

    board_id: Maybe[str] = UNSET
    board_name: Maybe[str] = UNSET
    started_at: Maybe[InstantText] = UNSET
    finished_at: Maybe[InstantText] = UNSET
    solder_points: Maybe[Sequence[SolderPoint]] = UNSET
    telemetry_data: Maybe[Sequence[TelemetryData]] = UNSET
    file: Maybe[File] = UNSET
    order_number: Maybe[str] = UNSET


class Material(Structure, kw_only=True):
    """A material used for a joint."""

    name: Maybe[str] = UNSET
    type: Maybe[MaterialType] = UNSET
    custom_material: Maybe[str] = UNSET


class SolderPoint(Structure, kw_only=True):
    """One joint."""

    name: Maybe[str] = UNSET
    component: Maybe[HandSolderingComponent] = UNSET
    materials: Maybe[Sequence[Material]] = UNSET
    started_at: Maybe[InstantText] = UNSET
    finished_at: Maybe[InstantText] = UNSET
    set_soldering_position: Maybe[SolderPointPosition] = UNSET
    read_soldering_position: Maybe[SolderPointPosition] = UNSET
    result_picture: Maybe[File] = UNSET


class SolderPointPosition(Structure, kw_only=True):
    """Where the iron was, or was meant to be."""

    x: Maybe[Whole] = UNSET
    y: Maybe[Whole] = UNSET
    z: Maybe[Whole] = UNSET


class TelemetryData(Structure, kw_only=True):
    """A reading of the soldering station."""

    created_at: Maybe[InstantText] = UNSET
    actual_power: Maybe[Whole] = UNSET
    temperature_process: Maybe[TemperatureProcess] = UNSET


class TemperatureProcess(Structure, kw_only=True):
    """What the tip is set to and what it has."""

    temperature_unit: Maybe[TemperatureUnit] = UNSET
    target_temperature: Maybe[Whole] = UNSET
    current_temperature: Maybe[Whole] = UNSET
