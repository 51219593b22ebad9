"""Bodies to structures and back.

Most bodies are read and written by msgspec alone. What it refuses, and what holds properties the structures
do not name, goes the longer way through `settling`.
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import msgspec

from padstone.cfx import settling, tidying
from padstone.cfx.errors import CfxValueError, UnknownMessage
from padstone.cfx.topics import MESSAGE_TYPES
from padstone.cfx.vocabulary import Message, Structure

S = TypeVar("S", bound=Structure)

_encoder = msgspec.json.Encoder(decimal_format="number")
_checker = msgspec.json.Decoder(float_hook=str)


def decode_body(message_name: str, body: bytes) -> Message:
    """Read a body as the message of that name, e.g. `CFX.Production.WorkStarted`.

    Raises UnknownMessage where there is no structure for the name, BadMessage where the body is not one.
    """
    return decode_body_with_notes(message_name, body)[0]


def decode_body_with_notes(message_name: str, body: bytes) -> tuple[Message, tuple[str, ...]]:
    """As `decode_body`, with a note for everything that was read although it was not written as the standard
    says: an enumeration in other letter case or as its number, a number as text, a property name in another
    spelling; and, with line and column, what was put right because it is almost JSON.
    """
    cls = MESSAGE_TYPES.get(message_name)
    if cls is None:
        raise UnknownMessage(message_name)
    return decode_structure_with_notes(cls, body)


def decode_structure(kind: type[S], body: bytes) -> S:
    """Read any structure of the standard by itself, e.g. a UnitPosition. Its `$type` may make it one of the
    structures that may stand in its place. Raises BadMessage.
    """
    return decode_structure_with_notes(kind, body)[0]


def decode_structure_with_notes(kind: type[S], body: bytes) -> tuple[S, tuple[str, ...]]:
    """As `decode_structure`, with notes as of `decode_body_with_notes`."""
    # The name under which other_properties travel inside must not come from outside (see OTHER_PROPERTIES).
    if b"\x7f" not in body and (b"\\" not in body or b"\\u007" not in body):
        try:
            return _decoder(kind).decode(body), ()
        except (msgspec.DecodeError, RecursionError, ValueError):
            pass  # settling reads it again and either finds a way or says what is wrong
    return settling.read(kind, body)


def encode_body(message: Structure, *, as_sent: bool = True) -> bytes:
    """Write a body, or any other structure by itself.

    Decimals and floats become JSON numbers, what is UNSET is left out, `other_properties` and `as_sent`
    return to their place, and `$type` is written where a structure is not the one its place declares. With
    `as_sent=False` what a sender wrote otherwise than the standard has it is written as the standard has it.

    Raises CfxValueError for a Decimal that is not a number and for `other_properties` that repeat a field. A
    float that is not a number is written as null, which is what JSON has for it.
    """
    try:
        body = tidying.tidy(type(message), _encoder.encode(message), as_sent=as_sent)
    except RecursionError:
        raise CfxValueError("the message is nested too deeply") from None
    if b"NaN" in body or b"Infinity" in body:
        _refuse_non_numbers(body)
    return body


@cache
def _decoder(kind: type[S]) -> msgspec.json.Decoder[S]:
    return msgspec.json.Decoder(kind)


def _refuse_non_numbers(body: bytes) -> None:
    """The letters may stand in a text; outside of one they make the document something else than JSON."""
    try:
        _checker.decode(body)
    except msgspec.DecodeError as error:
        raise CfxValueError("a quantity is not a number (NaN or Infinity), which JSON cannot say") from error
