from __future__ import annotations

import json

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from padstone.cfx import (
    UNSET,
    BadMessage,
    CfxValueError,
    EndpointShuttingDown,
    Envelope,
    Head,
    UnitsArrived,
    UnknownMessage,
    Unreadable,
    decode_envelope,
    encode_envelope,
    split,
)
from tests.cfx.invented import exact

BODY = b'{ "CFXHandle" : "Acme.Placer.7" }'
ENVELOPE = (
    b'{"MessageName": "CFX.EndpointShuttingDown", "Version": "2.1",'
    b' "TimeStamp": "2031-02-03T04:05:06.1234567+09:00", "UniqueID": "u-1", "Source": "Acme.Placer.7",'
    b' "Target": null, "MessageBody": ' + BODY + b"}"
)
OTHER = b'{"MessageName":"CFX.Production.UnitsArrived","MessageBody":{}}'


def names(pieces: list[Head | Unreadable]) -> list[str]:
    return [
        piece.message_name if isinstance(piece, Head) else f"unreadable {piece.where}" for piece in pieces
    ]


def test_the_head_is_read_and_the_body_is_left_as_it_was_sent() -> None:
    assert split(ENVELOPE) == [
        Head(
            message_name="CFX.EndpointShuttingDown",
            version="2.1",
            time_stamp="2031-02-03T04:05:06.1234567+09:00",
            unique_id="u-1",
            source="Acme.Placer.7",
            target=None,
            request_id=None,
            body=BODY,
            raw=ENVELOPE,
        )
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xef\xbb\xbf \r\n" + ENVELOPE + b"\n\n", ["CFX.EndpointShuttingDown"]),
        (
            b" [" + ENVELOPE + b", " + OTHER + b"] ",
            ["CFX.EndpointShuttingDown", "CFX.Production.UnitsArrived"],
        ),
        (ENVELOPE + b"\r\n\r\n" + OTHER, ["CFX.EndpointShuttingDown", "CFX.Production.UnitsArrived"]),
        (b"[" + OTHER + b"]\n[" + OTHER + b"]", ["CFX.Production.UnitsArrived"] * 2),
        (json.dumps(json.loads(ENVELOPE), indent=1).encode(), ["CFX.EndpointShuttingDown"]),
        (b"", []),
        (b"\xef\xbb\xbf\n", []),
        (b"[]", []),
    ],
)
def test_every_form_of_delivery(data: bytes, expected: list[str]) -> None:
    assert names(split(data)) == expected


def test_an_item_of_an_array_keeps_its_own_bytes() -> None:
    first, second = split(b"[" + ENVELOPE + b",\n" + OTHER + b"]")
    assert (first.raw, second.raw) == (ENVELOPE, OTHER)


def test_one_bad_line_does_not_spoil_the_others() -> None:
    bad = b'{"MessageName": "CFX.Heartbeat", "MessageBody": {'

    assert names(split(OTHER + b"\n" + bad + b"\n" + OTHER)) == [
        "CFX.Production.UnitsArrived",
        "unreadable line 2",
        "CFX.Production.UnitsArrived",
    ]
    first, _ = split(bad + b"\n" + OTHER)
    assert first == Unreadable(
        bad, "not JSON: line 1, column 50: the text ends within the document (2 brackets are open)", "line 1"
    )


def test_one_bad_item_does_not_spoil_the_others() -> None:
    pieces = split(b'[1, {"Version": "2.1"}, ' + OTHER + b', {"MessageName": []}]')

    assert names(pieces) == [
        "unreadable item 1",
        "unreadable item 2",
        "CFX.Production.UnitsArrived",
        "unreadable item 4",
    ]
    assert pieces[1] == Unreadable(b'{"Version": "2.1"}', "not an envelope: it has no MessageName", "item 2")
    assert isinstance(pieces[3], Unreadable)
    assert pieces[3].reason == "MessageName: must be text"


@pytest.mark.parametrize(
    "data",
    [
        b"[" + OTHER + b",\n" + OTHER,
        b"[\n" + OTHER + b"\n",
        json.dumps(json.loads(ENVELOPE), indent=1).encode()[:-2],
        b"\x00\x01",
        b"{" * 100_000,
        b"[" * 100_000,
        b"null",
    ],
)
def test_what_is_cut_off_is_one_piece_that_nobody_can_read(data: bytes) -> None:
    (piece,) = split(data)
    assert isinstance(piece, Unreadable)
    assert (piece.raw, piece.where) == (data.strip(), "document")


