"""Resource states: CFX's numbers in SEMI E10's groups."""

from __future__ import annotations

import pytest

from padstone.features.sites.domain import StateGroup, group_of, word_for


@pytest.mark.parametrize(
    ("number", "group", "word"),
    [
        (1100, StateGroup.PRODUCTIVE, "Producing"),
        (2201, StateGroup.STANDBY, "Blocked"),
        (2202, StateGroup.STANDBY, "Starved"),
        (2299, StateGroup.STANDBY, "No product"),
        (4500, StateGroup.SCHEDULED_DOWN, "Setup"),
        (5999, StateGroup.UNSCHEDULED_DOWN, "Down"),
        (6000, StateGroup.NON_SCHEDULED, "Not scheduled"),
        (7000, None, "State 7000"),
        (0, None, "State 0"),
    ],
)
def test_a_number_has_a_group_and_a_word(number: int, group: StateGroup | None, word: str) -> None:
    assert (group_of(number), word_for(number)) == (group, word)
