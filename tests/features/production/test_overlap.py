"""A panel cannot be at two stations at once: it is flagged, and cleared if it turns out that it was not."""

from __future__ import annotations

from itertools import permutations

import pytest

from padstone.ingest.models import Flag, Message
from tests.ingest.factory import AOI, COMPLETED, HEARTBEAT, STARTED, Factory, codes, completed, started


def at(minute: int) -> str:
    return f"2026-05-04T12:{minute:02}:00Z"


def flags(*, still_open: bool) -> list[str]:
    rows = Flag.objects.filter(code="panel_at_two_stations", cleared_at__isnull=still_open)
    return [flag.reason for flag in rows]


@pytest.fixture
def line(factory: Factory) -> Factory:
    factory.tell(HEARTBEAT, {})
    factory.tell(HEARTBEAT, {}, Source=AOI)
    return factory


def test_the_completion_that_came_late_clears_it(line: Factory) -> None:
    line.start(1, "P1", TimeStamp=at(0), door="file")
    doubted = line.start(2, "P1", TimeStamp=at(5), Source=AOI, door="file")
    assert codes(doubted) == ["panel_at_two_stations"]
    assert all(word in doubted.flags[0].reason for word in ("P1", "SMT.PLACER.1"))
    line.complete(1, TimeStamp=at(4), door="file")
    doubted = line.line(Message.objects.get(pk=doubted.id))
    assert codes(doubted) == []
    assert codes(doubted, open_only=False) == ["panel_at_two_stations"]


def test_a_completion_after_the_other_began_does_not(line: Factory) -> None:
    line.start(1, "P1", TimeStamp=at(0), door="file")
    line.start(2, "P1", TimeStamp=at(5), Source=AOI, door="file")
    line.complete(1, TimeStamp=at(6), door="file")
    assert len(flags(still_open=True)) == 1


def test_each_pair_is_cleared_by_itself(line: Factory) -> None:
    line.start(1, "P1", TimeStamp=at(0), door="file")
    line.start(2, "P1", TimeStamp=at(5), Source=AOI, door="file")
    line.start(3, "P1", TimeStamp=at(10), Source="ICT", door="file")
    assert len(flags(still_open=True)) == 3
    line.complete(1, TimeStamp=at(7), door="file")
    assert len(flags(still_open=True)) == 2
    line.complete(2, TimeStamp=at(8), door="file")
    (left,) = flags(still_open=True)
    assert left.startswith("Panel P1 is at work at SMT.PLACER.1")


def test_the_completion_of_the_later_one_says_nothing(line: Factory) -> None:
    line.start(1, "P1", TimeStamp=at(0), door="file")
    line.start(2, "P1", TimeStamp=at(5), Source=AOI, door="file")
    line.complete(2, TimeStamp=at(6), Source=AOI, door="file")
    assert len(flags(still_open=True)) == 1


@pytest.mark.parametrize("end_of_first", [4, 6])
def test_it_does_not_depend_on_the_order_of_the_news(line: Factory, end_of_first: int) -> None:
    for run, order in enumerate(permutations(range(3))):
        first, second = 2 * run + 1, 2 * run + 2
        told = [
            line.envelope(STARTED, started(first, f"P{run}"), TimeStamp=at(0)),
            line.envelope(COMPLETED, completed(first), TimeStamp=at(end_of_first)),
            line.envelope(STARTED, started(second, f"P{run}"), TimeStamp=at(5), Source=AOI),
        ]
        line.deliver(*(told[place] for place in order), door="file")
        line.interpret()
        overlapping = [reason for reason in flags(still_open=True) if f"P{run} " in reason]
        assert len(overlapping) == (end_of_first == 6), order


def test_two_units_of_a_panel_may_be_apart(line: Factory) -> None:
    line.start(1, "P1", [("S1", 1), ("S2", 2)], TimeStamp=at(0), door="file")
    line.complete(1, TimeStamp=at(1), door="file")
    assert codes(line.start(2, "S1", [("S1", 1)], TimeStamp=at(2), door="file")) == []
    assert codes(line.start(3, "S2", [("S2", 1)], TimeStamp=at(3), Source=AOI, door="file")) == []


def test_work_that_ended_before_it_began(line: Factory) -> None:
    line.start(1, "P1", TimeStamp=at(5), door="file")
    assert codes(line.complete(1, TimeStamp=at(4), door="file")) == ["completed_before_start"]


def test_work_completed_before_its_start_is_told(line: Factory) -> None:
    line.deliver(
        line.envelope(COMPLETED, completed(1), TimeStamp=at(5)),
        line.envelope(STARTED, started(1, "P1"), TimeStamp=at(0)),
        door="file",
    )
    line.interpret()
    (work,) = line.certificate("P1").passes
    assert work.completed_at is not None
    assert (work.started_at.minute, work.completed_at.minute) == (0, 5)
