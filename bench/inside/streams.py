"""What a line says, made for measuring: packages, and panels that pass through placers.

A placer reports a panel in one message: 4 units, each of 50 designators, from 40 feeder locations, with the
time and the nozzle of every placement, as our simulator's machines do. A location's reel of 5,000 parts is
exchanged when it is used up; the reels are not full at the start, so one or other location changes every 25
panels.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from padstone import cfx

UNITS = 4
DESIGNATORS = 50
LOCATIONS = 40
REEL = 5_000
PLACED_BEFORE = 25
"""Panels of which a stream of reports has told before it is measured."""
PLACEMENTS = UNITS * DESIGNATORS
_PER_LOCATION = PLACEMENTS / LOCATIONS
_BEGIN = datetime(2026, 3, 2, 6, tzinfo=UTC)
_A_PANEL = timedelta(seconds=30)
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Stream:
    """``before`` is told first and not measured; ``messages`` are, and hold so many ``placements``."""

    name: str
    before: list[bytes]
    messages: list[bytes]
    placements: int


def placing(panels: int, stations: Iterable[int] = (1,), label: str = "a placer's reports") -> Stream:
    """Reports of whole panels alone. The work on each was begun before, and some panels were placed, so that
    the books know the machine and its reels, and who reads it knows how it speaks.
    """
    before: list[bytes] = []
    messages: list[bytes] = []
    for station in stations:
        placer, all_panels = Placer(station), panels + PLACED_BEFORE
        before += placer.reels(all_panels)
        before += [placer.started(panel) for panel in range(all_panels)]
        before += [placer.installed(panel) for panel in range(PLACED_BEFORE)]
        messages += [placer.installed(panel) for panel in range(PLACED_BEFORE, all_panels)]
    return Stream(label, before, messages, len(messages) * PLACEMENTS)


def line(panels: int) -> Stream:
    """All that three placers say of each panel: it comes, is begun, placed, done and goes."""
    placers = [Placer(station) for station in (1, 2, 3)]
    before = [message for placer in placers for message in placer.reels(panels)]
    messages = [message for panel in range(panels) for placer in placers for message in placer.whole(panel)]
    return Stream("a line of three placers", before, messages, panels * len(placers) * PLACEMENTS)


def simulated(units: int) -> Stream:
    """What the simulator's line says, from its first word to its last."""
    from padstone.simulator import world

    run = world.run(world.Settings(units=units))
    return Stream(
        "the simulator's line", [], [body for _, body in run.messages], len(run.ledger.installations)
    )


class Placer:
    """One machine, and what it says of the panels that pass through it."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.handle = f"Bench.Placer.{number}"
        self._random = random.Random(number)
        self._said = 0

    def reels(self, panels: int) -> Iterator[bytes]:
        """Every reel that the placer will use, received."""
        for location in range(LOCATIONS):
            last = self._reel(location, panels)
            details = [
                {
                    "UniqueIdentifier": self._package(location, reel),
                    "InternalPartNumber": _part(location),
                    "InitialQuantity": REEL,
                }
                for reel in range(last + 1)
            ]
            yield self._say(cfx.MaterialsInitialized.name, {"Materials": details}, 0)

    def whole(self, panel: int) -> Iterator[bytes]:
        moved = {"PrimaryIdentifier": _panel(panel), "UnitCount": UNITS, "Units": _units(panel), "Lane": 1}
        yield self._say(cfx.UnitsArrived.name, moved, panel)
        yield self.started(panel)
        yield self.installed(panel)
        yield self._say(
            cfx.WorkCompleted.name, {"TransactionID": self._transaction(panel), "Result": "Completed"}, panel
        )
        yield self._say(cfx.UnitsDeparted.name, moved, panel)

    def started(self, panel: int) -> bytes:
        body = {
            "PrimaryIdentifier": _panel(panel),
            "TransactionID": self._transaction(panel),
            "Lane": 1,
            "UnitCount": UNITS,
            "Units": _units(panel),
            "RecipeName": "BENCH",
            "Revision": "A",
        }
        return self._say(cfx.WorkStarted.name, body, panel)

    def installed(self, panel: int) -> bytes:
        at = self._at(panel)
        body = {
            "TransactionId": self._transaction(panel),
            "InstalledMaterials": [
                self._material(panel, unit, location, at)
                for unit in range(UNITS)
                for location in range(LOCATIONS)
            ],
        }
        return self._say(cfx.MaterialsInstalled.name, body, panel)

    def _material(self, panel: int, unit: int, location: int, at: datetime) -> dict[str, object]:
        designators = range(location, DESIGNATORS, LOCATIONS)
        return {
            "UnitIdentifier": _unit(panel, unit),
            "UnitPositionNumber": unit + 1,
            "QuantityInstalled": len(designators),
            "QuantityNonInstalled": 0,
            "Material": {
                "UniqueIdentifier": self._package(location, self._reel(location, panel)),
                "InternalPartNumber": _part(location),
                "Quantity": REEL - self._used(location, panel) % REEL,
            },
            "CarrierLocation": {
                "LocationIdentifier": f"F{location + 1:03}",
                "LocationName": f"SLOT{location + 1}",
            },
            "InstalledComponents": [self._component(unit, number, at) for number in designators],
        }

    def _component(self, unit: int, number: int, at: datetime) -> dict[str, object]:
        seconds = (unit * DESIGNATORS + number) * 0.12 + self._random.random() * 0.05
        nozzle = number % 8 + 1
        return {
            "$type": "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX",
            "ReferenceDesignator": f"C{self.number}{number:02}",
            "InstallationTime": cfx.format_instant(at + timedelta(seconds=seconds), timedelta(hours=1)),
            "HeadAndNozzle": {"HeadId": "1", "HeadNozzleNumber": nozzle, "NozzleType": "N040"},
        }

    def _used(self, location: int, panel: int) -> int:
        """Parts that the location has used up to this panel; reels are begun at the start, each otherwise."""
        return int(location * REEL / LOCATIONS + panel * _PER_LOCATION)

    def _reel(self, location: int, panel: int) -> int:
        return self._used(location, panel) // REEL

    def _package(self, location: int, reel: int) -> str:
        return f"R{self.number}{location:02}{reel:05}"

    def _transaction(self, panel: int) -> str:
        return str(UUID(int=self.number << 64 | 4 << 76 | panel))

    def _at(self, panel: int) -> datetime:
        return _BEGIN + panel * _A_PANEL

    def _say(self, name: str, body: object, panel: int) -> bytes:
        self._said += 1
        return _encode(
            {
                "MessageName": name,
                "Version": "2.1",
                "TimeStamp": cfx.format_instant(self._at(panel) + _A_PANEL, timedelta(hours=1)),
                "UniqueID": str(UUID(int=self.number << 96 | self._said)),
                "Source": self.handle,
                "MessageBody": body,
            }
        )


def _panel(panel: int) -> str:
    return f"PANEL{panel:07}"


def _unit(panel: int, unit: int) -> str:
    return f"UNIT{panel:07}{unit + 1:02}"


def _units(panel: int) -> list[dict[str, object]]:
    return [
        {"UnitIdentifier": _unit(panel, unit), "PositionNumber": unit + 1, "Status": "Pass"}
        for unit in range(UNITS)
    ]


def _part(location: int) -> str:
    return f"100-{location:03}"
