"""The login's few frames, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone.adapters.amqp import sasl, wire
from padstone.adapters.amqp.sasl import AMQP_HEADER, SASL_HEADER, Attempt, Broken, Handshake

WAYS = ("EXTERNAL", "PLAIN", "ANONYMOUS")


def symbol(name: str) -> bytes:
    return b"\xa3" + bytes([len(name)]) + name.encode()


def init(mechanism: str, response: bytes | None = None) -> bytes:
    return sasl._frame(0x41, symbol(mechanism), b"\x40" if response is None else sasl._binary(response))


def response(data: bytes) -> bytes:
    return sasl._frame(0x43, sasl._binary(data))


def frames(said: bytes) -> list[tuple[object, list[object]]]:
    """What the listener said, after its header."""
    assert said.startswith(SASL_HEADER)
    said, found = said[8:], []
    while said:
        size = int.from_bytes(said[:4], "big")
        assert said[4:8] == b"\x02\x01\x00\x00"
        found.append(wire.described(said[8:size]))
        said = said[size:]
    return found


def test_plain_is_let_in() -> None:
    handshake = Handshake(WAYS)
    assert handshake.receive(SASL_HEADER + init("PLAIN", b"\0Vendor.Model.1\0s3cret")) == b""
    assert handshake.attempt == Attempt("PLAIN", "Vendor.Model.1", "s3cret")
    assert not handshake.wants_input
    assert handshake.admit() == b""
    assert frames(bytes(handshake.said))[-1] == (0x44, [0])
    assert handshake.receive(b"") == b""
    assert handshake.receive(AMQP_HEADER + b"open") == AMQP_HEADER + b"open"
    assert handshake.is_open
    assert handshake.receive(b"anything") == b"anything"


def test_it_says_what_it_offers_as_an_array_of_symbols() -> None:
    handshake = Handshake(("PLAIN", "ANONYMOUS"))
    handshake.receive(SASL_HEADER)
    assert b"\xf0\x00\x00\x00\x15\x00\x00\x00\x02\xa3\x05PLAIN\x09ANONYMOUS" in handshake.said


@given(st.lists(st.integers(1, 40), max_size=30))
def test_it_does_not_matter_how_the_bytes_are_cut(cuts: list[int]) -> None:
    handshake = Handshake(WAYS)
    data = SASL_HEADER + init("PLAIN", b"\0A\0B") + AMQP_HEADER + b"rest"
    for cut in cuts:
        piece, data = data[:cut], data[cut:]
        assert handshake.receive(piece) == b""
    assert handshake.receive(data) == b""
    assert handshake.attempt == Attempt("PLAIN", "A", "B")
    assert handshake.admit() == AMQP_HEADER + b"rest"


def test_plain_without_an_initial_response_is_asked_for_it() -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + init("PLAIN"))
    assert handshake.attempt is None
    assert frames(bytes(handshake.said))[-1] == (0x42, [b""])
    handshake.receive(response(b"\0A\0B"))
    assert handshake.attempt == Attempt("PLAIN", "A", "B")


def test_refused_and_nothing_more_is_read() -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + init("PLAIN", b"\0A\0B") + AMQP_HEADER)
    handshake.refuse(why="no")
    assert frames(bytes(handshake.said))[-1] == (0x44, [1, b"no"])
    assert handshake.is_refused
    assert handshake.receive(AMQP_HEADER) == b""
    assert not handshake.is_open


@pytest.mark.parametrize(
    ("data", "attempt"),
    [
        (init("EXTERNAL"), Attempt("EXTERNAL")),
        (init("EXTERNAL", b""), Attempt("EXTERNAL")),
        (init("EXTERNAL", b"A.B.1"), Attempt("EXTERNAL", "A.B.1")),
        (init("ANONYMOUS", b"me"), Attempt("ANONYMOUS")),
        (init("SCRAM-SHA-256", b"n,,"), Attempt("SCRAM-SHA-256")),
        (init("PLAIN", b"A\0A\0s"), Attempt("PLAIN", "A", "s")),
        (init("PLAIN", b"B\0A\0s"), Attempt("PLAIN", "A")),
    ],
)
def test_other_ways(data: bytes, attempt: Attempt) -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + data)
    assert handshake.attempt == attempt
    assert "s" not in repr(attempt).removeprefix("Attempt(")


def test_a_way_that_is_not_offered_is_none_even_with_a_secret() -> None:
    handshake = Handshake(("EXTERNAL",))
    handshake.receive(SASL_HEADER + init("PLAIN", b"\0A\0s"))
    assert handshake.attempt == Attempt("PLAIN")


def test_without_sasl_it_goes_through_and_is_marked() -> None:
    handshake = Handshake(WAYS)
    assert handshake.receive(AMQP_HEADER[:5]) == b""
    assert handshake.receive(AMQP_HEADER[5:] + b"open") == AMQP_HEADER + b"open"
    assert handshake.bare
    assert handshake.said == b""


def test_who_has_logged_in_is_not_bare() -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + init("ANONYMOUS") + AMQP_HEADER)
    handshake.admit()
    assert handshake.is_open
    assert not handshake.bare


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HT",
        b"AMQP\x00\x00\x09\x01",
        SASL_HEADER + b"\x00\x00\x00\x07\x02\x01\x00\x00",
        SASL_HEADER + b"\xff\xff\xff\xff\x02\x01\x00\x00",
        SASL_HEADER + b"\x00\x00\x00\x10\x02\x00\x00\x00" + bytes(8),
        SASL_HEADER + b"\x00\x00\x00\x10\xff\x01\x00\x00" + bytes(8),
        SASL_HEADER + b"\x00\x00\x00\x09\x02\x01\x00\x00\x00",
        SASL_HEADER + sasl._frame(0x41),
        SASL_HEADER + sasl._frame(0x41, b"\x40"),
        SASL_HEADER + response(b"\0A\0B"),
        SASL_HEADER + init("PLAIN") + init("PLAIN", b"\0A\0B"),
        SASL_HEADER + init("PLAIN", b"A"),
        SASL_HEADER + init("PLAIN", b"\0A\0B\0C"),
        SASL_HEADER + init("PLAIN", b"\0\xff\0B"),
        SASL_HEADER + init("PLAIN", b"\0A\0" + b"x" * 3000),
    ],
)
def test_what_breaks_the_protocol(data: bytes) -> None:
    handshake = Handshake(WAYS)
    with pytest.raises(Broken):
        handshake.receive(data)
    assert handshake.attempt is None
    assert not handshake.is_open


def test_a_second_login_after_the_first_is_refused() -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + init("ANONYMOUS"))
    handshake.admit()
    with pytest.raises(Broken):
        handshake.receive(SASL_HEADER)


def test_who_talks_on_while_it_waits_is_stopped() -> None:
    handshake = Handshake(WAYS)
    handshake.receive(SASL_HEADER + init("PLAIN", b"\0A\0B"))
    handshake.receive(b"x" * 65_536)
    handshake.receive(b"x" * 65_536)
    with pytest.raises(Broken):
        handshake.receive(b"x" * 65_536)


@given(st.binary(max_size=300))
def test_noise_does_no_more_than_break(noise: bytes) -> None:
    handshake = Handshake(WAYS)
    try:
        handshake.receive(SASL_HEADER + noise)
    except Broken:
        assert not handshake.is_open
