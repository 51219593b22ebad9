from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum, IntEnum
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from padstone import cfx
from padstone.cfx import Head, Message, Structure, Word
from padstone.cfx.shapes import Leaf, Many, One, Plan, Shape, Table, plan_of
from padstone.entrypoints.cli.cfx.invented import example_body, example_envelope
from padstone.entrypoints.cli.cfx.kinds import (
    Field,
    alternatives,
    document,
    fields,
    full_name,
    innermost,
    named,
    names,
    number_of,
    structure_named,
    what_padstone_does,
    words_of,
)
from padstone.entrypoints.cli.cfx.recording import Damaged, json_of, name_in, read
from padstone.entrypoints.cli.cfx.words import harmless

_LONGEST_VALUE = 80
_WORDS_SHOWN = 12


@click.command(short_help="What a message says, or what a message may say")
@click.argument("what", metavar="FILE|NAME|-")
@click.option("--name", default="", help="What a body without an envelope is: CFX.Production.WorkStarted.")
def explain(what: str, name: str) -> None:
    """Explain one message: a FILE that holds it, or - for standard input. Or a NAME: a message, structure or
    enumeration of the standard, with its fields and an invented example.
    """
    if what == "-":
        lines = _of_bytes(sys.stdin.buffer.read(), name)
    elif Path(what).is_file():
        lines = _of_file(Path(what), name)
    else:
        lines = of_name(what)
    for line in lines:
        click.echo(line)


@click.command("list", short_help="The standard's messages")
@click.argument("pattern", default="")
def list_(pattern: str) -> None:
    """All messages of the standard by topic, or those with PATTERN in their name (* stands for anything)."""
    wanted = f"*{pattern.casefold()}*"
    found = sorted(name for name in cfx.KNOWN_MESSAGES if fnmatchcase(name.casefold(), wanted))
    for topic, members in groupby(
        sorted(found, key=lambda name: name.rpartition(".")[::2]), key=lambda name: name.rpartition(".")[0]
    ):
        click.echo(topic)
        for name in members:
            last = name.rpartition(".")[2]
            click.echo(f"  {last:38} {document(cfx.MESSAGE_TYPES[name])}".rstrip())
    click.echo(f"{len(found)} message{'' if len(found) == 1 else 's'}")
    if not found:
        sys.exit(1)


# --- a name -------------------------------------------------------------------------------------------------


def of_name(name: str) -> Iterator[str]:
    """What the standard has under a name. Raises ClickException where it has nothing."""
    kind = named(name)
    if kind is None:
        last = name.rpartition(".")[2]
        known = {one.rpartition(".")[2]: one for one in names()}
        near = [known[one] for one in get_close_matches(last, known, n=3)]
        meant = f" Did you mean {', '.join(near)}?" if near else " `padstone cfx list` has all messages."
        raise click.UsageError(f"{name!r} is no file, and no name of the standard.{meant}")
    if issubclass(kind, Enum):
        return _of_enumeration(kind)
    return _of_structure(kind)


def _of_enumeration(kind: type[Enum]) -> Iterator[str]:
    yield f"{full_name(kind)}: {document(kind)}" if kind.__dict__.get("__doc__") else full_name(kind)
    yield "An enumeration. " + (
        "The number is what is sent."
        if issubclass(kind, IntEnum)
        else "The word is sent; the number is read, too."
    )
    for word, number in words_of(kind):
        yield f"  {number:>5}  {word}"


def _of_structure(kind: type[Structure]) -> Iterator[str]:
    plan = plan_of(kind)
    yield full_name(kind)
    if document(kind):
        yield f"  {document(kind)}"
    if issubclass(kind, Message):
        yield f"  In Padstone {what_padstone_does(kind.name)}."
    elif plan.tag:
        yield f'  "$type": "{plan.tag}"'
    yield ""
    yield "Fields. None must be sent; a structure or enumeration is explained by its own name."
    yield from _field_lines(fields(kind), plan)
    yield ""
    yield "An invented example"
    body = example_body(kind)
    whole = example_envelope(kind.name, body) if issubclass(kind, Message) else body
    yield json.dumps(whole, indent=2, ensure_ascii=False)


def _field_lines(found: list[Field], plan: Plan) -> Iterator[str]:
    width = max((len(field.name) for field in found), default=0)
    types = max((len(field.type) for field in found), default=0)
    for field in found:
        note = f"  {field.note}" if field.note else ""
        yield f"  {field.name:{width}}  {field.type:{types}}{note}".rstrip()
        yield from _choices(innermost(field.shape), " " * (width + 4))
    if not found:
        yield "  none"


def _choices(place: Leaf | One, indent: str) -> Iterator[str]:
    if isinstance(place, Leaf):
        if place.words is not None:
            words = [word for word, _ in words_of(place.words)]
            more = f" ... ({len(words)})" if len(words) > _WORDS_SHOWN else ""
            yield f"{indent}one of {', '.join(words[:_WORDS_SHOWN])}{more}"
        return
    if about := document(place.plan.cls):
        yield f"{indent}{place.plan.cls.__name__}: {about}"
    if kinds := alternatives(place.plan):
        yield f"{indent}$type may be " + f"\n{indent}            ".join(kinds)


# --- a message ----------------------------------------------------------------------------------------------


