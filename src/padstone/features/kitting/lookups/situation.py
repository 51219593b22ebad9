"""How an order stands: what it wants, what there is, and what would serve it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.kitting.domain.picking import Allotted, Asker, Pack, allot, by_part, picks
from padstone.features.kitting.lookups.packs import packs_of
from padstone.features.kitting.lookups.wants import LeftOut, wants_of
from padstone.features.sites.queries import stations
from padstone.kernel import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from padstone.features.kitting.domain.picking import Taken, Want
    from padstone.features.kitting.models import Kit
    from padstone.features.production.models import WorkOrder
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Situation:
    """``lines`` are the wants with what serves each; ``packs`` all that holds what is wanted, by
    part.
    """

    asker: Asker
    packs: dict[str, list[Pack]]
    lines: tuple[Allotted, ...]
    left_out: tuple[LeftOut, ...]

    def to_fetch(self) -> tuple[tuple[Pack, tuple[tuple[Want, Taken], ...]], ...]:
        """What is to be fetched from the store, as one walks past it."""
        return picks(self.lines)


def situation(actor: Actor, order: WorkOrder, kit: Kit | None, part: str = "") -> Situation:
    """Of an order with a bill and a quantity; of a part alone, where one is named, and of what may be taken
    for the same lines.
    """
    wanted = wants_of([order], clock.now().date())[order.pk]
    wants = _about(wanted.wants, part) if part else wanted.wants
    line = kit.line.name if kit is not None and kit.line else ""
    packs = packs_of(actor, numbers(wants), [line] if line else [])
    asker = asker_of(actor, order, line)
    left = {pack.id: pack.pieces for pack in packs}
    shelved = by_part(packs)
    return Situation(asker, shelved, allot(wants, shelved, asker, left), wanted.left_out)


def asker_of(actor: Actor, order: WorkOrder, line: str) -> Asker:
    there = stations(actor).filter(line__name=line).values_list("name", flat=True) if line else ()
    return Asker(order=order.number, client=order.client, stations=frozenset(there))


def numbers(wants: Iterable[Want]) -> set[str]:
    return {number for want in wants for number in want.allowed}


def _about(wants: Sequence[Want], part: str) -> tuple[Want, ...]:
    """The wants that the part may serve, and all that share a part with one of these, to the end."""
    reached = {part}
    while True:
        found = tuple(want for want in wants if reached & want.allowed.keys())
        if numbers(found) <= reached:
            return found
        reached |= numbers(found)
