"""The fields of a KiCad component by what they say, whichever of their many names they bear."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.bill import MakerPart, SupplierPart
from padstone.features.design.domain.bill_cells import supplier_named
from padstone.features.design.domain.doubts import Doubts, Place
from padstone.features.design.domain.fitting import (
    is_not_fitted,
    marks_fitted,
    marks_not_fitted,
    says_not_fitted,
)
from padstone.features.design.domain.limits import LONGEST_NUMBER, LONGEST_TEXT
from padstone.features.design.domain.numbers import plain
from padstone.features.design.domain.vocabulary import Meaning, is_general_number, meaning_of

_PARTS: Final = re.compile(r"(?<!\\)[;|]|(?<!\\),(?=\s)|(?<=\s),")


_COUNTED: Final = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?)\s*:\s*)?(.*?)(?:\s*:\s*([0-9]+(?:\.[0-9]+)?))?\s*")


_NUMBER_FIELDS: Final = re.compile(
    r"(?:man|manf|mnf|mfg|mfr|part|p)[ _-]?(?:#|num|pn)|pn|p#|mpn", re.IGNORECASE
)


_NOTHING: Final = frozenset({"~", ""})


@dataclass(slots=True)
class Component:
    ref: str
    value: str
    footprint: str
    library: str
    part: str
    description: str
    fields: dict[str, str]
    overriding: dict[str, str] = field(default_factory=dict)
    excluded: bool = False
    dnp: bool = False
    variants: tuple[str, ...] = ()


@dataclass(slots=True)
class Fields:
    """The fields of a component by what they say."""

    component: Component
    doubts: Doubts
    file: str
    variant: str
    by_meaning: dict[tuple[Meaning, int], list[tuple[str, str]]] = field(default_factory=dict)
    rest: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name, text in self.component.fields.items():
            self._take(name, text)
        for name, text in self.component.overriding.items():
            meaning, pair = _field_meaning(name)
            if meaning is not Meaning.IGNORED:
                self.by_meaning[meaning, pair] = [(name, text)]
            else:
                self._take(name, text)

    def _take(self, name: str, text: str) -> None:
        meaning, pair = _field_meaning(name)
        if meaning is Meaning.MPN and is_general_number(name) and self._names_maker_part(name):
            meaning = Meaning.PART_NUMBER
        if meaning is Meaning.IGNORED:
            if text:
                self.rest.append((name, text))
        elif text or (meaning, pair) not in self.by_meaning:
            self.by_meaning.setdefault((meaning, pair), []).append((name, text))

    def _names_maker_part(self, general: str) -> bool:
        """Whether another field says plainly that its number is the maker's; then “part number” is the
        house's.
        """
        return any(
            text
            and other != general
            and _field_meaning(other)[0] is Meaning.MPN
            and not is_general_number(other)
            for other, text in self.component.fields.items()
        )

    def text(self, meaning: Meaning, longest: int = LONGEST_TEXT) -> str:
        texts = [text for _, text in self.by_meaning.get((meaning, 1), []) if text]
        return texts[-1][:longest] if texts else ""

    def fitted(self) -> bool:
        if self.component.dnp:
            return False
        chosen = self.variant.casefold()
        if chosen and self.component.variants and chosen not in map(str.casefold, self.component.variants):
            return False
        marked = marks_not_fitted(self.text(Meaning.NOT_FITTED))
        fitted = marks_fitted(self.text(Meaning.FITTED))
        words = (
            is_not_fitted(self.component.value)
            or says_not_fitted(self.text(Meaning.DESCRIPTION))
            or says_not_fitted(self.text(Meaning.COMMENT))
        )
        return not (marked is not False or fitted is False or words)

    def numbers(self) -> list[tuple[MakerPart, Decimal]]:
        """The manufacturer's parts that one component takes, each with how many of it."""
        texts = [text for _, text in self.by_meaning.get((Meaning.MPN, 1), []) if text]
        makers = [plain(name) for name in _PARTS.split(self.text(Meaning.MANUFACTURER))]
        if len(set(texts)) > 1:
            self.doubts.ask(
                "mpn_twice",
                f"{self.component.ref} names {' and '.join(dict.fromkeys(texts))}; the last is read.",
                "Leave one of the fields.",
                Place(self.file, "", 0, 0, self.component.ref),
            )
        found: list[tuple[MakerPart, Decimal]] = []
        pieces = _PARTS.split(texts[-1]) if texts else []
        for index, piece in enumerate(pieces):
            match = _COUNTED.fullmatch(piece)
            number = plain((match[2] if match else piece).replace("\\,", ",").replace("\\;", ";"))
            times = Decimal((match and (match[1] or match[3])) or 1)
            maker = (
                makers[index] if index < len(makers) and len(pieces) > 1 else makers[0] if index == 0 else ""
            )
            if number:
                found.append((MakerPart(maker[:LONGEST_NUMBER], number[:LONGEST_NUMBER]), times))
        found = _counted_together(found)
        if len(found) > 1:
            self.doubts.note(
                "several_parts",
                f"{self.component.ref} takes {len(found)} parts:"
                f" {', '.join(part.number for part, _ in found)}.",
                Place(self.file, "", 0, 0, self.component.ref),
            )
        if not found and makers[0]:
            found = [(MakerPart(makers[0][:LONGEST_NUMBER]), Decimal(1))]
        return found

    def alternates(self) -> tuple[MakerPart, ...]:
        """What may stand in for the part: second and further makers' parts, and named alternates."""
        makers = {
            pair: entries[-1][1]
            for (meaning, pair), entries in self.by_meaning.items()
            if meaning is Meaning.MANUFACTURER
        }
        further = sorted(
            (pair, entries[-1][1])
            for (meaning, pair), entries in self.by_meaning.items()
            if meaning is Meaning.MPN and pair > 1 and entries[-1][1] not in _NOTHING
        )
        found = [
            MakerPart(makers.get(pair, "")[:LONGEST_NUMBER], number[:LONGEST_NUMBER])
            for pair, number in further
        ]
        for (meaning, _), entries in self.by_meaning.items():
            if meaning is Meaning.ALTERNATE:
                numbers = (number for _, text in entries for number in map(plain, _PARTS.split(text)))
                found += [MakerPart("", number[:LONGEST_NUMBER]) for number in numbers if number]
        return tuple(dict.fromkeys(found))

    def suppliers(self) -> tuple[SupplierPart, ...]:
        names = {
            pair: entries[-1][1]
            for (meaning, pair), entries in self.by_meaning.items()
            if meaning is Meaning.SUPPLIER
        }
        found = []
        for (meaning, pair), entries in self.by_meaning.items():
            if meaning is Meaning.SUPPLIER_NUMBER:
                for name, text in entries:
                    own = supplier_named(name)
                    supplier = own or names.get(pair, "")
                    if text and text not in _NOTHING:
                        found.append(SupplierPart(supplier[:LONGEST_NUMBER], text[:LONGEST_NUMBER]))
        return tuple(sorted(set(found), key=lambda part: (part.supplier, part.number)))

    def extra(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, text[:LONGEST_TEXT]) for name, text in self.rest if text)


