"""Where senders leave the standard, one small file each: what they do, what is made of it, how well.

Reading begins with the strict way; only what that refuses comes here. Repairs of text and values are of use
to everybody who reads CFX and live in `padstone.cfx`; the files here say where. `split` adds what is about
deliveries.
"""

from __future__ import annotations

from padstone import cfx
from padstone.cfx import Head, Unreadable
from padstone.ingest.dialects import (
    body_as_text,
    commas,
    comments,
    control_characters,
    cut_off,
    enumeration_numbers,
    loose_numbers,
    missing_zone,
    nul_characters,
    null_lists,
    numbers_as_text,
    older_names,
    quotes,
    spelled_names,
    type_names,
    typed_lists,
    wide_text,
    wrapped,
)
from padstone.ingest.dialects.dialect import Dialect

DIALECTS: tuple[Dialect, ...] = (
    commas.DIALECT,
    quotes.DIALECT,
    control_characters.DIALECT,
    comments.DIALECT,
    wide_text.DIALECT,
    cut_off.DIALECT,
    wrapped.DIALECT,
    body_as_text.DIALECT,
    spelled_names.DIALECT,
    older_names.DIALECT,
    type_names.DIALECT,
    typed_lists.DIALECT,
    null_lists.DIALECT,
    numbers_as_text.DIALECT,
    loose_numbers.DIALECT,
    enumeration_numbers.DIALECT,
    missing_zone.DIALECT,
    nul_characters.DIALECT,
)
"""All of them, text first, then values."""


def split(data: bytes) -> list[Head | Unreadable]:
    """As `cfx.split`, with what is wrapped taken out. Never raises."""
    pieces = cfx.split(data)
    if all(isinstance(piece, Head) for piece in pieces):
        return pieces
    found: list[Head | Unreadable] = []
    for piece in pieces:
        found += [piece] if isinstance(piece, Head) else wrapped.unwrapped(piece)
    return found
