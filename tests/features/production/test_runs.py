"""The units of many panels at once are those of each."""

from __future__ import annotations

from random import Random

import pytest

from padstone.features.production.lookups import units_by_position
from padstone.features.production.models import Panel, Unit
from padstone.features.production.runs import asking_units_at
from padstone.platform.together import alone
from tests.properties.books import searched

pytestmark = pytest.mark.django_db

PANELS = 40


def write(chance: Random) -> None:
    """Panels of two boards, some of which nobody has told of, and boards that were heard of alone first: what
    is known of these by their own name as a panel is at its first place.
    """
    for number in range(PANELS):
        Panel.objects.create(pk=number + 1, identifier=f"P{number}")
    for number in range(PANELS):
        if chance.randrange(8):
            for position in (1, 2, 3)[: chance.choice((2, 2, 2, 2, 1, 3))]:
                Unit.objects.create(
                    identifier=f"P{number}-{position}", panel_id=number + 1, position=position, journal_no=1
                )
        elif number:
            Unit.objects.create(identifier=f"P{number}", panel_id=number, position=9, journal_no=1)


@searched(10)
def test_runs_of_panels_with_gaps_and_boards_that_were_alone(seed: int) -> None:
    chance = Random(seed)
    Unit.objects.all().delete()
    Panel.objects.all().delete()
    write(chance)
    for asked in (1, 2, PANELS // 2, PANELS):
        first = chance.randrange(PANELS - asked + 1)
        panels = {panel + 1 for panel in range(first, first + asked) if chance.randrange(12)}
        for positions in ({1, 2}, {2}, {1, 2, 3}):
            known = units_by_position(panels)
            assert sorted(alone(asking_units_at(panels, positions))) == sorted(
                unit for (_, position), unit in known.items() if position in positions
            )
