"""The order in which known labels bear their fields: what lets a payload be read whose separators are lost.

Each row is an identifier, ``?`` where it may be missing, and what its text can be. A text of any characters
is ``*``; its end is only found by what follows, so that every end is tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from padstone.features.labels.domain.countries import BY_TWO


@dataclass(frozen=True, slots=True)
class Slot:
    """A field of a layout. ``landmark``: its text must have a letter, for in a row of digits nothing shows
    where it begins and ends.
    """

    identifier: str
    pattern: re.Pattern[str]
    optional: bool
    landmark: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A label's fields in their order. ``joint`` stands between them, "" where nothing is left.

    A layout with ``rank`` 1 is tried only where none of rank 0 fits: it lacks a field that shows the way.
    """

    name: str
    slots: tuple[Slot, ...]
    headed: bool = True
    rank: int = 0
    joint: str = ""


_ANY: Final = r"[^\x00-\x1f]{0,48}"
_SOME: Final = r"[^\x00-\x1f]{1,48}"
_COUNTRY: Final = "|".join(BY_TWO)
_DATE_CODE: Final = r"[0-9]{4}|[0-9]{6}|[0-9]{4}\.[0-9]{2}"


def _layout(name: str, rows: str, *, headed: bool = True, rank: int = 0, joint: str = "") -> Layout:
    slots = []
    for row in filter(None, map(str.strip, rows.strip().splitlines())):
        code, _, rest = row.partition(" ")
        pattern = rest.strip()
        landmark = pattern.startswith("letter ")
        pattern = pattern.removeprefix("letter ").strip()
        pattern = {"*": _ANY, "+": _SOME, "country": _COUNTRY, "datecode": _DATE_CODE}.get(pattern, pattern)
        slots.append(Slot(code.rstrip("?"), re.compile(pattern), code.endswith("?"), landmark))
    return Layout(name, tuple(slots), headed, rank, joint)


_DIGI_KEY_TAIL: Final = r"""
    K    *
    1K   [0-9]{6,10}
    10K  [0-9]{6,10}
    9D?  datecode
    1T?  +
    11K  [0-9]{1,3}
    4L?  country
    Q    [0-9]{1,7}
    11Z  PICK|[A-Z]{2,8}
    12Z  [0-9]{3,10}
    13Z  [0-9]{3,7}
    20Z? 0*
"""

LAYOUTS: Final = (
    _layout("digi-key", "P? *\n1P +\n30P [^\\x00-\\x1f]{1,40}-ND" + _DIGI_KEY_TAIL),
    _layout("digi-key", "P? *\n1P +" + _DIGI_KEY_TAIL, rank=1),
    _layout("digi-key", "1P +\n30P [^\\x00-\\x1f]{1,40}-ND\nQ? [0-9]{1,7}", headed=False),
    _layout(
        "mouser",
        r"""
        K    *
        14K  [0-9]{3}
        1P   letter +
        Q    [0-9]{1,7}
        11K  0[0-9]{8}
        4L   country
        1V   +
        """,
    ),
    _layout(
        "pcb-maker",
        r"""
        P    [0-9]{10}
        Z?   Z
        D    20[0-9]{6}
        S    [0-9A-Z]{4,12}
        V    [0-9A-Z]{4}
        L    20[0-9]{6}
        I    20[0-9]{6}
        Q    [0-9]{1,6}
        T    +
        """,
    ),
    _layout(
        "tme",
        r"""
        P    \S+
        1P   \S+
        Q    [0-9]{1,7}
        K    [0-9]{6,10}/[0-9]{1,3}
        """,
        headed=False,
        joint=" ",
    ),
)
"""Digi-Key's and Mouser's by their labels of 2016 to 2026; TME's Data Matrix; a maker's of printed boards."""