def _counted_together(parts: list[tuple[MakerPart, Decimal]]) -> list[tuple[MakerPart, Decimal]]:
    """The same part named twice is one part, twice."""
    times: dict[str, tuple[MakerPart, Decimal]] = {}
    for part, count in parts:
        known = times.get(part.number)
        times[part.number] = (known[0], known[1] + count) if known else (part, count)
    return list(times.values())


def _field_meaning(name: str) -> tuple[Meaning, int]:
    meaning, pair, _ = meaning_of(name)
    if is_general_number(name) or _NUMBER_FIELDS.fullmatch(name.strip()):
        return Meaning.MPN, 1
    kept = {
        Meaning.MPN,
        Meaning.MANUFACTURER,
        Meaning.SUPPLIER,
        Meaning.SUPPLIER_NUMBER,
        Meaning.PART_NUMBER,
        Meaning.DESCRIPTION,
        Meaning.NOT_FITTED,
        Meaning.FITTED,
        Meaning.CLIENT_SUPPLIED,
        Meaning.ATTRITION,
        Meaning.ALTERNATE,
        Meaning.COMMENT,
    }
    if name.strip().casefold() in {"comment", "comments"}:
        return Meaning.COMMENT, 1
    return (meaning, pair) if meaning in kept else (Meaning.IGNORED, 1)


def said(text: str | None) -> str:
    told = plain(text or "")
    return "" if told in _NOTHING else told
