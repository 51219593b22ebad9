from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Placement(NamedTuple):
    """One part on one designator, as a machine reported it.

    ``location`` and ``packages`` are ids. Several packages mean that the machine could not tell which of them
    it was. ``ticks`` is the time (see ``times``), None where none was reported. ``doubted``: the machine
    named the first of the packages, and a grey zone says that it may be of the other.
    """

    position: int
    designator: str
    location: int
    head: str
    nozzle: str
    packages: tuple[int, ...]
    ticks: int | None
    doubted: bool = False


class Columns(NamedTuple):
    """The placements of one report by their fields: the n-th of each column is of the n-th placement.

    Whole columns are compared in a fraction of the time that single placements take.
    """

    positions: tuple[int, ...] = ()
    designators: tuple[str, ...] = ()
    locations: tuple[int, ...] = ()
    heads: tuple[str, ...] = ()
    nozzles: tuple[str, ...] = ()
    packages: tuple[tuple[int, ...], ...] = ()
    ticks: tuple[int | None, ...] = ()

    @classmethod
    def of(cls, placements: Sequence[Placement]) -> Columns:
        return cls(*tuple(zip(*placements, strict=True))[:7]) if placements else cls()

    def placements(self) -> list[Placement]:
        return [Placement(*values) for values in zip(*self, strict=True)]


class Entry(NamedTuple):
    """What a template says of one designator: all of a placement that repeats from panel to panel."""

    position: int
    designator: str
    location: int
    head: str
    nozzle: str


class Template:
    """An immutable list of entries in the machine's order, addressed by the digest of its content.

    ``columns`` are the same entries by their fields.
    """

    __slots__ = ("by_key", "columns", "digest", "entries", "positions", "template_id")

    def __init__(self, entries: tuple[Entry, ...], template_id: int | None = None) -> None:
        self.entries = entries
        self.columns = Columns(*zip(*entries, strict=True))
        self.template_id = template_id
        self.by_key = {(entry.position, entry.designator): entry for entry in entries}
        self.positions = frozenset(entry.position for entry in entries)
        self.digest = _digest(entries)

    def stored_as(self, template_id: int) -> Template:
        """The same with the id of its row."""
        stored = copy(self)
        stored.template_id = template_id
        return stored


def _digest(entries: tuple[Entry, ...]) -> bytes:
    content = sha256()
    for entry in entries:
        for part in entry:
            text = str(part).encode()
            content.update(len(text).to_bytes(4, "big"))
            content.update(text)
    return content.digest()


class Otherwise(StrEnum):
    """How a pass departed from its template and spans."""

    POSITION_SKIPPED = "position_skipped"
    NOT_PLACED = "not_placed"
    PLACED_OTHERWISE = "placed_otherwise"
    DOUBTED = "doubted"


@dataclass(frozen=True, slots=True)
class Departure:
    """One thing a pass did otherwise. For PLACED_OTHERWISE and DOUBTED, ``packages`` are all candidates."""

    kind: Otherwise
    position: int
    designator: str = ""
    location: int | None = None
    head: str = ""
    nozzle: str = ""
    packages: tuple[int, ...] = ()
