"""A message as a tree: what is marked, and that nothing makes it fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from padstone import cfx
from padstone.ingest.decoded import MOST_NODES, Node, decoded
from padstone.ingest.dialects import DIALECTS, split
from padstone.ingest.dialects.dialect import Dialect

STARTED = "CFX.Production.WorkStarted"


def tree(body: Any, name: str = STARTED) -> dict[str, Node]:
    """The places of a message by their paths."""
    exact = json.dumps({"MessageName": name, "UniqueID": "1", "Source": "A", "MessageBody": body}).encode()
    return dict(places(decoded(name, exact).nodes, ""))


def places(nodes: tuple[Node, ...], path: str) -> Iterator[tuple[str, Node]]:
    for node in nodes:
        here = f"{path}/{node.name}"
        yield here, node
        yield from places(node.children, here)


def marked(found: dict[str, Node]) -> dict[str, str]:
    return {path: node.mark for path, node in found.items() if node.mark}


def test_a_message_as_the_standard_has_it_bears_no_mark() -> None:
    found = tree(
        {"PrimaryIdentifier": "P1", "Lane": 1, "Units": [{"UnitIdentifier": "U1", "PositionNumber": 1}]}
    )
    assert marked(found) == {}
    assert found["/MessageBody/Units/0/UnitIdentifier"].value == '"U1"'
    assert found["/MessageBody/Lane"].value == "1"
    assert not found["/MessageBody"].marked_inside


def test_what_the_standard_does_not_name_is_marked() -> None:
    found = tree({"VendorNote": {"a": 1}, "Units": [{"UnitIdentifier": "U1", "Colour": "red"}]})
    assert marked(found) == {
        "/MessageBody/VendorNote": "unknown",
        "/MessageBody/Units/0/Colour": "unknown",
    }
    assert found["/MessageBody/Units"].marked_inside


def test_what_was_read_otherwise_than_it_is_written_is_marked() -> None:
    found = tree({"Lane": "3", "Units": [{"PositionNumber": "2"}]})
    assert marked(found) == {
        "/MessageBody/Lane": "repaired",
        "/MessageBody/Units/0/PositionNumber": "repaired",
    }
    assert "read as the number 3" in found["/MessageBody/Lane"].note


def test_what_cannot_be_read_is_marked() -> None:
    found = tree({"Lane": "three"})
    assert marked(found) == {"/MessageBody/Lane": "wrong"}
    assert "whole number" in found["/MessageBody/Lane"].note


def test_a_message_of_another_name_is_shown_without_marks() -> None:
    assert marked(tree({"Lane": "three"}, "CFX.NoSuchMessage")) == {}


@pytest.mark.parametrize("exact", [b"", b"\xff\xfe", b"no json", b"[1]", b"1", b"[" * 100_000])
def test_what_is_no_message_is_said_to_be_none(exact: bytes) -> None:
    found = decoded(STARTED, exact)
    assert not found.readable
    assert found.notes


READ = [dialect for dialect in DIALECTS if not dialect.refused]


@pytest.mark.parametrize("dialect", READ, ids=[dialect.code for dialect in READ])
def test_what_was_put_right_is_shown_as_it_was_read(dialect: Dialect) -> None:
    (head,) = [piece for piece in split(dialect.example) if isinstance(piece, cfx.Head)]
    found = decoded(head.message_name, head.raw)
    assert found.readable
    shown = {path.casefold().replace("_", "") for path, _ in places(found.nodes, "")}
    assert {"/messagename", "/messagebody"} <= shown
    assert all(repair in found.notes for repair in head.repairs)


def test_a_mended_message_is_shown_whole_with_what_was_mended() -> None:
    mended = b'{"MessageName": "%s", "UniqueID": "u7", "Source": "A.B.1", "MessageBody": {"Lane": "3",},}'
    found = decoded(STARTED, mended % STARTED.encode())
    shown = dict(places(found.nodes, ""))
    assert [shown[path].value for path in ("/UniqueID", "/Source", "/MessageBody/Lane")] == [
        '"u7"',
        '"A.B.1"',
        '"3"',
    ]
    assert marked(shown) == {"/MessageBody/Lane": "repaired"}
    assert sum("a comma too many" in note for note in found.notes) == 2


BODY = '{"Lane": 1, "VendorNote": 2}'
AS_TEXT = {"MessageName": STARTED, "MessageBody": BODY}
WRAPPED = {"topic": "x", "payload": json.dumps({"MessageName": STARTED, "MessageBody": json.loads(BODY)})}


@pytest.mark.parametrize("document", [AS_TEXT, WRAPPED])
def test_what_is_inside_a_text_is_shown_as_what_it_holds(document: dict[str, str]) -> None:
    found = decoded(STARTED, json.dumps(document).encode())
    assert marked(dict(places(found.nodes, ""))) == {"/MessageBody/VendorNote": "unknown"}


def test_a_long_message_is_cut() -> None:
    body = {"Units": [{"UnitIdentifier": f"U{n}", "PositionNumber": n} for n in range(MOST_NODES)]}
    exact = json.dumps({"MessageName": STARTED, "MessageBody": body}).encode()
    found = decoded(STARTED, exact)
    assert found.cut
    assert sum(1 for _ in places(found.nodes, "")) <= MOST_NODES


def test_a_deep_message_is_cut() -> None:
    body: Any = 1
    for _ in range(300):
        body = {"deeper": body}
    assert decoded("x", json.dumps({"MessageBody": body}).encode()).cut


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(body=JSON, name=st.sampled_from(sorted(cfx.MESSAGE_TYPES)) | st.text())
def test_nothing_that_anybody_sends_makes_it_fail(body: Any, name: str) -> None:
    exact = json.dumps({"MessageName": name, "MessageBody": body}).encode()
    found = decoded(name, exact)
    assert found.readable
    shown = dict(places(found.nodes, ""))
    assert "/MessageBody" in shown
