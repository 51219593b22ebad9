"""Half-built boards: the floor life of what is placed runs on until the last reflow."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from padstone.features.clocks.boards import board_clock
from padstone.features.clocks.commands import note_board_exposure, note_exposure
from padstone.features.parts.commands import PartFacts, describe_part
from padstone.features.sites.commands import assign_station
from padstone.kernel.clock import clock_at
from padstone.kernel.errors import Invalid, NotFound
from tests.ingest.factory import AUDITOR, NOON, installed, placed, started

if TYPE_CHECKING:
    from tests.ingest.factory import Factory

PLACER, OVEN = "L.PLACER.1", "L.OVEN.1"
HOUR = 3_600


def after(hours: float) -> AbstractContextManager[None]:
    return clock_at(NOON + timedelta(hours=hours))


@pytest.fixture
def line(factory: Factory) -> Factory:
    """A panel with parts of two sensitive reels and a plain one, placed ten hours after these were opened."""
    for handle, kind in ((PLACER, "placer"), (OVEN, "oven")):
        assign_station(AUDITOR, handle=handle, name=handle, kind=kind, line="L1")
    with after(0):
        factory.receive("R-4", part="IC-4")
        factory.receive("R-3", part="IC-3")
        factory.receive("R-1", part="PLAIN")
        describe_part(AUDITOR, number="IC-4", facts=PartFacts(moisture_level="4"))
        describe_part(AUDITOR, number="IC-3", facts=PartFacts(moisture_level="3"))
        note_exposure(AUDITOR, packages=["R-3", "R-4"], kind="opened")
    with after(10):
        factory.tell("CFX.Production.WorkStarted", started(1, "P-1"), Source=PLACER)
        report = installed(
            1,
            *(placed("P-1", 1, reel, f"U{n}", slot=f"F{n}") for n, reel in enumerate(("R-3", "R-4", "R-1"))),
        )
        factory.tell("CFX.Production.Assembly.MaterialsInstalled", report, Source=PLACER)
        factory.complete(1, Source=PLACER)
    return factory


def test_what_is_placed_has_gone_through_what_its_reel_had(line: Factory) -> None:
    with after(11):
        note_exposure(AUDITOR, packages=["R-4"], kind="dry_in")
    with after(20):
        found = board_clock(AUDITOR, "P-1")
    assert [(one.remaining.package, one.remaining.left_s) for one in found.parts] == [
        ("R-4", 52 * HOUR),
        ("R-3", 148 * HOUR),
    ]
    assert (found.runs_out_at, found.usable, found.reflows) == (NOON + timedelta(hours=72), True, 0)
    with after(72):
        late = board_clock(AUDITOR, "P-1")
    assert not late.usable
    assert [one.code for one in late.parts[0].remaining.reasons] == ["floor_life_over"]


def test_a_panel_is_stored_dry_and_baked_like_a_reel(line: Factory) -> None:
    with after(20):
        note_board_exposure(AUDITOR, panels=["P-1"], kind="dry_in")
    with after(200):
        note_board_exposure(AUDITOR, panels=["P-1"], kind="dry_out")
        assert board_clock(AUDITOR, "P-1").parts[0].remaining.left_s == 52 * HOUR
        note_board_exposure(AUDITOR, panels=["P-1"], kind="bake_began", value=125)
    with after(249):
        note_board_exposure(AUDITOR, panels=["P-1"], kind="bake_ended")
        assert board_clock(AUDITOR, "P-1").parts[0].remaining.left_s == 72 * HOUR


def test_an_oven_is_counted(line: Factory) -> None:
    with after(12):
        line.tell("CFX.Production.WorkStarted", started(2, "P-1"), Source=OVEN)
        line.complete(2, Source=OVEN)
        assert board_clock(AUDITOR, "P-1").reflows == 1


def test_what_cannot_be_told_of_a_panel_is_refused(line: Factory) -> None:
    with pytest.raises(NotFound):
        board_clock(AUDITOR, "NOBODY")
    with pytest.raises(NotFound):
        note_board_exposure(AUDITOR, panels=["P-1", "NOBODY"], kind="dry_in")
    with pytest.raises(Invalid):
        note_board_exposure(AUDITOR, panels=["P-1"], kind="opened")
