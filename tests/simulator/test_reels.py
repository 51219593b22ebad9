"""Counting parts down: the worked example of the standard's grey zone, and what a package may never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from padstone.simulator.design import Part
from padstone.simulator.feeders import Change, Feeder, Slot
from padstone.simulator.reels import Feed, Joint, Lot, Package, Warehouse, new_package, reel_size

PART = Part(number="P-1", description="", sources=(("Maker", "M-1"),), package="0402")
LOT = Lot("L1", "Supplier", "Maker", "M-1", date(2026, 1, 15), date(2026, 2, 1))


def slot(change: Change) -> Slot:
    return Slot(
        station="Placer",
        identifier="S-1",
        name="SLOT1",
        feeder=Feeder(identifier="F-1", name="FEEDER1", lane=1),
        part_number="P-1",
        designators=("R1",),
        change=change,
        nozzle_type="N",
        head=1,
    )


def package(name: str, announced: int, short: int = 0) -> Package:
    return new_package(name, PART, LOT, announced, short)


def told(feed: Feed) -> str:
    """The machine's view in the notation of the standard's example: ``B(200)->A(0)/10``."""
    state = feed.state()
    text = f"{state.package.identifier}({state.quantity})"
    if state.leading:
        text += f"->{state.leading.identifier}({state.leading_quantity})"
    return f"{text}/{state.grey}"


def test_the_worked_example_of_the_grey_zone() -> None:
    joints: list[Joint] = []
    feed = Feed(slots=[slot("grey")], part=PART, active=package("A", 100, short=26), on_joint=joints.append)
    assert told(feed) == "A(100)/0"
    for _ in range(20):
        feed.pick()
    assert told(feed) == "A(80)/0"
    feed.splice(package("B", 200, short=10), grey=10, fires_at=4)
    assert told(feed) == "B(200)->A(80)/0"
    for _ in range(50):
        assert feed.pick().candidates[0].identifier == "A"
    assert told(feed) == "B(200)->A(30)/0"
    assert not joints
    picks = [feed.pick() for _ in range(5)]  # the sensor fires before the first of them
    assert joints[0].active.quantity == 200
    assert joints[0].active.grey == 10
    assert told(feed) == "B(195)->A(0)/5"
    picks += [feed.pick() for _ in range(5)]
    assert told(feed) == "B(190)/0"
    assert all([p.identifier for p in pick.candidates] == ["A", "B"] for pick in picks)
    assert [pick.truth.identifier for pick in picks] == ["A"] * 4 + ["B"] * 6
    for _ in range(50):
        assert [p.identifier for p in feed.pick().candidates] == ["B"]
    assert told(feed) == "B(140)/0"


def test_an_exact_splice_tells_one_package_or_the_other() -> None:
    joints: list[Joint] = []
    feed = Feed(slots=[slot("splice")], part=PART, active=package("A", 4, short=1), on_joint=joints.append)
    feed.splice(package("B", 10), grey=0, fires_at=0)
    assert told(feed) == "A(4)/0"
    assert [feed.pick().candidates[0].identifier for _ in range(5)] == ["A", "A", "A", "B", "B"]
    assert told(feed) == "B(8)/0"
    assert joints[0].depleted.believed == 0


def test_a_chain_names_the_old_package_itself_when_it_believes_its_last_part_placed() -> None:
    feed = Feed(slots=[slot("chain")], part=PART, active=package("A", 2))
    feed.splice(package("B", 10), grey=0, fires_at=0)
    feed.pick()
    assert told(feed) == "B(10)->A(1)/0"
    feed.pick()
    assert told(feed) == "A(0)/0"
    feed.pick()
    assert told(feed) == "B(9)/0"


def test_an_empty_package_gives_nothing() -> None:
    feed = Feed(slots=[slot("exchange")], part=PART, active=package("A", 3, short=2))
    feed.pick()
    assert feed.is_empty()
    with pytest.raises(RuntimeError, match="more parts than it holds"):
        feed.pick()


def test_two_splices_at_once_are_refused() -> None:
    feed = Feed(slots=[slot("splice")], part=PART, active=package("A", 3))
    feed.splice(package("B", 3), grey=0, fires_at=0)
    with pytest.raises(RuntimeError, match="already"):
        feed.splice(package("C", 3), grey=0, fires_at=0)


def test_a_used_package_kept_for_a_station_goes_to_it_alone() -> None:
    warehouse = Warehouse([PART], "TEST", datetime(2026, 3, 2, tzinfo=UTC), "1")
    kept, free = package("KEPT", 50), package("FREE", 5)
    warehouse.give_back(kept, "Placer 2")
    warehouse.give_back(free)
    assert warehouse.take_used("P-1", "Placer 1", least=6) is None
    assert warehouse.take_used("P-1", "Placer 1", least=5) is free
    assert warehouse.keeps_for("P-1", "Placer 2")
    assert warehouse.take_used("P-1", "Placer 2", least=100) is kept


def test_the_date_code_is_year_and_week() -> None:
    assert LOT.date_code == "2603"
    assert replace(LOT, manufactured_on=date(2024, 12, 30)).date_code == "2501"


@pytest.mark.parametrize(
    ("need", "per_panel", "size"), [(4_000, 32, 1_500), (500, 4, 200), (8, 4, 20), (64, 32, 40)]
)
def test_a_work_order_needs_more_than_two_reels(need: int, per_panel: int, size: int) -> None:
    assert reel_size(need, per_panel) == size
