"""Recordings: JSON lines, one message a line, with when it came, what AMQP said of it, and its exact bytes.

A line is an object with `recorded` (an instant), `sender`, `text` (the bytes, where they are UTF-8) or
`base64`, and, where there is something to say, `encoding` (`gzip`, or `amqp` for a whole AMQP message) and
`amqp` (its properties).
"""

from __future__ import annotations

import base64
import binascii
import gzip
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from padstone import cfx
from padstone.cfx import KNOWN_MESSAGES
from padstone.kernel import clock

ENDINGS = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
_SUFFIXES = (".json", ".ndjson", ".jsonl", ".txt")
LARGEST_PIECE = 256 * 1024 * 1024
_UNPACKED_AT_MOST = 256 * 1024 * 1024

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Message:
    """One delivery, recorded or read from a file: `body` is what was in it, `encoding` is "", "gzip" or
    "amqp". `at` is when it came, or what its envelope says; None where nobody knows. `file` and `line` are
    where it stands (line 0: it is the whole file).
    """

    body: bytes
    at: datetime | None
    encoding: str = ""
    sender: str = ""
    amqp: Mapping[str, Any] = field(default_factory=dict)
    is_recorded: bool = False
    file: str = ""
    line: int = 0


class Damaged(Exception):
    """A file that cannot be read to its end; says where and why."""


class _Line(msgspec.Struct, omit_defaults=True):
    recorded: str
    sender: str = ""
    encoding: str = ""
    amqp: dict[str, Any] = msgspec.field(default_factory=dict)
    text: str | None = None
    base64: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def line_of(message: Message) -> bytes:
    """A message as one line of a recording."""
    text = encoded = None
    try:
        text = message.body.decode("utf-8")
    except UnicodeDecodeError:
        encoded = base64.b64encode(message.body).decode()
    at = message.at or clock.now()
    line = _Line(
        recorded=at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        sender=message.sender,
        encoding=message.encoding,
        amqp=dict(message.amqp),
        text=text,
        base64=encoded,
    )
    return _encoder.encode(line) + b"\n"


def message_on(line: bytes) -> Message | None:
    """The message on a line of a recording; None where the line is not one."""
    try:
        read = _decoder.decode(line)
        at = datetime.fromisoformat(read.recorded)
        if (read.text is None) is (read.base64 is None) or at.tzinfo is None:
            return None
        body = (
            read.text.encode()
            if read.text is not None
            else base64.b64decode(read.base64 or "", validate=True)
        )
    except (msgspec.DecodeError, ValueError, binascii.Error, RecursionError):
        return None
    return Message(body, at, read.encoding, read.sender, read.amqp, is_recorded=True)


# --- writing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rotation:
    """When to begin another file: after so many bytes written, or so much time; None: never."""

    size_bytes: int | None = None
    every: timedelta | None = None

    def __bool__(self) -> bool:
        return self.size_bytes is not None or self.every is not None


class Writer:
    """Writes a recording. When `write` returns the messages are on disk: a crash loses the line in hand.

    A name that ends in `.gz` is compressed. With a rotation the files are numbered: `line.jsonl.gz` becomes
    `line.0001.jsonl.gz` and so on. FileExistsError where a file is there already: nothing is written over.
    """

    def __init__(self, path: Path, rotation: Rotation | None = None) -> None:
        self.messages = 0
        self.size_bytes = 0
        self.files: list[Path] = []
        self._path = path
        self._rotation = rotation or Rotation()
        self._begin()

    def write(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if self._is_full():
                self.close()
                self._begin()
            line = line_of(message)
            self._file.write(line)
            self._written += len(line)
            self.size_bytes += len(line)
            self.messages += 1
        self._file.flush()
        os.fsync(self._raw.fileno())

    def close(self) -> None:
        self._file.close()
        self._raw.close()

    def _begin(self) -> None:
        path = self._path
        if self._rotation:
            stem, dot, endings = path.name.partition(".")
            path = path.with_name(f"{stem}.{len(self.files) + 1:04}{dot}{endings}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._raw = path.open("xb")
        self._file: BinaryIO = self._raw
        if path.name.endswith(".gz"):
            self._file = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw, mode="wb", compresslevel=6))
        self.files.append(path)
        self._written = 0
        self._began = clock.now()

    def _is_full(self) -> bool:
        most, every = self._rotation.size_bytes, self._rotation.every
        if not self._written:
            return False
        return (most is not None and self._written >= most) or (
            every is not None and clock.now() - self._began >= every
        )


