"""Two people pick or bring back the same reel at the same moment: one has it, the other is told."""

from __future__ import annotations

import json
from typing import Any

from tests.features.stock import test_races

surroundings = test_races.surroundings

TOLD = {
    "one kit": "picked_already",
    "two kits": "not_for_this_kit reserved_already",
    "enough": "not_for_this_kit",
    "back": "not_in_a_kit",
}
"""What the second one is told: one of these."""


def test_one_wins_and_one_is_told(surroundings: dict[str, str]) -> None:
    found: dict[str, Any] = json.loads(test_races.python(surroundings, "tests.features.kitting.racers"))
    told = found["told"]
    assert [done for done, _, _ in told["begin"]] == [True, True]
    for name, codes in TOLD.items():
        lost = [one for one in told[name] if not one[0]]
        assert len(lost) == 1, (name, told[name])
        assert lost[0][1] in codes.split(), (name, lost)
    assert "anna" in str(told["one kit"]) or "bernd" in str(told["one kit"])
    assert sorted(repeated for _, repeated, _ in told["back, same key"]) == [False, True]
    assert (found["kits"], found["picks"], found["ends"]) == (4, 5, 2)
    assert found["broken"] == []
