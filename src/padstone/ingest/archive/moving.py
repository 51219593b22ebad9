"""Bring old batches' bytes into the archive: pack, store, read back, and only then let them go.

The database holds the bytes until one transaction writes where they are now and takes them out of their rows.
Whoever dies before it leaves an object in the store that no row names; whoever dies after it has done all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection

from padstone.ingest.archive.block import DamagedBlock, Held, Packer, Told, batches_of
from padstone.ingest.archive.reading import store
from padstone.ingest.inbox import stored_bytes
from padstone.ingest.models import ArchiveBlock, ArchivedBatch, Batch
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Refusal
from padstone.kernel.seal import digest, spelled
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.gathering import insert

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor
    from padstone.platform.objects.port import Store

BLOCK_BYTES = 16 * 1024 * 1024
"""A block is closed when it has grown to this."""
MOST_BATCHES = 20_000
"""So many rows at most change in one transaction."""
MOST_PAYLOAD = 512 * 1024 * 1024
_AT_ONCE = 200

Tell = Callable[[int, int], None]
"""Is told how many batches or blocks are done, and of how many."""


def tell_nobody(done: int, total: int) -> None:
    """Who does not want to know."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A block that is not yet on the books, and the digests that it will be held against."""

    name: str
    digest: bytes
    data: bytes
    held: tuple[Held, ...]
    packed_digests: tuple[bytes, ...]
    payload_bytes: int
    stored_bytes: int


@dataclass(slots=True)
class Moved:
    """What was moved, or would be. ``size_bytes`` is 0 where nothing was written."""

    blocks: int = 0
    batches: int = 0
    payload_bytes: int = 0
    stored_bytes: int = 0
    size_bytes: int = 0

    def note(self, packed: Packed) -> None:
        self.blocks += 1
        self.batches += len(packed.held)
        self.payload_bytes += packed.payload_bytes
        self.stored_bytes += packed.stored_bytes
        self.size_bytes += len(packed.data)


def due(older_than: timedelta) -> Moved:
    """What ``archive`` would move now."""
    found = Moved()
    for size, stored in _sizes(_cutoff(older_than)):
        found.batches += 1
        found.payload_bytes += size
        found.stored_bytes += stored
    return found


def archive(
    actor: Actor,
    *,
    older_than: timedelta,
    tell: Tell = tell_nobody,
    go_on: Callable[[], bool] = lambda: True,
) -> Moved:
    """Move the bytes of all batches received longer ago than that, oldest first, block by block. Each block
    is durable for itself; ``go_on`` is asked before each.

    Refuses (Conflict) where another process moves the same; a batch whose bytes are not those of its digest
    (Refusal) is not moved, nor what comes after it.
    """
    actor.must(keep_block.permission)
    cutoff, place = _cutoff(older_than), store()
    total = last_due(cutoff) - _last_archived()
    moved = Moved()
    while go_on():
        packed = pack(_last_archived(), cutoff)
        if packed is None:
            break
        _store(place, packed)
        keep_block(actor, packed=packed)
        moved.note(packed)
        tell(moved.batches, max(total, moved.batches))
    return moved


@command("archive_bytes")
def keep_block(actor: Actor, *, packed: Packed) -> None:
    """Write down where the bytes are now, and take them out of their rows. The store holds the block, and it
    was read back.
    """
    first, last = packed.held[0], packed.held[-1]
    if first.batch != _last_archived() + 1:
        raise _moved_meanwhile(packed)
    block = ArchiveBlock(
        name=packed.name,
        digest=packed.digest,
        size_bytes=len(packed.data),
        payload_bytes=packed.payload_bytes,
        stored_bytes=packed.stored_bytes,
        first_batch=first.batch,
        last_batch=last.batch,
        oldest_at=min(datetime.fromisoformat(held.received_at) for held in packed.held),
        newest_at=max(datetime.fromisoformat(held.received_at) for held in packed.held),
        packed_at=clock.now(),
    )
    try:
        block.save(force_insert=True)
    except IntegrityError as error:
        raise _moved_meanwhile(packed) from error
    insert(
        [
            ArchivedBatch(
                batch_id=held.batch,
                block=block,
                frame_at=held.frame_at,
                frame_bytes=held.frame_bytes,
                frame_payload=held.frame_payload,
                first_byte=held.first_byte,
                packed_digest=packed_digest,
                digest=bytes.fromhex(held.digest),
            )
            for held, packed_digest in zip(packed.held, packed.packed_digests, strict=True)
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ingest_batch SET compressed = NULL WHERE id BETWEEN %s AND %s", [first.batch, last.batch]
        )
        changed = cursor.rowcount
    if changed != len(packed.held):
        raise _moved_meanwhile(packed)
    record(
        actor,
        "archive_bytes",
        f"archive-block:{packed.digest.hex()}",
        first_batch=first.batch,
        last_batch=last.batch,
        size_bytes=len(packed.data),
    )


def _cutoff(older_than: timedelta) -> datetime:
    return clock.now() - older_than


def _last_archived() -> int:
    """Batches are archived in their order, without a gap."""
    return ArchiveBlock.objects.order_by("-first_batch").values_list("last_batch", flat=True).first() or 0


def last_due(cutoff: datetime) -> int:
    """The batch before the first that is too young."""
    last = _last_archived()
    for pk, received_at in (
        Batch.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "received_at").iterator(2000)
    ):
        if received_at >= cutoff:
            break
        last = pk
    return last


