"""A revision's bill and placement as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from padstone.features.design.domain.content import as_understood
from padstone.features.design.domain.writing import (
    bill_csv,
    bill_xlsx,
    placement_csv,
    placement_kicad_csv,
    placement_xlsx,
)
from padstone.features.design.queries import content_of
from padstone.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from padstone.features.design.domain.bill import Bill
    from padstone.features.design.domain.placement import Placement
    from padstone.kernel.actor import Actor

FORMATS: Final = {
    "bill.csv": "text/csv; charset=utf-8",
    "bill.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "placement.csv": "text/csv; charset=utf-8",
    "placement.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "placement-kicad.csv": "text/csv; charset=utf-8",
}
_BILLS: Final[Mapping[str, Callable[[Bill], bytes]]] = {"bill.csv": bill_csv, "bill.xlsx": bill_xlsx}
_PLACEMENTS: Final[Mapping[str, Callable[[Placement], bytes]]] = {
    "placement.csv": placement_csv,
    "placement.xlsx": placement_xlsx,
    "placement-kicad.csv": placement_kicad_csv,
}


def written(actor: Actor, revision_id: int, kind: str) -> bytes:
    """The file of that kind. Raises NotFound for another kind, or where no file told the placement."""
    content = content_of(actor, revision_id)
    if kind in _BILLS:
        return _BILLS[kind](as_understood(content))
    if kind in _PLACEMENTS and content.placement is not None:
        return _PLACEMENTS[kind](content.placement)
    raise NotFound("file_unknown", "There is no {kind} of this revision.", kind=kind[:40])
