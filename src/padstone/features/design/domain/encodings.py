"""In which encoding a text file was written: decided by evidence, which is told, and doubted where it is
thin.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from padstone.features.design.domain.sources import zero_side
from padstone.features.design.domain.vocabulary import knows

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16 LE"),
    (b"\xfe\xff", "utf-16", "UTF-16 BE"),
)
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_WORDS: Final = re.compile(r"[^\s,;|\"']+")
_EXAMINED: Final = 200_000
_CERTAIN: Final = 0.25
"""How far ahead the best encoding must be to stand without a doubt."""

_LATIN: Final = frozenset("µ°±²³ØøΩ×·–—‘’“”•…®™€§½¼äöüÄÖÜßéèêëàâáçñóòôíìîúùûåæÅÆÉÈÊÀÂÁÇÑÓÔÚ\u00a0«»")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding's name for a person, what speaks for it, and whether that is enough."""

    name: str
    evidence: str
    certain: bool = True
    rival: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: Encoding


def decode(content: bytes) -> Decoded:
    """The text of a file: a byte order mark decides, then valid UTF-8, then which old encoding makes words of
    it.

    Bytes that the encoding does not know come back as U+FFFD, never as an error.
    """
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return Decoded(content.decode(codec, "replace"), Encoding(name, "a byte order mark"))
    if (side := zero_side(content)) is not None:
        codec, name = (("utf-16-be", "UTF-16 BE"), ("utf-16-le", "UTF-16 LE"))[side]
        return Decoded(content.decode(codec, "replace"), Encoding(name, "every other byte is zero"))
    if content.isascii():
        return Decoded(content.decode("ascii"), Encoding("UTF-8", "plain ASCII"))
    try:
        return Decoded(content.decode("utf-8"), Encoding("UTF-8", "every byte is valid UTF-8"))
    except UnicodeDecodeError as error:
        if _mostly_utf8(content):
            text = content.decode("utf-8", "replace")
            evidence = f"nearly all of it is valid UTF-8; byte {error.start + 1} is not"
            return Decoded(text, Encoding("UTF-8", evidence))
    return _by_words(content)


def _mostly_utf8(content: bytes) -> bool:
    """Whether most lines beyond ASCII are valid UTF-8: old encodings hardly ever are; the rest is damage."""
    lines = [line for line in content[:_EXAMINED].splitlines() if not line.isascii()]
    broken = sum("\ufffd" in line.decode("utf-8", "replace") for line in lines)
    return broken * 2 <= len(lines) and broken < len(lines)


def _by_words(content: bytes) -> Decoded:
    ranked = sorted(
        ((score(content[:_EXAMINED]), order, name, codec) for order, (name, codec, score) in enumerate(_OLD)),
        key=lambda entry: (-entry[0], entry[1]),
    )
    (best, _, name, codec), (second, _, rival, _) = ranked[:2]
    certain = best - second >= _CERTAIN
    return Decoded(
        content.decode(codec, "replace"),
        Encoding(name, _evidence(name, content), certain, "" if certain else rival),
    )


def _evidence(name: str, content: bytes) -> str:
    count = sum(byte > 127 for byte in content[:_EXAMINED])
    return f"not UTF-8; its {count} bytes beyond ASCII make sense as {name}"


def _chinese(content: bytes) -> float:
    return _double_byte(content, "gb18030", _is_common_chinese)


def _japanese(content: bytes) -> float:
    return _double_byte(content, "cp932", _is_common_japanese)


def _double_byte(content: bytes, codec: str, common: Callable[[str], bool]) -> float:
    """Among the characters beyond ASCII: how many are common ones, with known column names as a bonus."""
    try:
        text = content.decode(codec, "strict" if len(content) < _EXAMINED else "ignore")
    except UnicodeDecodeError:
        return -1.0
    foreign = [character for character in text if not character.isascii()]
    if not foreign:
        return -1.0
    share = sum(map(common, foreign)) / len(foreign)
    if (
        codec == "cp932"
        and len(foreign) > 2
        and all("\uff61" <= character <= "\uff9f" for character in foreign)
    ):
        share = 1.0  # half-width katakana and nothing else: old Japanese tools write so
    return share - _lonely(content) + _known_names(text)


def _is_common_chinese(character: str) -> bool:
    try:
        lead = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    # Rows 16–55 of GB 2312 are the 3,755 characters of daily use; rows 1–9 its punctuation, letters and kana.
    return 0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA9


def _is_common_japanese(character: str) -> bool:
    if "\u3040" <= character <= "\u30ff" or "\uff01" <= character <= "\uff5e":
        return True
    if "\uff61" <= character <= "\uff9f":
        return False
    try:
        encoded = character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return 0x81 <= encoded[0] <= 0x97


def _lonely(content: bytes) -> float:
    """The share of bytes beyond ASCII that stand alone between ASCII letters, as accents and µ do."""
    runs = _HIGH_RUN.findall(content)
    return sum(len(run) == 1 for run in runs) / max(len(runs), 1) * 0.5


def _western(content: bytes) -> float:
    return _single_byte(content, "cp1252", mac=False)


def _macintosh(content: bytes) -> float:
    return _single_byte(content, "mac_roman", mac=True)


def _single_byte(content: bytes, codec: str, *, mac: bool) -> float:
    text = content.decode(codec, "replace")
    foreign = [character for character in text if not character.isascii()]
    share = sum(character in _LATIN for character in foreign) / max(len(foreign), 1)
    runs = _HIGH_RUN.findall(content)
    long_runs = sum(len(run) > 3 and len(set(run)) > 1 for run in runs) / max(len(runs), 1)
    carriage = b"\r" in content and b"\n" not in content
    return share - long_runs + (0.4 if carriage is mac else -0.4 if mac else 0.0) + _known_names(text)


def _known_names(text: str) -> float:
    """Column names beyond ASCII that the vocabulary knows: strong evidence."""
    words = {word for word in _WORDS.findall(text[:5_000]) if not word.isascii()}
    return min(sum(knows(word) for word in words), 4) * 0.5


_OLD: Final = (
    ("Windows-1252 (Latin-1)", "cp1252", _western),
    ("GB18030", "gb18030", _chinese),
    ("Shift-JIS", "cp932", _japanese),
    ("Mac OS Roman", "mac_roman", _macintosh),
)
