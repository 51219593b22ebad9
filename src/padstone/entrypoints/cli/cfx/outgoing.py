"""What a replay sends: the messages of recordings and files in the order of their time, chosen, and as new
ones where that is asked for.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from padstone import cfx
from padstone.cfx import Head
from padstone.entrypoints.cli.cfx.recording import Message, json_of, moment_of, name_in, read
from padstone.kernel import clock

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()
_TRANSACTION = re.compile(rb'("transactionid"\s*:\s*)"([^"\\]+)"', re.IGNORECASE)
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery to be sent. `at` is its place on the time line. `name`, `source` and `unique_id` are those
    of its first envelope, "" where it holds none.
    """

    body: bytes
    at: datetime
    encoding: str
    amqp: Mapping[str, Any]
    source: str
    name: str
    unique_id: str
    where: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which messages: of these kinds (the name, its last part, or a pattern with `*`) and these sources."""

    kinds: Sequence[str] = ()
    sources: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.sources)

    def takes(self, head: Head) -> bool:
        return (not self.kinds or any(_is_kind(head.message_name, kind) for kind in self.kinds)) and (
            not self.sources or any(fnmatchcase(head.source or "", source) for source in self.sources)
        )


def _is_kind(name: str, kind: str) -> bool:
    return fnmatchcase(name, kind) or fnmatchcase(name.rpartition(".")[2], kind)


@dataclass(slots=True)
class Freshener:
    """Makes a message one that was never sent before: another UniqueID, and its time moved so that the first
    is of `now`. Identifiers that messages share (transactions, requests) get new ones that they share.
    """

    now: datetime
    shift: timedelta | None = None
    known: dict[bytes, bytes] = field(default_factory=dict)

    def fresh(self, head: Head, unique_id: str) -> bytes:
        at = moment_of(head)
        if self.shift is None and at is not None:
            self.shift = self.now - at
        moment = at + self.shift if at is not None and self.shift is not None else self.now
        body = _TRANSACTION.sub(lambda found: found[1] + b'"' + self._other(found[2]) + b'"', head.body)
        members = {} if head.repairs else _members.decode(head.raw)
        members["MessageName"] = _raw(head.message_name)
        members["TimeStamp"] = _raw(cfx.format_instant(moment))
        members["UniqueID"] = _raw(unique_id)
        if head.repairs:
            members |= {
                "Version": _raw(head.version),
                "Source": _raw(head.source),
                "Target": _raw(head.target),
            }
        if head.request_id:
            members["RequestID"] = _raw(self._other(head.request_id.encode()).decode())
        members["MessageBody"] = msgspec.Raw(body or b"{}")
        return _encoder.encode(members)

    def _other(self, identifier: bytes) -> bytes:
        return self.known.setdefault(identifier, str(uuid4()).encode())


def _raw(value: str | None) -> msgspec.Raw:
    return msgspec.Raw(_encoder.encode(value))


def outgoing(
    files: Sequence[Path],
    choice: Choice,
    freshener: Freshener | None = None,
    source: str = "",
    left_out: Callable[[str], object] = lambda _: None,
) -> Iterator[Outgoing]:
    """The messages of all files, by their time; those of one file stay in their order. What is no message in
    a file that is no recording is `left_out`. Raises Damaged.
    """
    rules = _Rules(choice, freshener is not None, source, left_out)
    streams = (_of_file(file, rules) for file in files)
    for found in heapq.merge(*streams, key=lambda one: one.at):
        yield found if freshener is None else _freshened(found, freshener)


def _freshened(found: Outgoing, freshener: Freshener) -> Outgoing:
    piece = cfx.split(found.body)[0]
    if not isinstance(piece, Head):
        return found
    unique_id = str(uuid4())
    return replace(found, body=freshener.fresh(piece, unique_id), encoding="", amqp={}, unique_id=unique_id)


@dataclass(frozen=True, slots=True)
class _Rules:
    choice: Choice
    one_by_one: bool
    source: str
    left_out: Callable[[str], object]


def _of_file(file: Path, rules: _Rules) -> Iterator[Outgoing]:
    at = _BEGINNING
    for message in read(file):
        for found in _of_message(message, rules):
            at = max(at, found.at)
            yield replace(found, at=at)


def _of_message(message: Message, rules: _Rules) -> Iterator[Outgoing]:
    """A recorded delivery goes as it came; what is in a file goes envelope by envelope."""
    choice, one_by_one = rules.choice, rules.one_by_one
    where = f"{message.file}:{message.line}" if message.line else message.file
    if message.encoding == "amqp":
        if not (choice or one_by_one):
            yield _whole(message, None, where)
        return
    pieces = cfx.split(json_of(message))
    heads = [piece for piece in pieces if isinstance(piece, Head)]
    if message.is_recorded and not choice and not (one_by_one and heads):
        yield _whole(message, heads[0] if heads else None, where)
        return
    if message.is_recorded and len(pieces) == 1 and heads and choice.takes(heads[0]) and not one_by_one:
        yield _whole(message, heads[0], where)
        return
    for piece in pieces:
        head = piece if isinstance(piece, Head) else _wrapped(message, piece.raw, rules.source)
        if head is not None and choice.takes(head):
            yield _alone(message, head, where)
        elif head is None:
            rules.left_out(f"{where}: {getattr(piece, 'reason', 'no message')}")


def _wrapped(message: Message, body: bytes, source: str) -> Head | None:
    """A bare body in an envelope, where the file's name tells what it is."""
    name = name_in(message.file)
    if name not in cfx.KNOWN_MESSAGES:
        return None
    try:
        content = cfx.decode_body(name, body)
    except cfx.CfxError:
        return None
    envelope = cfx.Envelope(
        message_name=name,
        time_stamp=cfx.format_instant(message.at or clock.now()),
        unique_id=str(uuid4()),
        source=source or None,
        message_body=content,
    )
    (head,) = cfx.split(cfx.encode_envelope(envelope))
    return head if isinstance(head, Head) else None


def _whole(message: Message, head: Head | None, where: str) -> Outgoing:
    return Outgoing(
        message.body,
        message.at or (moment_of(head) if head else None) or _BEGINNING,
        message.encoding,
        message.amqp,
        (head.source if head else None) or message.sender,
        head.message_name if head else "",
        (head.unique_id if head else None) or "",
        where,
    )


def _alone(message: Message, head: Head, where: str) -> Outgoing:
    return Outgoing(
        head.raw,
        message.at or moment_of(head) or _BEGINNING,
        "",
        {},
        head.source or message.sender,
        head.message_name,
        head.unique_id or "",
        where,
    )
