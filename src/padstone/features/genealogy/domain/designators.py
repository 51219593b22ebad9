"""Designators in the order in which people read them."""

from __future__ import annotations

from functools import lru_cache

Natural = tuple[str, int, str]


@lru_cache(maxsize=16_384)
def natural(designator: str) -> Natural:
    """Sort key that puts R2 before R10."""
    letters = designator.rstrip("0123456789")
    digits = designator[len(letters) :]
    return (letters, int(digits) if digits else 0, designator)
