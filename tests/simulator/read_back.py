"""What can be known from the messages alone, read the plain way: one row per part, no product code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Place = tuple[str, str, int]
"""Station handle, location identifier, lane (0 for none)."""


@dataclass(slots=True)
class Seen:
    """One installation as the messages tell it."""

    unit: str
    designator: str
    packages: tuple[str, ...]
    station: str
    location: str
    lane: int
    head: str
    nozzle: int
    at: str
    removed: bool = False


@dataclass(slots=True)
class ReadBack:
    seen: list[Seen] = field(default_factory=list)
    rejected_at: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    announced: dict[str, dict[str, Any]] = field(default_factory=dict)
    shapes: set[str] = field(default_factory=set)
    grey: dict[tuple[Place, str], tuple[str, int]] = field(default_factory=dict)
    open_work: dict[str, set[str]] = field(default_factory=dict)

    def active(self) -> dict[tuple[str, str], Seen]:
        return {(s.unit, s.designator): s for s in self.seen if not s.removed}


def read_back(messages: Iterable[tuple[str, bytes]]) -> ReadBack:
    told = ReadBack()
    for handle, text in messages:
        envelope = json.loads(text)
        body = envelope["MessageBody"]
        name = envelope["MessageName"].rsplit(".", 1)[-1]
        reader = READERS.get(name)
        if reader is not None:
            reader(told, handle, body)
    return told


def _initialized(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    for detail in body["Materials"]:
        assert detail["UniqueIdentifier"] not in told.announced, "announced twice"
        told.announced[detail["UniqueIdentifier"]] = detail


def _loaded(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    identifiers = [m["MaterialPackage"]["UniqueIdentifier"] for m in body["Materials"]]
    assert set(identifiers) <= told.announced.keys(), "loaded before it was announced"
    if len(set(identifiers)) < len(identifiers):
        told.shapes.add("one package at two locations")
    locations = [m["LocationIdentifier"] for m in body["Materials"]]
    if len(set(locations)) < len(locations):
        told.shapes.add("two lanes at one location")
    if any("LeadingMaterialPackage" in m["MaterialPackage"] for m in body["Materials"]):
        told.shapes.add("spliced onto another")


def _unloaded(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    if told.open_work.get(handle):
        told.shapes.add("exchanged in mid-panel")


def _splice(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    active = body["NewlyActiveMaterial"]
    package = active["MaterialPackage"]
    assert body["DepletedMaterial"]["MaterialPackage"]["Quantity"] == 0
    grey = package.get("GreyZone", 0)
    if grey:
        key = (_place(handle, active), package["UniqueIdentifier"])
        told.grey[key] = (package["LeadingMaterialPackage"]["UniqueIdentifier"], grey)
        told.shapes.add("splice with grey zone")
    else:
        told.shapes.add("exact splice")


def _place(handle: str, location: dict[str, Any]) -> Place:
    return (
        handle,
        location["LocationIdentifier"],
        location["CarrierInformation"].get("LaneNumber", 0),
    )


def _installed(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    packages: dict[tuple[str, Place], set[str]] = {}
    for entry in body["InstalledMaterials"]:
        if "CarrierLocation" not in entry:
            _by_hand(told, handle, entry)
            continue
        place = _place(handle, entry["CarrierLocation"])
        picks = entry["InstalledComponents"] + entry["NonInstalledComponents"]
        assert entry["QuantityInstalled"] == len(entry["InstalledComponents"])
        assert entry["QuantityNonInstalled"] == len(entry["NonInstalledComponents"])
        candidates = _candidates(told, place, entry["Material"], len(picks))
        packages.setdefault((entry["UnitIdentifier"], place), set()).update(candidates)
        _note(told, place, entry, candidates)
    if any(len(found) > 1 for found in packages.values()):
        told.shapes.add("two packages on one unit at one location")
    if len(told.open_work[handle]) > 1:
        told.shapes.add("two panels at once")


def _candidates(told: ReadBack, place: Place, material: dict[str, Any], picks: int) -> tuple[str, ...]:
    package = material["UniqueIdentifier"]
    leading = material.get("LeadingMaterialPackage")
    key = (place, package)
    if leading is not None and not material.get("GreyZone"):
        assert leading["Quantity"] > 0
        told.shapes.add("chain without grey zone")
        return (leading["UniqueIdentifier"],)
    if key in told.grey:
        old, left = told.grey[key]
        assert picks <= left, "an entry mixes parts that are certain with parts that are not"
        if leading is not None:
            assert (leading["UniqueIdentifier"], material["GreyZone"]) == (old, left - picks)
            told.shapes.add("grey zone above zero")
        else:
            assert left == picks
            told.shapes.add("last of the grey zone, reported with zero")
        told.grey[key] = (old, left - picks)
        if left == picks:
            del told.grey[key]
        return (old, package)
    return (package,)


def _note(told: ReadBack, place: Place, entry: dict[str, Any], candidates: tuple[str, ...]) -> None:
    handle, location, lane = place
    for component in entry["InstalledComponents"]:
        tool = component["HeadAndNozzle"]
        told.seen.append(
            Seen(
                entry["UnitIdentifier"],
                component["ReferenceDesignator"],
                candidates,
                handle,
                location,
                lane,
                tool["HeadId"],
                tool["HeadNozzleNumber"],
                component["InstallationTime"],
            )
        )
    unit = entry["UnitIdentifier"]
    for component in entry["NonInstalledComponents"]:
        told.shapes.add("rejected")
        told.rejected_at.setdefault((unit, component["ReferenceDesignator"]), []).append(place)
    for component in entry["InstalledComponents"]:
        if any(
            other != place for other in told.rejected_at.get((unit, component["ReferenceDesignator"]), ())
        ):
            told.shapes.add("picked again from another location")


def _by_hand(told: ReadBack, handle: str, entry: dict[str, Any]) -> None:
    package = entry["Material"]["UniqueIdentifier"]
    assert package in told.announced
    for component in entry["InstalledComponents"]:
        unit, designator = entry["UnitIdentifier"], component["ReferenceDesignator"]
        assert (unit, designator) not in told.active(), "placed by hand where a part already is"
        told.shapes.add("placed by hand")
        if len(told.rejected_at.get((unit, designator), ())) == 3:
            told.shapes.add("given up by the machine, placed by hand")
        told.seen.append(
            Seen(unit, designator, (package,), handle, "", 0, "", 0, component["InstallationTime"])
        )


def _uninstalled(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    for entry in body["UninstalledMaterials"]:
        for component in entry["UninstalledComponents"]:
            seen = told.active()[entry["UnitIdentifier"], component["ReferenceDesignator"]]
            seen.removed = True


def _started(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    told.open_work.setdefault(handle, set()).add(body["TransactionID"])
    if any(unit["Status"] == "Skip" for unit in body["Units"]):
        told.shapes.add("bad mark")
    if any(unit["Status"] == "Scrap" for unit in body["Units"]):
        told.shapes.add("scrapped unit")


def _completed(told: ReadBack, handle: str, body: dict[str, Any]) -> None:
    told.open_work[handle].remove(body["TransactionID"])


READERS = {
    "MaterialsInitialized": _initialized,
    "MaterialsLoaded": _loaded,
    "MaterialsUnloaded": _unloaded,
    "SplicePointDetected": _splice,
    "MaterialsInstalled": _installed,
    "MaterialsUninstalled": _uninstalled,
    "WorkStarted": _started,
    "WorkCompleted": _completed,
}
