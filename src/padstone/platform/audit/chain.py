"""A chain of rows: numbered without a gap, each sealed together with the one before it.

Whoever adds a row holds the lock of the chain's :class:`Head`, which knows the newest number and seal: so
rows that vanish from the end are missed as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from padstone.kernel.seal import FIRST, seal_of_row, spelled
from padstone.platform.journal.models import Head

if TYPE_CHECKING:
    from django.db.models import Model

M = TypeVar("M", bound="Model")

SEAL = "seal"


def sealed_columns(model: type[Model]) -> tuple[str, ...]:
    """All columns of a table but the seal itself."""
    return tuple(str(field.column) for field in model._meta.concrete_fields if field.column != SEAL)


def add_link(chain: str, row: M) -> M:
    """Number, seal and store a row that is not yet stored, as the newest of its chain."""
    head = Head.locked(chain)
    row.pk = head.number + 1
    link = seal_of_row(bytes(head.seal) or FIRST, _spelled_row(row))
    setattr(row, SEAL, link)
    row.save(force_insert=True)
    head.move(row.pk, link)
    return row


def _spelled_row(row: Model) -> dict[str, bytes]:
    columns: dict[str, Any] = {
        str(field.column): getattr(row, field.attname) for field in row._meta.concrete_fields
    }
    return {name: spelled(value) for name, value in columns.items() if name != SEAL}
