"""The envelope around every message: who said it, when, and which message it is.

`split` takes what a transport delivered apart without reading the bodies; `decode_envelope` and
`encode_envelope` read and write a whole one.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field, structs

from padstone.cfx import lenient
from padstone.cfx.codec import decode_body, encode_body
from padstone.cfx.errors import BadMessage, CfxValueError
from padstone.cfx.shapes import folded
from padstone.cfx.vocabulary import Maybe, Message, given

CFX_VERSION = "2.1"
"""The version of the standard that the structures of this package are of."""

MOST_PIECES = 250_000
"""Messages in one delivery. Its pieces take many times the memory of its text."""

MOST_MENDED = 16 * 1024 * 1024
"""Bytes of one delivery's lines that are put right; what is beyond stays unreadable."""

_SHORTEST = 12
"""Bytes between two commas that a real delivery has at least, on average: names alone are longer."""
_BOM = b"\xef\xbb\xbf"
_WHITESPACE = b" \t\r\n"


class Head(Struct, kw_only=True, frozen=True):
    """What the envelope says, with the body left unread.

    `body` is the bytes of MessageBody (empty where there is none), `raw` the bytes of the whole envelope as
    sent. `repairs` says what was put right to read them (`line 3, column 7: a comma was missing`): then
    `body` is JSON, and `raw` is not.
    """

    message_name: str
    version: str | None = None
    time_stamp: str | None = None
    unique_id: str | None = None
    source: str | None = None
    target: str | None = None
    request_id: str | None = None
    body: bytes
    raw: bytes
    repairs: tuple[str, ...] = ()


class Unreadable(NamedTuple):
    """A piece of a delivery that is not an envelope: its bytes, why, and where (`line 3`, `item 2`)."""

    raw: bytes
    reason: str
    where: str


class _NotJson(Unreadable):
    """What may yet be put right."""


class Envelope(Struct, kw_only=True):
    """A whole message. Fields left UNSET are not written; times are text in the form of `format_instant`."""

    message_name: str
    version: Maybe[str] = CFX_VERSION
    time_stamp: Maybe[str] = UNSET
    unique_id: Maybe[str] = UNSET
    source: Maybe[str] = None
    target: Maybe[str] = None
    request_id: Maybe[str] = None
    message_body: Message
    other_properties: dict[str, Any] | UnsetType = UNSET


_HEAD_FIELDS = {
    "MessageName": "message_name",
    "Version": "version",
    "TimeStamp": "time_stamp",
    "UniqueID": "unique_id",
    "Source": "source",
    "Target": "target",
    "RequestID": "request_id",
}


class _Wire(Struct, rename="pascal", forbid_unknown_fields=True):
    """An envelope as it should be. Any other name in it may be one of these in other letters, so that such an
    envelope is looked at name by name.
    """

    message_name: str
    version: str | None = None
    time_stamp: str | None = None
    unique_id: str | None = field(default=None, name="UniqueID")
    source: str | None = None
    target: str | None = None
    request_id: str | None = field(default=None, name="RequestID")
    message_body: Raw = Raw(b"")
    type_tag: Raw = field(default=Raw(b""), name="$type")


_wire_decoder = msgspec.json.Decoder(_Wire)
_pieces_decoder = msgspec.json.Decoder(list[Raw])
_members_decoder = msgspec.json.Decoder(dict[str, Raw])
_plain_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")

_REFUSALS = (msgspec.DecodeError, ValueError, RecursionError, ArithmeticError)


def split(data: bytes) -> list[Head | Unreadable]:
    """Take a delivery apart: one envelope, a JSON array of envelopes, or one envelope per line (NDJSON).

    A byte order mark and white space around it all are passed over. What is almost JSON, or is UTF-16, is put
    right where only one reading is possible (see `lenient`), and the heads say so in their `repairs`. Never
    raises on what it is given: a piece that is not an envelope comes back as Unreadable at its place, and the
    pieces around it are read. An array or a single document that ends too early is one Unreadable as a whole,
    for nobody can tell where its pieces end; so is what holds more than MOST_PIECES. Empty input has no
    pieces. Repeated properties: the last one counts.
    """
    if _is_wide(data):
        return _split_almost(data)
    data = data.removeprefix(_BOM).strip(_WHITESPACE)
    if not data:
        return []
    if data.startswith(b"["):
        return _split_array(data)
    whole = _head(data, "document")
    if not isinstance(whole, _NotJson):
        return [whole]
    return _split_lines(data) or _split_almost(data)


