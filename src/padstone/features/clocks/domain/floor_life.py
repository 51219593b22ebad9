"""How long a part may lie about (J-STD-033): by level, body, and the air around it. Exact, never a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Final

from padstone.features.clocks.domain.tables import (
    BAKE_TABLES,
    BANDED_BY_KIND,
    BANDS,
    CELSIUS,
    DAY_S,
    FLOOR_CELSIUS,
    FLOOR_LIFE_H,
    FLOOR_PERCENT,
    HOUR_S,
    HUMIDITIES,
    LEVELS,
    STANDS_FOR,
    Band,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A part as the tables ask for it. ``height_mm`` None: nobody has told it; then the strictest of all
    heights counts. ``kind`` is what the maker calls the package (``QFP``), "" for nothing told.
    """

    level: str
    height_mm: Decimal | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """The whole floor life in some air, None for no limit. ``calm``: the air is within 30 °C/60 % RH.
    ``beyond``: it is worse than any line of the table, and the worst line counts.
    """

    total_s: Fraction | None
    calm: bool = True
    beyond: bool = False


def level_of(text: str) -> str:
    """The level as the tables write it (``2a``), from a part or from CFX (``MSL2A``); "" for none."""
    plain = text.strip().upper().removeprefix("MSL").removeprefix("LEVEL").strip(" -").lower()
    return plain if plain in LEVELS else ""


def stricter(one: str, other: str) -> str:
    """The more sensitive of two levels; "" is none."""
    return max(one, other, key=lambda level: LEVELS.index(level) if level else -1)


def full_life_s(level: str, label_s: int | None = None) -> int | None:
    """The floor life at 30 °C/60 % RH; None where there is no limit, or, of level 6, no label told it."""
    if level == "6":
        return label_s
    hours = FLOOR_LIFE_H.get(level)
    return None if hours is None else hours * HOUR_S


def life_in(
    body: Body,
    celsius: Decimal | None,
    percent: Decimal | None,
    longer: str = "never",
    label_s: int | None = None,
) -> Life:
    """The whole floor life of a part in this air; what was not measured is taken for 30 °C, or 60 % RH.
    ``longer`` as in the policy.
    """
    full = full_life_s(body.level, label_s)
    warm = Decimal(FLOOR_CELSIUS) if celsius is None else celsius
    damp = Decimal(FLOOR_PERCENT) if percent is None else percent
    calm = warm <= FLOOR_CELSIUS and damp <= FLOOR_PERCENT
    beyond = warm > CELSIUS[-1] or damp > HUMIDITIES[-1]
    if full is None:
        return Life(None, calm, beyond)
    bands = _bands(body)
    names = tuple(band.name for band in bands)
    share = _share(body.level, names, _column(CELSIUS, warm), _column(HUMIDITIES, damp))
    believed = longer == "any" or (longer == "verified" and all(band.verified for band in bands))
    if share is None:
        return Life(None if believed else Fraction(full), calm, beyond)
    return Life(full * share if believed else full * min(share, Fraction(1)), calm, beyond)


def bake_s(body: Body, celsius: int, table: str, *, saturated: bool) -> int | None:
    """How long a bake at this temperature must last to set the floor life back; None where the table has no
    row for it: too cool, or a body that it does not know.
    """
    by_level = _bake_rows(table, body.height_mm)
    row = by_level.get(STANDS_FOR.get(body.level, body.level), {})
    warm_enough = [at for at in row if at <= celsius]
    if not warm_enough:
        return None
    return row[max(warm_enough)][0 if saturated else 1] * HOUR_S


def _bake_rows(table: str, height_mm: Decimal | None) -> dict[str, dict[int, tuple[int, int]]]:
    by_height = {Decimal(to): rows for to, rows in BAKE_TABLES[table].hours.items()}
    enough = [to for to in by_height if height_mm is not None and height_mm <= to]
    if height_mm is not None and not enough:
        return {}
    found = by_height[min(enough) if enough else max(by_height)]
    return {level: dict(row) for level, row in found.items()}


def _bands(body: Body) -> tuple[Band, ...]:
    """The bands that may be meant: one, or all where the height does not tell."""
    by_kind = any(kind in body.kind.upper() for kind in BANDED_BY_KIND)
    height = body.height_mm
    if height is None or by_kind:
        return BANDS
    return (next(band for band in BANDS if height >= Decimal(band.from_mm)),)


def _column(columns: Iterable[int], value: Decimal) -> int:
    """The first column that is no better than the value; the worst there is beyond the table."""
    known = list(columns)
    return next((one for one in known if value <= one), known[-1])


@cache
def _share(level: str, bands: tuple[str, ...], celsius: int, percent: int) -> Fraction | None:
    """The strictest of the bands, as a share of the floor life at 30 °C/60 % RH; None for no limit."""
    row = STANDS_FOR.get(level, level)
    told = [_DAYS[band, row, celsius, percent] for band in bands]
    limits = [days for days in told if days is not None]
    return min(limits) * DAY_S / (FLOOR_LIFE_H[row] * HOUR_S) if limits else None


_DAYS: Final = {
    (band.name, level, celsius, percent): None if text == "-" else Fraction(text)
    for band in BANDS
    for level, rows in band.days.items()
    for celsius, line in rows.items()
    for percent, text in zip(HUMIDITIES, line.split(), strict=True)
}
