"""The inbox's chain of seals, recomputed from the rows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.ingest.inbox import BATCH_COLUMNS, MESSAGE_COLUMNS, seal_of_batch
from padstone.ingest.models import Batch
from padstone.kernel.seal import FIRST, spelled
from padstone.platform.journal.models import Head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


def broken_links() -> list[int]:
    """Batches whose seal does not follow from what is stored; 0 stands for the chain's head."""
    broken = []
    previous = FIRST
    for batch in Batch.objects.order_by("pk"):
        messages = (_columns(message, MESSAGE_COLUMNS) for message in batch.messages.order_by("pk"))
        if bytes(batch.seal) != seal_of_batch(previous, _columns(batch, BATCH_COLUMNS), messages):
            broken.append(batch.pk)
        previous = bytes(batch.seal)
    head = Head.objects.filter(name="inbox").first()
    if head is not None and bytes(head.seal) != previous:
        broken.append(0)
    return broken


def _columns(row: Model, names: Iterable[str]) -> dict[str, bytes]:
    values = {name: getattr(row, name) for name in names}
    return {
        name: spelled(bytes(value) if isinstance(value, memoryview) else value)
        for name, value in values.items()
    }
