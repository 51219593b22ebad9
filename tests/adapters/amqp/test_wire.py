from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.adapters.amqp import wire

DATA = b"\x00\x53\x75"
VALUE = b"\x00\x53\x77"
PROPERTIES = b"\x00\x53\x73"


def data(body: bytes) -> bytes:
    return DATA + b"\xb0" + len(body).to_bytes(4, "big") + body


def properties(*fields: bytes) -> bytes:
    content = b"".join(fields)
    return (
        PROPERTIES
        + b"\xd0"
        + (len(content) + 4).to_bytes(4, "big")
        + len(fields).to_bytes(4, "big")
        + content
    )


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=5))
def test_data_sections_are_joined_in_order(pieces: list[bytes]) -> None:
    assert wire.read(b"".join(map(data, pieces))).body == b"".join(pieces)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_be_unusable(message: bytes) -> None:
    with contextlib.suppress(wire.Unusable):
        wire.read(message)


@given(st.integers(0, 60), st.integers(0, 255))
def test_a_broken_message_does_no_worse_than_be_unusable(at: int, byte: int) -> None:
    whole = bytearray(properties(b"\xa1\x01a", b"\x40", b"\xa1\x01b") + data(b'{"a": 1}'))
    whole[at % len(whole)] = byte
    with contextlib.suppress(wire.Unusable):
        wire.read(bytes(whole))


@given(st.integers(1, 40))
def test_a_message_cut_short_is_unusable(cut: int) -> None:
    with pytest.raises(wire.Unusable):
        wire.read(data(b"x" * 40)[:-cut])


def test_descriptors_without_end_are_unusable() -> None:
    with pytest.raises(wire.Unusable, match="described"):
        wire.read(b"\x00" * 100_000)


def test_a_descriptor_may_be_spelt_out() -> None:
    assert wire.read(b"\x00\xa3\x10amqp:data:binary\xa0\x01x").body == b"x"
    assert wire.read(b"\x00\x80" + (0x75).to_bytes(8, "big") + b"\xa0\x01x").body == b"x"


def test_text_that_is_not_utf_8_is_unusable() -> None:
    with pytest.raises(wire.Unusable, match="UTF-8"):
        wire.read(VALUE + b"\xa1\x01\xff")


NULLS = (b"\x40",) * 9


@pytest.mark.parametrize(
    ("milliseconds", "instant"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1_774_558_345_376, datetime(2026, 3, 26, 20, 52, 25, 376_000, tzinfo=UTC)),
        (-1, datetime(1970, 1, 1, tzinfo=UTC) - timedelta(milliseconds=1)),
        (2**62, None),
    ],
)
def test_creation_time(milliseconds: int, instant: datetime | None) -> None:
    stamp = b"\x83" + milliseconds.to_bytes(8, "big", signed=True)
    assert wire.read(properties(*NULLS, stamp) + data(b"x")).sent_at == instant


def test_no_creation_time() -> None:
    assert wire.read(data(b"x")).sent_at is None
    assert wire.read(properties(*NULLS) + data(b"x")).sent_at is None
    assert wire.read(properties(*NULLS, b"\x40") + data(b"x")).sent_at is None


@pytest.mark.parametrize(
    ("name", "encoding"), [("gzip", "gzip"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("identity", ""), ("", "")]
)
def test_content_encoding(name: str, encoding: str) -> None:
    symbol = b"\xa3" + bytes([len(name)]) + name.encode()
    assert wire.read(properties(*NULLS[:7], symbol) + data(b"x")).content_encoding == encoding


def test_what_tells_a_request_and_where_its_answer_is_awaited() -> None:
    def text(value: str) -> bytes:
        return b"\xa1" + bytes([len(value)]) + value.encode()

    null = b"\x40"
    told = b"".join(map(text, ("cfx-message", "CFX.AreYouThereRequest", "cfx-handle", "A.B.1")))
    application = b"\x00\x53\x74\xc1" + bytes([len(told) + 1, 4]) + told
    content = wire.read(properties(null, null, null, null, text("answers/1")) + application + data(b"{}"))
    assert (content.message_name, content.handle) == ("CFX.AreYouThereRequest", "A.B.1")
    assert content.reply_to == "answers/1"
    bare = wire.read(data(b"{}"))
    assert (bare.message_name, bare.reply_to) == ("", "")
