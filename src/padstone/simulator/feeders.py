"""The set-up of the placers: which location feeds which designators, and how its reels are changed.

Every designator belongs to exactly one location of one placer. A location is told by its identifier and its
lane, because the lanes of a multi-lane feeder share the identifier of the slot they sit in.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from padstone.simulator.design import Part, Product
from padstone.simulator.line import StationSpec

Change = Literal["exchange", "splice", "chain", "grey"]
"""How a location gets its next package.

``exchange``: the empty reel comes off between two panels. ``splice``: the new tape is stuck to the old one;
the machine sees the joint exactly and names one package or the other. ``chain``: the same, but between
splicing and joint the machine names the new package with the old one leading it. ``grey``: the sensor sees
the joint only roughly, and for some parts the machine cannot tell the two packages apart.
"""

CHANGES: dict[str, Change] = {word: word for word in get_args(Change)}

CHIPS = frozenset({"0201", "0402", "0603", "0805", "1206", "2016", "2520", "1008"})
MOST_PER_LOCATION = 8


class SetupError(ValueError):
    """The set-up does not fit the product: a designator without a location, or with two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeder:
    """What carries the package: a tape feeder (millimetres) or a tray, which has no lane (0)."""

    identifier: str
    name: str
    lane: int
    base_identifier: str | None = None
    base_name: str | None = None
    tape_width: float = 8.0
    tape_pitch: float = 4.0
    is_tray: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One feeding place of a placer. ``twin_of`` names the slot whose package lies here as well."""

    station: str
    identifier: str
    name: str
    feeder: Feeder
    part_number: str
    designators: tuple[str, ...]
    change: Change
    nozzle_type: str
    head: int
    twin_of: str | None = None

    @property
    def lane(self) -> int:
        return self.feeder.lane


@dataclass(slots=True)
class _Share:
    part: Part
    designators: tuple[str, ...]
    placer: int
    is_half: bool = False


@dataclass(slots=True)
class _Rack:
    """The slots of one placer while they are being filled."""

    station: StationSpec
    index: int
    slots: list[Slot] = field(default_factory=list)
    number: int = 10

    def next_number(self) -> int:
        self.number += 1
        return self.number


def _is_chip(part: Part) -> bool:
    return any(chip in part.package for chip in CHIPS)


def _shares(product: Product, placers: int) -> list[_Share]:
    """Deal the designators out: small parts to the placer with less to do, the rest to the last placer."""
    load = [0] * placers
    shares: list[_Share] = []
    half_taken = False
    for part in product.parts:
        designators = product.designators_by_part[part.number]
        if not designators:
            continue
        pieces = [
            designators[start : start + MOST_PER_LOCATION]
            for start in range(0, len(designators), MOST_PER_LOCATION)
        ]
        halve = not half_taken and _is_chip(part) and 5 <= len(designators) <= 7
        if halve:
            half_taken = True
            middle = len(designators) // 2
            pieces = [designators[:middle], designators[middle:]]
        first = load.index(min(load)) if _is_chip(part) else placers - 1
        for number, piece in enumerate(pieces):
            placer = first if halve else (first + number) % placers
            load[placer] += len(piece)
            shares.append(_Share(part, tuple(piece), placer, halve))
    return shares


def _changes(placer: int) -> tuple[Change, ...]:
    return ("splice", "exchange", "grey") if placer == 0 else ("exchange", "chain", "grey")


def plan_setup(product: Product, placers: Sequence[StationSpec]) -> tuple[Slot, ...]:
    """A set-up for the product on these placers, the same one each time."""
    racks = [_Rack(station, index) for index, station in enumerate(placers)]
    shares = _shares(product, len(placers))
    for rack in racks:
        mine = [share for share in shares if share.placer == rack.index]
        _fill_rack(rack, mine)
    slots = tuple(slot for rack in racks for slot in rack.slots)
    check_setup(product, slots)
    return slots


def _fill_rack(rack: _Rack, shares: list[_Share]) -> None:
    """Two halves of one package first, then one feeder with two lanes, then single feeders and trays."""
    halves = [share for share in shares if share.is_half]
    rest = [share for share in shares if not share.is_half]
    chips = [share for share in rest if _is_chip(share.part)]
    others = [share for share in chips if share.part is not chips[0].part]
    pair = [chips[0], others[0]] if len(others) >= 3 else []
    twin: str | None = None
    for share in halves:
        slot = _slot(rack, share, "exchange", twin_of=twin)
        twin = slot.identifier
    if pair:
        _two_lane_feeder(rack, pair)
    singles = [share for share in rest if share not in pair]
    changes = _changes(rack.index)
    taped = 0
    for share in singles:
        if _is_tray(share.part):
            _slot(rack, share, "exchange")
        else:
            _slot(rack, share, changes[taped % len(changes)])
            taped += 1


def _is_tray(part: Part) -> bool:
    return part.package.upper().startswith(("QFN-4", "QFN-6", "BGA", "QFP", "LQFP"))


def _slot(
    rack: _Rack,
    share: _Share,
    change: Change,
    *,
    twin_of: str | None = None,
    number: int | None = None,
    feeder: Feeder | None = None,
) -> Slot:
    number = rack.next_number() if number is None else number
    chip = _is_chip(share.part)
    serial = f"FD{rack.index + 1}{number:03d}"
    if feeder is None:
        width = 8.0 if chip else 12.0
        feeder = Feeder(
            identifier=serial,
            name=f"TRAY{serial}" if _is_tray(share.part) else f"TAPEFEEDER{width:.0f}mm{serial}",
            lane=0 if _is_tray(share.part) else 1,
            tape_width=width,
            tape_pitch=4.0 if chip else 8.0,
            is_tray=_is_tray(share.part),
        )
    slot = Slot(
        station=rack.station.name,
        identifier=f"{rack.station.handle.rsplit('.', 1)[-1]}-{number:03d}",
        name=f"SLOT{number}",
        feeder=feeder,
        part_number=share.part.number,
        designators=share.designators,
        change=change,
        nozzle_type="N040" if chip else "N200",
        head=1 if chip else 2,
        twin_of=twin_of,
    )
    rack.slots.append(slot)
    return slot


def _two_lane_feeder(rack: _Rack, pair: list[_Share]) -> None:
    number = rack.next_number()
    base = f"FD{rack.index + 1}{number:03d}"
    for lane, share in enumerate(pair, start=1):
        feeder = Feeder(
            identifier=f"{base}{'AB'[lane - 1]}",
            name=f"TAPEFEEDER8mm{base}{'AB'[lane - 1]}",
            lane=lane,
            base_identifier=base,
            base_name=f"MULTILANEFEEDER{base}",
        )
        _slot(rack, share, "exchange", number=number, feeder=feeder)


def check_setup(product: Product, slots: Iterable[Slot]) -> None:
    """Refuse a set-up in which a designator has no location, two locations, or a location of another part."""
    owner: dict[str, Slot] = {}
    for slot in slots:
        for designator in slot.designators:
            if designator in owner:
                raise SetupError(f"{designator} is fed from {owner[designator].name} and from {slot.name}")
            placement = product.placement_by_designator.get(designator)
            if placement is None:
                raise SetupError(f"{slot.name} feeds {designator}, which the product does not have")
            if placement.part_number != slot.part_number:
                raise SetupError(
                    f"{designator} takes {placement.part_number}; {slot.name} feeds {slot.part_number}"
                )
            owner[designator] = slot
    missing = [p.designator for p in product.placements if p.designator not in owner]
    if missing:
        raise SetupError(f"no location feeds {', '.join(missing[:10])}")


COLUMNS = ("station", "location", "location_name", "lane", "part_number", "designators", "change")


def setup_to_csv(slots: Iterable[Slot]) -> str:
    """The set-up as CSV with the columns
    ``station,location,location_name,lane,part_number,designators,change``.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for slot in slots:
        writer.writerow(
            (
                slot.station,
                slot.identifier,
                slot.name,
                slot.lane,
                slot.part_number,
                ",".join(slot.designators),
                slot.change,
            )
        )
    return text.getvalue()