def _sizes(cutoff: datetime) -> Iterator[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size_bytes, length(compressed) FROM ingest_batch WHERE id > %s AND id <= %s ORDER BY id",
            [_last_archived(), last_due(cutoff)],
        )
        while rows := cursor.fetchmany(2000):
            yield from rows


def _due_batches(after: int, cutoff: datetime) -> Iterator[Batch]:
    while True:
        some = list(Batch.objects.filter(pk__gt=after).order_by("pk")[:_AT_ONCE])
        for batch in some:
            if batch.received_at >= cutoff:
                return
            yield batch
            after = batch.pk
        if len(some) < _AT_ONCE:
            return


def pack(after: int, cutoff: datetime) -> Packed | None:
    packer = Packer()
    digests: list[bytes] = []
    payload_bytes = stored = 0
    for batch in _due_batches(after, cutoff):
        compressed = bytes(batch.compressed or b"")
        payload = _payload(batch)
        packer.add(
            Told(
                batch=batch.pk,
                door=batch.door,
                sender=batch.sender,
                content_encoding=batch.content_encoding,
                received_at=batch.received_at.isoformat(),
                digest=bytes(batch.digest),
                payload=payload,
            )
        )
        digests.append(digest(spelled(compressed)))
        payload_bytes += len(payload)
        stored += len(compressed)
        if packer.size_bytes >= BLOCK_BYTES or len(digests) >= MOST_BATCHES or payload_bytes >= MOST_PAYLOAD:
            break
    if not digests:
        return None
    data, held = packer.finish()
    whole = digest(data)
    return Packed(block_name(whole), whole, data, held, tuple(digests), payload_bytes, stored)


def block_name(whole: bytes) -> str:
    """The name in the store of a block with that digest."""
    return f"blocks/{whole.hex()[:2]}/{whole.hex()}.block"


def _payload(batch: Batch) -> bytes:
    payload = stored_bytes(batch)
    if len(payload) != batch.size_bytes or digest(payload) != bytes(batch.digest):
        raise Refusal(
            "batch_damaged",
            "Batch {batch} is not what came in: its bytes and its digest do not belong together. It is not "
            "moved to the archive, nor is what comes after it.",
            way_out="padstone audit verify; then restore it from a backup.",
            batch=batch.pk,
        )
    return payload


def _store(place: Store, packed: Packed) -> None:
    """Write the block, and read it back from where it lies. Refuses what does not come back the same."""
    place.put(packed.name, packed.data)
    back = place.get(packed.name)
    try:
        again = tuple(held for held, _ in batches_of(back)) if digest(back) == packed.digest else ()
    except DamagedBlock:
        again = ()
    if again != packed.held:
        raise Refusal(
            "archive_not_kept",
            "The store at {store} did not give back block {block} as it was written. Nothing was moved.",
            way_out="Look at the disk or the store; then try again.",
            store=place.address,
            block=packed.name,
        )


def _moved_meanwhile(packed: Packed) -> Conflict:
    return Conflict(
        "archived_meanwhile",
        "Another process moves batch {batch} to the archive, or has moved it.",
        way_out="Let it finish; nothing was done twice.",
        batch=packed.held[0].batch,
    )
