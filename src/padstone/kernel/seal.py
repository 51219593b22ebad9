"""Hash chains: each link's seal covers the link before it, so that no link can change or vanish unnoticed.

A link is a row. What is sealed of it are the names and values of its columns, each value in one spelling that
every database leads to, and that an embedded one keeps byte for byte (see :func:`spelled`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SEAL_BYTES = 32
FIRST = bytes(SEAL_BYTES)
"""What the first link of a chain cites as its predecessor."""

Value: TypeAlias = str | int | bytes | datetime | None


def digest(*data: bytes) -> bytes:
    """SHA-256 of the bytes, one after the other."""
    content = sha256()
    for some in data:
        content.update(some)
    return content.digest()


def seal(previous: bytes, parts: Iterable[bytes]) -> bytes:
    """The seal of a link made of ``parts``, which are length-prefixed: different lists, different seals."""
    link = sha256(previous)
    for part in parts:
        link.update(len(part).to_bytes(8, "big"))
        link.update(part)
    return link.digest()


def spelled(value: Value) -> bytes:
    """One spelling for each value: a letter for its kind, then its bytes; nothing at all for None.

    An instant is text, ``2026-03-01 06:00:00.250000`` in UTC (no fraction where it is zero): what SQLite
    keeps, so that a row there is sealed exactly as it lies in its file.
    """
    match value:
        case None:
            return b""
        case str():
            return b"t" + value.encode()
        case bytes():
            return b"b" + value
        case datetime():
            return b"t" + value.astimezone(UTC).replace(tzinfo=None).isoformat(" ").encode()
        case int():
            return b"i%d" % value


def seal_of_row(previous: bytes, columns: Mapping[str, bytes]) -> bytes:
    """The seal of a row: of the names and spelled values of its columns, but for those that are empty.

    So a column that a later version adds, and that older rows leave empty, breaks no older seal.
    """
    return seal(
        previous,
        (part for name, value in columns.items() if value for part in (name.encode(), value)),
    )
