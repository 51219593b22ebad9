"""Where packages are about to be used: what may not be is not brought there, whichever command would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.stock.domain.words import LocationKind
from padstone.features.stock.fitness import must_all_be_fit
from padstone.features.stock.models import StorageLocation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

AT_WORK = frozenset({LocationKind.LINE, LocationKind.TROLLEY, LocationKind.FEEDER})
_KEEPING = frozenset(
    {LocationKind.QUARANTINE, LocationKind.DRY_CABINET, LocationKind.FRIDGE, LocationKind.TOWER}
)


def at_work(places: Collection[StorageLocation]) -> set[int]:
    """The ids of those of these places that are a line, a trolley or a feeder, or a rack or shelf within one.
    The cabinet, the fridge and the red bin that stand at a line keep what is in them from being used. As many
    statements as the tree is deep.
    """
    known = {place.pk: place for place in places}
    while above := {place.parent_id for place in known.values()} - known.keys() - {None}:
        known |= StorageLocation.objects.in_bulk(above)
    return {place.pk for place in places if _is_at_work(place, known)}


def _is_at_work(place: StorageLocation, known: Mapping[int, StorageLocation]) -> bool:
    here: StorageLocation | None = place
    while here is not None and here.kind not in _KEEPING:
        if here.kind in AT_WORK:
            return True
        here = None if here.parent_id is None else known[here.parent_id]
    return False


def must_may_go(going: Mapping[int, tuple[str, StorageLocation]], at: datetime) -> None:
    """Each of these packages, by id its identifier and where it is to go. Raises Conflict for the first that
    may not be used and would come where work is done.
    """
    working = at_work([place for _, place in going.values()])
    asked = {pk: identifier for pk, (identifier, place) in going.items() if place.pk in working}
    if asked:
        must_all_be_fit(asked, at)
