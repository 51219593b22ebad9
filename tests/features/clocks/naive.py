"""A second reckoning of the moisture clock, for no other purpose than to be compared with the first: minute
by minute, in the plainest words, with nothing of the product but its tables, policy and names of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from padstone.features.clocks.domain.happenings import Air, Happened, Happening
from padstone.features.clocks.domain.policy import Policy
from padstone.features.clocks.domain.tables import BAKE_TABLES, BANDS, FLOOR_LIFE_H

MINUTE = 60
ROW = {"2": "2a", "6": "5a"}
LEAVES_OVEN = (Happened.SEALED, Happened.DRY_IN, Happened.BAKE_BEGAN, Happened.BAKE_ENDED, Happened.USED)


@dataclass
class Reel:
    """One package, as somebody with a notebook would keep it."""

    where: str = "bag"
    in_bag: bool = True
    used: Fraction = Fraction(0)
    exposed: int = 0
    over: int = 0
    bad_air: bool = False
    dry: int = 0
    bone_dry: int = 0
    hot: int = 0
    oven_minutes: int = 0
    oven_heat: int = 0
    was_baked: bool = False
    machine_says_over: bool = False
    card_wet: bool = False
    label: int | None = None
    touched: bool = False


@dataclass(frozen=True)
class Board:
    """Half a board: what it has of a reel was placed in that minute. ``number`` is below 0."""

    number: int
    reel: int
    minute: int


class Notebook:
    """All packages of one part, from minute 0 on."""

    def __init__(
        self, *, level: str, height: str, policy: Policy, reels: int, air: dict[int, Sequence[Air]]
    ) -> None:
        self.level, self.height, self.policy, self.air = level, height, policy, air
        self.boards: list[Board] = []
        self.reels = {number: Reel() for number in range(reels)}
        self.looked_up: dict[tuple[int | None, float, float], Fraction | None] = {}

    def run(self, events: Sequence[Happening], until: int) -> None:
        """Live through it. Everything happens on the minute."""
        rest = sorted(events, key=lambda one: (one.at, one.order))
        for now in range(0, until, MINUTE):
            while rest and rest[0].at <= now and rest[0].package >= 0:
                self.note(rest.pop(0))
            for board in self.boards:
                if board.minute * MINUTE == now:
                    self.place(board)
            while rest and rest[0].at <= now:
                self.note(rest.pop(0))
            for number, reel in self.reels.items():
                self.minute(number, reel, now)
        while rest and rest[0].at <= until:
            self.note(rest.pop(0))

    # --- the tables, looked up once more ---

    def full(self, reel: Reel) -> int | None:
        return reel.label if self.level == "6" else FLOOR_LIFE_H[self.level] * 3600

    def life(self, reel: Reel, celsius: float, percent: float) -> Fraction | None:
        """Seconds; None is for ever."""
        full = self.full(reel)
        if full is None:
            return None
        band = next(b for b in BANDS if float(self.height) >= float(b.from_mm))
        row = ROW.get(self.level, self.level)
        column = 0
        while column < 9 and percent > (5, 10, 20, 30, 40, 50, 60, 70, 80, 90)[column]:
            column += 1
        heat = 20 if celsius <= 20 else 25 if celsius <= 25 else 30 if celsius <= 30 else 35
        cell = band.days[row][heat].split()[column]
        believed = self.policy.longer_life == "any" or (
            self.policy.longer_life == "verified" and band.verified
        )
        if cell == "-":
            return None if believed else Fraction(full)
        life = Fraction(cell) * 24 / FLOOR_LIFE_H[row] * full
        return life if believed else min(life, Fraction(full))

    def oven_hours(self, heat: int, soaked: bool) -> int | None:
        rows = BAKE_TABLES[self.policy.bake_table].hours
        for height in ("1.4", "2.0", "4.5"):
            if float(self.height) <= float(height):
                line = rows[height][ROW.get(self.level, self.level)]
                for degrees in (125, 90, 40):
                    if heat >= degrees and degrees in line:
                        return line[degrees][0 if soaked else 1]
                return None
        return None

    # --- what happens ---

    def note(self, event: Happening) -> None:
        reel = self.reels[event.package]
        if event.kind in (Happened.SPLIT_FROM, Happened.MIXED):
            assert event.other is not None
            self.together(event.kind, reel, self.reels[event.other])
        else:
            self.lay(event.kind, event.value or 0, reel)
            self.say(event.kind, event.value or 0, reel)
        reel.touched = True

    def place(self, board: Board) -> None:
        """The parts on it go on as their reel was, but lie about."""
        parts = Reel(**self.reels[board.reel].__dict__)
        if parts.where == "oven":
            self.out_of_oven(parts)
        parts.where, parts.in_bag = "table", False
        self.reels[board.number] = parts

    def together(self, kind: Happened, reel: Reel, other: Reel) -> None:
        if kind is Happened.SPLIT_FROM and not reel.touched:
            reel.__dict__.update(other.__dict__)
            return
        before = Reel(**reel.__dict__)
        self.worst(reel, other)
        if kind is Happened.MIXED:
            self.worst(other, before)
            other.touched = True

    def lay(self, kind: Happened, value: int, reel: Reel) -> None:
        """Where it is from then on."""
        if kind in (Happened.OPENED, Happened.USED, Happened.BAKE_BEGAN):
            reel.in_bag = False
        if reel.where == "oven" and kind in LEAVES_OVEN:
            self.out_of_oven(reel)
        if kind in (Happened.OPENED, Happened.USED) and reel.where != "oven":
            reel.where = "table"
        elif kind is Happened.SEALED:
            reel.where, reel.in_bag, reel.dry, reel.bone_dry = "bag", True, 0, 0
        elif kind is Happened.DRY_IN and reel.where != "cabinet":
            reel.where, reel.dry, reel.bone_dry = "cabinet", 0, 0
        elif kind is Happened.DRY_OUT and reel.where == "cabinet":
            reel.where = "bag" if reel.in_bag else "table"
        elif kind is Happened.BAKE_BEGAN:
            reel.where, reel.oven_minutes, reel.oven_heat = "oven", 0, value

    def say(self, kind: Happened, value: int, reel: Reel) -> None:
        """What is told of its moisture."""
        full = self.full(reel)
        if kind is Happened.RESTORED and self.policy.believes_restored:
            reel.in_bag, reel.was_baked = False, True
            reel.where = "cabinet" if reel.where == "cabinet" else "table"
            self.fresh(reel)
        elif kind is Happened.TOLD_LEFT and full and value < ((1 - reel.used) * full) // 1:
            reel.used = 1 - Fraction(value) / full
        elif kind is Happened.TOLD_EXPIRED:
            reel.machine_says_over = True
        elif kind is Happened.LABEL_LIFE:
            reel.label = value
        elif kind is Happened.CARD_READ and value >= (60 if self.level == "2" else 10):
            reel.card_wet = True

    def out_of_oven(self, reel: Reel) -> None:
        soaked = (
            reel.over > 72 * 3600
            or reel.machine_says_over
            or reel.card_wet
            or (self.level == "6" and not reel.was_baked)
        )
        hours = self.oven_hours(reel.oven_heat, soaked)
        reel.where, reel.dry, reel.bone_dry = "table", 0, 0
        if reel.oven_heat > 90:
            reel.hot += reel.oven_minutes * 60
        if hours is not None and reel.oven_minutes >= hours * 60:
            reel.was_baked = True
            self.fresh(reel)

    def fresh(self, reel: Reel) -> None:
        reel.used, reel.exposed, reel.over, reel.bad_air = Fraction(0), 0, 0, False
        reel.machine_says_over = reel.card_wet = False

    def worst(self, reel: Reel, other: Reel) -> None:
        if reel.where == "bag" and not other.in_bag:
            reel.where = "table"
        for name in ("used", "exposed", "over", "hot"):
            setattr(reel, name, max(getattr(reel, name), getattr(other, name)))
        for name in ("bad_air", "machine_says_over", "card_wet"):
            setattr(reel, name, getattr(reel, name) or getattr(other, name))
        reel.in_bag = reel.in_bag and other.in_bag
        reel.was_baked = reel.was_baked and other.was_baked
        reel.dry, reel.bone_dry = min(reel.dry, other.dry), min(reel.bone_dry, other.bone_dry)
        labels = [label for label in (reel.label, other.label) if label is not None]
        reel.label = min(labels) if labels else None

    def minute(self, number: int, reel: Reel, now: int) -> None:
        here = [air for air in self.air.get(number, ()) if air.since <= now < air.until]
        celsius = here[0].celsius if here else None
        percent = here[0].percent if here else None
        if reel.where == "oven":
            reel.oven_minutes += 1
        elif reel.where == "cabinet" and not reel.in_bag:
            damp = self.policy.cabinet_percent if percent is None else percent
            late = self.policy.pause_exposed_s
            if damp > self.policy.pauses_percent or (late is not None and reel.exposed > late):
                self.lie_about(reel, celsius, percent)
            else:
                self.dry_out(reel, float(damp))
        elif reel.where == "table":
            self.lie_about(reel, celsius, percent)

    def dry_out(self, reel: Reel, damp: float) -> None:
        reel.dry += MINUTE
        reel.bone_dry = reel.bone_dry + MINUTE if damp <= 5 else 0
        if not self.policy.resets_short_exposure or reel.bad_air or reel.machine_says_over:
            return
        if reel.exposed == 0:
            return
        exposed = reel.exposed
        if self.level in ("2", "2a", "3") and exposed <= 12 * 3600 and reel.dry >= 5 * exposed:
            self.fresh(reel)
        if self.level in ("4", "5", "5a") and exposed <= 8 * 3600 and reel.bone_dry >= 10 * exposed:
            self.fresh(reel)

    def lie_about(self, reel: Reel, celsius: object, percent: object) -> None:
        warm = 30.0 if celsius is None else float(str(celsius))
        damp = 60.0 if percent is None else float(str(percent))
        asked = (self.full(reel), warm, damp)
        if asked not in self.looked_up:
            self.looked_up[asked] = self.life(reel, warm, damp)
        life = self.looked_up[asked]
        crosses = life is not None and reel.used < 1 < reel.used + Fraction(MINUTE) / life
        for seconds in [1] * MINUTE if crosses else [MINUTE]:
            self.second(reel, life, seconds)
        reel.bad_air = reel.bad_air or warm > 30 or damp > 60
        reel.dry = reel.bone_dry = 0

    def second(self, reel: Reel, life: Fraction | None, seconds: int) -> None:
        if reel.used >= 1:
            reel.over += seconds
        if life is not None:
            reel.used += Fraction(seconds) / life
        reel.exposed += seconds