def _is_wide(data: bytes) -> bool:
    """Whether the characters of a text take two or four bytes each."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\x00" in data[:2] and data[:2] != b"\x00\x00")


def _split_almost(data: bytes) -> list[Head | Unreadable]:
    """The pieces of what is almost JSON, or all of it unreadable."""
    try:
        pieces = lenient.mend_all(data)
    except BadMessage as refusal:
        return [Unreadable(data, f"not JSON: {refusal.reason}", "document")]
    if len(pieces) > MOST_PIECES:
        return [_too_many(data)]
    where = "item {}" if len(pieces) > 1 else "document"
    return [
        _mended_head(piece, data[piece.start : piece.end], where.format(number))
        for number, piece in enumerate(pieces, start=1)
    ]


def _mended_head(piece: lenient.Mended, raw: bytes, where: str) -> Head | Unreadable:
    head = _head(piece.data, where)
    if isinstance(head, Head):
        return structs.replace(head, raw=raw, repairs=piece.repairs + head.repairs)
    return Unreadable(raw, head.reason, where)


def _split_array(data: bytes) -> list[Head | Unreadable]:
    try:
        return _items(data)
    except _REFUSALS:
        # Lines that each hold an array are taken one by one, but only if the first line is whole: the lines
        # of an array that was cut off may look like envelopes of their own.
        pieces, at = _whole_arrays(data)
        if at == 0:
            return _split_almost(data)
        if len(pieces) > MOST_PIECES:
            return [_too_many(data)]
        rest = data[at:]
        return pieces + (_split_array(rest) if rest.startswith(b"[") else split(rest))


def _whole_arrays(data: bytes) -> tuple[list[Head | Unreadable], int]:
    """The items of the lines at the beginning that each hold an array, and where the rest begins."""
    pieces: list[Head | Unreadable] = []
    at = 0
    while (end := data.find(b"\n", at)) >= 0 and len(pieces) <= MOST_PIECES:
        line = data[at:end].strip(_WHITESPACE)
        if line and not _is_whole_array(line):
            break
        pieces += _items(line) if line else ()
        at = end + 1
    return pieces, at


def _items(data: bytes) -> list[Head | Unreadable]:
    """The items of a JSON array. Raises one of _REFUSALS for what is not one."""
    commas = data.count(b",")
    if commas > MOST_PIECES and len(data) < commas * _SHORTEST:
        return [_too_many(data)]
    items = _pieces_decoder.decode(data)
    if len(items) > MOST_PIECES:
        return [_too_many(data)]
    return [_head(bytes(item), f"item {number}") for number, item in enumerate(items, start=1)]


def _is_whole_array(line: bytes) -> bool:
    try:
        _pieces_decoder.decode(line)
    except _REFUSALS:
        return False
    return True


def _split_lines(data: bytes) -> list[Head | Unreadable]:
    """The pieces of NDJSON, or nothing where no line is an envelope and the first is not even JSON."""
    if b"\n" not in data:
        return []
    pieces: list[Head | Unreadable] = []
    for number, line in enumerate(_lines(data), start=1):
        stripped = line.strip(_WHITESPACE)
        if stripped:
            pieces.append(_head(stripped, f"line {number}"))
        if len(pieces) > MOST_PIECES:
            return [_too_many(data)]
    if isinstance(pieces[0], _NotJson) and not any(isinstance(piece, Head) for piece in pieces):
        return []
    mending = MOST_MENDED
    for index, piece in enumerate(pieces):
        if isinstance(piece, _NotJson) and len(piece.raw) <= mending:
            mending -= len(piece.raw)
            pieces[index] = _mended_line(piece)
    return pieces


def _mended_line(piece: Unreadable) -> Head | Unreadable:
    try:
        return _mended_head(lenient.mend(piece.raw), piece.raw, piece.where)
    except BadMessage as refusal:
        return Unreadable(piece.raw, f"not JSON: {refusal.reason}", piece.where)


def _lines(data: bytes) -> Iterator[bytes]:
    """One at a time: a list of all of them may take many times the memory of the text."""
    at = 0
    while at <= len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield data[at:end]
        at = end + 1


def _too_many(data: bytes) -> Unreadable:
    reason = f"it holds more than {MOST_PIECES} messages; send them in several parts"
    return Unreadable(data, reason, "document")


def _head(raw: bytes, where: str) -> Head | Unreadable:
    try:
        wire = _wire_decoder.decode(raw)
    except msgspec.ValidationError:
        return _loose_head(raw, where)
    except _REFUSALS as error:
        return _NotJson(raw, f"not JSON: {_say(error)}", where)
    return Head(
        message_name=wire.message_name,
        version=wire.version,
        time_stamp=wire.time_stamp,
        unique_id=wire.unique_id,
        source=wire.source,
        target=wire.target,
        request_id=wire.request_id,
        body=bytes(wire.message_body),
        raw=raw,
    )


def _loose_head(raw: bytes, where: str) -> Head | Unreadable:
    """An envelope whose names are in other letter case, whose texts came as numbers, or which says more."""
    try:
        members = _members_decoder.decode(raw)
        texts, body, repairs = _loose_members(members)
    except BadMessage as refusal:
        return Unreadable(raw, str(refusal), where)
    except msgspec.ValidationError as error:
        return Unreadable(raw, f"not an envelope: {_say(error)}", where)
    except _REFUSALS as error:
        return _NotJson(raw, f"not JSON: {_say(error)}", where)
    name = texts.pop("message_name", None)
    if not name:
        return Unreadable(raw, "not an envelope: it has no MessageName", where)
    return structs.replace(Head(message_name=name, body=body, raw=raw, repairs=repairs), **texts)


def _loose_members(
    members: dict[str, Raw],
) -> tuple[dict[str, str | None], bytes, tuple[str, ...]]:
    """What the envelope says, its body, and what was read otherwise than it is written."""
    spelled = {folded(name): name for name in members}
    spelled |= {folded(name): name for name in (*_HEAD_FIELDS, "MessageBody") if name in members}
    texts: dict[str, str | None] = {}
    repairs: list[str] = []
    for wire_name in (*_HEAD_FIELDS, "MessageBody"):
        sent = spelled.get(folded(wire_name))
        if sent is None:
            continue
        if sent != wire_name:
            repairs.append(f"{sent}: read as {wire_name}")
        if wire_name in _HEAD_FIELDS:
            texts[_HEAD_FIELDS[wire_name]] = text = _text(wire_name, members[sent])
            if text is not None and bytes(members[sent])[:1] != b'"':
                repairs.append(f"{wire_name}: the number {text} read as text")
    return texts, bytes(members.get(spelled.get("messagebody", ""), b"")), tuple(repairs)


def _text(name: str, value: Raw) -> str | None:
    plain = _plain(value)
    if plain is None or isinstance(plain, str):
        return plain
    if isinstance(plain, int | Decimal) and not isinstance(plain, bool):
        return str(plain)
    raise BadMessage(name, "must be text")


def decode_envelope(data: bytes) -> Envelope:
    """Read one envelope with its body. Raises BadMessage, and UnknownMessage for a body that is not typed."""
    try:
        members = _members_decoder.decode(data.removeprefix(_BOM))
    except _REFUSALS as error:
        raise BadMessage("", f"not an envelope: {_say(error)}") from None
    texts: dict[str, Any] = dict.fromkeys(_HEAD_FIELDS.values(), UNSET)
    for name, attribute in _HEAD_FIELDS.items():
        if name in members:
            texts[attribute] = _text(name, members.pop(name))
    if not isinstance(texts["message_name"], str):
        raise BadMessage("MessageName", "must be text")
    body = bytes(members.pop("MessageBody", b""))
    other = {name: _plain(value) for name, value in members.items()}
    message = decode_body(texts["message_name"], body)
    return Envelope(**texts, message_body=message, other_properties=other or UNSET)


def _plain(value: Raw) -> Any:
    try:
        return _plain_decoder.decode(value)
    except _REFUSALS as error:
        raise BadMessage("", f"not an envelope: {_say(error)}") from None


def encode_envelope(envelope: Envelope) -> bytes:
    """Write an envelope. Raises CfxValueError where `message_name` is not the name of the body, and as
    `encode_body`.
    """
    if envelope.message_name != envelope.message_body.name:
        raise CfxValueError(f"the body of {envelope.message_name} is a {envelope.message_body.name}")
    wire: dict[str, Any] = {}
    for name, attribute in _HEAD_FIELDS.items():
        value = getattr(envelope, attribute)
        if value is not UNSET:
            wire[name] = value
    wire["MessageBody"] = Raw(encode_body(envelope.message_body))
    return _encoder.encode(wire | (given(envelope.other_properties) or {}))


def _say(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
