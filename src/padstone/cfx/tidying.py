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

from padstone.cfx import repairing
from padstone.cfx.errors import CfxValueError
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, folded, plan_of
from padstone.cfx.vocabulary import AS_SENT, OTHER_PROPERTIES, Structure

_TAG = b'"$type":'
_DELETE = b"\x7f"
"""What both of ours begin with. It is looked for first: one byte is found much faster than several."""
_OURS = (b'"' + OTHER_PROPERTIES.encode(), b'"' + AS_SENT.encode())
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class _Tags:
    """How to treat the tags in one kind of message: never wanted, or in some places. Each in its quotes."""

    never: frozenset[bytes]
    sometimes: frozenset[bytes]
    tables: tuple[bytes, ...]
    """How objects with free keys begin: a key of theirs may be `$type` and must not be replaced."""


def tidy(cls: type[Structure], body: bytes, *, as_sent: bool = True) -> bytes:
    """The body as it goes on the wire. Raises CfxValueError where `other_properties` repeat a field."""
    # Once there are other_properties, a replacement could reach into them.
    walk = _DELETE in body and any(name in body for name in _OURS)
    tags = _tags(cls)
    if not walk and _TAG in body:
        without = None if any(table in body for table in tags.tables) else _without(body, tags)
        walk = without is None
        body = body if without is None else without
    if not walk:
        return body
    plain = _decoder.decode(body)
    _place(plain, One(plan_of(cls), open=False), as_sent=as_sent)
    return _encoder.encode(plain)


def _without(body: bytes, tags: _Tags) -> bytes | None:
    """The body without the tags that are never wanted; None where one is wanted in some places alone."""
    first, *pieces = body.split(_TAG)  # inside a text its quotes are escaped, and it is another sequence
    kept = [first]
    for piece in pieces:
        end = piece.find(b'"', 1) + 1
        tag = piece[:end]
        if tag in tags.sometimes:
            return None
        if tag not in tags.never:
            kept += (_TAG, piece)
        else:
            kept.append(piece[end + 1 if piece[end : end + 1] == b"," else end :])
    return b"".join(kept)


def _place(value: Any, shape: Shape, *, as_sent: bool) -> None:
    match shape:
        case One(plan=plan) if isinstance(value, dict):
            _place_structure(value, plan, as_sent=as_sent)
        case Many(item=item) if isinstance(value, list):
            for inner_value in value:
                _place(inner_value, item, as_sent=as_sent)
        case Table(item=item) if isinstance(value, dict):
            for inner_value in value.values():
                _place(inner_value, item, as_sent=as_sent)
        case _:
            pass


def _place_structure(value: dict[str, Any], declared: Plan, *, as_sent: bool) -> None:
    plan = declared
    tag = value.get("$type", "")
    if tag in ("", declared.tag):
        value.pop("$type", None)
    elif tag in declared.kinds:
        plan = declared.kinds[tag]
    else:
        raise CfxValueError(f"a structure of type {tag!r} stands where a {plan.cls.__name__} belongs")
    for name, inner in plan.branches:
        if name in value:
            _place(value[name], inner, as_sent=as_sent)
    other = value.pop(OTHER_PROPERTIES, None) or {}
    sent = value.pop(AS_SENT, None) or {}
    if as_sent:
        _as_sent(value, sent, plan)
    if "$type" in value and declared.kind_meant(other.get("$type")) is plan:
        del (value if as_sent else other)["$type"]  # the sender spelled it in another way
    _merge(value, other)


def _as_sent(value: dict[str, Any], sent: dict[str, Any], plan: Plan) -> None:
    """Put what was sent otherwise back as it was, unless the field has another value now."""
    # A name that was put right comes before a value that was: the two may be of one field.
    for name in sorted(sent, key=lambda name: name in plan.shapes):
        meant = name if name in plan.shapes else plan.folded.get(folded(name))
        if meant is None or meant not in value or (name != meant and name in value):
            continue
        if repairing.still_means(sent[name], plan.shapes[meant], value[meant]):
            del value[meant]
            value[name] = sent[name]


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
def _tags(cls: type[Structure]) -> _Tags:
    plans, places = _places(plan_of(cls))
    direct = {plan for plan, _ in places if plan.tag}
    wanted = {kind for plan, _ in places for kind in plan.kinds.values()}
    return _Tags(
        never=frozenset({_written(""), *(_written(plan.tag or "") for plan in direct - wanted)}),
        sometimes=frozenset(_written(plan.tag or "") for plan in direct & wanted),
        tables=tuple(
            f'"{name}":{{'.encode()
            for plan in plans
            for name, shape in plan.shapes.items()
            if isinstance(shape, Table)
        ),
    )


def _written(tag: str) -> bytes:
    return b'"' + tag.encode() + b'"'


def _places(root: Plan) -> tuple[set[Plan], set[tuple[Plan, bool]]]:
    """Every structure in reach, and those that some place declares, with whether the place is an open one."""
    found: set[tuple[Plan, bool]] = {(root, False)}
    seen: set[Plan] = set()
    waiting = [root]
    while waiting:
        plan = waiting.pop()
        if plan not in seen:
            seen.add(plan)
            places = [_innermost(shape) for _, shape in plan.branches]
            found |= {(place.plan, place.open) for place in places}
            waiting += [*plan.kinds.values(), *(place.plan for place in places)]
    return seen, found


def _innermost(shape: Shape) -> One:
    match shape:
        case One():
            return shape
        case Many(item=item) | Table(item=item):
            return _innermost(item)
        case Leaf():
            raise TypeError("a branch of a plan ends in a structure")
