"""Which column of a bill of materials says what: the names that design tools and people give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

OWN_FORM: Final = "part_number,description,manufacturer,mpn,quantity,designators"
"""The plain form that Padstone's documentation recommends."""

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "part_number": ("internal part number", "internal pn", "ipn", "house part number", "company part number"),
    "description": ("description", "desc", "part description"),
    "manufacturer": ("manufacturer", "manu", "manufacturer name", "mfr", "mfg", "manf", "maker"),
    "mpn": (
        "mpn",
        "manufacturer part number",
        "manufacturer part no",
        "manufacturer pn",
        "mfr part number",
        "mfr part no",
        "mfr pn",
        "mfg part number",
        "mfg pn",
        "manf#",
    ),
    "quantity": ("quantity", "qty", "quantity per board", "qty per board", "quantity per pcb"),
    "designators": (
        "designators",
        "designator",
        "references",
        "reference",
        "reference designators",
        "reference designator",
        "refdes",
        "ref des",
        "refs",
        "ref",
    ),
    "not_installed": ("dnp", "dni", "dnf", "do not populate", "do not install", "do not fit", "do not place"),
    "installed": ("fitted", "populate", "populated", "install", "installed", "mount", "mounted"),
}
_GENERAL: Final = ("part number", "part no", "part #", "part num", "p/n", "pn")
"""A house's own number where another column holds the maker's; else the maker's own."""

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file says what: meaning → index, and the names as the file writes them."""

    index: Mapping[str, int]
    header: Sequence[str]

    @property
    def complete(self) -> bool:
        """Enough to read a bill by: designators, and something to know the part by."""
        return "designators" in self.index and ("part_number" in self.index or "mpn" in self.index)

    def name(self, meaning: str) -> str:
        """The file's own name for the column; empty where it has none."""
        return self.header[self.index[meaning]].strip() if meaning in self.index else ""

    def cell(self, meaning: str, cells: Sequence[str]) -> str:
        """What the row says under that meaning, on one line and trimmed; empty where it says nothing."""
        return " ".join(self.raw(meaning, cells).split())

    def raw(self, meaning: str, cells: Sequence[str]) -> str:
        """The cell with its line ends, without control and direction marks."""
        position = self.index.get(meaning, -1)
        return _UNPRINTABLE.sub("", cells[position]) if 0 <= position < len(cells) else ""


def find_columns(header: Sequence[str]) -> Columns:
    """What is recognised of a row as a header; of two columns with one meaning the first counts."""
    index: dict[str, int] = {}
    general: list[int] = []
    for position, cell in enumerate(header):
        if cell.strip().casefold() == "part_number":
            index.setdefault("part_number", position)
            continue
        name = _plain(cell)
        if name in _GENERAL:
            general.append(position)
        for meaning, names in _NAMES.items():
            if name in names:
                index.setdefault(meaning, position)
    for position in general[:1]:
        index.setdefault("part_number" if "mpn" in index else "mpn", position)
    return Columns(index, tuple(header))


def _plain(name: str) -> str:
    return re.sub(r"[\s_.:-]+", " ", name.casefold()).strip()