def _of_file(file: Path, name: str) -> Iterator[str]:
    try:
        message = next(read(file), None)
        data = json_of(message) if message is not None else b""
    except Damaged as error:
        raise click.ClickException(str(error)) from error
    return _of_bytes(data, name or name_in(str(file)) or "")


def _of_bytes(data: bytes, name: str) -> Iterator[str]:
    pieces = cfx.split(data)
    if not pieces:
        raise click.ClickException("It is empty.")
    piece = pieces[0]
    if len(pieces) > 1:
        click.echo(f"The first of {len(pieces)} messages.", err=True)
    if isinstance(piece, Head):
        return _of_envelope(piece)
    kind = structure_named(name) if name else None
    if kind is None:
        raise click.ClickException(
            f"It is not an envelope: {piece.reason}. For a body by itself say what it is: "
            "--name CFX.Production.WorkStarted."
        )
    return iter([full_name(kind), f"  {document(kind)}", "", *_body(kind, piece.raw)])


def _of_envelope(head: Head) -> Iterator[str]:
    kind = cfx.MESSAGE_TYPES.get(head.message_name)
    yield harmless(head.message_name)
    if kind is not None:
        yield f"  {document(kind)}"
        yield f"  In Padstone {what_padstone_does(kind.name)}."
    else:
        yield "  No message of the standard. Padstone keeps its bytes, and rejects it."
    yield ""
    yield "Envelope"
    for name, value, about in (
        ("Version", head.version, "of the standard, as the sender has it"),
        ("TimeStamp", head.time_stamp, "when it was sent"),
        ("UniqueID", head.unique_id, "by which a repetition is known"),
        ("Source", head.source, "the CFX handle of whoever sent it"),
        ("Target", head.target, "for whom it is; none: for all"),
        ("RequestID", head.request_id, "what joins a request and its response"),
    ):
        yield f"  {name:9}  {_shown(value):40}  {about}"
    yield from (f"  ! {harmless(repair)}" for repair in head.repairs)
    yield ""
    if kind is not None:
        yield "MessageBody"
        yield from _body(kind, head.body)


def _body(kind: type[Structure], body: bytes) -> Iterator[str]:
    notes: tuple[str, ...] = ()
    try:
        structure, notes = cfx.decode_structure_with_notes(kind, body)
        # As the codec would write it: what was put right is right, and vendors' own is in its place.
        plain = json.loads(cfx.encode_body(structure, as_sent=False), parse_float=Decimal)
    except cfx.CfxError as error:
        yield f"  ! it cannot be read: {harmless(error)}"
        yield "    `padstone cfx validate` says where that is."
        return
    yield from _members(plain, plan_of(type(structure)), 1)
    for note in notes:
        yield f"  ! {harmless(note)}"


def _members(value: dict[str, Any], plan: Plan, depth: int) -> Iterator[str]:
    about = {field.name: field for field in fields(plan.cls)}
    for name, inner in value.items():
        field = about.get(name)
        if field is None and name == "$type":
            continue
        if field is None:
            told = f"{harmless(name)}: {_shown(inner)}"
            yield f"{'  ' * depth}{told}   not the standard's: kept, not understood"
        else:
            yield from _place(name, inner, field.shape, field, depth)


def _place(name: str, value: Any, shape: Shape, field: Field, depth: int) -> Iterator[str]:
    indent = "  " * depth
    match shape:
        case One(plan=declared) if isinstance(value, dict):
            plan = _plan_there(value, declared)
            about = document(plan.cls)
            yield f"{indent}{name}   {plan.cls.__name__}" + (f": {about}" if about else "")
            if declared.kinds:
                others = sorted(kind.cls.__name__ for kind in declared.kinds.values() if kind is not plan)
                if others:
                    yield f"{indent}  ($type may make it: {', '.join(others)})"
            yield from _members(value, plan, depth + 1)
        case Many(item=item) if isinstance(value, list):
            yield f"{indent}{name}   {field.type}, {len(value)}" + _note(field)
            for number, inner in enumerate(value):
                yield from _place(f"[{number}]", inner, item, field, depth + 1)
        case Table(item=item) if isinstance(value, dict):
            yield f"{indent}{name}   {field.type}, {len(value)}" + _note(field)
            for key, inner in value.items():
                yield from _place(harmless(key), inner, item, field, depth + 1)
        case Leaf():
            note = "" if name.startswith("[") else f"   {_meaning(value, shape, field)}{_note(field)}"
            yield f"{indent}{name}: {_shown(value)}{note}"
        case _:
            yield f"{indent}{name}: {_shown(value)}   {field.type}{_note(field)}"


def _plan_there(value: dict[str, Any], declared: Plan) -> Plan:
    return declared.kinds.get(str(value.get("$type", "")), declared)


def _meaning(value: Any, leaf: Leaf, field: Field) -> str:
    """The type; of an enumeration also the number or the word that is not written."""
    if leaf.words is None or value is None:
        return field.type
    for member in leaf.words:
        if isinstance(member, IntEnum) and value == member.value:
            return f"{field.type}: {member.name}"
        if isinstance(member, Word) and value == member.value:
            return f"{field.type}, number {number_of(member)}"
    return field.type


def _note(field: Field) -> str:
    return f". {field.note}" if field.note else ""


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    text = json.dumps(value, ensure_ascii=False, default=str)
    return harmless(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")
