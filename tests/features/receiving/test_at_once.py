"""Two people receive the same reel at the same moment: one has it, the other is told. Two who receive
different reels for the last place in an order both get theirs on the books, and the second is held.
"""

from __future__ import annotations

import json
from typing import Any

from tests.features.stock import test_races

surroundings = test_races.surroundings


def test_one_wins_and_the_others_are_told(surroundings: dict[str, str]) -> None:
    found: dict[str, Any] = json.loads(test_races.python(surroundings, "tests.features.receiving.racers"))
    told = found["told"]
    same = told["same reel"]
    won = [one for one in same if one["package"]]
    assert len(won) == 1, same
    assert [one["refused"] for one in same if not one["package"]] == ["received_before"] * 3
    assert all(won[0]["package"] in one["reason"] for one in same if one["refused"])
    assert len({one["package"] for one in told["same request"]}) == 1
    assert all(one["held"] for one in told["other part"])
    assert sorted(one["held"] for one in told["last place"]) == [False, True], told["last place"]
    assert found["receipts"] == found["numbers"] == found["positions"] == 6
