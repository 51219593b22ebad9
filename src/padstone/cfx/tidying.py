"""The finishing of an encoded body: what msgspec writes for its own sake is taken out, what it cannot place
is placed.

The encoder writes `$type` for every member of a family. On the wire it stands only where the structure is not
the one its place declares, as Newtonsoft's serialiser has it. For most messages that is a replacement in the
bytes; a body that carries `other_properties`, or a structure whose `$type` is needed in one place of the
message and not in another, is walked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from padstone.cfx.errors import CfxValueError
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, plan_of
from padstone.cfx.vocabulary import OTHER_PROPERTIES, Message

_TAG = b'"$type":'
_OTHER = b'"' + OTHER_PROPERTIES.encode()
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class _Tags:
    """How to treat the tags in one kind of message: never wanted, or wanted in some places."""

    never: tuple[bytes, ...]
    sometimes: tuple[bytes, ...]


def tidy(cls: type[Message], body: bytes) -> bytes:
    """The body as it goes on the wire. Raises CfxValueError where `other_properties` repeat a field."""
    # Once there are other_properties, a replacement could reach into them.
    walk = _OTHER in body
    if _TAG in body and not walk:
        tags = _tags(cls)
        for tag in tags.never:
            body = body.replace(tag + b",", b"").replace(tag, b"")
        walk = any(tag in body for tag in tags.sometimes)
    if not walk:
        return body
    plain = _decoder.decode(body)
    _place(plain, One(plan_of(cls), open=False))
    return _encoder.encode(plain)


def _place(value: Any, shape: Shape) -> None:
    match shape:
        case One(plan=plan) if isinstance(value, dict):
            tag = value.get("$type", "")
            if tag in ("", plan.tag):
                value.pop("$type", None)
            elif tag in plan.kinds:
                plan = plan.kinds[tag]
            else:
                raise CfxValueError(f"a structure of type {tag!r} stands where a {plan.cls.__name__} belongs")
            for name, inner in plan.branches:
                if name in value:
                    _place(value[name], inner)
            _merge(value, value.pop(OTHER_PROPERTIES, None) or {})
        case Many(item=item) if isinstance(value, list):
            for inner_value in value:
                _place(inner_value, item)
        case Table(item=item) if isinstance(value, dict):
            for inner_value in value.values():
                _place(inner_value, item)
        case _:
            pass


def _merge(value: dict[str, Any], other: dict[str, Any]) -> None:
    twice = value.keys() & other.keys()
    if twice:
        raise CfxValueError(f"other_properties repeat {', '.join(sorted(twice))}")
    if "$type" in other:
        # Readers that stream expect $type before everything else.
        rest = dict(value)
        value.clear()
        value["$type"] = other["$type"]
        value.update(rest)
    value.update(other)


@cache
def _tags(cls: type[Message]) -> _Tags:
    places = _places(plan_of(cls))
    direct = {plan for plan, _ in places if plan.tag}
    wanted = {kind for plan, _ in places for kind in plan.kinds.values()}
    return _Tags(
        never=(_written(""), *(_written(plan.tag or "") for plan in direct - wanted)),
        sometimes=tuple(_written(plan.tag or "") for plan in direct & wanted),
    )


def _written(tag: str) -> bytes:
    return _TAG + b'"' + tag.encode() + b'"'


def _places(root: Plan) -> set[tuple[Plan, bool]]:
    """Every structure that some place of the message declares, and whether the place is an open one."""
    found: set[tuple[Plan, bool]] = set()
    seen: set[Plan] = set()
    waiting = [root]
    while waiting:
        plan = waiting.pop()
        if plan not in seen:
            seen.add(plan)
            places = [_innermost(shape) for _, shape in plan.branches]
            found |= {(place.plan, place.open) for place in places}
            waiting += [*plan.kinds.values(), *(place.plan for place in places)]
    return found


def _innermost(shape: Shape) -> One:
    match shape:
        case One():
            return shape
        case Many(item=item) | Table(item=item):
            return _innermost(item)
        case Leaf():
            raise TypeError("a branch of a plan ends in a structure")
