"""A revision's bill and placement as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from padstone.features.design.domain.content import as_understood
from padstone.features.design.domain.writing import bill_csv, bill_xlsx, placement_csv
from padstone.features.design.queries import content_of
from padstone.kernel.errors import NotFound

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor

FORMATS: Final = {
    "bill.csv": "text/csv; charset=utf-8",
    "bill.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "placement.csv": "text/csv; charset=utf-8",
}


def written(actor: Actor, revision_id: int, kind: str) -> bytes:
    """The file of that kind. Raises NotFound for another kind, or where no file told the placement."""
    content = content_of(actor, revision_id)
    if kind == "bill.csv":
        return bill_csv(as_understood(content))
    if kind == "bill.xlsx":
        return bill_xlsx(as_understood(content))
    if kind == "placement.csv" and content.placement is not None:
        return placement_csv(content.placement)
    raise NotFound("file_unknown", "There is no {kind} of this revision.", kind=kind[:40])
