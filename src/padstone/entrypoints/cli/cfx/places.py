"""Where in a text a place of a message is: from `Units[2].Status` to a line and a column.

The text may be almost JSON, as senders write it: missing and superfluous commas, comments and bare words do
not lead the search astray; anything worse ends it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_BETWEEN = re.compile(r"(?:[\s,\ufeff\x00]|//[^\r\n]*|/\*.*?\*/)+", re.DOTALL)
_TEXT = re.compile(
    r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|["\u201c\u201d](?:[^"\u201c\u201d\\\n]|\\.)*["\u201c\u201d]"""
)
_WORD = re.compile(r"[^\s,:{}\[\]\"'\u201c\u201d]+")
_COLON = re.compile(r"\s*:")
_STEP = re.compile(r"\[(\d+)\]|\.?([^.\[]+)")
_JOINTS = dict.fromkeys(map(ord, "_- "))


class Place(NamedTuple):
    """Line and column, both from 1; columns count characters."""

    line: int
    column: int


def place_at(text: str, at: int) -> Place:
    return Place(text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)


def find(text: str, path: str) -> int | None:
    """Where the value at a path begins; None where the text is no JSON on the way to it, or has no such
    place. A name counts in any letter case, if none is exactly that.
    """
    at: int | None = _skip(text, 0)
    while at is not None and path:
        found = _into_list(text, at, path) if path.startswith("[") else _into_object(text, at, path)
        if found is None:
            return None
        at, path = found
    return at


def _into_list(text: str, at: int, path: str) -> tuple[int, str] | None:
    step = _STEP.match(path)
    if text[at : at + 1] != "[" or step is None or step[1] is None:
        return None
    inner: int | None = _skip(text, at + 1)
    for _ in range(int(step[1])):
        inner = _after(text, inner) if inner is not None else None
    if inner is None or text[inner : inner + 1] in ("]", ""):
        return None
    return inner, path[step.end() :]


def _into_object(text: str, at: int, path: str) -> tuple[int, str] | None:
    """A name may hold dots, so the names that are there are tried against the path, and not the other way."""
    if text[at : at + 1] != "{":
        return None
    path = path.removeprefix(".")
    step = _STEP.match(path)
    wanted = _folded(step[2]) if step is not None and step[2] else ""
    nearly: tuple[int, str] | None = None
    inner: int | None = _skip(text, at + 1)
    while inner is not None and text[inner : inner + 1] not in ("}", ""):
        name, end = _name(text, inner)
        colon = _COLON.match(text, end)
        if not name or colon is None:
            return nearly
        value = _skip(text, colon.end())
        if path.startswith(name) and path[len(name) : len(name) + 1] in ("", ".", "["):
            return value, path[len(name) :]
        if nearly is None and step is not None and _folded(name) == wanted:
            nearly = (value, path[step.end() :])
        inner = _after(text, value)
    return nearly


def _name(text: str, at: int) -> tuple[str, int]:
    if found := _TEXT.match(text, at):
        return found[0][1:-1], found.end()
    if found := _WORD.match(text, at):
        return found[0], found.end()
    return "", at


def _after(text: str, at: int) -> int | None:
    """Where the next value or name begins, after the one at `at`."""
    open_ = 0
    while at < len(text):
        letter = text[at]
        if letter in "{[":
            open_, at = open_ + 1, at + 1
        elif letter in "}]":
            open_, at = open_ - 1, at + 1
        elif found := _TEXT.match(text, at) or _WORD.match(text, at):
            at = found.end()
        elif letter == ":" and open_:
            at += 1
        else:
            return None
        if open_ < 0:
            return None
        at = _skip(text, at)
        if not open_:
            return at
    return None


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _folded(name: str) -> str:
    return name.casefold().translate(_JOINTS)
