"""Hash chains: each link's seal covers the link before it, so that no link can change or vanish unnoticed."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SEAL_BYTES = 32
FIRST = bytes(SEAL_BYTES)
"""What the first link of a chain cites as its predecessor."""


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


def seal(previous: bytes, parts: Iterable[bytes]) -> bytes:
    """The seal of a link made of ``parts``, which are length-prefixed: different lists, different seals."""
    link = sha256(previous)
    for part in parts:
        link.update(len(part).to_bytes(8, "big"))
        link.update(part)
    return link.digest()
