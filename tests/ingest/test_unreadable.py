"""What is no message: kept to the byte, rejected with a reason, and nobody else is disturbed."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib

import pytest

from padstone.ingest import inbox
from padstone.ingest.models import State
from tests.ingest.factory import HEARTBEAT, PLACER, STARTED, Factory, books, started

ENVELOPE = b'{"MessageName":"CFX.Heartbeat","Source":"SMT.PLACER.1","UniqueID":"h","MessageBody":{}}'
PACKED = gzip.compress(ENVELOPE, mtime=0)


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (ENVELOPE[:-9], "not_an_envelope", "not closed"),
        (b"PANEL 4711 OK\r\n", "not_an_envelope", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not_an_envelope", "MessageName"),
        (b"\x1f\x8b\x08\x00compressed and not said so", "not_an_envelope", "not JSON"),
        (b"", "empty", "empty"),
        (b" \r\n\t", "empty", "empty"),
        (b"[]", "empty", "empty"),
        (b"null", "not_an_envelope", "not an envelope"),
        (b"{}", "not_an_envelope", "MessageName"),
        (b'{"MessageName": 17.5, "MessageBody": {}}', "unknown_message", "17.5"),
        (b'{"MessageName": ["CFX.Heartbeat"], "MessageBody": {}}', "not_an_envelope", "must be text"),
        (b"[" * 100_000, "not_an_envelope", "not JSON"),
        (b'{"MessageName":' * 50_000, "not_an_envelope", "nested too deeply"),
        (
            rb'{"MessageName":"CFX.Heartbeat","Source":"\ud800","MessageBody":{}}',
            "not_an_envelope",
            "not JSON",
        ),
    ],
)
def test_it_is_kept_and_rejected_with_a_reason(factory: Factory, body: bytes, code: str, words: str) -> None:
    (row,) = factory.deliver(body)
    factory.interpret()
    line = factory.line(row)
    assert (line.state, line.code) == (State.REJECTED, code)
    assert words in line.reason
    assert factory.bytes_of(row) in (body, body.strip())
    assert inbox.stored_bytes(row.batch) == body
    assert factory.works()


def test_what_stands_around_an_unreadable_piece_is_read(factory: Factory) -> None:
    good = factory.envelope(STARTED, started(1, "P1"))
    first, bad, second = factory.deliver(b"\n".join((ENVELOPE, b'{"MessageName": "CFX.', good)))
    factory.interpret()
    assert [factory.line(row).state for row in (first, bad, second)] == ["done", "rejected", "done"]
    assert "line 2" in factory.line(bad).reason
    assert factory.bytes_of(bad) == b'{"MessageName": "CFX.'
    assert factory.bytes_of(second) == good


def test_every_message_of_an_array_keeps_its_own_bytes(factory: Factory) -> None:
    pieces = [factory.envelope(HEARTBEAT, {"CFXHandle": PLACER}) for _ in range(3)]
    rows = factory.deliver(b"\xef\xbb\xbf [\n  " + b" ,\n".join(pieces) + b"\n] ")
    assert [factory.bytes_of(row) for row in rows] == pieces


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        (started(1, "P1") | {"Units": "none"}, "Units", "must be a list"),
        (started(1, "P1", [{"PositionNumber": "first"}]), "Units[0].PositionNumber", "number"),
        (started(1, "P1", [{"Status": "Gone"}]), "Units[0].Status", "Gone"),
        (started(1, "P1") | {"Lane": 10**30}, "Lane", ""),
        ([1, 2], "", "object"),
        (None, "", "object"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(factory: Factory, body: object, path: str, words: str) -> None:
    raw = json.dumps(
        {"MessageName": STARTED, "Source": PLACER, "UniqueID": "w", "MessageBody": body}
    ).encode()
    (row,) = factory.deliver(raw)
    before = books()
    factory.interpret()
    line = factory.line(row)
    assert (line.state, line.code) == (State.REJECTED, "not_cfx")
    assert line.reason.startswith(path)
    assert words in line.reason
    assert books() == before
    assert factory.works()


def test_no_body_at_all(factory: Factory) -> None:
    (row,) = factory.deliver(b'{"MessageName":"CFX.Production.WorkStarted","Source":"A"}')
    factory.interpret()
    assert (factory.line(row).code, factory.line(row).reason) == ("not_cfx", "there is no body")


def test_a_body_that_is_nested_too_deeply(factory: Factory) -> None:
    deep = b'{"Units":' + b'[{"A":' * 20_000 + b"1" + b"}]" * 20_000 + b"}"
    (row,) = factory.deliver(
        b'{"MessageName":"CFX.Production.WorkStarted","Source":"A","MessageBody":' + deep + b"}"
    )
    factory.interpret()
    assert factory.line(row).state == State.REJECTED
    assert factory.works()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CFX.Production.WorkStartet", "CFX.Production.WorkStarted"),
        ("WorkStarted", "CFX"),
        ("Completely.Different", "version"),
        ("x" * 5000, "version"),
    ],
)
def test_an_unknown_name_is_rejected_and_the_nearest_one_named(
    factory: Factory, name: str, words: str
) -> None:
    line = factory.tell(name, {})
    assert (line.state, line.code) == (State.REJECTED, "unknown_message")
    assert line.reason.startswith("MessageName:")
    assert words in line.reason
    assert len(line.reason) <= inbox.LONGEST_REASON
    assert factory.works()


def test_a_message_of_the_standard_that_nobody_interprets_is_kept(factory: Factory) -> None:
    line = factory.tell("CFX.InformationSystem.OperatorValidation.ValidateOperatorRequest", {"Any": "thing"})
    assert (line.state, line.code, line.reason) == (State.DONE, "kept", "")
    assert line.journal_no == 1


class TestLarge:
    def test_a_body_of_50_mb(self, factory: Factory) -> None:
        body = b'{"MessageName":"CFX.Heartbeat","MessageBody":{"A":"' + b"x" * 50_000_000 + b'"}}'
        (row,) = factory.deliver(body)
        assert (row.state, row.code) == (State.REJECTED, "too_large")
        assert "50000" in row.reason
        assert factory.bytes_of(row) == body
        assert factory.works()

    def test_a_large_message_among_others(self, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inbox, "LARGEST_MESSAGE", 1_000)
        large = factory.envelope(HEARTBEAT, {"A": "x" * 1_000})
        rows = factory.deliver(b"\n".join((ENVELOPE, large)))
        assert [(row.state, row.code) for row in rows] == [("received", ""), ("rejected", "too_large")]

    def test_a_bomb_is_not_unpacked(self, factory: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
        """1 GiB of zeros, as 1 MiB of gzip."""
        monkeypatch.setattr(inbox, "LARGEST_UNPACKED", 8 * 2**20)
        packer = zlib.compressobj(9, wbits=31)
        zeros = bytes(2**20)
        bomb = b"".join([*(packer.compress(zeros) for _ in range(1024)), packer.flush()])
        tracemalloc.start()
        (row,) = factory.deliver(bomb, encoding="gzip")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (row.state, row.code) == (State.REJECTED, "unpacks_too_large")
        assert "8 MiB" in row.reason
        assert peak < 64 * 2**20
        assert factory.bytes_of(row) == bomb
        assert factory.works()

    def test_more_pieces_than_one_delivery_may_hold(self, factory: Factory) -> None:
        body = b'{"A":1}\n' * 300_000
        (row,) = factory.deliver(body)
        assert (row.state, row.code) == (State.REJECTED, "not_an_envelope")
        assert "several parts" in row.reason

    def test_thousands_of_lines_with_an_array_each(self, factory: Factory) -> None:
        rows = factory.deliver(b"[" + ENVELOPE + b"]\n" + b"[{}]\n" * 2_000)
        assert [row.state for row in rows] == ["received"] + ["rejected"] * 2_000


class TestGzip:
    def test_it_is_unpacked_and_both_forms_are_kept(self, factory: Factory) -> None:
        packed = PACKED
        (row,) = factory.deliver(packed, encoding="gzip")
        factory.interpret()
        assert factory.line(row).state == State.DONE
        assert factory.bytes_of(row) == ENVELOPE
        assert inbox.stored_bytes(row.batch) == packed

    def test_several_members_are_one_text(self, factory: Factory) -> None:
        other = factory.envelope(STARTED, started(1, "P1"))
        packed = gzip.compress(ENVELOPE + b"\n" + other[:30]) + gzip.compress(other[30:]) + bytes(12)
        rows = factory.deliver(packed, encoding="gzip")
        factory.interpret()
        assert [factory.line(row).state for row in rows] == ["done", "done"]
        assert factory.bytes_of(rows[1]) == other

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(PACKED[:-12], id="cut off"),
            pytest.param(PACKED[:-4], id="cut off within its end"),
            pytest.param(PACKED[:5], id="cut off within its head"),
            pytest.param(PACKED + b"and more", id="followed by something else"),
            pytest.param(PACKED[:12] + b"\x00\xff\x00" + PACKED[15:], id="damaged"),
            pytest.param(ENVELOPE, id="plain"),
        ],
    )
    def test_what_cannot_be_unpacked_is_kept_as_it_came(self, factory: Factory, body: bytes) -> None:
        (row,) = factory.deliver(body, encoding="gzip")
        factory.interpret()
        line = factory.line(row)
        assert (line.state, line.code) == (State.REJECTED, "not_gzip")
        assert "gzip" in line.reason
        assert factory.bytes_of(row) == body
        assert factory.works()

    def test_an_empty_one(self, factory: Factory) -> None:
        rows = factory.deliver(b"", encoding="gzip") + factory.deliver(gzip.compress(b""), encoding="gzip")
        assert [row.code for row in rows] == ["empty", "empty"]
        assert [factory.bytes_of(row) for row in rows] == [b"", b""]

    def test_another_encoding(self, factory: Factory) -> None:
        (row,) = factory.deliver(ENVELOPE, encoding="brotli" * 20)
        assert (row.state, row.code) == (State.REJECTED, "unknown_encoding")
        assert factory.bytes_of(row) == ENVELOPE
