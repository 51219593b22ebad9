"""Every dialect's example is read as it says, and what could mean two things is refused with its place."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from padstone.cfx import Head, Unreadable, decode_body_with_notes
from padstone.ingest.dialects import DIALECTS, split
from padstone.ingest.dialects.dialect import RULES, Dialect
from padstone.ingest.dialects.page import page
from padstone.ingest.inbox import text_of
from padstone.ingest.models import Flag, Message, State
from tests.ingest.factory import HEARTBEAT, PLACER, Factory

ROOT = Path(__file__).parents[2]
ENVELOPE = b'{"MessageName":"CFX.Production.UnitsArrived","UniqueID":"u1","MessageBody":{"UnitCount":2}}'


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.code)
def test_a_dialect_is_read_as_it_says(dialect: Dialect) -> None:
    (piece,) = split(dialect.example)
    assert piece.raw == dialect.example
    if isinstance(piece, Unreadable):
        assert dialect.refused
        assert dialect.says in piece.reason
        return
    _, notes = decode_body_with_notes(piece.message_name, piece.body)
    said = "\n".join((*piece.repairs, *notes))
    assert (not dialect.refused, bool(said)) == (True, bool(dialect.says))
    assert dialect.says in said


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.code)
def test_a_dialect_is_judged_by_every_rule_and_says_why(dialect: Dialect) -> None:
    assert set(dialect.quality) == set(RULES)
    for mark in dialect.quality.values():
        assert mark == "done" or mark.startswith(("todo: ", "exempt: "))


def test_every_file_of_a_dialect_is_in_the_registry() -> None:
    folder = ROOT / "src/padstone/ingest/dialects"
    files = {file.stem for file in folder.glob("*.py")} - {"__init__", "dialect", "page"}
    assert sorted(files) == sorted(dialect.code for dialect in DIALECTS)


def test_the_page_of_the_dialects_is_the_registry() -> None:
    assert (ROOT / "docs/reference/dialects.md").read_text() == page()


def pieces_of(data: bytes) -> list[str]:
    return [piece.message_name if isinstance(piece, Head) else piece.reason for piece in split(data)]


NAME = "CFX.Production.UnitsArrived"


@pytest.mark.parametrize(
    ("wrapped", "expected"),
    [
        (b'{"payload": ' + ENVELOPE + b"}", [NAME]),
        (b'{"payload": [' + ENVELOPE + b", " + ENVELOPE + b"]}", [NAME, NAME]),
        (b'{"t": 1, "Message": ' + json.dumps(ENVELOPE.decode()).encode() + b"}", [NAME]),
        (b'{"value": "' + base64.b64encode(ENVELOPE) + b'"}', [NAME]),
        (b'{"data": {"payload": ' + ENVELOPE + b"}}", [NAME]),
        (b'{"payload": ' + ENVELOPE + b'}\n{"payload": ' + ENVELOPE + b"}", [NAME, NAME]),
        (b'[{"payload": ' + ENVELOPE + b"}, " + ENVELOPE + b"]", [NAME, NAME]),
        # Two candidates, a text with two envelopes, one that is none: nobody knows what is meant.
        (b'{"payload": ' + ENVELOPE + b', "message": ' + ENVELOPE + b"}", None),
        (b'{"payload": ' + json.dumps(f"[{ENVELOPE.decode()},{ENVELOPE.decode()}]").encode() + b"}", None),
        (b'{"payload": [' + ENVELOPE + b", 7]}", None),
        (b'{"elsewhere": ' + ENVELOPE + b"}", None),
        (b'{"payload": "Zm9v"}', None),
        (b'{"payload":' * 50 + ENVELOPE + b"}" * 50, None),
    ],
)
def test_what_is_wrapped_is_taken_out_where_it_is_certain(wrapped: bytes, expected: list[str] | None) -> None:
    found = pieces_of(wrapped)
    assert found == (expected or ["not an envelope: it has no MessageName"])
    for piece in split(wrapped):
        assert piece.raw in wrapped
        (again,) = split(piece.raw)
        if isinstance(piece, Head) and isinstance(again, Head):
            assert (again.body, again.unique_id) == (piece.body, piece.unique_id)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a": 1 2}', "line 1, column 9: a comma or } belongs here"),
        (b'{"a": [1,, 2]}', "line 1, column 10: a comma with no item before it"),
        (b'{"a": [1 2]}', "line 1, column 10: a comma or ] belongs here"),
        (b'{"a":\n All good}', "line 2, column 6: a comma or } belongs here"),
        (b'{"a": "x', "line 1, column 7: the text is not closed"),
        (b'{"a": }', "line 1, column 7: a value is missing"),
        (b'{"a": 1', "line 1, column 8: the text ends within the document (1 bracket is open)"),
        (b'{"a": 1]', "line 1, column 8: ] where } belongs"),
        (b'{"a": 1} x', "line 1, column 10: the document has ended, and more follows"),
        (b'{"a": "\xb5",}', "line 1, column 8: the bytes are not UTF-8"),
        (b'{"a": "\\ud800",}', "line 1, column 7: half a character (a lone surrogate)"),
        (b'{"a": 1,5}', "line 1, column 9: a name in quotes belongs here"),
        (b"{" * 300, "line 1, column 2: a name in quotes belongs here"),
        (b"[" * 300, "line 1, column 201: nested too deeply, in more than 200 brackets"),
    ],
)
def test_what_could_mean_two_things_is_refused_with_its_place(text: bytes, reason: str) -> None:
    assert pieces_of(text) == [f"not JSON: {reason}"]


def test_what_was_put_right_is_flagged_and_the_bytes_stay(factory: Factory) -> None:
    told = factory.envelope(HEARTBEAT, {"CFXHandle": PLACER})
    broken = told.replace(b'"CFXHandle"', b"CFXHandle").replace(b"}}", b",}}")
    wrapped = b'{"topic": "cfx", "message": ' + json.dumps(told.decode()).encode() + b"}"

    rows = [*factory.deliver(broken), *factory.deliver(wrapped.replace(b"id-1", b"id-2"))]
    factory.interpret()

    assert [factory.line(row).state for row in rows] == [State.DONE, State.DONE]
    assert [text_of(row) for row in rows] == [broken, wrapped.replace(b"id-1", b"id-2")]
    assert len(repairs_of(rows[0])) == 2
    assert repairs_of(rows[1]) == ["the envelope was inside message, as text"]


def repairs_of(row: Message) -> list[str]:
    return list(Flag.objects.filter(message=row, code="repaired").values_list("reason", flat=True))


def test_a_message_that_is_only_kept_is_flagged_too(factory: Factory) -> None:
    told = factory.envelope("CFX.Production.ToolsUsed", {})
    (row,) = factory.deliver(told[:-1] + b",}")
    factory.interpret()

    assert len(repairs_of(row)) == 1
