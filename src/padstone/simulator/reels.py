"""Reels and trays: where their parts come from, what is left on them, and what the machine can know of it.

Two counts are kept for every package: how many parts are truly left, which only the ledger sees, and what the
machine believes, which it reports. A package never holds more than the machine believes, because reels arrive
a few parts short and leaders are cut off; it runs empty at the true count.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from padstone.simulator.design import Part
from padstone.simulator.feeders import Slot

SUPPLIERS = ("Meridian Components", "Northgate Electronics", "Tamarack Supply", "Orbis Distribution")
REEL_SIZES = (
    10_000,
    5_000,
    4_000,
    3_000,
    2_000,
    1_500,
    1_000,
    750,
    500,
    250,
    200,
    150,
    100,
    80,
    60,
    50,
    40,
    30,
    20,
)
MOST_GREY = 12


@dataclass(frozen=True, slots=True)
class Lot:
    """What a supplier delivered together: one manufacturer's lot of one part."""

    code: str
    supplier: str
    manufacturer: str
    mpn: str
    manufactured_on: date
    received_on: date

    @property
    def date_code(self) -> str:
        """Year and week of manufacture, YYWW, as printed on a reel."""
        year, week, _ = self.manufactured_on.isocalendar()
        return f"{year % 100:02d}{week:02d}"


@dataclass(slots=True, eq=False)
class Package:
    """One reel, tray or bag. ``held`` is what it truly held; ``announced`` is what its label said."""

    identifier: str
    part_number: str
    lot: Lot
    announced: int
    held: int
    left: int
    believed: int
    announced_by: str | None = None

    def use_one(self) -> None:
        if self.left <= 0:
            raise RuntimeError(f"package {self.identifier} gives more parts than it holds")
        self.left -= 1


