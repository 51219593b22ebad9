"""Invented shifts on a small shop floor, with all that goes wrong on real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from tests.properties.shop import SECOND, Habits, Panel, Placer, Reel, Shop, Work, bench

PARTS = ("10K", "100N", "LED")
LOTS = ("A1", "B2", "C3")
RESOLUTIONS = (1, 10, 10_000, SECOND)
SLOTS = ("SLOT1", "SLOT2", "SLOT3")
WHYS = ("", "DefectiveMaterial", "DefectiveInstallation")


@dataclass(slots=True)
class Program:
    """What one placer places on one unit: designator and location."""

    recipe: str
    surface: str
    steps: list[tuple[str, str]]


class Shift:
    """One invented history.

    ``named``: every machine says which package its parts are of. ``singles``: some stations have units that
    were cut out of their panels, and know them by their serials alone.
    """

    def __init__(self, chance: Random, *, named: bool = True, singles: bool = True) -> None:
        self.chance = chance
        self.shop = Shop()
        self.named = named
        self.singles = singles
        self._reels = 0
        self._feeders = 0
        self._twins: dict[str, list[str]] = {}
        self._spare: list[Reel] = []
        self.placers = [self._placer(f"Placer{number}") for number in range(1, 2 + self._one_in(2))]
        self.programs = {placer.handle: self._programs(placer) for placer in self.placers}

    def _one_in(self, number: int) -> bool:
        return self.chance.randrange(number) == 0

    # --- the floor -----------------------------------------------------------------------------------------

    def reel(self, part: str) -> Reel:
        self._reels += 1
        lot = self.chance.choice(LOTS) if self.chance.randrange(5) else ""
        return self.shop.receive(f"REEL{self._reels}", part, lot and f"{part}-{lot}")

    def _habits(self) -> Habits:
        chance = self.chance
        habits = Habits(
            tells_zone=chance.choice(("both", "splice", "report")),
            names=chance.choice(("serial", "barcode", "position")),
            times=chance.choice(("all", "all", "all", "some", "none")),
            resolution=chance.choice(RESOLUTIONS),
            reports_each_unit=self._one_in(2),
            has_heads=not self._one_in(3),
        )
        if self.named:
            return habits
        return replace(habits, names_reels=self._one_in(2), times="all")

    def _placer(self, handle: str) -> Placer:
        placer = Placer(self.shop, handle, self._habits())
        parts = {slot: self.chance.choice(PARTS) for slot in SLOTS}
        parts["SLOT2"] = parts["SLOT1"]  # always an alternate location
        shares = self._one_in(3)
        first = self.reel(parts["SLOT1"])
        for slot in SLOTS:
            reel = first if slot == "SLOT1" or (slot == "SLOT2" and shares) else self.reel(parts[slot])
            placer.load(slot, reel, lane=self.chance.choice((0, 0, 1, 2)), feeder=self._feeder())
        if shares:
            self._twins[handle] = ["SLOT1", "SLOT2"]
        return placer

    def _programs(self, placer: Placer) -> list[Program]:
        """Two recipes of the placer; the second is built on the other side."""
        first = 1 + 20 * self.placers.index(placer)
        programs = []
        for surface, start in (("PrimarySurface", first), ("SecondarySurface", first + 10)):
            count = 2 + self.chance.randrange(4)
            steps = [(f"R{start + n}", self.chance.choice(SLOTS)) for n in range(count)]
            programs.append(Program(f"{placer.handle}-{surface}", surface, steps))
        return programs

    # --- the shift -----------------------------------------------------------------------------------------

    def run(self) -> Shop:
        panels = [self._panel(number) for number in range(1, 3 + self.chance.randrange(3))]
        for placer in self.placers:
            runs = [self._pass(placer, panel, side) for side in self._sides() for panel in panels]
            self._two_lanes(runs, most=1 if placer.habits.times == "none" else 2)
        for panel in panels:
            if self._one_in(2):
                self._repair(panel)
        if self.singles and self._one_in(2):
            self._odd_form(panels)
        return self.shop

    def _odd_form(self, panels: list[Panel]) -> None:
        """A station after the panels were cut apart."""
        placer = self._placer("OddForm")
        for panel in panels:
            for unit in panel.units:
                if not unit.serial or self._one_in(3):
                    continue
                work = placer.start(panel.single(unit.position))
                work.place("J1 J2", "SLOT1")
                work.place("J3", "SLOT3")
                work.complete()

    def _panel(self, number: int) -> Panel:
        serials = not self._one_in(3)
        return self.shop.panel(f"P{number}", 1 + self.chance.randrange(3), serials=serials)

    def _sides(self) -> list[int]:
        return [0, 1] if self._one_in(2) else [0]

    def _two_lanes(self, runs: list[Iterator[None]], most: int) -> None:
        """Some panels are alone in the machine, others share it with the next. Where a machine dates nothing,
        no report could tell which of two panels had the parts in doubt.
        """
        waiting, inside = runs[::-1], list[Iterator[None]]()
        while waiting or inside:
            if waiting and (not inside or (len(inside) < most and self._one_in(3))):
                inside.append(waiting.pop())
            run = self.chance.choice(inside)
            if next(run, "done") == "done":
                inside.remove(run)

    def _pass(self, placer: Placer, panel: Panel, side: int) -> Iterator[None]:
        program = self.programs[placer.handle][side]
        bad = [unit.position for unit in panel.units if len(panel.units) > 1 and self._one_in(6)]
        recipe = {
            "RecipeName": program.recipe,
            "RelevantSurface": program.surface,
            "WorkOrderIdentifier": {"WorkOrderId": f"WO-{panel.barcode}"},
        }
        work = placer.start(panel, bad=bad, lane=1 + self.chance.randrange(2), **recipe)
        yield
        for unit in panel.units:
            if unit.position in bad:
                continue
            for designator, slot in program.steps:
                self._maybe_feed(placer, slot, work)
                self._place(placer, work, designator, slot, unit.position)
                yield
            if placer.habits.reports_each_unit or self._one_in(5):
                work.report()
                yield
        work.complete()

    def _place(self, placer: Placer, work: Work, designator: str, slot: str, unit: int) -> None:
        tells_order = placer.habits.times == "all" or not placer.feeds[slot].grey
        if tells_order and self._one_in(12):
            work.reject(designator, slot, unit)
            if self._one_in(4):
                return  # given up: the designator stays empty
            if slot in {"SLOT1", "SLOT2"} and self._one_in(2):
                slot = "SLOT2" if slot == "SLOT1" else "SLOT1"
        work.place(designator, slot, unit)

    def _maybe_feed(self, placer: Placer, slot: str, work: Work) -> None:
        """Reels run out in the middle of things. A machine that leaves times out says what came before."""
        feed = placer.feeds[slot]
        if placer.habits.times != "all":
            work.report()
        if feed.spliced is not None:
            if self._one_in(3):
                placer.detect(slot, grey=self._grey(placer))
            return
        if not self._one_in(8):
            return
        if placer.handle in self._twins and slot in self._twins[placer.handle]:
            if not feed.grey:
                reel = self.reel(feed.reel.part)
                for twin in self._twins[placer.handle]:
                    placer.load(twin, reel)
        elif not feed.grey and self._one_in(2):
            self._exchange(placer, slot)
        elif not feed.grey:
            placer.splice(slot, self.reel(feed.reel.part))

    def _exchange(self, placer: Placer, slot: str) -> None:
        """Another reel: a new one, or one that was on another location or machine before."""
        feed = placer.feeds[slot]
        placer.unload(slot)
        used = [reel for reel in self._spare if reel.part == feed.reel.part]
        self._spare.append(feed.reel)
        reel = self.chance.choice(used) if used and self._one_in(2) else self.reel(feed.reel.part)
        if reel in self._spare:
            self._spare.remove(reel)
        placer.load(slot, reel, feeder=self._feeder() if self._one_in(2) else "")

    def _feeder(self) -> str:
        """One of few, so that each comes to several places: one that is elsewhere is taken from there."""
        self._feeders += 1
        return f"FEEDER{self._feeders % 5 + 1}"

    def _grey(self, placer: Placer) -> int:
        """No zone, or one of some parts. Where only reports tell of it, at least one must come before it
        ends; where some parts have no time, nobody can tell which came after the splice.
        """
        if not placer.habits.names_reels or placer.habits.times == "some" or self._one_in(3):
            return 0
        return (
            2 + self.chance.randrange(6)
            if placer.habits.tells_zone == "report"
            else 1 + self.chance.randrange(7)
        )

    def _repair(self, panel: Panel) -> None:
        work = bench(self.shop, panel)
        for unit in panel.units:
            there = sorted(
                {row.designator for row in self.shop.rows if row.unit is unit and row.removed_at is None}
            )
            for designator in there:
                if not self._one_in(4):
                    continue
                rows = self.shop.on(unit, designator)
                why, named = self.chance.choice(WHYS), self._one_in(2)
                if not self._one_in(5):
                    reel = rows[0].reels[0] if named and len(rows[0].reels) == 1 else None
                    work.take_off(designator, unit.position, why=why, reel=reel)
                if not self._one_in(5):
                    part = rows[0].reels[0].part
                    work.place_by_hand(designator, self.reel(part), unit.position, dated=not self._one_in(3))
        work.complete()
