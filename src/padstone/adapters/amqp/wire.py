"""The AMQP 1.0 message format (OASIS AMQP 1.0, part 3, section 3.2), read as far as a delivery needs it.

Only the envelope is read: the properties, the application properties, and where the body lies. The body
itself stays as it came. Proton's own decoder is not used here: of a body of several Data sections, which the
standard allows, it keeps the last alone; and it cannot tell an absent creation-time from the year 1970.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

NOT_DECODABLE = "amqp:decode-error"
NOT_IMPLEMENTED = "amqp:not-implemented"

_PROPERTIES = 0x73
_APPLICATION_PROPERTIES = 0x74
_DATA = 0x75
_VALUE = 0x77
_SECTIONS = {
    "amqp:properties:list": _PROPERTIES,
    "amqp:application-properties:map": _APPLICATION_PROPERTIES,
    "amqp:data:binary": _DATA,
    "amqp:amqp-value:*": _VALUE,
}

_REPLY_TO = 4  # a field's place in the list of properties
_CONTENT_ENCODING = 7
_CREATION_TIME = 9

_ENCODINGS = {None: "", "": "", "identity": "", "gzip": "gzip", "x-gzip": "gzip"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unusable(Exception):
    """The message cannot be taken, now or ever. `condition` is the AMQP error; the text says why."""

    def __init__(self, condition: str, reason: str, *, handle: str = "") -> None:
        super().__init__(reason)
        self.condition = condition
        self.handle = handle


@dataclass(frozen=True, slots=True)
class Content:
    """What one AMQP message holds: the body's exact bytes, and what its properties say.

    `content_encoding` is "" or "gzip"; `handle` is the application property cfx-handle, `message_name` is
    cfx-message, `reply_to` says where an answer is awaited; each is "" if it has none.
    """

    body: bytes
    content_encoding: str
    sent_at: datetime | None
    handle: str
    message_name: str = ""
    reply_to: str = ""


def read(message: bytes) -> Content:
    """Read one complete AMQP message. The body may be Data sections (joined in order) or one AmqpValue of
    type binary, string or symbol (as UTF-8), for there are senders who do so; any other body is `Unusable`.
    """
    handle = name = ""
    fields: dict[int, object] = {}
    pieces: list[bytes] = []
    for code, value in _sections(message):
        if code == _PROPERTIES:
            fields = dict(enumerate(value.items()))
        elif code == _APPLICATION_PROPERTIES:
            told = _by_name(value.items())
            handle, name = _text(told.get("cfx-handle")), _text(told.get("cfx-message"))
        elif code in {_DATA, _VALUE}:
            pieces.append(_bytes(value.scalar(), handle))
    if not pieces:
        raise Unusable(
            NOT_IMPLEMENTED,
            "The message has no Data section and no AmqpValue: nothing to take",
            handle=handle,
        )
    return Content(
        body=pieces[0] if len(pieces) == 1 else b"".join(pieces),
        content_encoding=_content_encoding(fields.get(_CONTENT_ENCODING), handle),
        sent_at=_instant(fields.get(_CREATION_TIME)),
        handle=handle,
        message_name=name,
        reply_to=_text(fields.get(_REPLY_TO)),
    )


def described(data: bytes) -> tuple[object, list[object]]:
    """One described list, all of `data`: its descriptor (a number or a symbol), and its scalars; a field that
    is no scalar, or null, is None. Raises Unusable.
    """
    if not data or data[0] != 0:
        raise Unusable(NOT_DECODABLE, "A described list was to come, and something else did")
    descriptor = _Value.at(data, 1)
    value = _Value.at(data, descriptor.end)
    if value.end != len(data):
        raise Unusable(NOT_DECODABLE, "There is more than the one described list")
    return descriptor.scalar(), value.items()


def _by_name(items: list[object]) -> dict[str, object]:
    pairs = zip(items[::2], items[1::2], strict=False)
    return {name: value for name, value in pairs if isinstance(name, str)}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _bytes(value: object, handle: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    raise Unusable(
        NOT_IMPLEMENTED, "The body is neither binary nor text: send JSON in a Data section", handle=handle
    )


def _content_encoding(value: object, handle: str) -> str:
    name = value.strip().lower() if isinstance(value, str) else None
    if name not in _ENCODINGS:
        raise Unusable(
            NOT_IMPLEMENTED, f"content-encoding {name!r} is not known here: send gzip or none", handle=handle
        )
    return _ENCODINGS[name]


def _instant(milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int):
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None  # a clock that far out says nothing; the body carries the event's own time


def _sections(message: bytes) -> Iterator[tuple[int | None, _Value]]:
    """Each section's descriptor code (None for one this reader has no use for) and its value."""
    at = 0
    while at < len(message):
        if message[at] != 0:
            raise Unusable(NOT_DECODABLE, f"Not an AMQP message: no section begins at byte {at}")
        descriptor = _Value.at(message, at + 1)
        value = _Value.at(message, descriptor.end)
        yield _code(descriptor.scalar()), value
        at = value.end


