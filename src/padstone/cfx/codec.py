"""Bodies to structures and back.

Most bodies are read and written by msgspec alone. What it refuses, and what holds properties the structures
do not name, goes the longer way through `settling`.
"""

from __future__ import annotations

from functools import cache

import msgspec

from padstone.cfx import settling, tidying
from padstone.cfx.errors import CfxValueError, UnknownMessage
from padstone.cfx.topics import KNOWN_MESSAGES, MESSAGE_TYPES
from padstone.cfx.vocabulary import Message

_encoder = msgspec.json.Encoder(decimal_format="number")


def decode_body(message_name: str, body: bytes) -> Message:
    """Read a body as the message of that name, e.g. `CFX.Production.WorkStarted`.

    Raises UnknownMessage where there is no structure for the name, BadMessage where the body is not one.
    """
    return decode_body_with_notes(message_name, body)[0]


def decode_body_with_notes(message_name: str, body: bytes) -> tuple[Message, tuple[str, ...]]:
    """As `decode_body`, with a note for every value that was read although it was not written as the standard
    says: an enumeration in other letter case or as its number, a number as text, a property name in other
    letter case.
    """
    cls = MESSAGE_TYPES.get(message_name)
    if cls is None:
        raise UnknownMessage(message_name, known=message_name in KNOWN_MESSAGES)
    # The name under which other_properties travel inside must not come from outside (see OTHER_PROPERTIES).
    if b"\x7f" not in body and (b"\\" not in body or b"\\u007" not in body):
        try:
            return _decoder(cls).decode(body), ()
        except (msgspec.DecodeError, RecursionError, ValueError):
            pass  # settling reads it again and either finds a way or says what is wrong
    return settling.read(cls, body)


def encode_body(message: Message) -> bytes:
    """Write a body. Decimals and floats become JSON numbers, what is UNSET is left out, `other_properties`
    return to their place, and `$type` is written where a structure is not the one its place declares.

    Raises CfxValueError for a Decimal that is not a number and for `other_properties` that repeat a field. A
    float that is not a number is written as null, which is what JSON has for it.
    """
    try:
        body = tidying.tidy(type(message), _encoder.encode(message))
    except RecursionError:
        raise CfxValueError("the message is nested too deeply") from None
    if b"NaN" in body or b"Infinity" in body:
        _refuse_non_numbers(body)
    return body


@cache
def _decoder(cls: type[Message]) -> msgspec.json.Decoder[Message]:
    return msgspec.json.Decoder(cls)


def _refuse_non_numbers(body: bytes) -> None:
    """The letters may stand in a text; outside of one they make the document something else than JSON."""
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise CfxValueError("a quantity is not a number (NaN or Infinity), which JSON cannot say") from error
