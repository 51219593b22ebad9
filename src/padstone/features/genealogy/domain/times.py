"""Times of single placements: ticks, and a compact, lossless blob of them.

A tick is 100 ns, counted from 0001-01-01T00:00Z, the resolution of CFX. A blob holds offsets in the
template's order. Its first byte: bits 0 and 1 are the number of ticks of one step, as an index into
``STEPS``; bits 2 to 4 say how the rest is written, bit 7 that it is deflated. The rest is one number a
placement, the difference to the time before it, in steps. Where every placement has a time they are signed,
and all of one width (``_WIDTHS``): first the lowest byte of each, then the next, and so on, which deflates
quickest and furthest. Where some have none it is one varint each: 0 for no time, else 1 + the zigzag of the
difference.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ticks = NDArray[np.int64]

STEPS = (1, 10, 10_000, 10_000_000)
"""100 ns, a microsecond, a millisecond, a second."""
_STEP = 0x03
_WIDTH_SHIFT = 2
_DEFLATED = 0x80
_WIDTHS = ("", "<i1", "<i2", "<i4", "<i8")
"""How the rest is written: as varints, or as numbers of 1, 2, 4 or 8 bytes."""
_MOST = (0, *((1 << (8 << index - 1) - 1) for index in range(1, len(_WIDTHS))))
"""What the numbers of each width are below."""
_FARTHEST = 1 << 62
"""Ticks from 0 to here have differences that eight bytes take. The years of a calendar end far before."""
_SHORT_VARINT = 5
"""Bytes; millions of such differences add up to what eight bytes take."""
_SMALLEST_WORTH_DEFLATING = 64
_WINDOW_BITS, _MEMORY_LEVEL = 12, 5
"""A blob is small; what deflates it need not be large: to clear zlib's usual quarter of a megabyte takes
longer than to deflate.
"""


_EPOCH = datetime(1, 1, 1, tzinfo=UTC)


def ticks_of(instant: datetime) -> int:
    """An aware instant in ticks, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1) * 10


