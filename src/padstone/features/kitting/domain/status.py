"""How far kits and their lines are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from padstone.features.kitting.domain.picking import From
from padstone.features.kitting.domain.words import KitLineState, KitState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.features.kitting.domain.picking import Allotted


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the books say of a kit. ``begun``: it is open. ``loaded``: a machine has loaded of it since it was
    picked. ``returned``: it was issued, and nothing is in it any more.
    """

    begun: bool
    issued: bool = False
    loaded: bool = False
    returned: bool = False


def line_state(one: Allotted) -> KitLineState:
    if one.short > 0:
        return KitLineState.SHORT
    return KitLineState.OPEN if one.sum_from(From.STORE) > 0 else KitLineState.DONE


def kit_state(known: Known, lines: Sequence[Allotted]) -> KitState:
    states = {line_state(one) for one in lines}
    if known.returned:
        return KitState.RETURNED
    if known.issued or known.loaded:
        return KitState.ISSUED
    if KitLineState.SHORT in states:
        return KitState.SHORT
    if not known.begun:
        return KitState.PLANNED
    return KitState.PICKING if KitLineState.OPEN in states else KitState.COMPLETE