def new_package(identifier: str, part: Part, lot: Lot, announced: int, short: int) -> Package:
    held = max(announced - short, 1)
    return Package(identifier, part.number, lot, announced, held, held, announced)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A reel that is to come next, whatever the warehouse would have sent: how a scenario sets the scene."""

    lot: Lot
    held: int
    announced: int


class Warehouse:
    """Hands out packages: new ones lot by lot, those a scenario laid ready first, and used ones again."""

    def __init__(self, parts: Sequence[Part], tag: str, start: datetime, seed: str) -> None:
        self._parts = {part.number: part for part in parts}
        self._tag = tag
        self._today = start.astimezone(UTC).date()
        self._random = random.Random(f"{seed}/warehouse")
        self._counter = 0
        self._lots: dict[str, tuple[Lot, int]] = {}
        self._partial: dict[str, list[tuple[Package, str | None]]] = {}
        self._ready: dict[str, deque[Delivery]] = {}
        self.packages: list[Package] = []

    def lay_ready(self, part_number: str, deliveries: Sequence[Delivery]) -> None:
        self._ready[part_number] = deque(deliveries)

    def give_back(self, package: Package, kept_for: str | None = None) -> None:
        """Take a package in that still holds parts; ``kept_for`` names the station that is to get it."""
        self._partial.setdefault(package.part_number, []).append((package, kept_for))

    def keeps_for(self, part_number: str, station: str) -> bool:
        """Whether a package of the part waits for this station."""
        return any(kept_for == station for _, kept_for in self._partial.get(part_number, ()))

    def take_used(self, part_number: str, station: str, least: int) -> Package | None:
        """A partly used package of the part with at least ``least`` parts believed on it: one kept for the
        station before any other.
        """
        shelf = self._partial.get(part_number, [])
        for wanted in (station, None):
            for entry in shelf:
                if entry[1] == wanted and (entry[0].believed >= least or wanted):
                    shelf.remove(entry)
                    return entry[0]
        return None

    def take_new(self, part_number: str, *, size: int, short: int) -> Package:
        """A new package: the next a scenario laid ready, else one announced with ``size`` that holds
        ``short`` fewer.
        """
        ready = self._ready.get(part_number)
        if ready:
            delivery = ready.popleft()
            return self._new(
                part_number, delivery.lot, delivery.announced, delivery.announced - delivery.held
            )
        return self._new(part_number, self._lot(part_number), size, short)

    def make_lot(self, part_number: str, code: str | None = None, source: int | None = None) -> Lot:
        part = self._parts[part_number]
        index = self._random.randrange(len(part.sources)) if source is None else source
        manufacturer, mpn = part.sources[index]
        made = self._today - timedelta(days=self._random.randint(45, 400))
        letters = "".join(self._random.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(2))
        return Lot(
            code=code or f"{letters}{self._random.randint(10_000, 99_999)}",
            supplier=self._random.choice(SUPPLIERS),
            manufacturer=manufacturer or "unknown",
            mpn=mpn,
            manufactured_on=made,
            received_on=made + timedelta(days=self._random.randint(14, 40)),
        )

    def _lot(self, part_number: str) -> Lot:
        """Reels come two or three of a lot."""
        lot, left = self._lots.get(part_number, (None, 0))
        if lot is None or left == 0:
            lot, left = self.make_lot(part_number), self._random.randint(2, 3)
        self._lots[part_number] = (lot, left - 1)
        return lot

    def _new(self, part_number: str, lot: Lot, announced: int, short: int) -> Package:
        self._counter += 1
        identifier = f"R{self._tag}{self._counter:05d}"
        package = new_package(identifier, self._parts[part_number], lot, announced, short)
        self.packages.append(package)
        return package


# --- what feeds a location ----------------------------------------------------------------------------------

Phase = Literal["single", "chained", "grey"]


@dataclass(frozen=True, slots=True)
class MaterialState:
    """What the machine says of a location after a placement: counts as it believes them."""

    package: Package
    quantity: int
    leading: Package | None = None
    leading_quantity: int = 0
    grey: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """One part taken: from which package in truth, and from which ones as far as the machine can know."""

    truth: Package
    candidates: tuple[Package, ...]
    state: MaterialState
    stretch: int
    """Changes whenever what the machine can say changes: picks of one stretch may be reported together."""


@dataclass(frozen=True, slots=True)
class Joint:
    """A splice that came to the pick position: what the machine reports as detected."""

    slot: Slot
    depleted: Package
    active: MaterialState


@dataclass(slots=True, eq=False)
class Feed:
    """What one slot, or two slots that share a package, take their parts from."""

    slots: list[Slot]
    part: Part
    active: Package
    following: Package | None = None
    phase: Phase = "single"
    grey_left: int = 0
    fires_at: int = 0
    """The true count at which the splice sensor fires: some parts of the old reel may still be ahead of the
    pick.
    """
    grey_length: int = 0
    stretch: int = 0
    chance_of_reject: float = 0.0
    reel_size: int = 0
    shorts: tuple[int, int] = (0, 0)
    on_joint: Callable[[Joint], None] | None = None
    changes: int = field(default=0)

    @property
    def slot(self) -> Slot:
        return self.slots[0]

    @property
    def designators(self) -> frozenset[str]:
        return frozenset(designator for slot in self.slots for designator in slot.designators)

    def is_empty(self) -> bool:
        """Whether the next pick would find nothing."""
        return self.active.left == 0 and self.following is None

    def believed(self) -> int:
        return self.active.believed + (self.following.believed if self.following else 0)

    def load(self, package: Package) -> None:
        """Put a fresh package on; what was there before has come off."""
        self.active, self.following, self.phase = package, None, "single"
        self.stretch += 1
        self.changes += 1

    def splice(self, package: Package, *, grey: int, fires_at: int) -> None:
        """Stick the package's tape to the running one."""
        if self.following is not None:
            raise RuntimeError(f"{self.slot.name} already has a splice on the way")
        self.following, self.phase = package, "chained"
        self.grey_length, self.fires_at = grey, fires_at
        self.stretch += 1
        self.changes += 1

    def pick(self) -> Pick:
        """Take one part.

        Raises:
            RuntimeError: the location is empty; ask ``is_empty`` first.

        """
        if self.phase == "chained" and self.active.left <= self.fires_at:
            self._joint_comes()
        if self.phase == "grey" and self.following is not None:
            return self._grey_pick(self.following)
        truth = self.active
        truth.use_one()
        truth.believed = max(truth.believed - 1, 0)
        return Pick(truth, (truth,), self.state(), self.stretch)

    def _joint_comes(self) -> None:
        following = self.following
        if following is None:
            raise RuntimeError("a joint without a spliced package")
        old = self.active
        old.believed = 0
        self.stretch += 1
        if self.grey_length:
            self.phase, self.grey_left = "grey", self.grey_length
        else:
            self.active, self.following, self.phase = following, None, "single"
        if self.on_joint:
            self.on_joint(Joint(self.slot, old, self.state()))

    def _grey_pick(self, following: Package) -> Pick:
        """The machine counts the new package down; in truth the old one's last parts come first."""
        old = self.active
        truth = old if old.left else following
        truth.use_one()
        following.believed -= 1
        self.grey_left -= 1
        stretch = self.stretch
        if self.grey_left == 0:
            self.active, self.following, self.phase = following, None, "single"
            self.stretch += 1
        return Pick(truth, (old, following), self.state(), stretch)

    def state(self) -> MaterialState:
        """The machine's view now.

        Between splicing and joint only a machine that tells of chains says so, and only while it believes
        that the old package has parts: one that leads with none would not say where the last came from.
        """
        following = self.following
        if self.phase == "grey" and following is not None:
            return MaterialState(following, following.believed, self.active, 0, self.grey_left)
        tells = self.slot.change != "splice" and self.active.believed > 0
        if self.phase == "chained" and following is not None and tells:
            return MaterialState(following, following.believed, self.active, self.active.believed)
        return MaterialState(self.active, self.active.believed)


def reel_size(need: int, per_panel: int) -> int:
    """How big the reels of a part are: a work order needs two or three, as a shop would order them."""
    least = max(20, per_panel + per_panel // 4)
    fitting = [size for size in REEL_SIZES if size <= need * 0.45 and size >= least]
    return fitting[0] if fitting else least
