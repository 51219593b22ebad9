"""A block of the archive: many batches in one object, which can be read without a database.

It begins with a mark; then come frames, each a zstd frame with a checksum of its own; then the index, JSON in
a zstd frame; then 8 bytes that say how long the index is (big-endian), the SHA-256 of it, and the mark again.
A frame unpacks to the bytes of some batches, one after the other; the index says which batch lies where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec
import zstandard

from padstone.kernel.seal import digest

MARK: Final = b"PADSTONE BLOCK 1\n"
FRAME_BYTES: Final = 1024 * 1024
"""A frame is closed at so many bytes of payload: so much is unpacked to read one message."""
_LEVEL: Final = 6
_END_BYTES: Final = 8 + 32 + len(MARK)
_LARGEST_INDEX: Final = 256 * 1024 * 1024


class Held(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A batch in a block: what its row says of it, and where its bytes are."""

    batch: int
    door: str
    sender: str
    content_encoding: str
    received_at: str
    size_bytes: int
    digest: str
    frame_at: int
    frame_bytes: int
    frame_payload: int
    first_byte: int


class _Index(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    batches: list[Held]


class DamagedBlock(Exception):
    """A block is not what was written."""


@dataclass(slots=True)
class Told:
    """What is known of a batch that goes into a block."""

    batch: int
    door: str
    sender: str
    content_encoding: str
    received_at: str
    digest: bytes
    payload: bytes


@dataclass(slots=True)
class Packer:
    """Makes one block of batches in their order. ``size_bytes``: so far."""

    _out: bytearray = field(default_factory=lambda: bytearray(MARK))
    _held: list[Held] = field(default_factory=list)
    _waiting: list[Told] = field(default_factory=list)
    _waiting_bytes: int = 0

    @property
    def size_bytes(self) -> int:
        return len(self._out)

    def add(self, batch: Told) -> None:
        self._waiting.append(batch)
        self._waiting_bytes += len(batch.payload)
        if self._waiting_bytes >= FRAME_BYTES:
            self._close_frame()

    def finish(self) -> tuple[bytes, tuple[Held, ...]]:
        """The object, and where each batch is in it."""
        self._close_frame()
        index = zstandard.ZstdCompressor(level=_LEVEL).compress(msgspec.json.encode(_Index(self._held)))
        self._out += index + len(index).to_bytes(8, "big") + digest(index) + MARK
        return bytes(self._out), tuple(self._held)

    def _close_frame(self) -> None:
        if not self._waiting:
            return
        payload = b"".join(batch.payload for batch in self._waiting)
        frame = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(payload)
        first_byte = 0
        for batch in self._waiting:
            self._held.append(
                Held(
                    batch=batch.batch,
                    door=batch.door,
                    sender=batch.sender,
                    content_encoding=batch.content_encoding,
                    received_at=batch.received_at,
                    size_bytes=len(batch.payload),
                    digest=batch.digest.hex(),
                    frame_at=len(self._out),
                    frame_bytes=len(frame),
                    frame_payload=len(payload),
                    first_byte=first_byte,
                )
            )
            first_byte += len(batch.payload)
        self._out += frame
        self._waiting, self._waiting_bytes = [], 0


def unpack_frame(frame: bytes, payload_bytes: int) -> bytes:
    """What a frame holds, which must be so many bytes. Raises DamagedBlock."""
    try:
        payload = zstandard.ZstdDecompressor().decompress(
            frame, max_output_size=payload_bytes, allow_extra_data=False
        )
    except (zstandard.ZstdError, MemoryError) as error:
        raise DamagedBlock(f"a frame cannot be unpacked ({error})") from error
    if len(payload) != payload_bytes:
        raise DamagedBlock(f"a frame holds {len(payload)} bytes and not {payload_bytes}")
    return payload


def index_of(data: bytes) -> tuple[Held, ...]:
    """What a whole block says that it holds. Raises DamagedBlock."""
    if not data.startswith(MARK) or not data.endswith(MARK) or len(data) < len(MARK) + _END_BYTES:
        raise DamagedBlock("its mark is missing at its beginning or end: it was cut off, or it is no block")
    end = len(data) - _END_BYTES
    size = int.from_bytes(data[end : end + 8], "big")
    index = data[end - size : end] if size <= end - len(MARK) else b""
    if digest(index) != data[end + 8 : end + 40]:
        raise DamagedBlock("its index is not what was written")
    try:
        told = zstandard.ZstdDecompressor().decompress(index, max_output_size=_LARGEST_INDEX)
        return tuple(msgspec.json.decode(told, type=_Index).batches)
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise DamagedBlock(f"its index cannot be read ({error})") from error


def batches_of(data: bytes) -> Iterator[tuple[Held, bytes]]:
    """Each batch of a whole block with its bytes, which are those of its digest: the reader for whoever has
    nothing but the object. Raises DamagedBlock.
    """
    frame_at, payload = -1, b""
    for held in index_of(data):
        if held.frame_at != frame_at:
            frame_at = held.frame_at
            payload = unpack_frame(data[frame_at : frame_at + held.frame_bytes], held.frame_payload)
        piece = payload[held.first_byte : held.first_byte + held.size_bytes]
        if digest(piece).hex() != held.digest:
            raise DamagedBlock(f"the bytes of batch {held.batch} are not those that its digest was made of")
        yield held, piece
