"""A small shop floor. What is done there is written down twice: as the CFX messages of its machines, and as
one plain row for every part that is placed. The rows are the brute force that spans are held against.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from padstone.cfx import format_instant, parse_instant

START = parse_instant("2026-03-02T06:00:00Z").ticks
SECOND = 10_000_000
_NAMES = uuid.UUID("8d5f9f0e-27b7-4b0b-9f4e-8f2f3a3f4d11")

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reel:
    """A package. Those of one lot share part and supplier."""

    identifier: str
    part: str
    lot: str
    supplier: str


@dataclass(slots=True, eq=False)
class Unit:
    """A board at a position of its panel. ``serial`` is empty where it never gets one."""

    panel: str
    position: int
    serial: str = ""
    alone: bool = False
    """The only one of its panel, which then lends it its name."""

    @property
    def name(self) -> str:
        return self.serial or (self.panel if self.alone else f"{self.panel}:{self.position}")


@dataclass(slots=True, eq=False)
class Row:
    """One part on one designator; times in ticks. ``reels``: all it may be of as far as the machine knows."""

    unit: Unit
    designator: str
    reels: tuple[Reel, ...]
    station: str
    location: str
    head: str
    nozzle: str
    at: int | None
    removed_at: int | None = None
    why: str = ""
    lane: int = 1
    """Of the line."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """A feeder was put to a location of a station, under a name that says its lane."""

    station: str
    location: str
    feeder: str
    at: int


@dataclass(frozen=True, slots=True)
class Habits:
    """How a machine speaks.

    ``tells_zone``: where it states a grey zone: when it detects the splice, with every report of placements,
    or both. ``names``: how it calls a unit: by serial, by the panel's barcode and position, or by position
    alone. ``times``: whether it dates its placements: all, none, or some. ``resolution`` in ticks.
    ``names_reels``: whether its reports say which package the parts are of.
    """

    tells_zone: Literal["splice", "report", "both"] = "both"
    names: Literal["serial", "barcode", "position"] = "serial"
    times: Literal["all", "none", "some"] = "all"
    resolution: int = 1
    names_reels: bool = True
    reports_each_unit: bool = False
    has_heads: bool = True


class Shop:
    """Messages in the order in which they were sent, and rows."""

    def __init__(self) -> None:
        self.now = START
        self.messages: list[bytes] = []
        self.rows: list[Row] = []
        self.reels: dict[str, Reel] = {}
        self.units: list[Unit] = []
        self.mountings: list[Mounting] = []
        self.picks_thrown_away = 0

    def wait(self, ticks: int = SECOND + 1_234_567) -> int:
        """Time goes on, by more than a second: any resolution keeps the order of things."""
        self.now += ticks
        return self.now

    def say(self, source: str, name: str, body: Body) -> None:
        self.wait()
        envelope = {
            "MessageName": f"CFX.{name}",
            "Version": "2.1",
            "TimeStamp": format_instant(self.now),
            "UniqueID": str(uuid.uuid5(_NAMES, str(len(self.messages)))),
            "Source": source,
            "MessageBody": body,
        }
        self.messages.append(json.dumps(envelope).encode())

    def receive(self, identifier: str, part: str, lot: str = "", supplier: str = "Orbis") -> Reel:
        reel = Reel(identifier, part, lot, supplier if lot else "")
        self.reels[identifier] = reel
        material = {
            "UniqueIdentifier": identifier,
            "InternalPartNumber": part,
            "ManufacturerLotCode": lot,
            "Vendor": reel.supplier,
        }
        self.say("Warehouse", "Materials.Management.MaterialsInitialized", {"Materials": [material]})
        return reel

    def panel(self, barcode: str, positions: int, *, serials: bool = True) -> Panel:
        units = [
            Unit(barcode, position, f"{barcode}-S{position}" if serials else "", alone=positions == 1)
            for position in range(1, positions + 1)
        ]
        self.units += units
        return Panel(barcode, units)

    def on(self, unit: Unit, designator: str) -> list[Row]:
        """What is on a designator now."""
        return [
            row
            for row in self.rows
            if row.unit is unit and row.designator == designator and row.removed_at is None
        ]


@dataclass(frozen=True, slots=True)
class Panel:
    """What a station has in it: a panel with its units, or one unit that was cut out of it and goes by its
    serial.
    """

    barcode: str
    units: list[Unit]

    def __getitem__(self, position: int) -> Unit:
        return self.units[position - 1]

    def single(self, position: int) -> Panel:
        return Panel(self[position].serial, [self[position]])

    def called(self, unit: Unit, how: str) -> Body:
        """How a machine calls a unit."""
        body: Body = {"UnitPositionNumber": self.units.index(unit) + 1}
        if how == "serial":
            body["UnitIdentifier"] = unit.serial or self.barcode
        elif how == "barcode":
            body["UnitIdentifier"] = self.barcode
        return body


# --- feeding ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """What a machine says of a location: the package it names, the one in front of it, and the grey zone."""

    named: Reel
    leading: Reel | None = None
    grey: int = 0

    def message(self) -> Body:
        body: Body = {"UniqueIdentifier": self.named.identifier, "InternalPartNumber": self.named.part}
        if self.leading is not None:
            body["LeadingMaterialPackage"] = {"UniqueIdentifier": self.leading.identifier}
        if self.grey or self.leading is not None:
            body["GreyZone"] = self.grey
        return body


@dataclass(slots=True)
class Feed:
    """A location: what feeds, what is spliced on behind, and how many picks are in doubt.

    ``stretch`` changes whenever what the machine can say of the location changes.
    """

    slot: str
    lane: int
    reel: Reel
    spliced: Reel | None = None
    old: Reel | None = None
    grey: int = 0
    stretch: int = 0
    feeder: str = ""

    @property
    def name(self) -> str:
        return f"{self.slot} lane {self.lane}" if self.lane else self.slot

    def place(self) -> Body:
        body: Body = {"LocationIdentifier": f"UID-{self.slot}", "LocationName": self.slot}
        if self.lane or self.feeder:
            feeder = "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX"
            body["CarrierInformation"] = {"$type": feeder}
            if self.lane:
                body["CarrierInformation"]["LaneNumber"] = self.lane
            if self.feeder:
                body["CarrierInformation"]["UniqueIdentifier"] = self.feeder
        return body

    def pick(self, habits: Habits) -> tuple[tuple[Reel, ...], State]:
        """Take a part: what it may be of, and what the machine says after it."""
        if self.grey and self.old is not None:
            if habits.tells_zone == "report" and self.grey == 1:
                self.stretch += 1  # the last in doubt is told with those after it: the zone was stated before
            candidates = (self.old, self.reel)
            self.grey -= 1
            if self.grey == 0:
                self.old = None
                if habits.tells_zone == "both":
                    self.stretch += 1
                    return candidates, State(self.reel)
            if self.old is None or habits.tells_zone == "splice":
                return candidates, State(self.reel)
            return candidates, State(self.reel, self.old, self.grey)
        if self.spliced is not None and habits.tells_zone != "splice":
            return (self.reel,), State(self.spliced, self.reel)
        return (self.reel,), State(self.reel)


class Placer:
    """A placer with its feeders."""

    def __init__(self, shop: Shop, handle: str, habits: Habits | None = None) -> None:
        self.shop = shop
        self.handle = handle
        self.habits = habits or Habits()
        self.feeds: dict[str, Feed] = {}

    def load(self, slot: str, reel: Reel, *, lane: int = 0, feeder: str = "") -> None:
        """Put a reel on a location, on another feeder where one is named; what was there before has come
        off.
        """
        feed = self.feeds.get(slot)
        if feed is None:
            feed = self.feeds[slot] = Feed(slot, lane, reel)
        feed.reel, feed.spliced, feed.old, feed.grey = reel, None, None, 0
        feed.feeder = feeder or feed.feeder
        feed.stretch += 1
        self._say_loaded(feed, State(reel))

    def unload(self, slot: str) -> None:
        reel = self.feeds[slot].reel
        body = {"MaterialPackageIdentifiers": [reel.identifier]}
        self.shop.say(self.handle, "Materials.Storage.MaterialsUnloaded", body)

    def splice(self, slot: str, reel: Reel) -> None:
        """Stick the tape of a reel to the running one."""
        feed = self.feeds[slot]
        feed.spliced = reel
        feed.stretch += 1
        self._say_loaded(feed, State(reel, feed.reel))

    def detect(self, slot: str, *, grey: int = 0) -> None:
        """The joint comes to the sensor: so many of the next picks may be of either reel."""
        feed = self.feeds[slot]
        if feed.spliced is None:
            raise ValueError("nothing is spliced on")
        old, feed.reel, feed.spliced = feed.reel, feed.spliced, None
        feed.old, feed.grey = (old, grey) if grey else (None, 0)
        feed.stretch += 1
        states_zone = bool(grey) and self.habits.tells_zone != "report"
        state = State(feed.reel, old, grey) if states_zone else State(feed.reel)
        body = {
            "DepletedMaterial": {**feed.place(), "MaterialPackage": {"UniqueIdentifier": old.identifier}},
            "NewlyActiveMaterial": {**feed.place(), "MaterialPackage": state.message()},
        }
        self.shop.say(self.handle, "Materials.Storage.SplicePointDetected", body)

    def _say_loaded(self, feed: Feed, state: State) -> None:
        place = {**feed.place(), "MaterialPackage": state.message()}
        self.shop.say(self.handle, "Materials.Storage.MaterialsLoaded", {"Materials": [place]})
        self.shop.mountings.append(Mounting(self.handle, feed.name, feed.feeder, self.shop.now))

    def start(self, panel: Panel, *, bad: Iterable[int] = (), lane: int = 1, **more: Any) -> Work:
        return Work(self.shop, self.handle, self.habits, panel, frozenset(bad), lane, more, self)


# --- working ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Entry:
    """What one location did for one unit while the machine could say the same of it."""

    unit: Unit
    feed: Feed | None
    stretch: int
    state: State | None
    placed: list[Body] = field(default_factory=list)
    thrown: list[Body] = field(default_factory=list)


class Work:
    """A panel's stay at a station, from WorkStarted to WorkCompleted."""

    def __init__(
        self,
        shop: Shop,
        handle: str,
        habits: Habits,
        panel: Panel,
        bad: frozenset[int],
        lane: int,
        more: Body,
        placer: Placer | None = None,
    ) -> None:
        self.shop, self.handle, self.habits, self.panel, self.placer = shop, handle, habits, panel, placer
        self.lane = lane
        self.transaction = str(uuid.uuid5(_NAMES, f"{handle}/{panel.barcode}/{shop.now}"))
        self._entries: list[_Entry] = []
        self._undated: list[Row] = []
        self._first_time: int | None = None
        self._picks = 0
        units = [
            {
                "UnitIdentifier": unit.serial or panel.barcode,
                "PositionNumber": position,
                "Status": "Skip" if position in bad else "Pass",
            }
            for position, unit in enumerate(panel.units, start=1)
        ]
        body = {
            "PrimaryIdentifier": panel.barcode,
            "TransactionID": self.transaction,
            "Lane": lane,
            "Units": units,
            **more,
        }
        shop.say(handle, "Production.WorkStarted", body)

    def place(self, designators: str, slot: str, unit: int = 1) -> None:
        """Place parts of a location: ``work.place("R1 R2", "SLOT1", unit=2)``."""
        for designator in designators.split():
            self._place(self.panel[unit], designator, self._feed(slot))

    def reject(self, designator: str, slot: str, unit: int = 1) -> None:
        """Pick a part for a designator and throw it away."""
        feed = self._feed(slot)
        _, state = feed.pick(self.habits)
        at = self._tick()
        component: Body = {"ReferenceDesignator": designator, "RejectionReason": "BadVisionTestAfterPickup"}
        if at is not None:
            component["NonInstallationTime"] = format_instant(at)
        self._entry(self.panel[unit], feed, state).thrown.append(component)
        self.shop.picks_thrown_away += 1

    def _feed(self, slot: str) -> Feed:
        if self.placer is None:
            raise ValueError("a bench has no feeders")
        return self.placer.feeds[slot]

    def _place(self, unit: Unit, designator: str, feed: Feed) -> None:
        reels, state = feed.pick(self.habits)
        at = self._tick()
        component: Body = {"ReferenceDesignator": designator}
        head = nozzle = ""
        if self.habits.has_heads:
            head, number = str(self._picks % 2 + 1), self._picks % 3 + 1
            nozzle = f"{number} N0402"
            component["$type"] = "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX"
            component["HeadAndNozzle"] = {"HeadId": head, "HeadNozzleNumber": number, "NozzleType": "N0402"}
        if at is not None:
            component["InstallationTime"] = format_instant(at)
        row = Row(unit, designator, reels, self.handle, feed.name, head, nozzle, at, lane=self.lane)
        self.shop.rows.append(row)
        if at is None:
            self._undated.append(row)
        elif self._first_time is None:
            self._first_time = at
        self._entry(unit, feed, state).placed.append(component)

    def _tick(self) -> int | None:
        """The time of a pick, as the machine tells it."""
        self._picks += 1
        now = self.shop.wait()
        dated = self.habits.times == "all" or (self.habits.times == "some" and self._picks % 3)
        return now - now % self.habits.resolution if dated else None

    def _entry(self, unit: Unit, feed: Feed, state: State) -> _Entry:
        for entry in reversed(self._entries):
            same_state = entry.stretch == feed.stretch or not self.habits.names_reels
            if entry.unit is unit and entry.feed is feed and same_state:
                entry.state = state
                return entry
        self._entries.append(_Entry(unit, feed, feed.stretch, state))
        return self._entries[-1]

    def report(self) -> None:
        """Say what was placed since the last report, if anything."""
        if not self._entries:
            return
        materials = [self._material(entry) for entry in self._entries]
        self._say("Installed", {"InstalledMaterials": materials})
        self._date_the_undated()
        self._entries = []

    def _date_the_undated(self) -> None:
        """A part without a time of its own counts as placed when its report was made, or where others of the
        report have one, in the second of the first of them.
        """
        first = self._first_time
        for row in self._undated:
            row.at = self.shop.now if first is None else first - first % SECOND
        self._undated, self._first_time = [], None

    def _material(self, entry: _Entry) -> Body:
        body: Body = {
            **self.panel.called(entry.unit, self.habits.names),
            "QuantityInstalled": len(entry.placed),
            "QuantityNonInstalled": len(entry.thrown),
            "InstalledComponents": entry.placed,
            "NonInstalledComponents": entry.thrown,
        }
        if entry.feed is not None:
            body["CarrierLocation"] = entry.feed.place()
        if entry.state is not None and (self.habits.names_reels or entry.feed is None):
            body["Material"] = entry.state.message()
        return body

    def _say(self, what: str, body: Body) -> None:
        name = f"Production.Assembly.Materials{what}"
        self.shop.say(self.handle, name, {"TransactionId": self.transaction, **body})

    def take_off(self, designator: str, unit: int = 1, *, why: str = "", reel: Reel | None = None) -> None:
        """Take a part off again."""
        material: Body = {
            **self.panel.called(self.panel[unit], "serial"),
            "UninstalledComponents": [{"ReferenceDesignator": designator}],
        }
        if why:
            material["Reason"] = why
        if reel is not None:
            material["Material"] = {"UniqueIdentifier": reel.identifier}
        self._say("Uninstalled", {"UninstalledMaterials": [material]})
        for row in self.shop.on(self.panel[unit], designator):
            row.removed_at, row.why = self.shop.now, why

    def place_by_hand(self, designator: str, reel: Reel, unit: int = 1, *, dated: bool = True) -> None:
        """Put a part on with tweezers, in place of what is there."""
        at = self.shop.wait() if dated else None
        component: Body = {"ReferenceDesignator": designator}
        if at is not None:
            component["InstallationTime"] = format_instant(at)
        entry = _Entry(self.panel[unit], None, 0, State(reel), [component])
        self._say("Installed", {"InstalledMaterials": [self._material(entry)]})
        at = self.shop.now if at is None else at
        for row in self.shop.on(self.panel[unit], designator):
            row.removed_at, row.why = at, "Replaced"
        row = Row(self.panel[unit], designator, (reel,), self.handle, "", "", "", at, lane=self.lane)
        self.shop.rows.append(row)

    def complete(self) -> None:
        self.report()
        body = {"TransactionID": self.transaction, "Result": "Completed"}
        self.shop.say(self.handle, "Production.WorkCompleted", body)


def bench(shop: Shop, panel: Panel, handle: str = "Bench") -> Work:
    """Repair: a station without feeders."""
    return Work(shop, handle, Habits(), panel, frozenset(), 1, {})
