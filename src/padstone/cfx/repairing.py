"""The values of a settled document, one by one: what is certain in meaning is put right and noted, the rest
refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any

from padstone.cfx.errors import BadMessage
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table
from padstone.cfx.vocabulary import AS_SENT, Word

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_SHOWN = 20
_LARGEST_QUANTITY = Decimal("1E+30")
_LARGEST_FLOAT = Decimal("1.7976931348623157E+308")


STANDS_ALONE = {"UnitPosition": "PositionNumber"}
"""Structures in whose place IPC itself published a mere whole number, and which property that is."""


class _NotCertain(Exception):
    """The value means nothing that its place could hold; says what it could."""


def repair(value: dict[str, Any], plan: Plan, path: str) -> list[str]:
    """Put the values of a settled structure right in place; returns the notes. Raises BadMessage."""
    repairer = _Repairer()
    repairer.members(value, plan, path)
    return repairer.notes


def describe(value: Any) -> str:
    """A JSON value in words, short enough for a line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"the text {_short(value)!r}"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return f"the number {_short(str(value))}"


class _Repairer:
    def __init__(self) -> None:
        self.notes: list[str] = []

    def members(self, value: dict[str, Any], plan: Plan, path: str) -> None:
        for name, shape in plan.shapes.items():
            if name not in value:
                continue
            noted = len(self.notes)
            sent = value[name]
            sent = list(sent) if isinstance(sent, list) else sent
            value[name] = self._value(value[name], shape, f"{path}.{name}" if path else name)
            if len(self.notes) > noted and not isinstance(sent, dict) and _is_plain(shape):
                value.setdefault(AS_SENT, {}).setdefault(name, sent)

    def _value(self, value: Any, shape: Shape, path: str, *, in_list: bool = False) -> Any:
        if value is None and not in_list:
            return None
        match shape:
            case Leaf():
                return self._leaf(value, shape, path)
            case One():
                value = self._stands_alone(value, shape, path)
                self._structure(value, shape, path)
            case Many(item=item):
                if not isinstance(value, list):
                    raise BadMessage(path, f"must be a list, not {describe(value)}")
                value[:] = [self._value(x, item, f"{path}[{i}]", in_list=True) for i, x in enumerate(value)]
            case Table(item=item):
                if not isinstance(value, dict):
                    raise BadMessage(path, f"must be an object, not {describe(value)}")
                for key, inner in value.items():
                    value[key] = self._value(inner, item, f"{path}.{key}")
        return value

    def _stands_alone(self, value: Any, shape: One, path: str) -> Any:
        alone = STANDS_ALONE.get(shape.plan.cls.__name__)
        if alone is None or not isinstance(value, int) or isinstance(value, bool):
            return value
        self.notes.append(f"{path}: {describe(value)} read as its {alone}")
        return {alone: value, "$type": ""} if shape.open else {alone: value}

    def _structure(self, value: Any, shape: One, path: str) -> None:
        if not isinstance(value, dict):
            raise BadMessage(path, f"must be an object ({shape.plan.cls.__name__}), not {describe(value)}")
        plan = shape.plan
        self.members(value, plan.kinds.get(value.get("$type", ""), plan), path)

    def _leaf(self, value: Any, leaf: Leaf, path: str) -> Any:
        try:
            right = read_leaf(value, leaf)
        except _NotCertain as wanted:
            raise BadMessage(path, f"must be {wanted}, not {describe(value)}") from None
        if right != value or isinstance(right, bool) is not isinstance(value, bool):
            self.notes.append(f"{path}: {describe(value)} read as {describe(right)}")
        return right


def read_leaf(value: Any, leaf: Leaf) -> Any:
    """What a single value means at its place. Raises _NotCertain."""
    if value is None:
        return None
    if leaf.words:
        return _word(value, leaf.words)
    if leaf.python is int:
        return _whole(value, leaf)
    return _READERS[leaf.python](value)


def still_means(sent: Any, shape: Shape, value: Any) -> bool:
    """Whether something as it was sent still says what the field says (both as plain JSON)."""
    if sent is None or (value is None and not isinstance(shape, Leaf)):
        return sent is value
    if isinstance(shape, Many):
        same = isinstance(sent, list) and isinstance(value, list) and len(sent) == len(value)
        return same and all(
            still_means(one, shape.item, other) for one, other in zip(sent, value, strict=True)
        )
    if not isinstance(shape, Leaf):
        return False
    try:
        right = read_leaf(sent, shape)
    except _NotCertain:
        return False
    if shape.python is float and right is not None and value is not None:
        return float(right) == float(value)
    return bool(right == value)


def _is_plain(shape: Shape) -> bool:
    return isinstance(shape, Leaf) or (isinstance(shape, Many) and isinstance(shape.item, Leaf))


def _word(value: Any, words: type[Enum]) -> Any:
    members = list(words)
    numeric = issubclass(words, IntEnum)
    if isinstance(value, Decimal) and value.adjusted() < 12 and value == int(value):
        value = int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if numeric and abs(value) < 2**31:
            return value
        found = [member for member in members if isinstance(member, Word) and member.number == value]
        if found:
            return found[0].value
    elif isinstance(value, str):
        named = [member for member in members if _names(member, value)]
        if len(named) == 1:
            return named[0].value
    some = [member.name for member in members[:_SHOWN]]
    raise _NotCertain(f"one of {', '.join(some)}" + (" ..." if len(members) > _SHOWN else ""))


def _names(member: Enum, text: str) -> bool:
    word = member.name if isinstance(member, IntEnum) else str(member.value)
    return word.casefold() == text.strip().casefold()


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return "0" if str(value) == "-0" else str(value)  # JSON's -0 is 0: read again it has no sign
    raise _NotCertain("text")


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().casefold() in ("true", "false"):
        return value.strip().casefold() == "true"
    if isinstance(value, int) and value in (0, 1):
        return value == 1
    raise _NotCertain("true or false")


def _whole(value: Any, leaf: Leaf) -> int:
    if (isinstance(value, str) and _WHOLE.fullmatch(value.strip())) or (
        isinstance(value, Decimal) and value.adjusted() < 12 and value == int(value)
    ):
        value = int(value.strip() if isinstance(value, str) else value)
    if isinstance(value, int) and not isinstance(value, bool) and leaf.least <= value <= leaf.most:
        return value
    bits = (leaf.most - leaf.least).bit_length()
    raise _NotCertain(f"a whole number of {bits} bits" + ("" if leaf.least else ", not negative"))


def _number(value: Any, largest: Decimal) -> int | Decimal:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _NotCertain("a number")
    if not -largest <= value <= largest:
        raise _NotCertain("a number within reason")
    return value


def _quantity(value: Any) -> int | Decimal:
    return _number(value, _LARGEST_QUANTITY)


def _reading(value: Any) -> int | Decimal | None:
    if isinstance(value, str) and value.strip().casefold() == "nan":
        return None  # what .NET writes for a reading that there is not
    return _number(value, _LARGEST_FLOAT)


_READERS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    bool: _truth,
    Decimal: _quantity,
    float: _reading,
}


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
