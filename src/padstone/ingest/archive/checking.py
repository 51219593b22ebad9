"""Whether the archive holds what the database says that it holds.

Every block is read from the store and held against its digest, and every batch in it against its own. One
that is missing or damaged is named, with its batches and how many messages they are; the rest is read all the
same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from padstone.ingest.archive.block import DamagedBlock, index_of, unpack_frame
from padstone.ingest.archive.moving import Tell, tell_nobody
from padstone.ingest.archive.reading import BLOCKS, forget_what_was_read, store
from padstone.ingest.models import ArchiveBlock, ArchiveCheck, ArchivedBatch, Message
from padstone.kernel import clock
from padstone.kernel.seal import digest
from padstone.platform.audit.stored import DAMAGE
from padstone.platform.audit.verify import Broken, Checked, Progress, no_progress
from padstone.platform.command import command
from padstone.platform.objects.port import ObjectMissing, Store, StoreUnreachable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from padstone.kernel.actor import Actor

ARCHIVE = "archive"
REMEDY = "Put it back from a backup of the archive, under its name; then padstone archive verify."
_COLUMNS = ("name", "digest", "size_bytes", "first_batch", "last_batch")
KEPT = 100
"""Findings of one look that are shown again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadBlock:
    """A block that is not well: what is wrong, the batches whose bytes cannot be had (of a damaged block
    those alone that lie in the damage), how many messages these are, and what to do.
    """

    block: str
    what: str
    batches: tuple[int, ...]
    messages: int
    remedy: str = REMEDY

    def __str__(self) -> str:
        lost = "all its batches can still be read"
        if self.batches:
            lost = f"batches {_ranges(self.batches)}, {self.messages} messages, cannot be read"
        return f"block {self.block}: {self.what}; {lost}. {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a look at the archive found. ``unknown``: names of objects that no row knows of: what an attempt
    that was cut off left behind, or what newer books than these have put there.
    """

    blocks: int
    size_bytes: int
    bad: tuple[BadBlock, ...]
    unknown: tuple[str, ...] = ()


def look(connection: BaseDatabaseWrapper, *, deep: bool = True, tell: Tell = tell_nobody) -> Look:
    """Look at every block; only whether it is there, with its size, unless ``deep``. Refuses
    (StoreUnreachable) where the store does not answer at all.
    """
    forget_what_was_read()
    known = ArchiveBlock.objects.using(connection.alias).only(*_COLUMNS).order_by("first_batch")
    total, size_bytes, bad = known.count(), 0, []
    place = store() if total else None
    for number, block in enumerate(known.iterator(500), start=1):
        size_bytes += block.size_bytes
        if place is not None and (found := _look_at(place, block, connection.alias, deep=deep)) is not None:
            bad.append(found)
        tell(number, total)
    return Look(blocks=total, size_bytes=size_bytes, bad=tuple(bad))


def unknown_objects(connection: BaseDatabaseWrapper) -> tuple[str, ...]:
    """Names in the store that no row knows of, from among those that blocks have."""
    known = set(ArchiveBlock.objects.using(connection.alias).values_list("name", flat=True))
    return tuple(name for name in store().names() if name.startswith("blocks/") and name not in known)


def check_archive(
    connection: BaseDatabaseWrapper, *, deep: bool, progress: Progress = no_progress
) -> Checked:
    """The same as one check of a verification."""
    try:
        seen = look(connection, deep=deep, tell=lambda done, total: progress(ARCHIVE, done, total))
    except StoreUnreachable as error:
        return Checked(ARCHIVE, 0, Broken(BLOCKS, "", str(error)))
    except (*DAMAGE, TypeError, ValueError) as error:  # a row may hold what Padstone never wrote
        return Checked(ARCHIVE, 0, Broken(BLOCKS, "", f"the database cannot read it: {error}"))
    if not seen.bad:
        return Checked(ARCHIVE, seen.blocks)
    first, *others = seen.bad
    more = f" So are {len(others)} more: padstone archive verify names them." if others else ""
    return Checked(ARCHIVE, seen.blocks - len(seen.bad), Broken(BLOCKS, "", f"{first}{more}"))


@command("verify_evidence")
def note_look(actor: Actor, *, seen: Look) -> None:
    """Keep what a look found, so that the page can say so."""
    ArchiveCheck.objects.create(
        at=clock.now(),
        by=actor.name,
        blocks=seen.blocks,
        size_bytes=seen.size_bytes,
        damaged=len(seen.bad),
        findings=[str(one) for one in seen.bad[:KEPT]],
    )


def _look_at(place: Store, block: ArchiveBlock, using: str, *, deep: bool) -> BadBlock | None:
    try:
        if not deep:
            size = place.size_of(block.name)
            return None if size == block.size_bytes else _whole(block, _wrong_size(size, block), using)
        data = place.get(block.name)
    except ObjectMissing:
        return _whole(block, "it is not there", using)
    if digest(data) == bytes(block.digest):
        lost = _lost(data, block, using)
        if len(data) == block.size_bytes and not lost:
            return None
        return _bad(block, "it is whole, and not what the database says of it", lost, using)
    what = f"it is damaged: {_damage(data, block)}"
    return _bad(block, what, _lost(data, block, using), using)


def _wrong_size(size: int | None, block: ArchiveBlock) -> str:
    if size is None:
        return "it is not there"
    return f"it is damaged: it has {size} bytes and not {block.size_bytes}"


def _damage(data: bytes, block: ArchiveBlock) -> str:
    if len(data) != block.size_bytes:
        return f"it has {len(data)} bytes and not {block.size_bytes}"
    try:
        index_of(data)
    except DamagedBlock as error:
        return str(error)
    return "its bytes are not those of its digest"


def _lost(data: bytes, block: ArchiveBlock, using: str) -> list[int]:
    """The batches that cannot be had from these bytes. The database knows where each is, so that a broken
    index costs none.
    """
    rows = ArchivedBatch.objects.using(using).filter(pk__gte=block.first_batch, pk__lte=block.last_batch)
    values = rows.order_by("pk").values_list(
        *("block_id", "frame_at", "frame_bytes", "frame_payload"),
        *("pk", "first_byte", "batch__size_bytes", "batch__digest"),
    )
    lost: list[int] = []
    for place, some in groupby(values.iterator(2000), key=lambda row: row[:4]):
        held = [row[4:] for row in some]
        payload = _frame(data, block, *place)
        lost += [
            batch
            for batch, first, length, expected in held
            if payload is None or digest(payload[first : first + length]) != bytes(expected)
        ]
    return lost


def _frame(
    data: bytes, block: ArchiveBlock, block_id: int, at: int, size: int, unpacked: int
) -> bytes | None:
    """What a frame of the block holds; None where it cannot be had, or is said to be in another block."""
    if block_id != block.pk:
        return None
    try:
        return unpack_frame(data[at : at + size], unpacked)
    except DamagedBlock:
        return None


def _whole(block: ArchiveBlock, what: str, using: str) -> BadBlock:
    return _bad(block, what, range(block.first_batch, block.last_batch + 1), using)


def _bad(block: ArchiveBlock, what: str, batches: Sequence[int], using: str) -> BadBlock:
    messages = Message.objects.using(using)
    concerned = sum(
        messages.filter(batch_id__gte=first, batch_id__lte=last).count() for first, last in _runs(batches)
    )
    return BadBlock(block=block.name, what=what, batches=tuple(batches), messages=concerned)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: the first and the last of each run of ascending numbers."""
    for _, some in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in some]
        yield run[0], run[-1]


def _ranges(numbers: Sequence[int]) -> str:
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in _runs(numbers))