def _code(descriptor: object) -> int | None:
    if isinstance(descriptor, str):
        return _SECTIONS.get(descriptor)
    return descriptor if isinstance(descriptor, int) else None


@dataclass(frozen=True, slots=True)
class _Value:
    """One encoded value (OASIS AMQP 1.0, part 1, section 1.6): its constructor, and where its content is."""

    message: bytes
    constructor: int
    begin: int
    end: int

    @classmethod
    def at(cls, message: bytes, at: int) -> _Value:
        """The value whose constructor stands at `at`; `Unusable` if it does not fit into the message."""
        while _byte(message, at) == 0:  # a described value: what it holds follows its descriptor
            if _byte(message, at + 1) == 0:
                raise Unusable(NOT_DECODABLE, "Not an AMQP message: a descriptor is itself described")
            at = cls.at(message, at + 1).end
        constructor = message[at]
        begin = at + 1
        width = constructor >> 4
        if width in _SIZED:
            size_bytes = _SIZED[width]
            size = int.from_bytes(message[begin : begin + size_bytes], "big")
            begin += size_bytes
        elif width in _FIXED:
            size = _FIXED[width]
        else:
            raise Unusable(NOT_DECODABLE, f"Not an AMQP message: no type has the code {constructor:#04x}")
        if begin + size > len(message):
            raise Unusable(NOT_DECODABLE, "The AMQP message ends in the middle of a value")
        return cls(message, constructor, begin, begin + size)

    def scalar(self) -> object:
        """Binary as bytes, text as str, whole numbers and timestamps as int; None for all other types."""
        content = self.message[self.begin : self.end]
        if self.constructor in _BINARY:
            return content
        if self.constructor in _TEXT:
            try:
                return content.decode()
            except UnicodeDecodeError:
                raise Unusable(NOT_DECODABLE, "A text in the AMQP message is not UTF-8") from None
        if self.constructor in _UNSIGNED:
            return int.from_bytes(content, "big")
        if self.constructor in _SIGNED:
            return int.from_bytes(content, "big", signed=True)
        return None

    def items(self) -> list[object]:
        """The scalars of a list, or a map's keys and values in turn; empty for every other type."""
        if self.constructor not in _COMPOUND:
            return []
        count_bytes = _COMPOUND[self.constructor]
        count = int.from_bytes(self.message[self.begin : self.begin + count_bytes], "big")
        found: list[object] = []
        at = self.begin + count_bytes
        while at < self.end and len(found) < count:
            value = _Value.at(self.message, at)
            found.append(value.scalar())
            at = value.end
        return found


def _byte(message: bytes, at: int) -> int:
    if at >= len(message):
        raise Unusable(NOT_DECODABLE, "The AMQP message ends in the middle of a value")
    return message[at]


# By the upper half of a constructor: how many bytes follow, or how wide the size that follows is.
_FIXED = {0x4: 0, 0x5: 1, 0x6: 2, 0x7: 4, 0x8: 8, 0x9: 16}
_SIZED = {0xA: 1, 0xB: 4, 0xC: 1, 0xD: 4, 0xE: 1, 0xF: 4}

_BINARY = {0xA0, 0xB0}
_TEXT = {0xA1, 0xB1, 0xA3, 0xB3}  # string and symbol
_UNSIGNED = {0x50, 0x60, 0x70, 0x80, 0x52, 0x53, 0x43, 0x44}
_SIGNED = {0x51, 0x61, 0x71, 0x81, 0x54, 0x55, 0x83}  # 0x83 is a timestamp
_COMPOUND = {0xC0: 1, 0xD0: 4, 0xC1: 1, 0xD1: 4}
