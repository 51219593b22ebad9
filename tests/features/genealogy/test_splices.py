"""Splices as machines tell of them, from the message to the answer."""

from __future__ import annotations

from typing import Literal

import pytest

from padstone.features.genealogy.models import Deviation
from padstone.features.genealogy.queries import installations_of_unit
from padstone.features.recall.queries import Suspect, recall
from tests.properties.books import everything, interpreted, told, true
from tests.properties.shop import Habits, Placer, Reel, Shop, Work
from tests.shop_floor import AUDITOR, build

pytestmark = pytest.mark.django_db

TellsZone = Literal["splice", "report", "both"]


class Line:
    """One placer with one feeder, and a board of 130 resistors."""

    def __init__(self, habits: Habits) -> None:
        self.shop = Shop()
        self.reel_a = self.shop.receive("A", "10K", "LOT-A")
        self.reel_b = self.shop.receive("B", "10K", "LOT-B")
        self.placer = Placer(self.shop, "Placer", habits)
        self.placer.load("SLOT7", self.reel_a)
        self.panel = self.shop.panel("P1", 1)
        self.work: Work = self.placer.start(self.panel)
        self.placed = 0

    def place(self, count: int) -> None:
        names = [f"R{self.placed + n}" for n in range(1, count + 1)]
        self.work.place(" ".join(names), "SLOT7")
        self.work.report()
        self.placed += count

    def splice(self, reel: Reel) -> None:
        self.placer.splice("SLOT7", reel)

    def of(self) -> list[str]:
        """What each resistor is of, in the order of placing: A, B, or AB for either."""
        kinds: dict[int, str] = {}
        for one in installations_of_unit(AUDITOR, self.panel[1].name):
            number = int(one.designator[1:])
            kinds[number] = "".join(sorted(kinds.get(number, "") + one.package))
        return [kinds[number] for number in sorted(kinds)]


def build_worked_example(tells_zone: TellsZone, times: Literal["all", "none"]) -> Line:
    line = Line(Habits(tells_zone=tells_zone, times=times))
    line.place(20)
    line.splice(line.reel_b)
    line.place(50)
    line.placer.detect("SLOT7", grey=10)
    line.place(5)
    line.place(5)
    line.place(50)
    line.work.complete()
    return line


@pytest.mark.parametrize("tells_zone", ["splice", "report", "both"])
@pytest.mark.parametrize("times", ["all", "none"])
def test_the_worked_example_of_the_standard(tells_zone: TellsZone, times: Literal["all", "none"]) -> None:
    """The remark of CFX MaterialPackage.GreyZone: ten parts after the splice may be of either reel."""
    line = build_worked_example(tells_zone, times)
    interpreted(line.shop.messages)
    assert line.of() == ["A"] * 70 + ["AB"] * 10 + ["B"] * 50
    assert told(installations_of_unit(AUDITOR, line.panel[1].name)) == true(line.shop.rows)


@pytest.mark.parametrize("tells_zone", ["splice", "report", "both"])
def test_backwards_it_is_the_same(tells_zone: TellsZone) -> None:
    line = build_worked_example(tells_zone, "all")
    interpreted(line.shop.messages[::-1])
    assert line.of() == ["A"] * 70 + ["AB"] * 10 + ["B"] * 50


def test_a_late_splice_casts_doubt_on_what_was_certain_and_the_earlier_answer_stands() -> None:
    line = build_worked_example("splice", "all")
    [late] = [body for body in line.shop.messages if b"SplicePointDetected" in body]
    build([body for body in line.shop.messages if body is not late])
    before = recall(AUDITOR, Suspect(lot="LOT-A"))
    assert line.of() == ["A"] * 70 + ["B"] * 60
    build([late])
    assert line.of() == ["A"] * 70 + ["AB"] * 10 + ["B"] * 50
    after = recall(AUDITOR, Suspect(lot="LOT-A"))
    assert [len(unit.installations) for unit in (*before.certain, *after.certain)] == [70, 80]
    assert recall(AUDITOR, Suspect(lot="LOT-A"), as_of=before.as_of) == before


