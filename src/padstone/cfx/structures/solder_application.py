"""CFX.Structures.SolderApplication: selective soldering."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, field

from padstone.cfx.structures.activities import Activity
from padstone.cfx.structures.processing import ProcessData
from padstone.cfx.vocabulary import Maybe, SpanText, Structure, Whole


class SelectiveSolderPCBProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.SolderApplication.SelectiveSolderPCBProcessData, CFX"
):
    """A unit's way through a selective soldering machine, zone by zone."""

    zone_data: Maybe[Sequence[ZoneData]] = UNSET


class SelectiveSolderProcessData(
    ProcessData, kw_only=True, tag="CFX.Structures.SolderApplication.SelectiveSolderProcessData, CFX"
):
    """A cycle of a selective soldering machine."""

    process_status: Maybe[str] = field(default=UNSET, name="Process_Status")
    recipe_name: Maybe[str] = UNSET
    nitrogen_pressure: Maybe[float] = field(default=UNSET, name="Nitrogen_Pressure")
    air_pressure: Maybe[float] = field(default=UNSET, name="Air_Pressure")
    cycle_count: Maybe[Whole] = field(default=UNSET, name="Cycle_Count")
    cycle_time: Maybe[SpanText] = field(default=UNSET, name="Cycle_Time")
    nitrogen_purity: Maybe[float] = field(default=UNSET, name="Nitrogen_Purity")
    nitrogen_flow: Maybe[float] = field(default=UNSET, name="Nitrogen_Flow")
    fiducial_enabled: Maybe[bool] = field(default=UNSET, name="Fiducial_Enabled")


class ZoneData(Structure, kw_only=True):
    """Fluxing, preheating and soldering in one zone."""

    stage_sequence: Maybe[Whole] = UNSET
    process_time: Maybe[SpanText] = UNSET
    bottle1_pressure: Maybe[float] = field(default=UNSET, name="Bottle1_Pressure")
    bottle2_pressure: Maybe[float] = field(default=UNSET, name="Bottle2_Pressure")
    flux_volume: Maybe[float] = field(default=UNSET, name="Flux_Volume")
    top_preheater_power: Maybe[float] = field(default=UNSET, name="Top_Preheater_Power")
    top_preheater_soak: Maybe[float] = field(default=UNSET, name="Top_Preheater_Soak")
    top_preheater_temp: Maybe[float] = field(default=UNSET, name="Top_Preheater_Temp")
    top_preheater_time: Maybe[SpanText] = field(default=UNSET, name="Top_Preheater_Time")
    bot_preheater_power: Maybe[float] = field(default=UNSET, name="Bot_Preheater_Power")
    bot_preheater_soak: Maybe[float] = field(default=UNSET, name="Bot_Preheater_Soak")
    bot_preheater_temp: Maybe[float] = field(default=UNSET, name="Bot_Preheater_Temp")
    bot_preheater_time: Maybe[SpanText] = field(default=UNSET, name="Bot_Preheater_Time")
    bath_temp: Maybe[float] = field(default=UNSET, name="Bath_Temp")
    bath_wave_enabled: Maybe[bool] = field(default=UNSET, name="Bath_Wave_Enabled")
    bath_wave_hgt: Maybe[float] = field(default=UNSET, name="Bath_Wave_Hgt")
    solder_quantity_used: Maybe[float] = field(default=UNSET, name="Solder_Quantity_Used")
    fid_x_correction: Maybe[float] = field(default=UNSET, name="Fid_XCorrection")
    fid_y_correction: Maybe[float] = field(default=UNSET, name="Fid_YCorrection")


class SelectiveActivity(
    Activity, kw_only=True, tag="CFX.Structures.SolderApplication.SelectiveActivity, CFX"
):
    """Something that a selective soldering machine did."""

    action: Maybe[str] = UNSET


class SelectiveSolderData(Structure, kw_only=True):
    """What all units of a cycle of a selective soldering machine have in common."""

    process_status: Maybe[str] = field(default=UNSET, name="Process_Status")
    recipe_name: Maybe[str] = UNSET
    nitrogen_pressure: Maybe[float] = field(default=UNSET, name="Nitrogen_Pressure")
    air_pressure: Maybe[float] = field(default=UNSET, name="Air_Pressure")
    cycle_count: Maybe[Whole] = field(default=UNSET, name="Cycle_Count")
    cycle_time: Maybe[SpanText] = field(default=UNSET, name="Cycle_Time")
    nitrogen_purity: Maybe[float] = field(default=UNSET, name="Nitrogen_Purity")
    nitrogen_flow: Maybe[float] = field(default=UNSET, name="Nitrogen_Flow")
    fiducial_enabled: Maybe[bool] = field(default=UNSET, name="Fiducial_Enabled")


class SelectiveSolderedPCB(Structure, kw_only=True):
    """A unit's way through a selective soldering machine."""

    unit_identifier: Maybe[str] = UNSET
    unit_position_number: Maybe[Whole] = UNSET
    zone_data: Maybe[Sequence[ZoneData]] = UNSET
