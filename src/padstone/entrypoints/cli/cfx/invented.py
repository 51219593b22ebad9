"""Invented messages: a small example of each kind, which reads without a note."""

from __future__ import annotations

from typing import Any

from padstone.cfx import Structure
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, plan_of
from padstone.entrypoints.cli.cfx.kinds import fields

_DEEPEST = 3
_NUMBER = 1
SOURCE = "Acme.Placer.7"
MOMENT = "2031-02-03T04:05:06.0000000+00:00"
_UUIDS = {
    "UniqueID": "0c9d3c1e-6f0b-4b5e-9d35-1f6f0a7f2b11",
    "TransactionID": "5d1a3c3e-8d0e-4c62-9a07-0a4f2b6c7d21",
}
_BY_TYPE = {"date and time": MOMENT, "time span hh:mm:ss": "00:01:25", "bytes as base64": "AAECAw=="}
_BY_NAME = (
    ("TransactionI", _UUIDS["TransactionID"]),
    ("CFXHandle", SOURCE),
    ("PrimaryIdentifier", "PANEL-7"),
    ("UnitIdentifier", "PANEL-7"),
    ("UniqueIdentifier", "UID-0042"),
    ("InternalPartNumber", "PS-100108"),
    ("PartNumber", "PS-100108"),
    ("ReferenceDesignator", "R1"),
    ("LotCode", "KV26-0417"),
    ("RecipeName", "HM-1 top"),
    ("Revision", "C"),
    ("WorkOrderId", "WO-2031-118"),
    ("Uri", "amqp://acme-placer-7/"),
    ("Address", "requests"),
)


def example_body(kind: type[Structure]) -> dict[str, Any]:
    """The body as plain JSON: every single value at the top, and one of everything below, to a depth."""
    return _structure(plan_of(kind), 0, ())


def example_envelope(name: str, body: dict[str, Any]) -> dict[str, Any]:
    request = name.endswith(("Request", "Response"))
    return {
        "MessageName": name,
        "Version": "2.1",
        "TimeStamp": MOMENT,
        "UniqueID": _UUIDS["UniqueID"],
        "Source": SOURCE,
        "Target": "Acme.Oven.2" if request else None,
        "RequestID": "REQ-1" if request else None,
        "MessageBody": body,
    }


def _structure(plan: Plan, depth: int, within: tuple[Plan, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(plan.cls):
        value = _value(field.shape, field.name, field.type, depth, (*within, plan))
        if value is not None:
            found[field.name] = value
    return found


def _value(shape: Shape, name: str, type_: str, depth: int, within: tuple[Plan, ...]) -> Any:
    match shape:
        case Leaf():
            return _single(shape, name, type_)
        case Many(item=item) | Table(item=item):
            value = _value(item, name, type_, depth, within)
            if value is None:
                return None
            return [value] if isinstance(shape, Many) else {"Name": value}
        case One(plan=plan):
            return _inner(shape, plan, depth, within)


def _inner(shape: One, plan: Plan, depth: int, within: tuple[Plan, ...]) -> dict[str, Any] | None:
    """Where a place usually holds a subclass, one of those, with its `$type`."""
    if depth + 1 >= _DEEPEST or plan in within:
        return None
    chosen = plan
    if (shape.open or not plan.shapes) and plan.kinds:
        chosen = plan.kinds[min(plan.kinds)]
    value = _structure(chosen, depth + 1, within)
    return {"$type": chosen.tag, **value} if chosen is not plan else value


def _single(leaf: Leaf, name: str, type_: str) -> Any:
    if leaf.words is not None:
        first = next(iter(leaf.words))
        return first.value
    told = next((value for words, value in _BY_TYPE.items() if type_.endswith(words)), None)
    if told is not None:
        return told
    if leaf.python is bool:
        return True
    if leaf.python is not str:
        return _NUMBER
    return next((value for part, value in _BY_NAME if part in name), f"{name} 1")
