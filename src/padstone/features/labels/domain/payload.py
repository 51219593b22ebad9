"""What a scanner sent, before anybody reads fields: its characters, and how it spells control characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from padstone.features.labels.domain.label import LONGEST_PAYLOAD, unreadable

FS, GS, RS, EOT = "\x1c", "\x1d", "\x1e", "\x04"

_SPELLINGS: Final = {
    GS: (
        r"[{<\[(«]GS[}>\])»]|[{<\[]FNC1[}>\]]|\\x1d|\\u001d|\\035|&#29;|&#x1d;|[<\[]0x1d[>\]]|~d?029|"
        r"\^\]|␝|↔|â\x90\x9d|ctrl[+-]\]"
    ),
    RS: (
        r"[{<\[(«]RS[}>\])»]|\\x1e|\\u001e|\\036|&#30;|&#x1e;|[<\[]0x1e[>\]]|~d?030|"
        r"\^\^|␞|▲|â\x90\x9e|ctrl[+-]\^"
    ),
    EOT: (
        r"[{<\[(«]EOT[}>\])»]|\\x04|\\u0004|\\004|&#4;|&#x04;|[<\[]0x04[>\]]|~d?004|"
        r"\^D(?=\s*$)|␄|♦|â\x90\x84|ctrl[+-]d(?=\s*$)"
    ),
    FS: r"[{<\[(«]FS[}>\])»]|\\x1c|\\u001c|␜|∟",
}
"""How scanners, terminals and web forms write the four: named, escaped, in caret notation, as pictures of
Unicode, as the signs of code page 437, and as UTF-8 that was read as Latin-1."""

_SPELLED: Final = re.compile(
    "|".join(f"(?P<c{ord(control)}>{spelling})" for control, spelling in _SPELLINGS.items()), re.IGNORECASE
)
_AS_THEMSELVES: Final = re.compile(r"\[\)>\x1e[0-9]{2}\x1d")
"""An envelope whose own separators came through: what else looks like a spelling is what its texts say."""
_SYMBOLOGY: Final = re.compile(r"\](?P<code>[A-Za-z][0-9A-Za-z])(?=.)", re.DOTALL)
_AIM: Final = {
    "d": "Data Matrix",
    "Q": "QR Code",
    "C": "Code 128",
    "A": "Code 39",
    "L": "PDF417",
    "e": "GS1 DataBar",
    "E": "EAN/UPC",
    "z": "Aztec",
    "I": "Interleaved 2 of 5",
    "G": "Code 93",
    "F": "Codabar",
    "J": "GS1 DotCode",
}
GS1_SYMBOLOGIES: Final = frozenset({"C1", "d2", "Q3", "e0", "J1", "z1"})
"""ISO/IEC 15424: symbols that begin with FNC1, and therefore hold GS1 element strings."""

_NOTHING: Final = "\ufeff\u200b\u200e\u200f\u2060\x00\x02\x03"
"""Byte order marks, invisible marks, and the frame that serial scanners put around: STX, ETX."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The characters of a payload, with control characters as themselves, and where each stood in ``raw``.

    ``spelled`` tells whether any was written out.
    """

    raw: str
    text: str
    places: tuple[int, ...]
    symbology: str
    spelled: bool

    def place(self, at: int) -> int:
        """Where in ``raw`` the character at ``at`` began; its end for the end."""
        return self.places[at]

    def part(self, start: int, end: int | None = None) -> Payload:
        stop = len(self.text) if end is None else end
        return Payload(
            self.raw, self.text[start:stop], self.places[start : stop + 1], self.symbology, self.spelled
        )


def taken(given: str | bytes, symbology: str = "") -> Payload:
    """A payload as it was scanned, or the bytes of a symbol. Refuses what is empty or too long for a symbol.

    Bytes are UTF-8 where they are valid, and else Latin-1, which symbols hold unless they say otherwise.
    ``symbology`` is the symbol's AIM identifier without the bracket; scanners can send it before the payload.
    """
    raw = _decoded(given) if isinstance(given, bytes) else given
    if len(raw) > LONGEST_PAYLOAD:
        raise unreadable(
            "label_too_long",
            "The payload has {length} characters; no symbol holds more than {most}.",
            "Scan one label at a time: several may have been sent as one.",
            length=str(len(raw)),
            most=str(LONGEST_PAYLOAD),
        )
    if re.match(r"%5B%29%3E|\[\)>%1E", raw, re.IGNORECASE):
        raw = unquote(raw)
    start = len(raw) - len(raw.lstrip(_NOTHING + " \t\r\n"))
    end = len(raw.rstrip(_NOTHING + " \t\r\n")) if raw.rstrip(" \t\r\n" + _NOTHING) else start
    if found := _SYMBOLOGY.match(raw, start, end):
        code = found["code"]
        if code[0] in _AIM and code[1].isdigit():
            symbology, start = code, found.end()
    if start >= end:
        raise unreadable("label_empty", "Nothing was scanned.", "Scan the label again.")
    return _spelled_out(raw, start, end, symbology)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _spelled_out(raw: str, start: int, end: int, symbology: str) -> Payload:
    characters: list[str] = []
    places: list[int] = []
    at, spelled = start, False
    spellings = () if _AS_THEMSELVES.match(raw, start, end) else _SPELLED.finditer(raw, start, end)
    for found in spellings:
        characters.extend(raw[at : found.start()])
        places.extend(range(at, found.start()))
        characters.append(chr(int((found.lastgroup or "c29")[1:])))
        places.append(found.start())
        at, spelled = found.end(), True
    characters.extend(raw[at:end])
    places.extend(range(at, end))
    places.append(end)
    return Payload(raw, "".join(characters), tuple(places), symbology, spelled)


def symbology_name(code: str) -> str:
    """The name of a symbology by its AIM identifier without the bracket, "" where it is not known."""
    return _AIM.get(code[:1], "")
