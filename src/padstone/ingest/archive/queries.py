"""What is archived, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Max, Min, Sum

from padstone.ingest.archive.reading import store
from padstone.ingest.models import ArchiveBlock, ArchiveCheck, Batch
from padstone.kernel.errors import Refusal
from padstone.platform.audit.queries import VIEW
from padstone.platform.objects.place import address_of

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """What the last ``padstone archive verify`` found."""

    at: datetime
    by: str
    blocks: int
    size_bytes: int
    damaged: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveCard:
    """The archive at a glance. ``address``: where it is; ``fault``: why it cannot be used, or "".

    ``batches`` of ``all_batches`` are archived: ``size_bytes`` there, ``stored_bytes`` in the database
    before, ``payload_bytes`` as they came from the machines. ``after_days``: the age at which bytes move by
    themselves, None: only when somebody says so.
    """

    address: str
    fault: str
    after_days: int | None
    blocks: int
    batches: int
    all_batches: int
    size_bytes: int
    stored_bytes: int
    payload_bytes: int
    oldest_at: datetime | None
    newest_at: datetime | None
    last_packed_at: datetime | None
    last_look: LastLook | None


def archive_card(actor: Actor) -> ArchiveCard:
    """For those who may read the record."""
    actor.must(VIEW)
    told = ArchiveBlock.objects.aggregate(
        blocks=Count("pk"),
        batches=Max("last_batch"),
        size_bytes=Sum("size_bytes"),
        stored_bytes=Sum("stored_bytes"),
        payload_bytes=Sum("payload_bytes"),
        oldest_at=Min("oldest_at"),
        newest_at=Max("newest_at"),
        last_packed_at=Max("packed_at"),
    )
    counted = {
        name: told[name] or 0 for name in ("blocks", "batches", "size_bytes", "stored_bytes", "payload_bytes")
    }
    return ArchiveCard(
        address=address_of(settings.ARCHIVE),
        fault=_fault(),
        after_days=settings.ARCHIVE_AFTER_DAYS,
        all_batches=Batch.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        oldest_at=told["oldest_at"],
        newest_at=told["newest_at"],
        last_packed_at=told["last_packed_at"],
        last_look=_last_look(),
        **counted,
    )


def _fault() -> str:
    try:
        store()
    except Refusal as refusal:
        return refusal.reason
    return ""


def _last_look() -> LastLook | None:
    row = ArchiveCheck.objects.order_by("-pk").first()
    if row is None:
        return None
    return LastLook(
        at=row.at,
        by=row.by,
        blocks=row.blocks,
        size_bytes=row.size_bytes,
        damaged=row.damaged,
        findings=tuple(row.findings),
    )
