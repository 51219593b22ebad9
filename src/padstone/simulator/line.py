"""The machines of a line, of invented vendors, in the order a panel meets them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Kind = Literal["printer", "spi", "placer", "oven", "aoi", "test", "repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSpec:
    """One machine. Its handle reads Vendor.Model.Serial (IPC-2591) and is the Source of all it sends."""

    name: str
    kind: Kind
    handle: str
    lanes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    stations: tuple[StationSpec, ...]

    def of_kind(self, kind: Kind) -> tuple[StationSpec, ...]:
        return tuple(station for station in self.stations if station.kind == kind)

    def one(self, kind: Kind) -> StationSpec:
        (station,) = self.of_kind(kind)
        return station

    def to_json(self) -> str:
        """The line as JSON: its name and its stations in order, each with name, kind and handle."""
        stations = [{"name": s.name, "kind": s.kind, "handle": s.handle} for s in self.stations]
        return json.dumps({"name": self.name, "stations": stations}, indent=2) + "\n"


def pulse_line() -> Line:
    """The built-in line. The second placer has two lanes, which share its heads."""
    return Line(
        name="Line 1",
        stations=(
            StationSpec(name="Printer", kind="printer", handle="Inkwell.PX3.IW20417"),
            StationSpec(name="SPI", kind="spi", handle="Pastescope.SP2.PS00915"),
            StationSpec(name="Placer 1", kind="placer", handle="Kestrelworks.Swift4.KW1182"),
            StationSpec(name="Placer 2", kind="placer", handle="Kestrelworks.Swift4D.KW1190", lanes=2),
            StationSpec(name="Oven", kind="oven", handle="Thermaline.R10.TL0446"),
            StationSpec(name="AOI", kind="aoi", handle="Iridia.A7.IR3071"),
            StationSpec(name="Functional test", kind="test", handle="Proofwell.FT4.PW0212"),
            StationSpec(name="Repair bench", kind="repair", handle="Handfast.Bench.HF0007"),
        ),
    )