def test_a_late_report_takes_doubt_from_what_came_after_it() -> None:
    line = build_worked_example("splice", "all")
    reports = [body for body in line.shop.messages if b"MaterialsInstalled" in body]
    first_five = reports[2]
    build([body for body in line.shop.messages if body is not first_five])
    assert line.of() == ["A"] * 70 + ["AB"] * 10 + ["B"] * 45
    build([first_five])
    assert line.of() == ["A"] * 70 + ["AB"] * 10 + ["B"] * 50
    assert Deviation.objects.filter(kind="placed_otherwise", certainty="certain").count() == 5


def test_a_picked_part_that_is_thrown_away_uses_the_zone_up_as_well() -> None:
    line = Line(Habits(tells_zone="splice"))
    line.place(3)
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=2)
    line.work.reject("R4", "SLOT7")
    line.place(3)
    line.work.complete()
    interpreted(line.shop.messages)
    assert line.of() == ["A", "A", "A", "AB", "B", "B"]


def test_a_report_of_nothing_but_thrown_away_parts_uses_the_zone_up_too() -> None:
    line = Line(Habits(tells_zone="splice"))
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=2)
    line.work.reject("R1", "SLOT7")
    line.work.report()
    line.place(3)
    line.work.complete()
    interpreted(line.shop.messages)
    assert line.of() == ["AB", "B", "B"]


def test_a_new_reel_on_the_feeder_ends_the_zone() -> None:
    line = Line(Habits(tells_zone="splice"))
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=5)
    line.place(2)
    line.placer.load("SLOT7", line.shop.receive("C", "10K"))
    line.place(2)
    line.placer.load("SLOT7", line.reel_b)
    line.place(2)
    line.work.complete()
    interpreted(line.shop.messages)
    assert line.of() == ["AB", "AB", "C", "C", "B", "B"]


def test_two_lanes_share_a_zone_in_the_order_of_placing() -> None:
    """Their reports come one after the other, and what they tell of lies in each other."""
    line = Line(Habits(tells_zone="splice"))
    other = line.placer.start(line.shop.panel("P2", 1), lane=2)
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=3)
    for number in range(1, 4):
        line.work.place(f"R{number}", "SLOT7")
        other.place(f"R{number}", "SLOT7")
    other.complete()
    line.work.complete()
    interpreted(line.shop.messages)
    assert everything()["installations"] == true(line.shop.rows)
    assert line.of() == ["AB", "AB", "B"]


def test_both_reels_suspect_is_certain_and_one_of_them_is_possible() -> None:
    line = Line(Habits(tells_zone="both"))
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=2)
    line.place(2)
    line.work.complete()
    interpreted(line.shop.messages)
    [of_a] = recall(AUDITOR, Suspect(lot="LOT-A")).possible
    [of_either] = recall(AUDITOR, Suspect(part="10K")).certain
    assert of_a.unit == of_either.unit == "P1-S1"
    assert recall(AUDITOR, Suspect(lot="LOT-A")).certain == ()


def test_a_part_of_the_other_lane_from_before_the_new_reel_is_in_doubt_though_told_after_it() -> None:
    line = Line(Habits(tells_zone="splice"))
    other = line.placer.start(line.shop.panel("P2", 1), lane=2)
    line.splice(line.reel_b)
    line.placer.detect("SLOT7", grey=3)
    line.work.place("R1", "SLOT7")
    other.place("R1", "SLOT7")
    line.placer.load("SLOT7", line.shop.receive("C", "10K"))
    line.work.place("R2", "SLOT7")
    line.work.complete()
    other.complete()
    interpreted(line.shop.messages)
    assert everything()["installations"] == true(line.shop.rows)


def test_a_late_splice_reaches_a_part_that_came_from_there_by_way_of_exception() -> None:
    """Its program takes nothing from that location."""
    shop = Shop()
    placer = Placer(shop, "Placer", Habits(tells_zone="splice"))
    placer.load("SLOT1", shop.receive("A", "10K"))
    placer.load("SLOT2", shop.receive("X", "10K"))
    first = placer.start(shop.panel("P1", 1))
    first.place("R1 R2 R3 R4", "SLOT2")
    first.complete()
    placer.splice("SLOT1", shop.receive("B", "10K"))
    placer.detect("SLOT1", grey=4)
    second = placer.start(shop.panel("P2", 1))
    second.place("R1 R2 R3", "SLOT2")
    second.place("R4", "SLOT1")
    second.complete()
    [late] = [body for body in shop.messages if b"SplicePointDetected" in body]
    interpreted([*(body for body in shop.messages if body is not late), late])
    assert everything()["installations"] == true(shop.rows)
