"""Packages that were corrected or split off: their names from message to message, and whence they came.

What ``materials.lookups`` finds out for one journal number, found out for all of them at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from padstone.features.materials import whole
from padstone.features.materials.domain import PackageEventKind

_AT_ONCE = 500


class Name(NamedTuple):
    """The columns of ``package_names``, from the lot on."""

    lot: str
    date_code: str
    supplier: str
    manufacturer: str
    manufacturer_part_number: str


class _Split(NamedTuple):
    journal_no: int
    parent: int


class _Correction(NamedTuple):
    journal_no: int
    lot: str
    date_code: str
    supplier: str


class Lineage:
    """All splits and corrections. They are held in memory, some hundred bytes each: packages that are split
    or corrected are few.
    """

    def __init__(self) -> None:
        self._parents: dict[int, list[_Split]] = defaultdict(list)
        for child, parent, journal_no in (
            whole.splits().order_by("pk").values_list("child_id", "parent_id", "journal_no").iterator()
        ):
            self._parents[child].append(_Split(journal_no, parent))
        self._corrections: dict[int, list[_Correction]] = defaultdict(list)
        named = whole.package_events().filter(kind=PackageEventKind.MODIFIED).exclude(lot=None, date_code="")
        values = named.order_by("at", "pk").values_list(
            "package_id", "journal_no", "lot__code", "date_code", "lot__supplier__name"
        )
        for package, journal_no, lot, date_code, supplier in values.iterator():
            self._corrections[package].append(_Correction(journal_no, lot or "", date_code, supplier or ""))

    def ancestors(self) -> Iterator[tuple[int, int, int]]:
        """Package, ancestor, and the message by which the whole way between them is known: of several ways
        the one that is known first.
        """
        for package in sorted(self._parents):
            known: dict[int, int] = {}
            waiting = {package: 0}
            while waiting:
                here = min(waiting, key=lambda one: (waiting[one], one))
                known[here] = since = waiting.pop(here)
                for split in self._parents.get(here, ()):
                    if split.parent not in known:
                        then = max(since, split.journal_no)
                        waiting[split.parent] = min(then, waiting.get(split.parent, then))
            del known[package]
            yield from sorted((package, ancestor, since) for ancestor, since in known.items())

    def names(self) -> Iterator[tuple[int, int, Name]]:
        """Package, from which message on, and what it is called from then on."""
        packages = sorted(self._parents.keys() | self._corrections.keys())
        for first in range(0, len(packages), _AT_ONCE):
            some = packages[first : first + _AT_ONCE]
            lines = {package: self._line(package) for package in some}
            own = _own_names({one for line in lines.values() for one in line})
            for package, line in lines.items():
                before = own[package]
                for journal_no in sorted(self._changes(line)):
                    name = self._name(package, own, journal_no)
                    if name != before:
                        yield package, journal_no, name
                        before = name

    def _line(self, package: int) -> set[int]:
        """The package and all above it."""
        line, waiting = {package}, [package]
        while waiting:
            above = {split.parent for split in self._parents.get(waiting.pop(), ())} - line
            line |= above
            waiting += above
        return line

    def _changes(self, line: Iterable[int]) -> set[int]:
        return {
            one.journal_no
            for package in line
            for one in (*self._parents.get(package, ()), *self._corrections.get(package, ()))
        }

    def _name(self, package: int, own: Mapping[int, Name], as_of: int) -> Name:
        """As ``materials.lookups.package_names``: corrections first; without a lot, the nearest above that
        has one fills what is empty.
        """
        name = self._corrected(package, own, as_of)
        seen = {package}
        here = package
        while not name.lot:
            parent = next(
                (split.parent for split in self._parents.get(here, ()) if split.journal_no <= as_of), None
            )
            if parent is None:
                return name
            above = self._corrected(parent, own, as_of)
            if above.lot:
                return Name(*(mine or its for mine, its in zip(name, above, strict=True)))
            if parent in seen:
                return name
            seen.add(parent)
            here = parent
        return name

    def _corrected(self, package: int, own: Mapping[int, Name], as_of: int) -> Name:
        name = own[package]
        for one in self._corrections.get(package, ()):
            if one.journal_no <= as_of:
                name = name._replace(lot=one.lot, date_code=one.date_code, supplier=one.supplier)
        return name


def _own_names(ids: set[int]) -> dict[int, Name]:
    ordered = sorted(ids)
    names = {}
    for first in range(0, len(ordered), _AT_ONCE):
        rows = whole.packages().filter(pk__in=ordered[first : first + _AT_ONCE])
        for pk, *texts in rows.values_list(
            "pk", "lot__code", "date_code", "lot__supplier__name", "manufacturer", "manufacturer_part_number"
        ):
            names[pk] = Name(*(text or "" for text in texts))
    return names
