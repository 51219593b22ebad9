"""Where a row lies in an SQLite file: read from the bytes alone, as somebody who tampers with them would.

https://www.sqlite.org/fileformat2.html: tables are trees of pages; a leaf holds cells, a cell a record, and a
record that is too long for its page goes on in overflow pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INTERIOR, LEAF = 0x05, 0x0D


@dataclass(frozen=True)
class Record:
    """A row: its id, and the places in the file of its bytes: those before the record (its length and id),
    the kinds of its columns, and each column's own.
    """

    row_id: int
    head: list[int]
    kinds: list[list[int]]
    columns: list[list[int]]


def records(file: bytes, root: int) -> Iterator[Record]:
    """The records of the table whose tree begins at page ``root``, in order."""
    size = int.from_bytes(file[16:18], "big")
    size = 65536 if size == 1 else size
    yield from _records(file, size, root)


def _records(file: bytes, size: int, page: int) -> Iterator[Record]:
    start = (page - 1) * size
    head = start + (100 if page == 1 else 0)
    count = int.from_bytes(file[head + 3 : head + 5], "big")
    interior = file[head] == INTERIOR
    assert interior or file[head] == LEAF
    pointers = head + (12 if interior else 8)
    for number in range(count):
        at = pointers + 2 * number
        cell = start + int.from_bytes(file[at : at + 2], "big")
        if interior:
            yield from _records(file, size, int.from_bytes(file[cell : cell + 4], "big"))
        else:
            yield _record(file, size, cell)
    if interior:
        yield from _records(file, size, int.from_bytes(file[head + 8 : head + 12], "big"))


def _record(file: bytes, size: int, cell: int) -> Record:
    length, at = _varint(file, cell)
    row_id, at = _varint(file, at)
    before = list(range(cell, at))
    places = _payload(file, size, at, length)
    payload = bytes(file[place] for place in places)
    head, at = _varint(payload, 0)
    before += places[:at]
    kinds, columns, body = [], [], head
    while at < head:
        kind, after = _varint(payload, at)
        width = _width(kind)
        kinds.append(places[at:after])
        columns.append(places[body : body + width])
        at, body = after, body + width
    return Record(row_id, before, kinds, columns)


def _payload(file: bytes, size: int, at: int, length: int) -> list[int]:
    usable = size - file[20]
    most = usable - 35
    if length <= most:
        return list(range(at, at + length))
    least = (usable - 12) * 32 // 255 - 23
    here = least + (length - least) % (usable - 4)
    here = here if here <= most else least
    places = list(range(at, at + here))
    page = int.from_bytes(file[at + here : at + here + 4], "big")
    while len(places) < length:
        start = (page - 1) * size
        some = min(usable - 4, length - len(places))
        places += range(start + 4, start + 4 + some)
        page = int.from_bytes(file[start : start + 4], "big")
    return places


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for number in range(9):
        byte = data[at + number]
        if number == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + number + 1
    raise AssertionError


def _width(kind: int) -> int:
    if kind >= 12:
        return (kind - 12) // 2
    return (0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0)[kind]
