"""A file as it arrived: its bytes, and by them what kind it is; its name is a hint and no evidence."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

from padstone.features.design.domain.limits import MOST_BYTES
from padstone.kernel.errors import Invalid


class Kind(StrEnum):
    TEXT = "text"
    XML = "xml"
    ZIP = "zip"
    """An XLSX workbook or an archive of design files."""

    OLE = "ole"
    """The old container of XLS, and of encrypted XLSX."""

    GZIP = "gzip"


_MAGIC: Final = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OLE),
    (b"\x1f\x8b", Kind.GZIP),
)
_FOREIGN: Final = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\x00", "a database"),
)
_DESIGN: Final = re.compile(rb"[\xef\xbb\xbf\s]*\((?:kicad_\w+|export\s*\(version|module\s|footprint\s)")
_XML_START: Final = re.compile(rb"<\?xml|<!--|<!DOCTYPE|<[A-Za-z_][\w.-]*(?::[\w.-]+)?(?:\s[^<>]*=|\s*/?>)")
_BINARY_LOOK: Final = 65_536
_CONTROLS: Final = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27, 31})
_MOST_CONTROLS: Final = 100
"""One control byte in a hundred is stray; more of them are no text."""


@dataclass(frozen=True)
class Source:
    """A client's file. Refused where it is larger than the limit, or of a kind that holds no rows."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        _check_size(self.name, len(self.content))
        if not self.content.strip():
            raise Invalid(
                "file_empty",
                "{name} is empty.",
                field="file",
                way_out="Export the file again, or ask its sender for it.",
                name=self.name,
            )

    @classmethod
    def from_path(cls, path: Path) -> Source:
        """The file at a path; its size is looked at before a byte is read."""
        _check_size(path.name, path.stat().st_size)
        return cls(path.name, path.read_bytes())

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def kind(self) -> Kind:
        """By its first bytes; refuses pictures, documents and programs, whatever they are called."""
        for magic, kind in _MAGIC:
            if self.content.startswith(magic):
                return kind
        for magic, what in _FOREIGN:
            if self.content.startswith(magic) and (len(magic) > 2 or not _is_text(self.content)):
                raise _not_a_table(self.name, what)
        if not _is_text(self.content):
            raise _not_a_table(self.name, "binary data")
        if _DESIGN.match(self.content):
            raise _not_a_table(self.name, "a design in KiCad's own form")
        start = self.content[:2048].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
        if start.lower().startswith((b"<html", b"<!doctype html", b"<table")):
            raise _not_a_table(self.name, "a web page")
        return Kind.XML if _XML_START.match(start) else Kind.TEXT

    @property
    def extension(self) -> str:
        """The name's ending in lower case without its dot: a hint where the bytes leave something open."""
        return Path(self.name).suffix.lower().lstrip(".")


def _check_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise Invalid(
            "file_too_large",
            "{name} has {size} bytes; at most {most} are read.",
            field="file",
            way_out="Is it the right file? A bill of 20,000 lines has about two million bytes.",
            name=name,
            size=size,
            most=MOST_BYTES,
        )


def _is_text(content: bytes) -> bool:
    """Few control bytes, where every other byte of UTF-16 may be zero."""
    look = content[:_BINARY_LOOK]
    if look.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if zero_side(look) is not None:
        return True
    controls = len(look) - len(look.translate(None, _CONTROLS))
    return controls * _MOST_CONTROLS <= len(look) and b"\x00\x00\x00\x00" not in look


def zero_side(content: bytes) -> int | None:
    """Which of each two bytes is nearly always zero (0: the first, 1: the second), as in UTF-16 without a
    mark.
    """
    look = content[:4096]
    if len(look) < 4:
        return None
    half = len(look) // 2
    zeros = (look[0::2].count(0), look[1::2].count(0))
    for side in (0, 1):
        if zeros[side] * 10 > half * 4 and zeros[1 - side] * 20 <= half:
            return side
    return None


def _not_a_table(name: str, what: str) -> Invalid:
    return Invalid(
        "file_of_other_kind",
        "{name} is {what}, whatever its name says.",
        field="file",
        way_out="Export the list as CSV, XLSX, XLS, KiCad XML or IPC-2581 and import that file.",
        name=name,
        what=what,
    )
