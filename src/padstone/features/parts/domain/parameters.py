"""What is known of parts of a category: the parameters, their units, and which value of two is the better.

Data: pages, imports, searches for substitutes and the cross-check of a design all read this one table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from padstone.kernel.errors import Invalid


class Sense(StrEnum):
    """How two values of a parameter compare when one part is to take the other's place."""

    EQUAL = "equal"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Parameter:
    """``unit`` "" for a word. A missing value is never good enough, unless the sense is ``TOLD``."""

    name: str
    title: str
    unit: str
    sense: Sense


@dataclass(frozen=True, slots=True)
class Value:
    """A number in the parameter's unit, or a word."""

    number: Decimal | None = None
    word: str = ""

    def __str__(self) -> str:
        return self.word if self.number is None else f"{self.number.normalize():f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One parameter of a part and of what may replace it. ``verdict``: same, better, worse, unknown."""

    parameter: Parameter
    wanted: Value | None
    offered: Value | None
    verdict: str


def _numbers(*rows: tuple[str, str, str, Sense]) -> tuple[Parameter, ...]:
    return tuple(Parameter(*row) for row in rows)


_BODY: Final = _numbers(
    ("package", "Package", "", Sense.EQUAL),
    ("polarity", "Polarity", "", Sense.EQUAL),
    ("length", "Body length", "mm", Sense.AT_MOST),
    ("width", "Body width", "mm", Sense.AT_MOST),
    ("height", "Height", "mm", Sense.AT_MOST),
    ("pins", "Pins", "1", Sense.EQUAL),
    ("temperature_max", "Highest temperature", "°C", Sense.AT_LEAST),
    ("temperature_min", "Lowest temperature", "°C", Sense.AT_MOST),
)
_TOLERANCE: Final = Parameter("tolerance", "Tolerance", "%", Sense.AT_MOST)
_VOLTAGE: Final = Parameter("voltage", "Rated voltage", "V", Sense.AT_LEAST)
_CURRENT: Final = Parameter("current", "Rated current", "A", Sense.AT_LEAST)
_POWER: Final = Parameter("power", "Rated power", "W", Sense.AT_LEAST)

CATEGORIES: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "resistor": (
        Parameter("resistance", "Resistance", "Ω", Sense.EQUAL),
        _TOLERANCE,
        _POWER,
        _VOLTAGE,
        *_BODY,
    ),
    "capacitor": (
        Parameter("capacitance", "Capacitance", "F", Sense.EQUAL),
        _TOLERANCE,
        _VOLTAGE,
        Parameter("dielectric", "Dielectric", "", Sense.EQUAL),
        *_BODY,
    ),
    "inductor": (
        Parameter("inductance", "Inductance", "H", Sense.EQUAL),
        _TOLERANCE,
        _CURRENT,
        Parameter("resistance", "DC resistance", "Ω", Sense.AT_MOST),
        *_BODY,
    ),
    "diode": (
        _VOLTAGE,
        _CURRENT,
        Parameter("forward_voltage", "Forward voltage", "V", Sense.AT_MOST),
        *_BODY,
    ),
    "transistor": (_VOLTAGE, _CURRENT, _POWER, Parameter("channel", "Kind", "", Sense.EQUAL), *_BODY),
    "crystal": (Parameter("frequency", "Frequency", "Hz", Sense.EQUAL), _TOLERANCE, *_BODY),
    "connector": (Parameter("pitch", "Pitch", "mm", Sense.EQUAL), _CURRENT, _VOLTAGE, *_BODY),
    "integrated_circuit": (Parameter("function", "Function", "", Sense.EQUAL), _VOLTAGE, *_BODY),
    "solder_paste": (Parameter("alloy", "Alloy", "", Sense.EQUAL),),
    "adhesive": (),
    "other": _BODY,
}
"""Each category and its parameters, in the order in which they are shown."""

LIFECYCLES: Final = ("active", "not_recommended", "last_time_buy", "obsolete")
MOISTURE_LEVELS: Final = ("1", "2", "2a", "3", "4", "5", "5a", "6")
"""IPC/JEDEC J-STD-020."""
CRITICALITIES: Final = ("ordinary", "key", "safety")
REGULATIONS: Final = ("RoHS", "REACH")
STATEMENTS: Final = ("compliant", "exempt", "not_compliant", "unknown")
APPROVALS: Final = ("proposed", "approved", "rejected")

