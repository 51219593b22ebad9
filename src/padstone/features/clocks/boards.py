"""Boards that are half built: their parts' floor life runs on until their last reflow (J-STD-033)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.clocks.domain.happenings import Happened, Happening
from padstone.features.clocks.domain.histories import is_sensitive
from padstone.features.clocks.lookups import Branch, board_rows, reckoned, seconds
from padstone.features.clocks.queries import Remaining, remaining_of
from padstone.features.genealogy.lookups.passes import first_placed
from padstone.features.production.lookups import panel, times_through
from padstone.kernel import clock
from padstone.kernel.errors import NotFound
from padstone.platform.visibility import must_see

if TYPE_CHECKING:
    from collections.abc import Iterator

    from padstone.kernel.actor import Actor

OVEN = "oven"
_AFTER_ALL_ELSE = 2**60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedClock:
    """What is left of the parts that a panel has from one package, since the first of them was placed."""

    placed_at: datetime
    remaining: Remaining


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardClock:
    """A panel's moisture-sensitive parts, what runs out first in front. ``reflows``: how often it has been
    through an oven; after its last reflow the clock is of no interest any more, but for repairs.
    """

    panel: str
    reflows: int
    runs_out_at: datetime | None
    usable: bool
    parts: tuple[PlacedClock, ...]


def board_clock(actor: Actor, identifier: str) -> BoardClock:
    """How long the parts that a panel has may still go through an oven. Refuses an unknown panel."""
    must_see(actor)
    row = panel(identifier)
    if row is None:
        raise NotFound("unknown_panel", "There is no panel {panel}.", field="identifier", panel=identifier)
    placed = first_placed(row.pk)
    told = [(kind, value, at, pk) for pk, kind, value, at in board_rows(row.pk)]
    branches = [
        Branch(-package, package, since, tuple(_own(-package, told))) for package, since in placed.items()
    ]
    found = reckoned(placed, clock.now(), branches)
    parts = [
        PlacedClock(placed_at=placed[-key], remaining=remaining_of(one))
        for key, one in found.items()
        if key < 0 and is_sensitive(one.subject)
    ]
    far = datetime.max.replace(tzinfo=clock.now().tzinfo)
    parts.sort(key=lambda one: (one.remaining.runs_out_at or far, one.remaining.package))
    return BoardClock(
        panel=identifier,
        reflows=times_through(row.pk, OVEN),
        runs_out_at=parts[0].remaining.runs_out_at if parts else None,
        usable=all(one.remaining.usable for one in parts),
        parts=tuple(parts),
    )


def _own(key: int, told: list[tuple[str, int | None, datetime, int]]) -> Iterator[Happening]:
    """What the whole panel went through, each of its parts did."""
    for kind, value, at, pk in told:
        yield Happening(seconds(at), _AFTER_ALL_ELSE + pk, key, Happened(kind), value)
