"""What a label says, element by element, and how a reading ends that cannot be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from padstone.kernel.errors import Invalid

Value: TypeAlias = str | Decimal | bool

LONGEST_PAYLOAD: Final = 8_000
"""Characters. The largest QR code holds 7,089 digits; more is no label."""


class Severity(StrEnum):
    """What a doubt asks of a person."""

    NOTE = "note"
    """Nothing: it says how something was read."""

    ASK = "ask"
    """It was read in one of several possible ways, or could not be used: a person confirms or types it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing about a label that is not certain; ``identifier`` says at which element, "" for all of it."""

    code: str
    severity: Severity
    reason: str
    identifier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One piece of a payload: under which identifier it stood, and where.

    ``at`` and ``length`` count characters of the payload as it was scanned, identifier included. ``name`` is
    the field that it fills, "" where its identifier is not known or its text is not of the identifier's form;
    ``value`` is then the text. Dates are ISO 8601 texts, amounts are Decimal.
    """

    identifier: str
    text: str
    at: int
    length: int
    name: str = ""
    value: Value = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A payload, read.

    ``form`` says as what: ``iso15434``, ``gs1``, ``lcsc`` ... ``fields`` has one value for each name: what
    two elements say differently is a doubt and no field. ``elements`` has all, in the payload's order.
    """

    form: str
    elements: tuple[Element, ...]
    fields: Mapping[str, Value]
    doubts: tuple[Doubt, ...] = ()
    symbology: str = ""

    @property
    def identifiers(self) -> dict[str, str]:
        """The text that stands under each identifier, as it stands there; the first where one is repeated."""
        found: dict[str, str] = {}
        for element in self.elements:
            found.setdefault(element.identifier, element.text)
        return found

    @property
    def asks(self) -> bool:
        """Whether a person must look before it is used."""
        return any(doubt.severity is Severity.ASK for doubt in self.doubts)


class Unreadable(Invalid):
    """The payload is no label that is known, or is damaged beyond reading."""


class Ambiguous(Invalid):
    """It can be read in more than one way. ``readings`` are some of them, the likeliest first."""

    def __init__(self, code: str, template: str, readings: Sequence[Label], *, way_out: str) -> None:
        super().__init__(code, template, field="payload", way_out=way_out)
        self.readings = tuple(readings)


def unreadable(code: str, template: str, way_out: str, **params: str) -> Unreadable:
    """The refusal of a payload; ``params`` fill the template."""
    return Unreadable(code, template, field="payload", way_out=way_out, clause="", **params)


SEPARATORS_LOST: Final = (
    "Program the scanner to send GS, RS and EOT (or to spell them, {GS}), scan the maker's own label, or "
    "choose the reading that agrees with the printed text."
)


def separators_lost(readings: Sequence[Label]) -> Ambiguous:
    """The refusal of a payload whose fields run into one another."""
    return Ambiguous(
        "label_ambiguous",
        "The separators between the label's fields are lost, and it can be read in more than one way.",
        readings,
        way_out=SEPARATORS_LOST,
    )
