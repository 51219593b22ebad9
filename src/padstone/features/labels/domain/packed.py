"""Payloads whose fields run into one another: every way to cut them is tried, and only one may fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from padstone.features.labels.domain.data_identifiers import COMPONENT_LABEL, TABLE
from padstone.features.labels.domain.forms import LONGEST_TEXT, read
from padstone.features.labels.domain.layouts import LAYOUTS, Layout, Slot

Cut = tuple[tuple[str, int, int], ...]
"""A way to cut a text: identifier, where its field begins (identifier included), where it ends."""

LONGEST: Final = 900
_MOST_STEPS: Final = 40_000
_MOST_FOUND: Final = 6


class TooManyWays(Exception):
    """The search was given up: there are too many ways to cut the text."""


@dataclass(slots=True)
class _Search:
    steps: int = _MOST_STEPS

    def step(self) -> None:
        self.steps -= 1
        if self.steps <= 0:
            raise TooManyWays


@dataclass(frozen=True, slots=True)
class ByLayout:
    """How a text fits the known layouts. ``bare``: it fits, but with a part number of digits alone."""

    layout: str
    cuts: tuple[Cut, ...]
    bare: bool = False


def by_layouts(text: str, *, headed: bool, joint: str = "") -> ByLayout | None:
    """Every way in which a text is a known layout, the most telling layouts first; None where it is none."""
    for rank in (0, 1):
        found: list[tuple[Layout, Cut]] = []
        for layout in LAYOUTS:
            if layout.rank == rank and _applies(layout, headed=headed, joint=joint):
                found += [(layout, cut) for cut in _fitting(layout, text, joint)]
        if found:
            cuts = tuple(dict.fromkeys(cut for _, cut in found))
            bare = any(_is_bare(layout, text, cut) for layout, cut in found)
            return ByLayout(found[0][0].name, cuts, bare)
    return None


def _applies(layout: Layout, *, headed: bool, joint: str) -> bool:
    if layout.joint:
        return layout.joint == joint and layout.headed == headed
    return headed or not layout.headed


@dataclass(slots=True)
class _ByLayout:
    """The search by one layout. ``dead`` are places from which no way leads to the end."""

    layout: Layout
    text: str
    joint: str
    search: _Search = field(default_factory=_Search)
    dead: set[tuple[int, int]] = field(default_factory=set)

    def ways(self, number: int = 0, at: int = 0) -> Iterator[Cut]:
        self.search.step()
        if number == len(self.layout.slots):
            if at == len(self.text):
                yield ()
            return
        if (number, at) in self.dead:
            return
        alive = False
        for way in self._with_slot(number, at):
            alive = True
            yield way
        if not alive:
            self.dead.add((number, at))

    def _with_slot(self, number: int, at: int) -> Iterator[Cut]:
        slot = self.layout.slots[number]
        begins = at + len(self.joint) if at else 0
        if self.text.startswith((self.joint if at else "") + slot.identifier, at):
            for end in self._ends(slot, begins + len(slot.identifier)):
                for rest in self.ways(number + 1, end):
                    yield ((slot.identifier, begins, end), *rest)
        if slot.optional:
            yield from self.ways(number + 1, at)

    def _ends(self, slot: Slot, start: int) -> Iterator[int]:
        for end in range(start, min(len(self.text), start + LONGEST_TEXT) + 1):
            if self.joint and end < len(self.text) and not self.text.startswith(self.joint, end):
                continue
            if slot.pattern.fullmatch(self.text, start, end):
                yield end


def _fitting(layout: Layout, text: str, joint: str) -> list[Cut]:
    return list(islice(_ByLayout(layout, text, joint).ways(), _MOST_FOUND))


def _is_bare(layout: Layout, text: str, cut: Cut) -> bool:
    landmarks = {slot.identifier for slot in layout.slots if slot.landmark}
    return any(
        code in landmarks and not any(map(str.isalpha, text[at + len(code) : end])) for code, at, end in cut
    )


@dataclass(frozen=True, slots=True)
class Readings:
    """The ways found. ``all_of_them`` is False where the search ended before it was through."""

    cuts: tuple[Cut, ...]
    all_of_them: bool


def by_table(text: str, joint: str = "") -> Readings:
    """Ways to cut a text by the whole table of identifiers; those of component labels alone come first.

    No identifier is used twice, no text is empty, and each is of its identifier's form. Where a ``joint``
    stands between fields, texts may hold it too, but for those that never hold spaces where it is one.
    """
    usual = _by_codes(text, joint, sorted(COMPONENT_LABEL))
    if len(usual.cuts) > 1:
        return usual
    whole = _by_codes(text, joint, list(TABLE))
    cuts = tuple(dict.fromkeys((*usual.cuts, *whole.cuts)))
    return Readings(cuts[:_MOST_FOUND], whole.all_of_them)


class _ByTable:
    """The search by the table. What cannot come to the text's end is known before it begins."""

    def __init__(self, text: str, joint: str, codes: Sequence[str]) -> None:
        self.text = text
        self.joint = joint
        self.search = _Search()
        self.starting = {
            at: found
            for at in range(len(text))
            if (found := tuple(code for code in codes if text.startswith(code, at)))
        }
        self.onward: dict[int, tuple[tuple[str, int], ...]] = {}
        for at in sorted(self.starting, reverse=True):
            if at == 0 or not joint or text.startswith(joint, at - len(joint)):
                self.onward[at] = tuple(self._steps(at))

    def _steps(self, at: int) -> Iterator[tuple[str, int]]:
        """The fields that may stand here: identifier, and where the next would begin."""
        for code in self.starting[at]:
            start = at + len(code)
            form = TABLE[code].form
            spaced = form == "text" and (code not in _UNSPACED or self.joint != " ")
            for following in (*self._beginnings(start + 1), len(self.text)):
                end = following - len(self.joint) if following < len(self.text) else following
                self.search.step()
                if end <= start or end - start > LONGEST_TEXT:
                    continue
                said = self.text[start:end]
                if self.joint and not spaced and self.joint in said:
                    break
                if form == "text" or read(form, said) is not None:
                    yield code, following

    def _beginnings(self, after: int) -> Iterator[int]:
        """Where a field may begin from which there is a way to the end."""
        return (at for at in range(after, len(self.text)) if self.onward.get(at))

    def ways(self, at: int = 0, used: frozenset[str] = frozenset()) -> Iterator[Cut]:
        self.search.step()
        for code, following in self.onward.get(at, ()):
            if code in used:
                continue
            if following == len(self.text):
                yield ((code, at, following),)
                continue
            end = following - len(self.joint)
            for rest in self.ways(following, used | {code}):
                yield ((code, at, end), *rest)


_UNSPACED: Final = frozenset({"1P", "30P", "31P", "1T", "9D", "3S"})
"""Part numbers of makers, lots and package numbers have no spaces, where their fields are joined by them."""


def _by_codes(text: str, joint: str, codes: Sequence[str]) -> Readings:
    found: list[Cut] = []
    try:
        for cut in _ByTable(text, joint, codes).ways():
            found.append(cut)
            if len(found) >= _MOST_FOUND:
                return Readings(tuple(found), all_of_them=False)
    except TooManyWays:
        return Readings(tuple(found), all_of_them=False)
    return Readings(tuple(found), all_of_them=True)
