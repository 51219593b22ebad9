"""Reference designators as people write them into one cell: lists, ranges, line wraps, slips of the pen."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from padstone.features.design.domain.fitting import is_not_fitted
from padstone.features.design.domain.limits import LONGEST_DESIGNATOR, LONGEST_RANGE, MOST_IN_A_CELL
from padstone.features.design.domain.numbers import printable

_SEPARATOR: Final = re.compile(r"[,;|、，；\r\n]+")
ORDINARY: Final = re.compile(r"[A-Za-z]{1,6}[0-9]{1,6}[A-Za-z]?")
_LOOSE: Final = re.compile(
    r"[A-Za-z_][\w&+*$~.\-]*[0-9]+[\w&+*.\-]*(?:/\w+)?|[A-Za-z_][\w&+*$~\-]{1,40}|[0-9]{1,6}[A-Za-z]{1,3}[0-9]{0,6}"
)
_RANGE: Final = re.compile(
    r"([A-Za-z_]+)([0-9]{1,9})(?:[-–—‐‑−~∼〜…:]|\.{2,3}|to|TO|bis)([A-Za-z_]*)([0-9]{1,9})"
)
_GATES: Final = re.compile(r"([A-Za-z]+[0-9]+)([A-Z])[-–—~](?:\1)?([A-Z])")
_BARE: Final = re.compile(r"([0-9]{1,6})(?:[-–—~]([0-9]{1,6}))?")
_PREFIX: Final = re.compile(r"([A-Za-z_]+)[0-9]{1,6}")
_COUNT: Final = re.compile(
    r"[\s,;]*[(\[]\s*(?:[x×]\s*)?([0-9]{1,5})\s*(?:[x×]|pcs|pc|stk|stück|ea|st|off|个|個)?\.?\s*[)\]]\s*",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(r"([A-Za-z_]+[0-9]+[A-Za-z]?)\s*(?:[(\[]([^()\[\]]{1,40})[)\]]|([*†‡]+))")
_QUOTED: Final = re.compile(r'"([^"]+)"|[^",;|、，；\r\n]+')
_JOINT: Final = re.compile(r"[./&+]")
_DIGITS: Final = re.compile(r"([0-9]+)")
_TAIL: Final = re.compile(r"(.*?)([0-9]+)")
_WORD_BETWEEN: Final = re.compile(r"\s+(?:and|und|et|to|bis|&|\+)\s+", re.IGNORECASE)
_SPAN_WORDS: Final = re.compile(r"(?<=[0-9])\s+(?:to|bis|thru|through|à)\s+(?=[A-Za-z])", re.IGNORECASE)


class Oddity(NamedTuple):
    """Something about a cell of designators that a person should know."""

    code: str
    text: str
    left_out: bool = False


class Designators(NamedTuple):
    """The designators of a cell in its own order, what was odd about it, and which of them it leaves off."""

    names: tuple[str, ...]
    oddities: tuple[Oddity, ...]
    left_off: tuple[str, ...] = ()


def read_designators(text: str) -> Designators:
    """The designators in a cell: commas, semicolons, bars, line ends or spaces part them; ``R1-R5`` means
    five.

    ``C1..C4``, ``R1 - R5``, ``R1~5`` and ``R1 to R5`` are ranges too. A designator that a line wrap cut in
    two (``R11 9``) is put together again, two that a dot joined (``R48.C127``) are taken apart, ``R1,2`` is
    R1 and R2, ``U1 (socket)`` is U1; a range that runs backwards or is too long, and text that is no
    designator, are left out: each with an oddity. ``R3 (DNP)`` is a name, and among ``left_off``.
    """
    names: list[str] = []
    oddities: list[Oddity] = []
    left_off: list[str] = []
    tidied = _SPAN_WORDS.sub("-", unicodedata.normalize("NFKC", printable(text)).replace("∼", "~"))
    tidied, counted = _without_count(tidied)
    pieces = _pieces(_WORD_BETWEEN.sub(",", tidied))
    for item, literal in pieces:
        if literal:
            names.append(item)
        elif item and not _as_remark(item, names, oddities, left_off) and not _as_bare(item, names, oddities):
            _read_item(item, names, oddities)
        if len(names) > MOST_IN_A_CELL:
            oddities.append(
                Oddity("designators_too_many", f"More than {MOST_IN_A_CELL} in one cell.", left_out=True)
            )
            break
    seen = Counter(names)
    if len(seen) < len(names):
        twice = sorted((name for name, times in seen.items() if times > 1), key=natural_key)[:10]
        oddities.append(Oddity("designator_twice_in_cell", f"{', '.join(twice)} stands twice; counted once."))
    if counted is not None and counted != len(seen):
        oddities.append(Oddity("designator_count", f"The cell counts {counted}, and names {len(seen)}."))
    return Designators(tuple(seen), tuple(oddities), tuple(left_off))


def _without_count(text: str) -> tuple[str, int | None]:
    """The cell without the count in brackets at its end, and that count."""
    start = text.rfind("(") if "(" in text else text.rfind("[")
    match = _COUNT.fullmatch(text, max(start - 1, 0)) if start > 0 else None
    return (text[:start].rstrip(" ,;"), int(match[1])) if match else (text, None)


def _as_remark(item: str, names: list[str], oddities: list[Oddity], left_off: list[str]) -> bool:
    """Whether the item is a name with something in brackets, or an asterisk, behind it."""
    match = _REMARK.fullmatch(item)
    if not match:
        return False
    names.append(match[1])
    if match[2] and is_not_fitted(match[2]):
        left_off.append(match[1])
        oddities.append(Oddity("left_off", f"“{item}”: {match[1]} alone is read as not to be fitted."))
    else:
        oddities.append(Oddity("designator_remark", f"“{item}” is read as {match[1]}."))
    return True


def _as_bare(item: str, names: list[str], oddities: list[Oddity]) -> bool:
    """Whether the item is numbers alone, which take the letters of the name before them: ``R1,2,5-7``."""
    match = _BARE.fullmatch(item.replace(" ", ""))
    before = _PREFIX.fullmatch(names[-1]) if names else None
    if not match or not before:
        return False
    first, last = int(match[1]), int(match[2] or match[1])
    if not 0 <= last - first < LONGEST_RANGE:
        return False
    names += [f"{before[1]}{number}" for number in range(first, last + 1)]
    oddities.append(Oddity("designator_prefix", f"“{item}” behind {before[0]} is read as {before[1]}{item}."))
    return True


def _pieces(text: str) -> list[tuple[str, bool]]:
    """The items of a cell, and whether quotation marks say that one is a name as it stands."""
    if '"' not in text:
        return [(" ".join(piece.split()).strip("'"), False) for piece in _SEPARATOR.split(text)]
    return [
        (match[1], True) if match[1] else (" ".join(match[0].split()).strip("'\""), False)
        for match in _QUOTED.finditer(text)
    ]


def _read_item(item: str, names: list[str], oddities: list[Oddity]) -> None:
    joined = item.replace(" ", "")
    if _as_range(joined, names, oddities):
        return
    if joined == item:
        _read_word(item, names, oddities)
        return
    words = item.split(" ")
    if all(ORDINARY.fullmatch(word) or _RANGE.fullmatch(word) for word in words):
        for word in words:
            if not _as_range(word, names, oddities):
                names.append(word)
    elif ORDINARY.fullmatch(joined) and not ORDINARY.fullmatch(words[-1]):
        names.append(joined)
        oddities.append(Oddity("designator_cut", f"“{item}” is read as {joined}."))
    elif all(_LOOSE.fullmatch(word) and _DIGITS.search(word) for word in words):
        names += words
    else:
        oddities.append(Oddity("no_designator", f"“{item}” is no designator.", left_out=True))


def _read_word(word: str, names: list[str], oddities: list[Oddity]) -> None:
    parts = _JOINT.split(word)
    if len(word) > LONGEST_DESIGNATOR:
        oddities.append(Oddity("designator_too_long", f"“{word[:40]}…” is no designator.", left_out=True))
    elif match := _GATES.fullmatch(word):
        letters = [chr(code) for code in range(ord(match[2]), ord(match[3]) + 1)]
        names += [match[1] + letter for letter in letters] or [word]
        oddities.append(Oddity("designator_range", f"“{word}” is read as {len(letters) or 1} names."))
    elif len(parts) > 1 and all(ORDINARY.fullmatch(part) for part in parts):
        names += parts
        oddities.append(Oddity("designators_joined", f"“{word}” is read as {' and '.join(parts)}."))
    elif _LOOSE.fullmatch(word) or not word.isascii() or word.startswith("#"):
        names.append(word)
    else:
        oddities.append(Oddity("no_designator", f"“{word}” is no designator.", left_out=True))


def _as_range(word: str, names: list[str], oddities: list[Oddity]) -> bool:
    """Whether the word was a range; ``J1-P2`` and ``X1-2A`` are none, but names."""
    match = _RANGE.fullmatch(word)
    if not match or match[3] not in {"", match[1]}:
        return False
    first, last = int(match[2]), int(match[4])
    if last < first or (not match[3] and len(match[4]) > len(match[2]) + 2):
        oddities.append(
            Oddity("designator_range", f"The range {word} runs backwards; none of it is read.", left_out=True)
        )
    elif last - first >= LONGEST_RANGE:
        oddities.append(
            Oddity("designator_range", f"The range {word} holds more than {LONGEST_RANGE}.", left_out=True)
        )
    else:
        if not match[3]:
            oddities.append(
                Oddity("designator_range", f"“{word}” is read as {match[1]}{first} to {match[1]}{last}.")
            )
        width = len(match[2]) if match[2].startswith("0") else 0
        names += [f"{match[1]}{number:0{width}d}" for number in range(first, last + 1)]
    return True


def looks_like_designators(text: str) -> bool:
    """Whether a cell could hold nothing but ordinary designators."""
    pieces = [piece for piece in re.split(r"[,;\s]+", text.strip()) if piece]
    return bool(pieces) and all(ORDINARY.fullmatch(piece) or _RANGE.fullmatch(piece) for piece in pieces)


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts R2 before R10."""
    return tuple(
        (0, int(part), part) if part.isdigit() else (1, 0, part.casefold())
        for part in _DIGITS.split(name)
        if part
    )


