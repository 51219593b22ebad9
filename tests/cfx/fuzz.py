"""Messages of every class, made from the structures themselves and then spoiled: what no sender means.

    python -m tests.cfx.fuzz 100000 [seed]

spoils so many, and prints what became of them.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import Any

from padstone.cfx import (
    MESSAGE_TYPES,
    BadMessage,
    Head,
    Unreadable,
    decode_body,
    decode_body_with_notes,
    encode_body,
    split,
)
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, plan_of

SLOWEST = 1.0
"""Seconds of the processor that one message may take, its envelope and all."""
WHOLE = (
    "there is no body",
    "the body must be an object",
    "nested too deeply",
    "too large to be put right",
)
"""Reasons that are about the whole body, and need no place."""


class Bare(str):
    """A piece of text that goes into a document as it is."""

    __slots__ = ()


@dataclass
class Outcome:
    """What became of all messages."""

    tried: int = 0
    read: int = 0
    noted: int = 0
    refused: int = 0
    heads: int = 0
    slowest: float = 0.0
    slowest_of: tuple[str, bytes] = ("", b"")
    reasons: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{self.tried} spoiled messages: {self.read} read ({self.noted} with notes), {self.refused} "
            f"refused, {self.heads} envelopes split; the slowest took {self.slowest * 1000:.0f} ms "
            f"({self.slowest_of[0]}, {len(self.slowest_of[1])} bytes)"
        )


def run(count: int, seed: int = 0, seeds: list[tuple[str, bytes]] | None = None) -> Outcome:
    """Spoil so many messages and check each. ``seeds`` are real messages, taken beside the made ones.

    Raises AssertionError where one is neither read nor refused as it should be.
    """
    chance = random.Random(seed)
    outcome = Outcome()
    names = sorted(MESSAGE_TYPES)
    documents = [(name, json.loads(text, parse_float=Decimal)) for name, text in seeds or ()]
    for number in range(count):
        if documents and chance.random() < 0.3:
            name, document = chance.choice(documents)
            document = _copy(document)
        else:
            name = names[number % len(names)]
            document = made(plan_of(MESSAGE_TYPES[name]), chance, chance.randint(1, 5))
        data = spoiled(document, chance)
        started = time.thread_time()
        try:
            check(name, data, outcome, in_envelope=number % 4 == 0)
        except Exception as error:
            error.add_note(f"message {number} of seed {seed}: {name} {data[:3000]!r}")
            raise
        took = time.thread_time() - started
        if took > outcome.slowest:
            outcome.slowest, outcome.slowest_of = took, (name, data)
    return outcome


def check(name: str, data: bytes, outcome: Outcome, *, in_envelope: bool) -> None:
    outcome.tried += 1
    try:
        message, notes = decode_body_with_notes(name, data)
    except BadMessage as refusal:
        outcome.refused += 1
        outcome.reasons[refusal.reason.split(",")[0][:40] if not refusal.path else "a value"] += 1
        _check_refusal(refusal)
    else:
        outcome.read += 1
        outcome.noted += bool(notes)
        again = encode_body(message)
        assert decode_body(name, again) == message
        as_it_should_be = encode_body(message, as_sent=False)
        assert decode_body_with_notes(name, as_it_should_be)[1] == ()
    if in_envelope:
        _check_envelope(name, data, outcome)


def _check_refusal(refusal: BadMessage) -> None:
    placed = bool(refusal.path) or "line " in refusal.reason
    assert placed or any(why in refusal.reason for why in WHOLE), refusal


def _check_envelope(name: str, data: bytes, outcome: Outcome) -> None:
    delivery = b'{"MessageName":"' + name.encode() + b'","UniqueID":"u","MessageBody":' + data + b"}"
    for piece in split(delivery):
        assert piece.raw in delivery
        if isinstance(piece, Unreadable):
            assert piece.reason
            continue
        outcome.heads += 1
        (same,) = split(piece.raw)
        assert isinstance(same, Head)
        assert (same.body, same.message_name) == (piece.body, piece.message_name)


# -- documents as they should be --------------------------------------------------------------------------


def made(plan: Plan, chance: random.Random, depth: int) -> dict[str, Any]:
    """A document of a structure, with most of its properties."""
    return {
        name: _value(shape, chance, depth - 1)
        for name, shape in plan.shapes.items()
        if chance.random() < (0.9 if depth > 1 else 0.3)
    }


def _value(shape: Shape, chance: random.Random, depth: int) -> Any:
    match shape:
        case Leaf():
            return _leaf(shape, chance)
        case One(plan=plan):
            if depth <= 0:
                return None
            kinds = list(plan.kinds.values())
            if kinds and chance.random() < 0.7:
                kind = chance.choice(kinds)
                return {"$type": kind.tag, **made(kind, chance, depth)}
            return made(plan, chance, depth)
        case Many(item=item):
            return [_value(item, chance, depth) for _ in range(chance.randint(0, 2))] if depth > 0 else []
        case _:
            return {"de": "leer"}


def _leaf(leaf: Leaf, chance: random.Random) -> Any:
    if leaf.words:
        word = chance.choice(list(leaf.words))
        return int(word) if isinstance(word, IntEnum) else str(word.value)
    if leaf.python is bool:
        return chance.random() < 0.5
    if leaf.python is int:
        return chance.choice([0, 1, 7, leaf.least, leaf.most])
    if leaf.python in (float, Decimal):
        return chance.choice([0, 1, Decimal("2.50"), Decimal("-0.001")])
    return chance.choice(["", "P1", "2031-02-03T04:05:06.1234567+09:00", "00:01:25", "µ “x” \\", "1"])


# -- and as they should not -------------------------------------------------------------------------------


def spoiled(document: Any, chance: random.Random) -> bytes:
    """A document spoiled in one to three ways, then perhaps its text."""
    for _ in range(chance.randint(0, 3)):
        chance.choice(OF_VALUES)(document, chance)
    text = _written(document)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        text = chance.choice(OF_TEXT)(text, chance)
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        data = chance.choice(OF_BYTES)(data, chance)
    return data


STRANGE: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**40,
    Bare("1e999"),
    Bare("1e999999999"),
    Bare("-0.0"),
    Bare("9" * 5000),
    Bare("NaN"),
    Bare("-Infinity"),
    Bare("[" * 300 + "]" * 300),
    Bare('{"a":' * 150 + "1" + "}" * 150),
    Bare('{"Units":' * 3000 + "1" + "}" * 3000),
    Decimal("1.5"),
    Decimal("0.12345678901234567890123456789"),
    "",
    "NaN",
    "12",
    "1.50",
    "1,5",
    "true",
    "\x7fother",
    "\x7fsent",
    "\ud800",
    "𝔘\u202e\u0000\x1d",
    "x" * 3000,
    "2",
    [],
    {},
    [None],
    [[1]],
    {"$type": "CFX.Structures.UnitInfo, CFX"},
    {"$values": []},
    {"$type": "System.Object[], mscorlib", "$values": [{}, 1]},
    {"\x7fother": {"a": 1}},
]
TYPES: list[Any] = [
    "CFX.Structures.SMTPlacement.SMDTapeFeeder, CFX",
    "CFX.Structures.SMDTapeFeeder, CFX, Version=1.0.0.0, Culture=neutral",
    "CFX.Structures.UnitInfo",
    "CFX.Structures.SolderReflow.ReflowZone, CFX",
    "Acme.Feeder, Acme",
    "System.Diagnostics.Process, System",
    "",
    "CFX.",
    ",",
    None,
    7,
    ["a"],
    {},
]


def _holders(document: Any) -> list[Any]:
    found = [document]
    for holder in found:
        inner = holder.values() if isinstance(holder, dict) else holder
        found += [value for value in inner if isinstance(value, dict | list) and value]
        if len(found) > 300:
            break
    return found


def _somewhere(document: Any, chance: random.Random) -> tuple[Any, Any] | None:
    holder = chance.choice(_holders(document))
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    return (holder, chance.choice(keys)) if keys else None


def _replace(document: Any, chance: random.Random) -> None:
    if place := _somewhere(document, chance):
        place[0][place[1]] = _copy(chance.choice(STRANGE))


def _drop(document: Any, chance: random.Random) -> None:
    if place := _somewhere(document, chance):
        del place[0][place[1]]


def _swap(document: Any, chance: random.Random) -> None:
    one, other = _somewhere(document, chance), _somewhere(document, chance)
    if one and other:
        one[0][one[1]] = _copy(other[0][other[1]])


def _rename(document: Any, chance: random.Random) -> None:
    place = _somewhere(document, chance)
    if place and isinstance(place[0], dict):
        name = str(place[1])
        changed = chance.choice([name.lower(), name.upper(), "_".join(name), name + " ", name + "2", "Name"])
        place[0][changed] = _copy(place[0][name]) if chance.random() < 0.3 else place[0].pop(name)


def _retype(document: Any, chance: random.Random) -> None:
    holder = chance.choice(_holders(document))
    if isinstance(holder, dict):
        holder["$type"] = _copy(chance.choice(TYPES))


def _extend(document: Any, chance: random.Random) -> None:
    holder = chance.choice(_holders(document))
    if isinstance(holder, dict):
        holder[chance.choice(["AcmeShelf", "\x7fother", "\x7fsent", "$id", "$type ", "é"])] = _copy(
            chance.choice(STRANGE)
        )
    else:
        holder += [_copy(chance.choice(STRANGE)) for _ in range(chance.randint(1, 3))]


def _as_text(document: Any, chance: random.Random) -> None:
    if place := _somewhere(document, chance):
        value = place[0][place[1]]
        if not isinstance(value, dict | list):
            place[0][place[1]] = str(value)


OF_VALUES: list[Callable[[Any, random.Random], None]] = [
    _replace,
    _replace,
    _replace,
    _drop,
    _swap,
    _rename,
    _retype,
    _extend,
    _as_text,
]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _without(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + chance.randint(1, 4) :]


def _with(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(INSERTED) + text[at:]


def _one_mark(text: str, chance: random.Random) -> str:
    mark, other = chance.choice(MARKS)
    places = [at for at, char in enumerate(text) if char == mark][:500]
    if not places:
        return text
    at = chance.choice(places)
    return text[:at] + other + text[at + 1 :]


def _all_marks(text: str, chance: random.Random) -> str:
    mark, other = chance.choice(MARKS)
    return text.replace(mark, other)


def _twice(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.randint(1, 200))
    return text[:end] + text[start:end] * chance.randint(1, 5) + text[end:]


INSERTED = [
    ",", ",,", "}", "]", "{", "[", '"', "'", "\n", "\x00", "\x1d", "// x\n", "/* x */", "/*", "\\", "\\u12",
    "NaN", "\u201d", "\u201c", "\ufeff", "\u00a0", "True", "+", ".5", "0", "e", ":", "x", "\\ud800", '"a":1,',
]  # fmt: skip
MARKS = [
    ('"', "'"), ('"', "\u201d"), ('"', ""), (",", ""), (",", ",\n"), (",", "\n"), (",", ",,"), (":", "="),
    ("}", ",}"), ("]", ",]"), ("}", "]"), ("\\", ""),
    ("true", "True"), ("{", "\n{\n"), ("1", "1."), ("e", "\x1e"),
]  # fmt: skip
OF_TEXT: list[Callable[[str, random.Random], str]] = [
    _cut,
    _without,
    _with,
    _with,
    _one_mark,
    _all_marks,
    _twice,
]


def _random_bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(data))
    return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]


def _wide(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(
        chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-16-le"])
    )


def _noise(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(0, 200))


OF_BYTES: list[Callable[[bytes, random.Random], bytes]] = [_random_bytes, _wide, _noise]


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _written(value: Any) -> str:
    return "".join(_pieces(value))


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, Bare | Decimal):
        yield str(value)
    elif isinstance(value, dict):
        yield "{"
        for place, (name, item) in enumerate(value.items()):
            yield ("," if place else "") + json.dumps(name) + ":"
            yield from _pieces(item)
        yield "}"
    elif isinstance(value, list):
        yield "["
        for place, item in enumerate(value):
            yield "," if place else ""
            yield from _pieces(item)
        yield "]"
    else:
        yield json.dumps(value, ensure_ascii=isinstance(value, str) and len(value) % 2 == 0)


if __name__ == "__main__":
    sys.stdout.write(f"{run(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)}\n")
