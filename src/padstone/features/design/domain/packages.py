"""Packages by the names that files give them: chip sizes, metric and imperial, and body sizes in mm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_CHIPS: Final = {
    "008004": ("0201M", "0.25", "0.125"),
    "01005": ("0402M", "0.4", "0.2"),
    "0201": ("0603M", "0.6", "0.3"),
    "0402": ("1005M", "1.0", "0.5"),
    "0603": ("1608M", "1.6", "0.8"),
    "0805": ("2012M", "2.0", "1.25"),
    "1206": ("3216M", "3.2", "1.6"),
    "1210": ("3225M", "3.2", "2.5"),
    "1806": ("4516M", "4.5", "1.6"),
    "1808": ("4520M", "4.5", "2.0"),
    "1812": ("4532M", "4.5", "3.2"),
    "2010": ("5025M", "5.0", "2.5"),
    "2220": ("5750M", "5.7", "5.0"),
    "2512": ("6332M", "6.3", "3.2"),
}
"""Imperial name → metric name, length, width (IEC 60115-8, EIA-198)."""

_LOST: Final = {"201": "0201", "402": "0402", "603": "0603", "805": "0805", "1005": "01005"}
_METRIC: Final = re.compile(r"(?<![0-9])([0-9]{4})[_ -]?metric", re.IGNORECASE)
_SIZE: Final = re.compile(
    r"(?<![0-9A-Za-z.])([RCLDF]|CAP|RES|IND|LED|SMD|FUSE|FB)?[_-]?(0[0-9]{4}|[0-9]{4})(?![0-9.])",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"(?<![0-9.])([0-9]{1,2}(?:\.[0-9]+)?)\s*(?:mm)?\s*[x×]\s*([0-9]{1,2}(?:\.[0-9]+)?)\s*(mm)?(?![0-9])",
    re.IGNORECASE,
)
_FAMILY: Final = re.compile(
    r"(?i)(?<![a-z])(sot|sc|sod|soic|so|sop|ssop|tssop|msop|vssop|qfn|vqfn|wqfn|dfn|son|qfp|tqfp|lqfp|bga|fbga|tfbga|lga|dip|dpak|to|plcc|wlcsp)"
    r"[-_ ]?([0-9]{1,3})(?:[-_ ]([0-9]{1,3}))?(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package of a design: its pins, and its body in millimetres as far as it is known.

    ``width`` and ``height_xy`` along x and y of the unturned package; ``tall`` above the board.
    """

    name: str
    pins: int = 0
    width: Decimal | None = None
    height_xy: Decimal | None = None
    tall: Decimal | None = None
    outline: tuple[tuple[Decimal, Decimal], ...] = ()
    courtyard: tuple[tuple[Decimal, Decimal], ...] = ()


def with_lost_zero(text: str) -> str:
    """``402`` as ``0402``: a spreadsheet takes the zeros of chip sizes away. Anything else as it stands."""
    return _LOST.get(text, text) if text != "1005" else text


def chip_size(name: str) -> str:
    """The imperial chip size in a package's name (``R_0402_1005Metric``: 0402); else empty."""
    if match := _METRIC.search(name):
        for imperial, (metric, _, _) in _CHIPS.items():
            if metric == f"{match[1]}M":
                return imperial
    for match in _SIZE.finditer(name):
        if match[2] in _CHIPS:
            return match[2]
    return ""


def family(name: str) -> str:
    """What names of one package have in common: a chip size, or family and pins (``SOIC-8``); else empty."""
    if size := chip_size(name):
        return size
    if match := _FAMILY.search(name):
        kind = match[1].upper()
        kind = {
            "VQFN": "QFN",
            "WQFN": "QFN",
            "VSSOP": "MSOP",
            "SO": "SOIC",
            "SOP": "SOIC",
            "TQFP": "QFP",
            "LQFP": "QFP",
            "FBGA": "BGA",
            "TFBGA": "BGA",
        }.get(kind, kind)
        return f"{kind}-{match[2]}"
    return ""


def body_size(name: str) -> tuple[Decimal, Decimal] | None:
    """Length and width of a body in mm by its package's name; None where that does not tell."""
    if size := chip_size(name):
        _, chip_length, chip_width = _CHIPS[size]
        return Decimal(chip_length), Decimal(chip_width)
    if match := _BY.search(name):
        length, width = Decimal(match[1]), Decimal(match[2])
        # 2x23 is a header's pins, 3.2x1.6 a body.
        told = match[3] or ("." in match[1] and "." in match[2])
        if told and 0 < length <= 80 and 0 < width <= 80:
            return max(length, width), min(length, width)
    return None
