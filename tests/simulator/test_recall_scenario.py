"""The reference story: a suspect lot that is in exactly twenty of five hundred units."""

from __future__ import annotations

import pytest

from padstone.simulator.scenarios import SUSPECT_LOT, ScenarioError, Suspect, check
from padstone.simulator.world import Run, Settings, build, run


def test_the_suspect_lot_is_in_exactly_twenty_units(reference_run: Run) -> None:
    truth = reference_run.ledger
    assert truth.header.suspect_lot == SUSPECT_LOT
    assert len(truth.units) == 500
    assert len(truth.units_with_lot(SUSPECT_LOT)) == 20
    mine = [i for i in truth.installations if i.lot == SUSPECT_LOT]
    assert {i.certainty for i in mine} == {"certain"}
    assert all(i.is_active for i in mine)
    assert len({i.supplier for i in mine}) == 1


def test_good_lots_come_before_and_after_on_the_same_location(reference_run: Run) -> None:
    truth = reference_run.ledger
    mine = [i for i in truth.installations if i.lot == SUSPECT_LOT]
    place = (mine[0].station, mine[0].location, mine[0].lane)
    lots = [i.lot for i in truth.installations if (i.station, i.location, i.lane) == place]
    assert lots[0] != SUSPECT_LOT
    assert lots[-1] != SUSPECT_LOT
    first = mine[0].unit
    assert (
        len({i.lot for i in truth.installations if i.unit == first and i.part_number == mine[0].part_number})
        == 2
    )


@pytest.mark.parametrize("seed", range(2, 8))
def test_it_comes_out_with_any_seed(seed: int) -> None:
    done = run(Settings(units=60, seed=seed, scenario="heart-monitor-recall"))
    assert len(done.ledger.units_with_lot(SUSPECT_LOT)) == 20


def test_another_lot_in_another_number_of_units() -> None:
    done = run(Settings(units=40, suspect=Suspect("ODD-7", 7)))
    assert len(done.ledger.units_with_lot("ODD-7")) == 7


def test_an_order_too_small_for_the_story_is_refused() -> None:
    with pytest.raises(ScenarioError, match="60"):
        build(Settings(units=59, scenario="heart-monitor-recall"))


def test_the_scenario_notices_when_it_does_not_come_out(reference_run: Run) -> None:
    with pytest.raises(ScenarioError, match="20 units, not 19"):
        check(reference_run.ledger, Suspect(SUSPECT_LOT, 19))
