"""The words and the sizes by which placements tell their unit, their side and their marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.placement import (
    BottomTurn,
    BottomX,
    Conventions,
    Placed,
    Side,
    Unit,
)

UNITS: Final = {
    "mm": Unit.MILLIMETRE,
    "millimeter": Unit.MILLIMETRE,
    "millimeters": Unit.MILLIMETRE,
    "millimetre": Unit.MILLIMETRE,
    "millimetres": Unit.MILLIMETRE,
    "metric": Unit.MILLIMETRE,
    "mil": Unit.MIL,
    "mils": Unit.MIL,
    "th": Unit.MIL,
    "thou": Unit.MIL,
    "in": Unit.INCH,
    "inch": Unit.INCH,
    "inches": Unit.INCH,
    '"': Unit.INCH,
    "''": Unit.INCH,
    "imperial": Unit.INCH,
    "um": Unit.MICROMETRE,
    "µm": Unit.MICROMETRE,
    "μm": Unit.MICROMETRE,
    "micron": Unit.MICROMETRE,
    "microns": Unit.MICROMETRE,
    "cm": Unit.CENTIMETRE,
    "nm": Unit.NANOMETRE,
}


_UNIT_WORD: Final = r"(mm|millimet(?:er|re)s?|mils?|thou|inch(?:es)?|in|[uµμn]m|microns?|metric|imperial|cm)"


UNIT_SAID: Final = re.compile(
    rf"(?i)\bu?units?\b[^a-zµμ]*(?:used|is|are|of\s+\w+)?[^a-zµμ]*{_UNIT_WORD}\b"
    rf"|\bx\s*,\s*y\s*(?:in|[-:=])\s*{_UNIT_WORD}\b|\b(?:einheit|unité|单位|単位)\W*{_UNIT_WORD}\b|\bin\s+(mm|mils?|inch(?:es)?)\b"
)


UNIT_IN_NAME: Final = re.compile(rf"(?i)[(\[/_\s,-]{_UNIT_WORD}[)\]]?\s*$")


_TOP: Final = frozenset(
    "top oberseite t toplayer f f.cu front component comp componentside primary topside top_side"
    " superior superiore componentes componenti komponentenseite bestückungsseite"
    " topsmt oben bestückseite os dessus"
    " haut avant 顶层 顶面 正面 上 t面 top面 表 表面 部品面 a".split()
)


_BOTTOM: Final = frozenset(
    "bottom unterseite bot b bottomlayer b.cu back solder solderside secondary bottomside bottom_side"
    " inferior inferiore soldadura saldature lötseite"
    " bottomsmt unten lötseite us"
    " dessous bas arrière 底层 底面 反面 背面 下 b面 bot面 bottom面 裏 裏面 半田面 はんだ面".split()
)


SIDE_IN_NAME: Final = (
    (re.compile(r"(?i)(?:^|[^a-z])(?:bot|bottom|back|b[._]cu|unten|solder)(?![a-z])"), Side.BOTTOM),
    (re.compile(r"(?i)(?:^|[^a-z])(?:top|front|f[._]cu|oben)(?![a-z])"), Side.TOP),
)


SIDE_SAID: Final = re.compile(r"(?i)\bside\s*[:=]\s*([a-z.]+)")


SIDE_HEADING: Final = re.compile(
    r"(?i)\W*(?:components?\s+(?:on\s+)?)?(?:the\s+)?(top|bottom|oberseite|unterseite|solder|component)"
    r"(?:\s*(?:side|layer|components?|placements?|parts|seite))*\W*"
)
"""A row that says of which side the rows below it are."""


_FIDUCIAL: Final = re.compile(r"(?i)(?:fid|fd|fm|fiducial|mark|pm|基准)[-_a-z]{0,10}[0-9]*")


_FIDUCIAL_WORD: Final = re.compile(r"(?i)fiducial|passermarke|基准点|\bmire\b|\bfid[_-]?[0-9.]*mm")


_LARGEST_BOARD: Final = Decimal(650)
"""Millimetres: no line takes longer boards, so larger numbers are mils or micrometres."""


_SMALLEST_AREA: Final = Decimal(1)
"""Square millimetres a component takes at the least: more of them on a board, and the numbers are inches."""


FEW: Final = 5
"""Bottom components from which on their coordinates prove anything."""


def conventions_of(placed: Iterable[Placed], unit: Unit) -> Conventions:
    """What the coordinates themselves tell of how the bottom side is written."""
    top = [entry.x for entry in placed if entry.side is Side.TOP]
    bottom = [entry.x for entry in placed if entry.side is Side.BOTTOM]
    if not bottom:
        return Conventions(unit, BottomX.NONE_THERE, BottomTurn.NONE_THERE, ("nothing is on the bottom",))
    if len(bottom) < FEW or len(top) < FEW:
        return Conventions(unit, BottomX.UNKNOWN, BottomTurn.UNKNOWN, ("too few components to tell",))
    ranges = f"top {min(top):f} to {max(top):f} mm, bottom {min(bottom):f} to {max(bottom):f} mm"
    if min(top) >= 0 >= max(bottom) or max(top) <= 0 <= min(bottom):
        return Conventions(unit, BottomX.NEGATED, BottomTurn.UNKNOWN, (f"the signs are opposite: {ranges}",))
    if (min(top) >= 0 and min(bottom) >= 0) or (max(top) <= 0 and max(bottom) <= 0):
        return Conventions(
            unit, BottomX.AS_SEEN_FROM_TOP, BottomTurn.UNKNOWN, (f"the signs agree: {ranges}",)
        )
    return Conventions(
        unit, BottomX.UNKNOWN, BottomTurn.UNKNOWN, (f"the origin lies inside the board: {ranges}",)
    )


def is_fiducial(designator: str, value: str, package: str) -> bool:
    """Whether a place is a mark for cameras and no component, by its name, its value or its package."""
    return bool(
        _FIDUCIAL.fullmatch(designator) or _FIDUCIAL_WORD.search(value) or _FIDUCIAL_WORD.search(package)
    )


def side_word(text: str) -> Side | None:
    word = text.casefold().strip()
    for candidate in (
        word,
        re.sub(r"^(?:copper|cara|capa|lato|parte|face|côté|couche|seite)[\s_-]+", "", word),
        re.sub(r"[\s_-]+(?:layer|side|smt)?$|[\s_-]*(?:layer|side)$|\s+", "", word),
        word.partition("_")[0],
    ):
        if candidate in _TOP:
            return Side.TOP
        if candidate in _BOTTOM:
            return Side.BOTTOM
    return None


def span(values: Iterable[Decimal]) -> Decimal:
    found = list(values)
    return max(found) - min(found) if found else Decimal(0)


def unit_by_size(width: Decimal, height: Decimal, count: int) -> tuple[Unit, str]:
    longest = max(width, height)
    if longest > _LARGEST_BOARD * 10_000:
        return Unit.NANOMETRE, f"the components span {longest.normalize():f}, which no board does in µm"
    if longest > _LARGEST_BOARD * 100:
        return (
            Unit.MICROMETRE,
            f"the components span {longest.normalize():f}, which no board does in mm or mil",
        )
    if longest > _LARGEST_BOARD:
        return (
            Unit.MIL,
            f"the components span {width.normalize():f} by {height.normalize():f}, which no board does in mm",
        )
    if count > FEW and width * height < _SMALLEST_AREA * count:
        return (
            Unit.INCH,
            f"{count} components would not fit {width.normalize():f} by {height.normalize():f} mm",
        )
    return Unit.MILLIMETRE, f"the components span {width.normalize():f} by {height.normalize():f}"