# --- reading ------------------------------------------------------------------------------------------------


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files named, and of folders all that may hold messages, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.is_file() and _may_hold(file.name))
        else:
            found.append(path)
    return found


def _may_hold(name: str) -> bool:
    return name.endswith(ENDINGS) or (name.startswith("CFX.") and name.endswith(".txt"))


def name_in(file: str) -> str | None:
    """The message, or the structure, that a file's name tells, as in `CFX.Production.WorkStarted_2.json`."""
    path = Path(Path(file).name.removesuffix(".gz"))
    stem = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    plain = stem.rstrip("_-. 0123456789()")
    for name in (stem, plain):
        if name in KNOWN_MESSAGES or name.startswith("CFX.Structures."):
            return name
    return None


def read(file: Path, data: BinaryIO | None = None) -> Iterator[Message]:
    """What a file holds: each line of a recording, or all of a file that is none as one delivery.

    Raises Damaged where a file cannot be unpacked, is too large, or a line of a recording is none; what came
    before has been handed out by then. The last line may be cut off: that is what a crash leaves.
    """
    stream = data if data is not None else file.open("rb")
    name = str(file)
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb")) if name.endswith(".gz") else stream
    try:
        yield from _messages(name, unpacked)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Damaged(f"{name} cannot be unpacked to its end: {error}") from error
    finally:
        if data is None:
            stream.close()


def _messages(name: str, stream: BinaryIO) -> Iterator[Message]:
    first = stream.readline(LARGEST_PIECE)
    message = message_on(first)
    if message is None:
        rest = stream.read(LARGEST_PIECE)
        if len(first) + len(rest) >= LARGEST_PIECE:
            raise Damaged(
                f"{name} is no recording, and larger than {LARGEST_PIECE:,} bytes: "
                "split it at the ends of lines"
            )
        yield Message(first + rest, None, file=name)
        return
    number, line = 1, first
    while line:
        message = message_on(line) if line.strip() else None
        if message is not None:
            yield _placed(message, name, number)
        elif line.strip():
            cut = not line.endswith(b"\n")
            what = "is cut off, as after a crash" if cut else "is no line of a recording"
            raise Damaged(f"{name}: line {number} {what}")
        line, number = stream.readline(LARGEST_PIECE), number + 1


def _placed(message: Message, file: str, line: int) -> Message:
    return Message(
        message.body,
        message.at,
        message.encoding,
        message.sender,
        message.amqp,
        is_recorded=True,
        file=file,
        line=line,
    )


def json_of(message: Message) -> bytes:
    """The JSON in a delivery. Damaged where there is none to be had."""
    where = f"{message.file}: line {message.line}" if message.line else message.file
    if message.encoding == "amqp":
        raise Damaged(f"{where}: an AMQP message without a body of bytes or text")
    if message.encoding != "gzip":
        return message.body
    unpacking = zlib.decompressobj(wbits=31)
    try:
        data = unpacking.decompress(message.body, _UNPACKED_AT_MOST)
    except zlib.error as error:
        raise Damaged(f"{where}: what calls itself gzip cannot be unpacked: {error}") from error
    if not unpacking.eof:
        raise Damaged(
            f"{where}: what calls itself gzip is cut off, or larger than {_UNPACKED_AT_MOST:,} bytes"
        )
    return data


def moment_of(head: cfx.Head) -> datetime | None:
    """When an envelope says that it was sent; None where it does not say."""
    try:
        return cfx.parse_instant(head.time_stamp or "").utc
    except cfx.CfxValueError:
        return None