def write_designators(names: Sequence[str]) -> str:
    """The names as one text that reads back as the same names in the same order: ``R1-R3,R7``."""
    pieces: list[str] = []
    run: list[str] = []
    for name in [*names, ""]:
        if run and not (name and _follows(run[-1], name)):
            pieces += [f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(_spelled, run)
            run = []
        run = [*run, name] if run else [name]
    return ",".join(pieces)


def _spelled(name: str) -> str:
    """A name as it is written among others; in quotation marks where it would read as something else."""
    if ORDINARY.fullmatch(name) or read_designators(name) == ((name,), (), ()):
        return name
    return '"' + name.replace('"', "'") + '"'


def _follows(one: str, other: str) -> bool:
    first, second = _TAIL.fullmatch(one), _TAIL.fullmatch(other)
    return (
        first is not None
        and second is not None
        and first[1] == second[1]
        and first[1].isascii()
        and first[1].isalpha()
        and len(first[2]) <= 9
        and int(second[2]) == int(first[2]) + 1
        and not (first[2] + second[2]).startswith("0")
        and len(second[2]) <= 9
        and second[2][0] != "0"
    )


def joined(names: Iterable[str], most: int = 20) -> str:
    """For a sentence: the names in natural order, the first of many."""
    ordered = sorted(names, key=natural_key)
    rest = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return ", ".join(ordered[:most]) + rest
