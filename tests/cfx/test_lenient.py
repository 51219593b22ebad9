"""Almost-JSON: read where it has one meaning, saying what was put right, and refused where it has not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from padstone.cfx import BadMessage, mend, mend_all
from padstone.cfx.lenient import LARGEST, MOST


@pytest.mark.parametrize(
    ("text", "meant", "said"),
    [
        (b'{"a": 1 "b": 2}', {"a": 1, "b": 2}, "line 1, column 9: a comma was missing"),
        (b'{"a":\n1\n"b": 2}', {"a": 1, "b": 2}, "line 3, column 1: a comma was missing"),
        (b'{"a": 1,}', {"a": 1}, "line 1, column 8: a comma too many"),
        (b'{,"a": 1}', {"a": 1}, "line 1, column 2: a comma too many"),
        (b"{'a': 'it\"s'}", {"a": 'it"s'}, "line 1, column 2: quotes ' for \""),
        ('{"a”: [\n1]}'.encode(), {"a": [1]}, 'line 1, column 4: quotes ” for "'),
        ('{"a": “x”}'.encode(), {"a": "x"}, 'line 1, column 7: quotes “ for "'),
        (b"{a_b: SN-1.2}", {"a_b": "SN-1.2"}, "line 1, column 2: a name without quotes"),
        (b'{"a": 007}', {"a": "007"}, "line 1, column 7: a text without quotes"),
        (b'{"a": .5, "b": [5., +3]}', {"a": 0.5, "b": [5, 3]}, "a number that JSON writes otherwise"),
        (b'{"a": True}', {"a": True}, "line 1, column 7: True for true"),
        (b'{"a": "x\ny"}', {"a": "x\ny"}, "a control character (0x0a) inside a text"),
        (b'{"a": "C:\\Program"}', {"a": "C:\\Program"}, "a backslash that escapes nothing"),
        (b'{"a": "\\\x00"}', {"a": "\\\x00"}, "a control character (0x00) inside a text"),
        (b'/* x */ {"a": 1} // y', {"a": 1}, "line 1, column 1: a comment"),
        (b'{"a": 1}\x00\x00', {"a": 1}, "line 1, column 9: NULs after the end"),
        ('{"a": "µ"}'.encode("utf-16"), {"a": "µ"}, "the text is UTF-16-LE, not UTF-8"),
        ('{"a": "µ"}'.encode("utf-16-be"), {"a": "µ"}, "the text is UTF-16-BE, not UTF-8"),
    ],
)
def test_what_has_one_meaning_is_put_right(text: bytes, meant: object, said: str) -> None:
    mended = mend(text)
    assert json.loads(mended.data) == meant
    assert any(said in repair for repair in mended.repairs)
    assert (mended.start, mended.end) == (0, len(text))


def test_a_quote_of_another_kind_inside_a_text_is_a_letter() -> None:
    mended = mend('{"a": "say “hi”, now", "b": 1,}'.encode())
    assert json.loads(mended.data) == {"a": "say “hi”, now", "b": 1}


def test_the_items_of_an_array_know_their_bytes() -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        text = '[{"a": "ü",},\n {"b": 2}, ]'.encode(encoding)
        first, second = mend_all(text)
        assert text[first.start : first.end].decode(encoding) == '{"a": "ü",}'
        assert text[second.start : second.end].decode(encoding) == '{"b": 2}'
        assert mend(text[first.start : first.end]).data == first.data


def test_a_sound_document_needs_nothing() -> None:
    text = b'{"a": [1.50, -2e10, "x\\u00e9\\n"], "b": {"c": null, "d": true}}'
    assert (json.loads(mend(text).data), mend(text).repairs) == (json.loads(text), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "line 1, column 1: there is nothing"),
        (b'{"a": 1', "line 1, column 8: the text ends within the document (1 bracket is open)"),
        (b'{"a": 1 2}', "line 1, column 9: a comma or } belongs here"),
        (b'{"a": 1e99999999999}', "line 1, column 7: a number beyond all reason"),
        (b'{"a": ' + b"9" * 2000 + b"}", "line 1, column 7: a number or word of more than 1000 characters"),
        (b'{"a": 1} {"b": 2}', "line 1, column 10: the document has ended, and more follows"),
        (b'{"a": "\xff"}', "line 1, column 8: the bytes are not UTF-8"),
        (b"[" + b"{}" * (MOST + 5) + b"]", "more than 10000 slips"),
        (b" " * LARGEST + b"{}", "too large to be put right"),
    ],
)
def test_what_has_not_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(BadMessage) as refusal:
        mend(text)
    assert reason in refusal.value.reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@holds_for(JSON, st.booleans())
def test_any_sound_document_is_read_as_it_is(document: object, ascii_only: bool) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=1).encode("utf-8", "surrogatepass")
    if isinstance(document, list):
        assert [json.loads(piece.data) for piece in mend_all(text)] == document
    else:
        assert json.loads(mend(text).data) == document


@holds_for(
    st.binary(max_size=80)
    | st.text(alphabet="{}[]\"',:\\/*\n 1aeu\u201c\u201d\x00", max_size=60).map(str.encode)
)
def test_anything_is_read_or_refused(data: bytes) -> None:
    try:
        pieces = mend_all(data)
    except BadMessage as refusal:
        assert "line " in refusal.reason  # noqa: PT017 - any other error is the failure looked for
        return
    for piece in pieces:
        json.loads(piece.data)