_PREFIXES: Final = {
    "p": Decimal("1e-12"),
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "µ": Decimal("1e-6"),
    "μ": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "r": Decimal(1),
    "k": Decimal("1e3"),
    "K": Decimal("1e3"),
    "M": Decimal("1e6"),
    "G": Decimal("1e9"),
}
_NUMBER = re.compile(
    r"[±+]?\s*(?P<whole>-?\d{1,12})(?:[.,](?P<rest>\d{1,12}))?\s*(?P<unit>[^\d\s]*(?:\s?[^\d\s]+)?)"
)
_INSIDE = re.compile(r"(?P<whole>\d{1,6})(?P<prefix>[pnuµμmrRkKMG])(?P<rest>\d{1,4})")
_UNITS: Final = {
    "ohm": "Ω",
    "ohms": "Ω",
    "Ohm": "Ω",
    "Ohms": "Ω",
    "OHM": "Ω",
    "Ω": "Ω",
    "percent": "%",
    "C": "°C",
}


def parameter(category: str, name: str) -> Parameter:
    """Raises Invalid for a category, or a parameter of it, that the table does not have."""
    for known in CATEGORIES.get(category, ()):
        if known.name == name:
            return known
    raise Invalid(
        "parameter_unknown",
        "Parts of category {category} have no parameter {name}.",
        field=name,
        way_out="Use one of: "
        + (", ".join(p.name for p in CATEGORIES.get(category, ())) or ", ".join(CATEGORIES)),
        category=category or "(none)",
        name=name,
    )


def read_value(of: Parameter, text: str) -> Value:
    """``4k7``, ``100 nF``, ``±1 %`` or ``10,5`` in the parameter's unit; a word where it has none.

    Raises Invalid for what is no number of that unit: a wrong unit is never converted in silence.
    """
    text = " ".join(text.split())
    if not of.unit:
        return Value(word=text[:100])
    if inside := _INSIDE.fullmatch(_without_unit(text.replace(" ", ""), of.unit)):
        scale = _PREFIXES["" if inside["prefix"] == "R" else inside["prefix"]]
        return Value(Decimal(f"{inside['whole']}.{inside['rest']}") * scale)
    match = _NUMBER.fullmatch(text)
    factor = _scale(match["unit"].replace(" ", ""), of.unit) if match else None
    if match is None or factor is None:
        raise Invalid(
            "parameter_unreadable",
            "{title}: “{text}” is no value in {unit}.",
            field=of.name,
            way_out="Write a number with its unit, such as 4.7 k or 100 n.",
            title=of.title,
            text=text[:60],
            unit=of.unit,
        )
    return Value(Decimal(f"{match['whole']}.{match['rest'] or '0'}") * factor)


def _without_unit(text: str, unit: str) -> str:
    for name in (unit, *(name for name, standard in _UNITS.items() if standard == unit)):
        text = text.removesuffix(name)
    return text


def _scale(written: str, unit: str) -> Decimal | None:
    written = _UNITS.get(written, written)
    if written in {"", unit}:
        return Decimal(1)
    for name, standard in _UNITS.items():
        if standard == unit and written.endswith(name):
            return _PREFIXES.get(written.removesuffix(name))
    prefix = written.removesuffix(unit) if written.endswith(unit) and unit != "1" else written
    if unit in {"%", "°C", "mm", "1"}:
        return None
    return _PREFIXES.get("" if prefix == "R" else prefix)


def compare(
    category: str, wanted: Mapping[str, Value], offered: Mapping[str, Value]
) -> tuple[Comparison, ...]:
    """Every parameter that the wanted part has, against what is offered."""
    return tuple(
        Comparison(
            one,
            wanted[one.name],
            offered.get(one.name),
            _verdict(one, wanted[one.name], offered.get(one.name)),
        )
        for one in CATEGORIES.get(category, ())
        if one.name in wanted
    )


def is_equal_or_better(comparisons: tuple[Comparison, ...]) -> bool:
    """Whether nothing is worse or unknown, and something was compared at all."""
    return bool(comparisons) and all(one.verdict in {"same", "better"} for one in comparisons)


def _verdict(of: Parameter, wanted: Value, offered: Value | None) -> str:
    if offered is None:
        return "same" if of.sense is Sense.TOLD else "unknown"
    if wanted.number is None or offered.number is None:
        same = wanted.word.casefold() == offered.word.casefold() and wanted.number == offered.number
        return "same" if same else "worse"
    if wanted.number == offered.number:
        return "same"
    is_more = offered.number > wanted.number
    if of.sense is Sense.EQUAL:
        return "worse"
    return "better" if is_more is (of.sense is Sense.AT_LEAST) else "worse"
