"""Tables of J-STD-020 and J-STD-033 as data: where each came from, of which revision, and whether that was
checked against a copy of the standard. A house that owns the standard corrects them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HOUR_S: Final = 3_600
DAY_S: Final = 24 * HOUR_S

LEVELS: Final = ("1", "2", "2a", "3", "4", "5", "5a", "6")
"""From the least to the most sensitive (J-STD-020)."""

FLOOR_LIFE_H: Final[Mapping[str, int]] = {"2": 8_760, "2a": 672, "3": 168, "4": 72, "5": 48, "5a": 24}
"""At 30 °C/60 % RH at most (J-STD-020, level table). Level 1 has no limit, level 6 the time on its label."""
FLOOR_LIFE_SOURCE: Final = "J-STD-020 levels, as two makers' manuals give them alike (checked)"

FLOOR_CELSIUS: Final = 30
FLOOR_PERCENT: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Total floor life in days by body height. ``days``: by level and °C a figure for each of
    ``HUMIDITIES``, "-" for no limit.
    """

    name: str
    from_mm: str
    verified: bool
    source: str
    days: Mapping[str, Mapping[int, str]]


HUMIDITIES: Final = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90)
CELSIUS: Final = (20, 25, 30, 35)
DERATING_REVISION: Final = (
    "J-STD-033, recommended equivalent total floor life; revision not stated by the copy"
)

BANDS: Final = (
    Band(
        name="3.1 mm and more",
        from_mm="3.1",
        verified=True,
        source="a published copy of the table (akfcx.com, news/industry/1274)",
        days={
            "2a": {
                20: "- - 231 103 69 57 47 19 13 10",
                25: "- - 167 78 53 42 36 14 10 8",
                30: "- - 124 60 41 33 28 10 7 6",
                35: "- - 94 44 32 26 16 7 5 4",
            },
            "3": {
                20: "- - 17 14 13 12 12 10 8 7",
                25: "- - 13 11 10 9 9 7 6 5",
                30: "- - 10 9 8 7 7 5 4 4",
                35: "- - 8 7 6 6 6 4 3 3",
            },
            "4": {
                20: "- 8 7 7 7 7 6 5 4 4",
                25: "- 6 5 5 5 5 4 3 3 3",
                30: "- 5 4 4 4 3 3 3 2 2",
                35: "- 3 3 3 2 2 2 2 1 1",
            },
            "5": {
                20: "- 7 7 6 5 5 4 3 3 3",
                25: "- 5 5 4 4 3 3 2 2 2",
                30: "- 4 3 3 2 2 2 2 1 1",
                35: "- 2 2 2 2 1 1 1 1 1",
            },
            "5a": {
                20: "- 5 4 3 3 3 2 2 2 2",
                25: "- 3 2 2 2 2 2 1 1 1",
                30: "- 2 1 1 1 1 1 1 1 1",
                35: "- 1 1 1 1 1 1 1 1 1",
            },
        },
    ),
    Band(
        name="2.1 mm to less than 3.1 mm",
        from_mm="2.1",
        verified=False,
        source="from memory, not checked against the standard",
        days={
            "2a": {
                20: "- - - - - 69 49 8 5 4",
                25: "- - - - 148 51 37 6 4 3",
                30: "- - - - 86 39 28 4 3 2",
                35: "- - - - 58 30 22 3 2 1",
            },
            "3": {
                20: "- - 32 19 15 13 12 7 5 4",
                25: "- - 25 15 12 10 9 5 3 3",
                30: "- - 19 12 9 8 7 3 2 2",
                35: "- - 12 9 7 6 5 2 2 1",
            },
            "4": {
                20: "- 11 9 7 6 6 5 4 3 3",
                25: "- 9 7 5 5 4 4 3 2 2",
                30: "- 7 5 4 4 3 3 2 2 1",
                35: "- 5 4 3 3 2 2 1 1 1",
            },
            "5": {
                20: "- 6 5 5 4 4 4 3 3 2",
                25: "- 5 4 3 3 3 3 2 1 1",
                30: "- 4 3 3 2 2 2 1 1 1",
                35: "- 3 2 2 2 2 1 1 1 1",
            },
            "5a": {
                20: "- 3 2 2 2 2 2 2 2 1",
                25: "- 2 2 2 2 2 2 1 1 1",
                30: "- 2 1 1 1 1 1 1 0.5 0.5",
                35: "- 1 1 1 1 1 1 1 0.5 0.5",
            },
        },
    ),
    Band(
        name="less than 2.1 mm",
        from_mm="0",
        verified=False,
        source="from memory; one figure was checked (level 3, 30 °C: 7 days at 60 %, 1 at 70 %)",
        days={
            "2a": {
                20: "- - - - - - - 2 2 1",
                25: "- - - - - - 51 2 1 1",
                30: "- - - - - - 28 1 1 1",
                35: "- - - - - - 17 1 0.5 0.5",
            },
            "3": {
                20: "- - - - - 20 13 2 2 1",
                25: "- - - - - 14 10 2 1 1",
                30: "- - - - - 11 7 1 1 1",
                35: "- - - - - 8 5 1 0.5 0.5",
            },
            "4": {
                20: "- - - 17 9 7 6 2 2 1",
                25: "- - - 12 7 5 4 2 1 1",
                30: "- - - 9 5 4 3 1 1 1",
                35: "- - - 7 4 3 2 1 0.5 0.5",
            },
            "5": {
                20: "- - 26 8 6 5 4 2 2 1",
                25: "- - 18 6 4 3 3 2 1 1",
                30: "- - 13 5 3 2 2 1 1 1",
                35: "- - 7 3 2 2 1 1 0.5 0.5",
            },
            "5a": {
                20: "- 18 6 4 3 2 2 2 2 1",
                25: "- 13 5 3 2 2 2 1 1 1",
                30: "- 10 3 2 1 1 1 1 1 0.5",
                35: "- 7 2 1 1 1 1 1 0.5 0.5",
            },
        },
    ),
)
"""The thickest first."""