def instant_of(ticks: int) -> datetime:
    """The instant, cut to microseconds."""
    return _EPOCH + timedelta(microseconds=ticks // 10)


def reach(first: int, last: int) -> int:
    """How far apart two times (ticks) are: the number of binary digits of the whole seconds between them."""
    return ((last - first) // STEPS[-1]).bit_length()


def pack(times: Sequence[int | None], base: int) -> bytes:
    """``times`` in ticks, relative to ``base`` in ticks. Empty if no placement has a time."""
    return _in_one_width(times, base) if None not in times else _in_varints(times, base)


def unpack(blob: bytes, base: int, count: int) -> list[int | None]:
    """The ``count`` times that :func:`pack` was given."""
    if not blob:
        return [None] * count
    first = blob[0]
    data = _inflated(blob)
    step = STEPS[first & _STEP]
    width = (first & ~_DEFLATED) >> _WIDTH_SHIFT
    if not width:
        return _from_varints(data, base, count, step)
    return _from_one_width(data, width, step, base)


def _blob(first: int, data: bytes) -> bytes:
    if len(data) >= _SMALLEST_WORTH_DEFLATING:
        deflated = _deflated(data)
        if len(deflated) < len(data):
            return bytes((first | _DEFLATED,)) + deflated
    return bytes((first,)) + data


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return packer.compress(data) + packer.flush()


def _coarsest(divisor: int) -> int:
    """The index of the largest step that divides all offsets, given their greatest common divisor."""
    return max(index for index, step in enumerate(STEPS) if divisor % step == 0)


def _in_one_width(times: Sequence[int | None], base: int) -> bytes:
    """Times that are all given, by the narrowest width that takes every difference."""
    if not times:
        return b""
    try:
        instants = np.array(times, np.int64)
    except OverflowError:
        return _in_varints(times, base)
    if not (instants.min() >= 0 and instants.max() < _FARTHEST and 0 <= base < _FARTHEST):
        return _in_varints(times, base)
    return pack_rows(instants[None], np.array([base], np.int64))[0]


def pack_rows(times: Ticks, bases: Ticks) -> list[bytes]:
    """As :func:`pack`, of many passes at once: a row each, whose times are all given. All are from 0 to
    2 to the 62nd.
    """
    offsets = times - bases[:, None]
    steps = [_coarsest(divisor) for divisor in np.gcd.reduce(offsets, axis=1).tolist()]
    offsets //= np.array([STEPS[step] for step in steps], np.int64)[:, None]
    offsets[:, 1:] -= offsets[:, :-1].copy()
    most = np.maximum(-offsets.min(axis=1) - 1, offsets.max(axis=1)).tolist()
    widths = [next(index for index in range(1, len(_WIDTHS)) if one < _MOST[index]) for one in most]
    together = {width: _by_bytes(offsets, width) for width in set(widths)}
    return [
        _blob(step | width << _WIDTH_SHIFT, together[width][row].tobytes())
        for row, (step, width) in enumerate(zip(steps, widths, strict=True))
    ]


def _by_bytes(offsets: Ticks, width: int) -> NDArray[np.uint8]:
    """Of each row the lowest byte of every number, then the next, and so on."""
    kind = _WIDTHS[width]
    return offsets.astype(kind).view(np.uint8).reshape(*offsets.shape, -1).transpose(0, 2, 1)


def unpack_rows(blobs: Sequence[bytes], bases: Ticks, count: int) -> Ticks:
    """The times that :func:`pack_rows` was given, ``count`` in each row. Raises AssertionError where a blob
    is none of times that are all given, or of others than ``count``.
    """
    found = np.empty((len(blobs), count), np.int64)
    rows_of: dict[int, list[int]] = {}
    for row, blob in enumerate(blobs):
        rows_of.setdefault(blob[0] & ~_DEFLATED, []).append(row)
    for first, rows in rows_of.items():
        width = first >> _WIDTH_SHIFT
        if not width:
            raise AssertionError("times are packed one by one")
        kind, step = np.dtype(_WIDTHS[width]), STEPS[first & _STEP]
        data = [_inflated(blobs[row]) for row in rows]
        if any(len(one) != count * kind.itemsize for one in data):
            raise AssertionError("there are more packed times, or fewer")
        planes = np.frombuffer(b"".join(data), np.uint8).reshape(len(rows), kind.itemsize, count)
        numbers = planes.transpose(0, 2, 1).copy().view(kind)[..., 0]
        found[rows] = numbers.cumsum(axis=1, dtype=np.int64) * step + bases[rows][:, None]
    return found


def _inflated(blob: bytes) -> bytes:
    return zlib.decompress(blob[1:]) if blob[0] & _DEFLATED else blob[1:]


def _from_one_width(data: bytes, width: int, step: int, base: int) -> list[int | None]:
    kind = np.dtype(_WIDTHS[width])
    numbers = np.frombuffer(data, np.uint8).reshape(kind.itemsize, -1).T.copy().view(kind)
    offsets: list[int | None] = (numbers.cumsum(dtype=np.int64) * step + base).tolist()
    return offsets


def _in_varints(times: Sequence[int | None], base: int) -> bytes:
    given = [time - base for time in times if time is not None]
    if not given:
        return b""
    step_index = _coarsest(gcd(*given))
    out = bytearray()
    previous = 0
    for time in times:
        if time is None:
            out.append(0)
            continue
        offset = (time - base) // STEPS[step_index]
        _append_varint(out, 1 + _zigzag(offset - previous))
        previous = offset
    return _blob(step_index, bytes(out))


def _from_varints(data: bytes, base: int, count: int, step: int) -> list[int | None]:
    """All at once, if numbers of eight bytes take what they come to."""
    octets = np.frombuffer(data, np.uint8)
    lasts = np.flatnonzero(octets < 0x80)[:count]
    if len(lasts) < count or not count:
        return _one_by_one(data, base, count, step)
    firsts = np.concatenate(([0], lasts[:-1] + 1))
    lengths = lasts - firsts + 1
    if lengths.max() > _SHORT_VARINT:
        return _one_by_one(data, base, count, step)
    octets = octets[: lasts[-1] + 1]
    shifts = 7 * (np.arange(len(octets)) - np.repeat(firsts, lengths))
    values = np.add.reduceat((octets & 0x7F).astype(np.int64) << shifts, firsts)
    zigzag = np.maximum(values - 1, 0)
    offsets = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2).cumsum()
    if int(np.abs(offsets).max()) * step + abs(base) >= _FARTHEST:
        return _one_by_one(data, base, count, step)
    ticks: list[int | None] = (offsets * step + base).tolist()
    for place in np.flatnonzero(values == 0).tolist():
        ticks[place] = None
    return ticks


def _one_by_one(data: bytes, base: int, count: int, step: int) -> list[int | None]:
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