def setup_from_csv(text: str, product: Product, placers: Sequence[StationSpec]) -> tuple[Slot, ...]:
    """Read a set-up in the form ``setup_to_csv`` writes; lane and change may be left out.

    Two rows with one location identifier and different lanes are the lanes of one feeder.

    Raises:
        SetupError: a row names an unknown station or part, or the set-up does not fit the product.

    """
    stations = {station.name: station for station in placers}
    slots = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        station = stations.get(row.get("station") or "")
        part = product.part_by_number.get(row.get("part_number") or "")
        if station is None or part is None:
            raise SetupError(f"line {number}: unknown station or part number")
        slots.append(_slot_from_row(row, station, part))
    check_setup(product, slots)
    return tuple(slots)


def _slot_from_row(row: dict[str, str], station: StationSpec, part: Part) -> Slot:
    word = row.get("change") or "exchange"
    change = CHANGES.get(word)
    if change is None:
        raise SetupError(f"{word!r} is no way to change a reel: {', '.join(CHANGES)}")
    lane = row.get("lane") or "1"
    if not lane.isdigit():
        raise SetupError(f"{lane!r} is no lane: a whole number")
    identifier = row["location"]
    chip = _is_chip(part)
    return Slot(
        station=station.name,
        identifier=identifier,
        name=row.get("location_name") or identifier,
        feeder=Feeder(
            identifier=f"FD-{identifier}-{lane}",
            name=f"TAPEFEEDER-{identifier}-{lane}",
            lane=int(lane),
        ),
        part_number=part.number,
        designators=tuple(d.strip() for d in row["designators"].split(",") if d.strip()),
        change=change,
        nozzle_type="N040" if chip else "N200",
        head=1 if chip else 2,
    )
