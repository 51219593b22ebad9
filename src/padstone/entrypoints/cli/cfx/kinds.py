"""The standard's messages, structures and enumerations by name, with what our source says of each field.

What a field is worth knowing stands in a comment above it; it is read from the source, for Python keeps none.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from padstone import cfx
from padstone.cfx import Family, Message, Structure, Word
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, plan_of

_INTERPRETERS = "padstone.ingest"
_TEXTS = {
    "InstantText": "date and time",
    "SpanText": "time span hh:mm:ss",
    "Base64Text": "bytes as base64",
}
_NUMBERS = {"Decimal": "exact number", "float": "number", "bool": "true or false", "str": "text"}


@dataclass(frozen=True, slots=True)
class Field:
    """One place of a structure: its name on the wire, its type in words, and what our source says of it."""

    name: str
    type: str
    shape: Shape
    note: str


def structure_named(name: str) -> type[Structure] | None:
    """A message or a structure by its full name, or, where only one has it, by its last part."""
    found = named(name)
    return found if found is not None and issubclass(found, Structure) else None


def named(name: str) -> type[Structure | Enum] | None:
    """A message, structure or enumeration, in any letter case."""
    wanted = name.strip().removesuffix(", CFX").casefold()
    by_name = _by_name()
    if wanted in by_name:
        return by_name[wanted]
    last = wanted.rpartition(".")[2]
    near = [kind for full, kind in by_name.items() if full.rpartition(".")[2] == last]
    return near[0] if len(near) == 1 and (last == wanted or wanted.startswith("cfx.structures")) else None


def names() -> list[str]:
    """Every name that `named` knows."""
    return sorted(full_name(kind) for kind in _by_name().values())


def full_name(kind: type) -> str:
    """As the standard has it; a structure without a `$type` of its own is told by its last part."""
    if issubclass(kind, Message) and kind.name:
        return kind.name
    tag = plan_of(kind).tag if issubclass(kind, Structure) else None
    return tag.removesuffix(", CFX") if tag else kind.__name__


@cache
def _by_name() -> dict[str, type[Structure | Enum]]:
    found: dict[str, type[Structure | Enum]] = {}
    for kind in (*_below(Structure), *_below(Word), *_below(IntEnum)):
        if kind.__module__.startswith("padstone.cfx.") and kind not in (Message, Family, Word):
            found.setdefault(full_name(kind).casefold(), kind)
    return found


def _below(base: type) -> Iterator[type]:
    kind: type
    for kind in base.__subclasses__():
        yield kind
        yield from _below(kind)


def document(kind: type) -> str:
    """What our source says of it, on one line."""
    return " ".join((kind.__doc__ or "").split())


def fields(kind: type[Structure]) -> list[Field]:
    """In the order of the standard."""
    plan = plan_of(kind)
    sources = [_source(base) for base in kind.__mro__ if base.__module__.startswith("padstone.cfx")]
    found = []
    for name, shape in plan.shapes.items():
        attribute = plan.attributes[name]
        annotation, note = next((source[attribute] for source in sources if attribute in source), ("", ""))
        found.append(Field(name, type_of(shape, annotation), shape, note))
    return found


def type_of(shape: Shape, annotation: str = "") -> str:
    """A type in words."""
    match shape:
        case Leaf(words=words) if words is not None:
            return words.__name__
        case Leaf(python=python, least=least, most=most) if python is int:
            return "whole number" + (", not negative" if least == 0 else "") + _bits(least, most)
        case Leaf(python=python):
            told = next((words for name, words in _TEXTS.items() if name in annotation), None)
            return told if told and python is str else _NUMBERS[python.__name__]
        case One(plan=plan):
            return plan.cls.__name__
        case Many(item=item):
            return f"list of {type_of(item, annotation)}"
        case Table(item=item):
            return f"object of {type_of(item, annotation)}"


def _bits(least: int, most: int) -> str:
    return " of 64 bits" if (most - least).bit_length() > 32 else ""


def innermost(shape: Shape) -> Leaf | One:
    while isinstance(shape, Many | Table):
        shape = shape.item
    return shape


def alternatives(plan: Plan) -> list[str]:
    """The `$type` of each structure that may stand in a place of this one."""
    return sorted(plan.kinds)


def words_of(enumeration: type[Enum]) -> list[tuple[str, int]]:
    """Each word with the number that stands for it."""
    return [
        (member.name, member.value) if isinstance(member, IntEnum) else (str(member.value), number_of(member))
        for member in enumeration
    ]


def number_of(member: Enum) -> int:
    return member.number if isinstance(member, Word) else int(member.value)


@cache
def _source(kind: type) -> dict[str, tuple[str, str]]:
    """Of each attribute that a class itself declares: its annotation, and the comment above it."""
    try:
        lines = inspect.getsource(kind).splitlines()
    except (OSError, TypeError):
        return {}
    indent = len(lines[0]) - len(lines[0].lstrip())
    tree = ast.parse("\n".join(line[indent:] for line in lines)).body[0]
    found = {}
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = (ast.unparse(node.annotation), _comment(lines, node.lineno - 1))
    return found


def _comment(lines: list[str], at: int) -> str:
    said: list[str] = []
    while at > 0 and (line := lines[at - 1].strip()).startswith("#"):
        said.insert(0, line.lstrip("# "))
        at -= 1
    return " ".join(said)


@cache
def interpreted() -> frozenset[str]:
    """The messages that Padstone interprets. Read from the source of its interpreters: to import them takes
    Django, and these tools do without.
    """
    spec = find_spec(_INTERPRETERS)
    places = spec.submodule_search_locations if spec is not None else None
    if not places:
        return frozenset()
    tree = ast.parse((Path(places[0]) / "interpreters" / "__init__.py").read_text(encoding="utf-8"))
    table = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "INTERPRETERS"
    )
    keys = table.keys if isinstance(table, ast.Dict) else []
    kinds = {kind.__name__: kind.name for kind in cfx.MESSAGE_TYPES.values()}
    return frozenset(kinds[ast.unparse(key).split(".")[1]] for key in keys if key is not None)


def what_padstone_does(name: str) -> str:
    if name in interpreted():
        return "interpreted: what it says goes on the books"
    return "kept and counted: its exact bytes can be found, and nothing follows from them"
