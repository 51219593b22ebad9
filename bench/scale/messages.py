"""The history as the machines of the factory would have told it, in CFX: what the loader's rows stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from factory import BOARDS, REPAIR, lot_name, nozzle_words, package_name, slot_words, station_name, unit_name

from padstone import cfx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from history import Block, History, Placed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Teller:
    """Says block after block, each panel from station to station. ``with_times`` False: as a placer that does
    not tell when it placed the single part.
    """

    def __init__(self, history: History, *, with_times: bool = True) -> None:
        self._history = history
        self._with_times = with_times
        self._plan = history.plan
        self._said = count(1)

    def messages(self, block: Block) -> Iterator[bytes]:
        yield self._reels(block)
        for panel in range(block.panels):
            for station, one in enumerate(block.stations):
                yield self._started(block, panel, station, int(one.started_ms[panel]))
                yield self._placed(block, panel, station, one)
                yield self._completed(block, panel, station, int(one.told_ms[panel]))
            yield from self._repaired(block, panel)

    def _reels(self, block: Block) -> bytes:
        details = [
            {
                "UniqueIdentifier": package_name(self._plan, number),
                "InternalPartNumber": self._history.factory.parts[reel.part],
                "ManufacturerLotCode": lot_name(self._plan, reel.lot),
                "InitialQuantity": reel.quantity,
            }
            for number, reel in enumerate(block.reels, block.first_reel)
        ]
        at_ms = int(block.stations[0].started_ms[0])
        return self._say(cfx.MaterialsInitialized.name, 0, at_ms, {"Materials": details})

    def _started(self, block: Block, panel: int, station: int, at_ms: int) -> bytes:
        number = block.first_panel + panel
        body = {
            "PrimaryIdentifier": f"{self._plan.prefix}PN{number:08}",
            "TransactionID": self._transaction(number, station),
            "Lane": int(block.lanes[panel]),
            "UnitCount": BOARDS,
            "Units": [
                {"UnitIdentifier": self._unit(number, board), "PositionNumber": board + 1, "Status": "Pass"}
                for board in range(BOARDS)
            ],
        }
        return self._say(cfx.WorkStarted.name, station, at_ms, body)

    def _completed(self, block: Block, panel: int, station: int, at_ms: int) -> bytes:
        body = {"TransactionID": self._transaction(block.first_panel + panel, station), "Result": "Completed"}
        return self._say(cfx.WorkCompleted.name, station, at_ms, body)

    def _placed(self, block: Block, panel: int, station: int, one: Placed) -> bytes:
        """What follows each other from one reel, at one slot, on one board, is told together."""
        program, reels = one.program, one.reels()[panel].tolist()
        columns = [column for column, there in enumerate(one.placed[panel].tolist()) if there]
        boards, slots = program.boards.tolist(), program.slots.tolist()
        materials = [
            self._material(
                block.first_panel + panel,
                board,
                reel,
                slot,
                [
                    self._component(one, panel, column, nozzle_words(int(program.nozzles[column])))
                    for column in together
                ],
            )
            for (board, slot, reel), together in groupby(
                columns, key=lambda column: (boards[column], slots[column], reels[column])
            )
        ]
        return self._installed(block.first_panel + panel, station, int(one.told_ms[panel]), materials)

    def _component(self, one: Placed, panel: int, column: int, words: tuple[str, str]) -> dict[str, Any]:
        number, kind = words[1].split()
        told = {
            "$type": "CFX.Structures.SMTPlacement.SMTInstalledComponent, CFX",
            "ReferenceDesignator": self._history.factory.designators[one.program.designators[column]],
            "HeadAndNozzle": {"HeadId": words[0], "HeadNozzleNumber": int(number), "NozzleType": kind},
        }
        if self._with_times:
            told["InstallationTime"] = _text(int(one.started_ms[panel]) + int(one.at_ms[panel, column]))
        return told

    def _repaired(self, block: Block, panel: int) -> Iterator[bytes]:
        repairs = block.repairs
        here = (repairs.panels == panel).nonzero()[0].tolist()
        if not here:
            return
        number = block.first_panel + panel
        began, ended = int(repairs.at_ms[here[0]]), int(repairs.at_ms[here[-1]])
        materials = [
            self._material(
                number,
                int(repairs.boards[row]),
                int(repairs.reels[row]),
                None,
                [
                    {
                        "ReferenceDesignator": self._history.factory.designators[repairs.designators[row]],
                        "InstallationTime": _text(int(repairs.at_ms[row])),
                    }
                ],
            )
            for row in here
        ]
        yield self._started(block, panel, REPAIR, began)
        yield self._installed(number, REPAIR, began, materials)
        yield self._completed(block, panel, REPAIR, ended)

    def _installed(self, number: int, station: int, at_ms: int, materials: list[dict[str, Any]]) -> bytes:
        body = {"TransactionId": self._transaction(number, station), "InstalledMaterials": materials}
        return self._say(cfx.MaterialsInstalled.name, station, at_ms, body)

    def _material(
        self, number: int, board: int, reel: int, slot: int | None, components: list[dict[str, Any]]
    ) -> dict[str, Any]:
        told = {
            "UnitIdentifier": self._unit(number, board),
            "UnitPositionNumber": board + 1,
            "QuantityInstalled": len(components),
            "Material": {
                "UniqueIdentifier": package_name(self._plan, reel),
                "InternalPartNumber": self._history.factory.parts[self._history.reels[reel].part],
            },
            "InstalledComponents": components,
        }
        if slot is not None:
            identifier, name = slot_words(slot)
            told["CarrierLocation"] = {"LocationIdentifier": identifier, "LocationName": name}
        return told

    def _unit(self, number: int, board: int) -> str:
        return unit_name(self._plan, number * BOARDS + board)

    def _transaction(self, number: int, station: int) -> str:
        return str(UUID(int=self._plan.seed << 96 | 4 << 76 | number << 8 | station))

    def _say(self, name: str, station: int, at_ms: int, body: object) -> bytes:
        return msgspec.json.encode(
            {
                "MessageName": name,
                "Version": "2.1",
                "TimeStamp": _text(at_ms),
                "UniqueID": str(UUID(int=self._plan.seed << 112 | next(self._said))),
                "Source": station_name(self._plan, station),
                "MessageBody": body,
            }
        )


def _text(at_ms: int) -> str:
    return cfx.format_instant(_EPOCH + timedelta(milliseconds=at_ms), timedelta())