def test_heads_in_another_hand() -> None:
    (head,) = split(
        b'{"messageName": "CFX.Heartbeat", "version": 1.7, "uniqueId": 12, "messageBody": {"a": 1}}'
    )
    assert isinstance(head, Head)
    assert (head.message_name, head.version, head.unique_id) == ("CFX.Heartbeat", "1.7", "12")
    assert head.body == b'{"a": 1}'


def test_one_name_in_another_hand_is_read_and_said() -> None:
    (head,) = split(
        b'{"MessageName": "CFX.Heartbeat", "uniqueid": "u1", "RequestId": "r1", "MessageBody": {}}'
    )
    assert isinstance(head, Head)
    assert (head.unique_id, head.request_id) == ("u1", "r1")
    assert head.repairs == ("uniqueid: read as UniqueID", "RequestId: read as RequestID")


def test_what_an_envelope_says_beside_is_passed_over_and_the_standards_name_counts() -> None:
    (head,) = split(
        b'{"$type": "CFX.CFXEnvelope, CFX", "MessageName": "CFX.Heartbeat", "uniqueid": "other",'
        b' "UniqueID": "u1", "Site": [1], "MessageBody": {"a": 1}}'
    )
    assert isinstance(head, Head)
    assert (head.unique_id, head.body, head.repairs) == ("u1", b'{"a": 1}', ())


def test_an_envelope_without_body_is_a_head_without_body() -> None:
    (head,) = split(b'{"MessageName": "CFX.Heartbeat"}')
    assert isinstance(head, Head)
    assert head.body == b""


@holds_for(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_split_never_raises_and_loses_nothing_it_cannot_read(data: bytes) -> None:
    for piece in split(data):
        assert piece.raw in data


@holds_for(st.lists(st.sampled_from([ENVELOPE, OTHER, b'{"x": 1}', b"[", b"}", b"7", b" "]), max_size=5))
def test_split_takes_every_line_by_itself(lines: list[bytes]) -> None:
    pieces = split(b"\n".join(lines))
    if lines and lines[0] in (ENVELOPE, OTHER):
        assert [piece.raw for piece in pieces] == [line for line in lines if line.strip()]
        assert sum(isinstance(piece, Head) for piece in pieces) == lines.count(ENVELOPE) + lines.count(OTHER)


def test_a_whole_envelope_goes_round() -> None:
    data = ENVELOPE[:-1] + b', "VendorTrace": {"Hops": 2.50}}'

    envelope = decode_envelope(data)

    assert envelope.message_body == EndpointShuttingDown(cfx_handle="Acme.Placer.7")
    assert (envelope.request_id, envelope.target) == (UNSET, None)
    assert exact(encode_envelope(envelope)) == exact(data)


def test_an_envelope_of_our_own() -> None:
    envelope = Envelope(
        message_name=UnitsArrived.name,
        unique_id="u-2",
        time_stamp="2031-02-03T04:05:06.0000000+00:00",
        source="Padstone.Line.1",
        message_body=UnitsArrived(unit_count=1),
    )
    assert json.loads(encode_envelope(envelope)) == {
        "MessageName": "CFX.Production.UnitsArrived",
        "Version": "2.1",
        "TimeStamp": "2031-02-03T04:05:06.0000000+00:00",
        "UniqueID": "u-2",
        "Source": "Padstone.Line.1",
        "Target": None,
        "RequestID": None,
        "MessageBody": {"UnitCount": 1},
    }


def test_an_envelope_names_the_body_it_holds() -> None:
    with pytest.raises(CfxValueError, match=r"CFX\.Heartbeat"):
        encode_envelope(Envelope(message_name="CFX.Heartbeat", message_body=UnitsArrived()))


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"MessageName": []}',
        b'{"MessageName": "CFX.Heartbeat"}',
        b'{"MessageName"',
        b'{"MessageName": "\xff"}',
        b'{"MessageName": "CFX.Heartbeat", "Acme": "\xff", "MessageBody": {}}',
        b'{"\xff": 1}',
        b'{"Acme": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_a_bad_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_envelope(data)


def test_an_envelope_of_an_unknown_message_is_refused_by_name() -> None:
    with pytest.raises(UnknownMessage):
        decode_envelope(b'{"MessageName": "Acme.Weather", "MessageBody": {}}')
