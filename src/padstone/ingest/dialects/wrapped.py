"""Envelopes inside what a historian, a broker's bridge or a recorder made of them."""

from __future__ import annotations

import base64
import binascii

import msgspec

from padstone import cfx
from padstone.cfx import Head, Unreadable
from padstone.ingest.dialects.dialect import Dialect

WRAPPERS = frozenset(
    "body cfx cfxenvelope cfxmessage content data envelope event message payload record text value".split()
)
"""Names (in small letters, without `_`, `-` and spaces) under which an envelope may be."""

DEEPEST = 3
"""Wrappers within wrappers."""

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text = msgspec.json.Decoder(str)
_JOINTS = dict.fromkeys(map(ord, "_- "))

DIALECT = Dialect(
    code="wrapped",
    title="Envelopes inside something else",
    seen=(
        'Historians and log shippers (`{"topic": ..., "message": "<text>"}`), bridges to MQTT and Kafka '
        '(`{"payload": {...}}`), one per line.'
    ),
    repair=(
        "If exactly one of the usual names holds an envelope, or a list of them, as JSON, as text or as "
        "base64, it is taken out. A text must hold one: it has no bytes of its own to keep. What else the "
        "wrapper says stays in the bytes and is not read."
    ),
    done_in="padstone.ingest.dialects.wrapped",
    example=(
        b'{"topic": "line1/cfx", "message": "{\\"MessageName\\": \\"CFX.Production.UnitsArrived\\", '
        b'\\"UniqueID\\": \\"u1\\", \\"MessageBody\\": {}}"}'
    ),
    says="the envelope was inside message, as text",
    quality={
        "seen": "todo: no export of a real historian is at hand",
        "placed": "done",
        "certain": "done",
        "kept": "done",
    },
)


def unwrapped(piece: Unreadable, depth: int = DEEPEST) -> list[Head | Unreadable]:
    """The envelopes inside a piece that is none, or the piece itself."""
    if not depth or not piece.raw.startswith(b"{"):
        return [piece]
    try:
        members = _members.decode(piece.raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return [piece]
    found: list[list[Head | Unreadable]] = []
    for name, value in members.items():
        if name.casefold().translate(_JOINTS) in WRAPPERS:
            inside = _inside(name, bytes(value), piece, depth)
            if inside:
                found.append(inside)
    return found[0] if len(found) == 1 else [piece]


def _inside(name: str, value: bytes, piece: Unreadable, depth: int) -> list[Head | Unreadable]:
    if value[:1] in (b"{", b"["):
        heads = _heads(value, depth)
        said = f"the envelope was inside {name}"
        return [msgspec.structs.replace(head, repairs=(said, *head.repairs)) for head in heads]
    if value[:1] != b'"':
        return []
    try:
        text = _text.decode(value).strip()
        data, how = (text.encode(), "as text") if text[:1] in ("{", "[") else (_decoded(text), "as base64")
    except (msgspec.DecodeError, ValueError):
        return []
    heads = _heads(data, depth)
    if len(heads) != 1:
        return []
    said = f"the envelope was inside {name}, {how}"
    return [msgspec.structs.replace(heads[0], raw=piece.raw, repairs=(said, *heads[0].repairs))]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""


def _heads(data: bytes, depth: int) -> list[Head]:
    """The envelopes of what was inside, or none where anything in it is not one."""
    heads: list[Head] = []
    for piece in cfx.split(data):
        for inner in [piece] if isinstance(piece, Head) else unwrapped(piece, depth - 1):
            if not isinstance(inner, Head):
                return []
            heads.append(inner)
    return heads
