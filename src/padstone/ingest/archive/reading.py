"""The bytes of a batch that are in the archive."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from padstone.ingest.archive.block import DamagedBlock, unpack_frame
from padstone.ingest.models import ArchiveBlock, ArchivedBatch
from padstone.kernel.errors import Refusal
from padstone.kernel.seal import digest
from padstone.platform.objects.place import store_at
from padstone.platform.objects.port import ObjectMissing, Store, StoreUnreachable

if TYPE_CHECKING:
    from padstone.ingest.models import Batch

BLOCKS = ArchiveBlock._meta.db_table
_KEPT_BYTES = 16 * 1024 * 1024


class BytesUnavailable(Refusal):
    """The bytes of a batch have moved to the archive, and the archive does not give them now."""

    status = 503


def store() -> Store:
    """The archive's store, as the settings name it."""
    return store_at(settings.ARCHIVE)


def archived_bytes(batch: Batch, *, using: str = DEFAULT_DB_ALIAS) -> bytes:
    """The exact bytes of a batch, out of its block; ``using`` is the database that knows which it is.

    Refuses (BytesUnavailable) where the block is missing, damaged or out of reach: the refusal names it.
    """
    rows = ArchivedBatch.objects.using(using).select_related("block")
    row = rows.filter(pk=batch.pk).first()
    if row is None:
        raise BytesUnavailable(
            "batch_without_bytes",
            "Batch {batch} has no bytes, and the archive knows nothing of it.",
            way_out="padstone audit verify says what else is wrong.",
            batch=batch.pk,
        )
    try:
        frame = _FRAMES.get(store(), row)
    except ObjectMissing as error:
        raise unavailable(row, "the block is not there") from error
    except DamagedBlock as error:
        raise unavailable(row, f"the block is damaged: {error}") from error
    except StoreUnreachable as error:
        raise unavailable(row, f"the store does not answer: {error.params['why']}") from error
    payload = frame[row.first_byte : row.first_byte + batch.size_bytes]
    if digest(payload) != bytes(batch.digest):
        raise unavailable(row, "the block is damaged: the bytes are not those of the batch's digest")
    return payload


def unavailable(row: ArchivedBatch, why: str) -> BytesUnavailable:
    """Where the bytes should be, what is wrong, and the way out."""
    return BytesUnavailable(
        "archive_block_unavailable",
        "The bytes of batch {batch} are in block {block} of the archive at {store}, and {why}.",
        way_out="Put the block back from a backup of the archive, or mend the way to it; padstone archive "
        "verify names all that need it.",
        batch=row.pk,
        block=row.block.name,
        store=store().address,
        why=why,
    )


class _Frames:
    """The frames that were read last: who reads a batch usually reads its neighbours too."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, place: Store, row: ArchivedBatch) -> bytes:
        key = (place.address, row.block.name, row.frame_at)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        packed = place.get(row.block.name, row.frame_at, row.frame_bytes)
        payload = unpack_frame(packed, row.frame_payload)
        if len(payload) <= _KEPT_BYTES:
            self._keep(key, payload)
        return payload

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, key: tuple[str, str, int], payload: bytes) -> None:
        with self._lock:
            self._bytes += len(payload) - len(self._kept.get(key, b""))
            self._kept[key] = payload
            while self._bytes > _KEPT_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1])


_FRAMES = _Frames()


def forget_what_was_read() -> None:
    """From here on every block is asked anew: before a verification, which must see what is there now."""
    _FRAMES.forget()