BANDED_BY_KIND: Final = ("BGA", "MQFP", "PLCC", "PQFP")
"""Packages that the table puts into a band by what they are, whatever their height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BakeTable:
    """Hours of baking by body height up to ``to_mm``, level and °C: the first figure for parts that are
    saturated, the second for those whose floor life ran out 72 h ago at most. Without a row no bake counts.
    """

    name: str
    source: str
    verified: bool
    hours: Mapping[str, Mapping[str, Mapping[int, tuple[int, int]]]]


_ALL_LEVELS: Final = ("2a", "3", "4", "5", "5a")

BAKE_TABLES: Final[Mapping[str, BakeTable]] = {
    "j-std-033-older": BakeTable(
        name="j-std-033-older",
        source="a published copy of an older revision of J-STD-033 (eesemi.com, baketables); bodies above "
        "2.0 mm, and level 5a of those above 1.4 mm, from memory",
        verified=False,
        hours={
            "1.4": {
                "2a": {125: (5, 3), 90: (17, 11), 40: (192, 120)},
                "3": {125: (9, 7), 90: (33, 23), 40: (312, 216)},
                "4": {125: (11, 7), 90: (37, 23), 40: (360, 216)},
                "5": {125: (12, 7), 90: (41, 24), 40: (408, 240)},
                "5a": {125: (16, 10), 90: (54, 24), 40: (528, 240)},
            },
            "2.0": {
                "2a": {125: (21, 16), 90: (72, 48), 40: (696, 528)},
                "3": {125: (27, 17), 90: (96, 48), 40: (888, 552)},
                "4": {125: (34, 20), 90: (120, 72), 40: (1128, 672)},
                "5": {125: (40, 25), 90: (144, 96), 40: (1368, 840)},
                "5a": {125: (48, 40), 90: (192, 144), 40: (1896, 1344)},
            },
            "4.5": {level: {125: (48, 48)} for level in _ALL_LEVELS},
        },
    )
}

RESET_BY_DRYING: Final[Mapping[str, tuple[int, int, int]]] = {
    **dict.fromkeys(("2", "2a", "3"), (12 * HOUR_S, 5, 10)),
    **dict.fromkeys(("4", "5", "5a"), (8 * HOUR_S, 10, 5)),
}
"""Short exposure (J-STD-033; from memory): exposed so many seconds at most, so many times as long at so much
humidity at most sets the floor life back.
"""

SATURATED_AFTER_S: Final = 72 * HOUR_S
HOT_CELSIUS: Final = 90
"""Baking above it counts against solderability."""

CARD_BAKES_AT: Final[Mapping[str, int]] = {"2": 60}
CARD_BAKES_AT_ELSE: Final = 10
"""The spot of a humidity indicator card from which a bake is due, in % RH (J-STD-033; from memory)."""

STANDS_FOR: Final[Mapping[str, str]] = {"2": "2a", "6": "5a"}
"""A level of which a table says nothing is judged by the row of this one, in proportion to its floor life."""
