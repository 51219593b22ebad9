"""Times of single placements: ticks, and a compact, lossless blob of them.

A tick is 100 ns, counted from 0001-01-01T00:00Z, the resolution of CFX. A blob holds offsets in the
template's order. The first byte is the number of ticks (100 ns) of one step, as an index into ``STEPS``; bit
7 says that the rest is deflated. The rest is one varint a placement: 0 where no time was reported, else 1 +
the zigzag of the difference to the time before it.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = (1, 10, 10_000, 10_000_000)
"""100 ns, a microsecond, a millisecond, a second."""
_DEFLATED = 0x80
_SMALLEST_WORTH_DEFLATING = 64


_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def ticks_of(instant: datetime) -> int:
    """An aware instant in ticks, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1) * 10


def instant_of(ticks: int) -> datetime:
    """The instant, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=ticks // 10)


def pack(times: Sequence[int | None], base: int) -> bytes:
    """``times`` in ticks, relative to ``base`` in ticks. Empty if no placement has a time."""
    given = [time - base for time in times if time is not None]
    if not given:
        return b""
    step_index = max(i for i, step in enumerate(STEPS) if all(offset % step == 0 for offset in given))
    step = STEPS[step_index]
    out = bytearray()
    previous = 0
    for time in times:
        if time is None:
            out.append(0)
            continue
        offset = (time - base) // step
        _append_varint(out, 1 + _zigzag(offset - previous))
        previous = offset
    if len(out) >= _SMALLEST_WORTH_DEFLATING:
        deflated = zlib.compress(out, 6)
        if len(deflated) < len(out):
            return bytes((step_index | _DEFLATED,)) + deflated
    return bytes((step_index,)) + bytes(out)


def unpack(blob: bytes, base: int, count: int) -> list[int | None]:
    """The ``count`` times that :func:`pack` was given."""
    if not blob:
        return [None] * count
    step = STEPS[blob[0] & ~_DEFLATED]
    data = zlib.decompress(blob[1:]) if blob[0] & _DEFLATED else blob[1:]
    times: list[int | None] = []
    offset = 0
    at = 0
    for _ in range(count):
        value, at = _read_varint(data, at)
        if value == 0:
            times.append(None)
            continue
        offset += _unzigzag(value - 1)
        times.append(base + offset * step)
    return times


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _unzigzag(value: int) -> int:
    return value // 2 if value % 2 == 0 else -(value + 1) // 2


def _append_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
