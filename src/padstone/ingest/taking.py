"""Which messages a process takes up next, where several interpret.

Whoever interprets holds the endpoints whose messages it has in hand, each by an advisory lock of its
transaction. So the messages of one endpoint come onto the books in their order, and two processes read and
decode different ones at the same time; only the writing waits for the head of the journal. An embedded
database has one writer, and nothing to divide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from django.db import connection

from padstone.ingest.models import Batch, Message, State
from padstone.platform.fetching import columns_of, fetched

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

IN_HAND = 0x50414403
"""What PostgreSQL's advisory locks of this kind begin with."""
_MESSAGES = f"SELECT {columns_of(Message, 'm')} FROM ingest_message AS m WHERE"  # noqa: S608 - our own names
_LOOKS = 4
"""How often it looks for another endpoint where the first it finds are in hand elsewhere."""


def taken_up(limit: int) -> list[Message]:
    """The oldest received messages of endpoints that no other process has in hand; they are in this
    transaction's hand now. With their batches, but without the bytes.
    """
    where, given = "state = 'received'", []
    if connection.vendor == "postgresql":
        free = _taken_sources(Message.objects.filter(state=State.RECEIVED), limit)
        if not free:
            return []
        # Read after they are in hand: nobody has them now.
        where, given = f"{where} AND source = ANY(%s)", [sorted(free)]
    with connection.cursor() as cursor:
        cursor.execute(f"{_MESSAGES} {where} ORDER BY id LIMIT {limit:d}", given)
        messages = fetched(Message, cursor.fetchall())
    batches = Batch.objects.defer("compressed").in_bulk({message.batch_id for message in messages})
    for message in messages:
        message.batch = batches[message.batch_id]
    return messages


def _taken_sources(received: QuerySet[Message], limit: int) -> set[str]:
    elsewhere: set[str] = set()
    for _ in range(_LOOKS):
        oldest = received.exclude(source__in=elsewhere) if elsewhere else received
        sources = set(oldest.order_by("id").values_list("source", flat=True)[:limit])
        free = _take(sources)
        if free or not sources:
            return free
        elsewhere |= sources
    return set()


def _take(sources: Collection[str]) -> set[str]:
    """Those of the endpoints that nobody else has in hand."""
    if not sources:
        return set()
    ordered = sorted(sources)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, pg_try_advisory_xact_lock(%s, number) FROM unnest(%s::integer[]) AS number",
            [IN_HAND, [number_of(source) for source in ordered]],
        )
        taken = {number for number, is_ours in cursor.fetchall() if is_ours}
    return {source for source in ordered if number_of(source) in taken}


def number_of(source: str) -> int:
    """Two endpoints of one number are in one hand."""
    return crc32(source.encode()) - 2**31
