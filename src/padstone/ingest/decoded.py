"""A message as people read it: a tree of what was sent, with the places marked that were not read as they
were written, that the standard does not know, or that cannot be read.

The tree shows the document itself, as it was sent, and not what became of it. Where that is no JSON, or the
message is inside something else, it shows what was read, and what was put right to read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from padstone import cfx
from padstone.cfx.shapes import folded
from padstone.ingest import dialects

MOST_NODES = 4_000
"""Places that are shown of one message; the bytes hold all of it."""
_DEEPEST = 60
_LONGEST_VALUE = 500
_MOST_NOTES = 20
UNKNOWN, REPAIRED, WRONG = "unknown", "repaired", "wrong"


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a message: its name (or number, in a list), its value or what is in it.

    ``mark`` is "" where there is nothing to say of it; ``unknown``: the standard does not name it, it is kept
    and not interpreted; ``repaired``: it was read otherwise than it is written; ``wrong``: it cannot be read.
    ``note`` says more.
    """

    name: str
    value: str
    mark: str
    note: str
    children: tuple[Node, ...]
    marked_inside: bool


@dataclass(frozen=True, slots=True)
class Decoded:
    """A message as a tree. ``readable`` is False where there is no JSON to make a tree of; ``cut`` where the
    message has more places than are shown. ``notes`` are of no single place.
    """

    readable: bool
    cut: bool
    nodes: tuple[Node, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    mark: str
    note: str


class _Tree:
    def __init__(self, marks: dict[str, _Mark]) -> None:
        self.marks = marks
        self.shown = 0
        self.cut = False

    def members(self, value: dict[str, Any], path: str) -> tuple[Node, ...]:
        return self._some(
            (str(name), item, f"{path}.{name}" if path else str(name)) for name, item in value.items()
        )

    def _items(self, value: list[Any], path: str) -> tuple[Node, ...]:
        return self._some((str(place), item, f"{path}[{place}]") for place, item in enumerate(value))

    def _some(self, places: Iterator[tuple[str, Any, str]]) -> tuple[Node, ...]:
        found = []
        for name, item, path in places:
            if self.shown >= MOST_NODES:
                self.cut = True
                break
            self.shown += 1
            found.append(self._node(name, item, path))
        return tuple(found)

    def _node(self, name: str, value: Any, path: str) -> Node:
        children: tuple[Node, ...] = ()
        text = ""
        if path.count(".") + path.count("[") > _DEEPEST:
            self.cut = True
            text = "…"
        elif isinstance(value, dict) and value:
            children = self.members(value, path)
        elif isinstance(value, list) and value:
            children = self._items(value, path)
        else:
            text = _text(value)
        told = self.marks.pop(path, _Mark("", ""))
        inside = any(child.mark or child.marked_inside for child in children)
        return Node(name, text, told.mark, told.note, children, inside)


def decoded(name: str, exact: bytes) -> Decoded:
    """The tree of a message of that name. Never refuses: what cannot be read is said in ``notes``."""
    head = _head(exact)
    notes = list(head.repairs[:_MOST_NOTES]) if head else []
    try:
        whole = _document(exact, head)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Decoded(readable=False, cut=False, nodes=(), notes=(*notes, f"It is not JSON: {why}."))
    if not isinstance(whole, dict):
        return Decoded(readable=False, cut=False, nodes=(), notes=("It is not an object of JSON.",))
    marks, more = _marks(name, head)
    notes += more
    tree = _Tree(marks)
    nodes = tree.members(whole, "")
    if not tree.cut:  # a place that the tree has not: such as one under a name in other letters
        notes += [f"{path.removeprefix(_BODY)}: {one.note}" for path, one in tree.marks.items()]
    return Decoded(readable=True, cut=tree.cut, nodes=nodes, notes=tuple(notes))


_BODY = "MessageBody."


def _plain(document: bytes) -> Any:
    return json.loads(document, parse_float=Decimal)


def _document(exact: bytes, head: cfx.Head | None) -> Any:
    """What is shown. Raises ValueError or RecursionError where there is nothing to make a tree of."""
    try:
        whole = _plain(exact)
    except (ValueError, RecursionError):
        if head is None:
            raise
        return _as_read(head)
    if head is None or not isinstance(whole, dict):
        return whole
    bodies = {folded(name): name for name in whole}
    if "messagename" not in bodies:  # it is inside something else
        return _as_read(head)
    name = bodies.get("messagebody", "")
    if isinstance(whole.get(name), str):
        whole[name] = _unwrapped(whole[name])
    return whole


def _as_read(head: cfx.Head) -> dict[str, Any]:
    said = {
        "MessageName": head.message_name,
        "Version": head.version,
        "TimeStamp": head.time_stamp,
        "UniqueID": head.unique_id,
        "Source": head.source,
        "Target": head.target,
        "RequestID": head.request_id,
    }
    body = {"MessageBody": _unwrapped(_plain(head.body))} if head.body else {}
    return {name: value for name, value in said.items() if value is not None} | body


def _unwrapped(body: Any) -> Any:
    """A body that is JSON inside a text is read (and noted so); it is shown as what it holds."""
    try:
        return _plain(body.encode()) if isinstance(body, str) else body
    except (ValueError, RecursionError):
        return body


def _head(exact: bytes) -> cfx.Head | None:
    """The envelope as the interpreter reads it; None where it does not."""
    pieces = dialects.split(exact)
    return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], cfx.Head) else None


def _marks(name: str, head: cfx.Head | None) -> tuple[dict[str, _Mark], list[str]]:
    if head is None or name not in cfx.MESSAGE_TYPES:
        return {}, []
    try:
        message, repairs = cfx.decode_body_with_notes(name, head.body)
    except cfx.BadMessage as error:
        if not error.path:
            return {}, [error.reason]
        return {_BODY + error.path: _Mark(WRONG, error.reason)}, []
    except cfx.CfxError as error:
        return {}, [str(error)]
    marks = {_BODY + path: _Mark(UNKNOWN, "") for path in _others(message, "")}
    for repair in repairs:
        path, _, note = repair.partition(": ")
        marks[_BODY + path] = _Mark(REPAIRED, note)
    return marks, []


def _others(value: Any, path: str) -> Iterator[str]:
    """The paths of what the sender wrote and the standard does not name."""
    if isinstance(value, cfx.Structure):
        if not isinstance(value.other_properties, msgspec.UnsetType):
            yield from (f"{path}.{name}" if path else name for name in value.other_properties)
        for field in msgspec.structs.fields(value):
            if field.name != "other_properties":
                inner = f"{path}.{field.encode_name}" if path else field.encode_name
                yield from _others(getattr(value, field.name), inner)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _others(item, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _others(item, f"{path}.{key}")


def _text(value: object) -> str:
    """A value as JSON writes it, so that a number and a text that looks like one are told apart."""
    match value:
        case Decimal():
            text = str(value)
        case _:
            text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
