"""What changed between two revisions, told as an engineer would write it into a change order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import Bill, BillLine, MakerPart
from padstone.features.design.domain.designators import joined, natural_key
from padstone.features.design.domain.placement import FULL_TURN, Placed, Placement

MOVED_FROM: Final = Decimal("0.01")
"""Millimetres: below this a place is the same, whatever a tool rounded."""

TURNED_FROM: Final = Decimal("0.1")
"""Degrees."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a stable code, what it concerns, how it was and is, and the sentence.

    ``line_before`` and ``line_after`` are indexes into the lines (or places) of the two revisions, -1 where
    none.
    """

    code: str
    designators: tuple[str, ...]
    before: str
    after: str
    text: str
    line_before: int = -1
    line_after: int = -1


def compare_bills(before: Bill, after: Bill) -> tuple[Change, ...]:
    """Every difference between two bills.

    Codes: line_added, line_removed, designator_added, designator_removed, designator_moved, part_changed,
    alternate_added, alternate_removed, quantity_changed, now_fitted, no_longer_fitted, text_changed. Lines
    are the same where they share a part, or else most of their designators; how they are ordered does not
    matter.
    """
    comparison = _Comparison(before, after)
    return tuple(comparison.changes())


@dataclass(slots=True)
class _Comparison:
    before: Bill
    after: Bill
    pairs: dict[int, int] = field(default_factory=dict)
    of_before: dict[str, int] = field(default_factory=dict)
    of_after: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of_before, self.of_after = _claims(self.before), _claims(self.after)
        self._pair()

    def _pair(self) -> None:
        """The line that each line became: by part and designators, then by designators, then by part."""
        taken: set[int] = set()
        for rule in (_same_part_and_place, _mostly_same_place, _same_part):
            waiting = _index(self.after, taken)
            for index, line in enumerate(self.before.lines):
                if index in self.pairs:
                    continue
                found = rule(line, self.after, waiting)
                if found is not None and found not in taken:
                    self.pairs[index] = found
                    taken.add(found)

    def changes(self) -> Iterator[Change]:
        kept = set(self.pairs.values())
        for index, line in enumerate(self.before.lines):
            if index not in self.pairs:
                yield Change(
                    "line_removed",
                    line.designators,
                    told(line),
                    "",
                    f"{told(line)} removed{_where(line)}.",
                    index,
                )
        for index, line in enumerate(self.after.lines):
            if index not in kept:
                yield from self._added(index, line)
        for old, new in sorted(self.pairs.items(), key=lambda pair: pair[1]):
            yield from self._line(old, new)

    def _added(self, index: int, line: BillLine) -> Iterator[Change]:
        state = "" if line.fitted else ", not to be fitted"
        text = f"{told(line)} added{_where(line)}{state}."
        yield Change("line_added", line.designators, "", told(line), text, -1, index)
        yield from self._moved(
            index, line, [name for name in line.designators if name.casefold() in self.of_before]
        )

    def _line(self, old: int, new: int) -> Iterator[Change]:
        before, after = self.before.lines[old], self.after.lines[new]
        yield from self._parts(old, new, before, after)
        yield from self._places(old, new, before, after)
        if before.fitted != after.fitted:
            code = "now_fitted" if after.fitted else "no_longer_fitted"
            names = joined(after.designators) or told(after)
            text = f"{names}: {'now fitted' if after.fitted else 'no longer fitted'} ({told(after)})."
            yield Change(code, after.designators, _state(before), _state(after), text, old, new)
        if before.quantity != after.quantity and (before.fitted or after.fitted):
            was, now = f"{before.quantity.normalize():f}", f"{after.quantity.normalize():f}"
            text = f"{told(after)}: quantity {was} → {now}."
            yield Change("quantity_changed", after.designators, was, now, text, old, new)
        yield from self._alternates(old, new, before, after)
        for name, was, now in _texts(before, after):
            text = f"{joined(after.designators, 5) or told(after)}: {name} “{was}” → “{now}”."
            yield Change("text_changed", after.designators, was, now, text, old, new)

    def _parts(self, old: int, new: int, before: BillLine, after: BillLine) -> Iterator[Change]:
        if _part_key(before) == _part_key(after):
            return
        was, now = _part(before), _part(after)
        names = joined(after.designators) or after.description
        text = f"{names}: {was or 'no part'} → {now or 'no part'}."
        yield Change("part_changed", after.designators, was, now, text, old, new)

    def _places(self, old: int, new: int, before: BillLine, after: BillLine) -> Iterator[Change]:
        had = {name.casefold() for name in before.designators}
        has = {name.casefold() for name in after.designators}
        new_here = [name for name in after.designators if name.casefold() not in had]
        added = [name for name in new_here if name.casefold() not in self.of_before]
        if added:
            yield Change(
                "designator_added",
                _ordered(added),
                "",
                told(after),
                f"{joined(added)} added to {told(after)}.",
                old,
                new,
            )
        yield from self._moved(new, after, [name for name in new_here if name.casefold() in self.of_before])
        gone = [
            name
            for name in before.designators
            if name.casefold() not in has and not self._goes_elsewhere(name, old)
        ]
        if gone:
            yield Change(
                "designator_removed",
                _ordered(gone),
                told(before),
                "",
                f"{joined(gone)} removed from {told(before)}.",
                old,
                new,
            )

    def _moved(self, new: int, after: BillLine, names: list[str]) -> Iterator[Change]:
        """Designators that stood on another line, one change for each line that they come from."""
        origins: dict[int, list[str]] = {}
        for name in names:
            origins.setdefault(self.of_before[name.casefold()], []).append(name)
        for origin, moved in origins.items():
            line = self.before.lines[origin]
            text = f"{joined(moved)} moved from {told(line)} to {told(after)}{_moved_state(line, after)}."
            yield Change("designator_moved", _ordered(moved), told(line), told(after), text, origin, new)

    def _goes_elsewhere(self, name: str, old: int) -> bool:
        """Whether a designator moved from this line to another; one that two lines claimed only leaves one of
        them.
        """
        return name.casefold() in self.of_after and self.of_before[name.casefold()] == old

    def _alternates(self, old: int, new: int, before: BillLine, after: BillLine) -> Iterator[Change]:
        had = {_maker_key(maker): maker for maker in before.alternates}
        has = {_maker_key(maker): maker for maker in after.alternates}
        where = joined(after.designators, 5) or told(after)
        for key, maker in has.items():
            if key not in had:
                text = f"{told_maker(maker)} added as an alternate to {told(after)} ({where})."
                yield Change("alternate_added", after.designators, "", told_maker(maker), text, old, new)
        for key, maker in had.items():
            if key not in has:
                text = f"{told_maker(maker)} removed from the alternates to {told(after)} ({where})."
                yield Change("alternate_removed", after.designators, told_maker(maker), "", text, old, new)


@dataclass(slots=True)
class _Waiting:
    """The lines of the later bill that no line has become yet, by part and by designator."""

    by_part: dict[tuple[str, ...], list[int]]
    by_place: dict[str, int]


def _index(bill: Bill, taken: set[int]) -> _Waiting:
    waiting = _Waiting({}, {})
    for index, line in enumerate(bill.lines):
        if index not in taken:
            waiting.by_part.setdefault(_part_key(line), []).append(index)
            for name in line.designators:
                waiting.by_place.setdefault(name.casefold(), index)
    return waiting


def _same_part_and_place(line: BillLine, bill: Bill, waiting: _Waiting) -> int | None:
    candidates = waiting.by_part.get(_part_key(line), [])
    if not line.designators:
        same = [index for index in candidates if not bill.lines[index].designators]
        return same.pop(0) if same and _take(candidates, same[0]) else None
    votes = _votes(line, waiting)
    shared = [(count, -index) for index, count in votes.items() if index in candidates]
    return -max(shared)[1] if shared else None


def _take(candidates: list[int], index: int) -> bool:
    candidates.remove(index)
    return True


def _mostly_same_place(line: BillLine, bill: Bill, waiting: _Waiting) -> int | None:
    votes = _votes(line, waiting)
    if not votes:
        return None
    count, negative = max((count, -index) for index, count in votes.items())
    smaller = min(len(line.designators), len(bill.lines[-negative].designators))
    return -negative if count * 2 > smaller and line.fitted == bill.lines[-negative].fitted else None


def _same_part(line: BillLine, bill: Bill, waiting: _Waiting) -> int | None:
    if not line.part:
        return None
    candidates = [
        index for index in waiting.by_part.get(_part_key(line), []) if bill.lines[index].fitted == line.fitted
    ]
    return candidates[0] if candidates else None


def _votes(line: BillLine, waiting: _Waiting) -> Mapping[int, int]:
    votes: dict[int, int] = {}
    for name in line.designators:
        index = waiting.by_place.get(name.casefold())
        if index is not None:
            votes[index] = votes.get(index, 0) + 1
    return votes


def _claims(bill: Bill) -> dict[str, int]:
    """Which line each designator stands on; the first where two claim it."""
    found: dict[str, int] = {}
    for index, line in enumerate(bill.lines):
        for name in line.designators:
            found.setdefault(name.casefold(), index)
    return found


def _part_key(line: BillLine) -> tuple[str, ...]:
    """What makes a part the same: its number and its maker's; without either, value, footprint and
    description.
    """
    if line.mpn or line.part_number:
        return (line.part_number.casefold(), line.mpn.casefold())
    return ("", "", line.value.casefold(), line.footprint.casefold(), line.description.casefold())


def _part(line: BillLine) -> str:
    named = " ".join(filter(None, (line.manufacturer, line.mpn)))
    if line.part_number and line.part_number != line.mpn:
        return f"{line.part_number} ({named})" if named else line.part_number
    return named or told(line)


def _maker_key(maker: MakerPart) -> tuple[str, str]:
    return (maker.number.casefold(), "" if maker.number else maker.description.casefold())


def told_maker(maker: MakerPart) -> str:
    """“Murata GRM21BR71A106KE51L”, or the description of an alternate that has no number."""
    return " ".join(filter(None, (maker.manufacturer, maker.number))) or maker.description


def told(line: BillLine) -> str:
    """What a line is called in a sentence."""
    return line.part or (
        "the line without a part" if not line.designators else f"the line of {joined(line.designators, 3)}"
    )


def _where(line: BillLine) -> str:
    return f" ({joined(line.designators)})" if line.designators else ""


def _state(line: BillLine) -> str:
    return "fitted" if line.fitted else "not fitted"


def _moved_state(before: BillLine, after: BillLine) -> str:
    if before.fitted == after.fitted:
        return ""
    return ", now fitted" if after.fitted else ", no longer fitted"


def _texts(before: BillLine, after: BillLine) -> Iterator[tuple[str, str, str]]:
    pairs = (
        ("description", before.description, after.description),
        ("value", before.value, after.value),
        ("footprint", before.footprint, after.footprint),
        (
            "manufacturer",
            before.manufacturer,
            after.manufacturer if before.mpn == after.mpn else before.manufacturer,
        ),
        ("comment", before.comment, after.comment),
        ("variants", ", ".join(before.variants), ", ".join(after.variants)),
        ("assembly", before.assembly, after.assembly),
        ("client-supplied", _yes(flag=before.client_supplied), _yes(flag=after.client_supplied)),
        ("attrition", _percent(before.attrition), _percent(after.attrition)),
    )
    return ((name, was, now) for name, was, now in pairs if was != now)


def _yes(*, flag: bool) -> str:
    return "yes" if flag else "no"


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f} %"


def _ordered(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=natural_key))


def compare_placements(before: Placement, after: Placement) -> tuple[Change, ...]:
    """Every difference between two placements.

    Codes: placed_added, placed_removed, moved (by 0.01 mm or more), turned (by 0.1° or more), side_changed,
    package_changed.
    """
    had = {
        entry.designator.casefold(): (index, entry)
        for index, entry in reversed(list(enumerate(before.placed)))
    }
    has = {
        entry.designator.casefold(): (index, entry)
        for index, entry in reversed(list(enumerate(after.placed)))
    }
    changes: list[Change] = []
    for key in sorted(had.keys() - has.keys(), key=natural_key):
        index, entry = had[key]
        text = f"{entry.designator} no longer placed."
        changes.append(Change("placed_removed", (entry.designator,), _spot(entry), "", text, index))
    for key in sorted(has.keys() - had.keys(), key=natural_key):
        index, entry = has[key]
        text = f"{entry.designator} placed at {_spot(entry)}."
        changes.append(Change("placed_added", (entry.designator,), "", _spot(entry), text, -1, index))
    for key in sorted(had.keys() & has.keys(), key=natural_key):
        changes += _replaced(*had[key], *has[key])
    return tuple(changes)


def _replaced(old: int, before: Placed, new: int, after: Placed) -> Iterator[Change]:
    name = (after.designator,)
    if before.side is not after.side:
        text = f"{after.designator}: {before.side.value} → {after.side.value}."
        yield Change("side_changed", name, before.side.value, after.side.value, text, old, new)
    if abs(before.x - after.x) >= MOVED_FROM or abs(before.y - after.y) >= MOVED_FROM:
        text = f"{after.designator} moved from {_spot(before)} to {_spot(after)}."
        yield Change("moved", name, _spot(before), _spot(after), text, old, new)
    turn = abs(before.rotation - after.rotation) % FULL_TURN
    if min(turn, FULL_TURN - turn) >= TURNED_FROM:
        was, now = f"{before.rotation.normalize():f}°", f"{after.rotation.normalize():f}°"
        yield Change("turned", name, was, now, f"{after.designator}: turned {was} → {now}.", old, new)
    if before.package != after.package:
        text = f"{after.designator}: package “{before.package}” → “{after.package}”."
        yield Change("package_changed", name, before.package, after.package, text, old, new)


def _spot(entry: Placed) -> str:
    return f"{entry.x.normalize():f}, {entry.y.normalize():f} mm"
