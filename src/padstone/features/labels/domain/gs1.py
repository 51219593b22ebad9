"""GS1 element strings and digital links: application identifiers with texts of fixed or of any length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from padstone.features.labels.domain.check_digits import is_gtin, is_whole
from padstone.features.labels.domain.dates import day
from padstone.features.labels.domain.elements import agreed
from padstone.features.labels.domain.label import Doubt, Element, Label, Severity, Value, separators_lost
from padstone.features.labels.domain.payload import GS, Payload

SOURCE: Final = "GS1 General Specifications, section 3"
REVISION: Final = "24.0 (2024)"

_ROWS: Final = """
00 18 sscc
01 14 gtin
02 14 content_gtin
10 ..20 lot
11 6 production_date
12 6 -
13 6 packaging_date
15 6 best_before
16 6 -
17 6 expiry
20 2 -
21 ..20 serial
22 ..20 revision
30 ..8 quantity
37 ..8 quantity
235 ..28 -
240 ..30 mpn
241 ..30 customer_part
242 ..6 -
243 ..20 -
250 ..30 -
251 ..30 -
253 ..30 -
254 ..20 -
310n 6 -
330n 6 -
400 ..30 customer_po
401 ..30 -
402 17 -
403 ..30 -
410 13 -
411 13 -
412 13 -
413 13 -
414 13 -
415 13 -
416 13 -
417 13 -
420 ..20 -
421 ..12 -
422 3 origin
423 ..15 -
7003 10 -
7240 ..20 -
8003 ..30 -
8004 ..30 -
8005 6 -
8006 18 -
8008 ..12 -
8012 ..20 revision
8017 18 -
8018 18 -
8020 ..25 -
8200 ..70 url
90 ..30 -
91 ..90 -
92 ..90 -
93 ..90 -
94 ..90 -
95 ..90 -
96 ..90 -
97 ..90 -
98 ..90 -
99 ..90 -
"""


@dataclass(frozen=True, slots=True)
class ApplicationIdentifier:
    """``length`` is fixed, or the most that it can be where ``variable``; ``name`` is "" for no field."""

    code: str
    length: int
    variable: bool
    name: str


def _row(line: str) -> ApplicationIdentifier:
    code, length, name = line.split()
    return ApplicationIdentifier(
        code, int(length.removeprefix("..")), length.startswith(".."), name.replace("-", "")
    )


TABLE: Final = {row.code: row for row in map(_row, filter(None, _ROWS.splitlines()))}
_MEASURE: Final = re.compile(r"3[13][0-9]{2}")
_IN_BRACKETS: Final = re.compile(r"\((?P<code>[0-9]{2,4})\)(?P<text>[^()]*)")
_DATES: Final = frozenset({"production_date", "packaging_date", "best_before", "expiry"})
_MOST_FOUND: Final = 4
LONGEST: Final = 500
"""Characters of element strings; the longest symbol of a package has a hundred."""


_Found = tuple[str, str, int, int]
"""Identifier, text, where the element begins and ends."""


def identifier(code: str) -> ApplicationIdentifier | None:
    return TABLE.get(code) or (TABLE.get("310n") if _MEASURE.fullmatch(code) else None)


def read_element_strings(payload: Payload, *, declared: bool) -> Label | None:
    """The label of a payload of element strings; None where it is none.

    ``declared``: the symbol or the envelope says that it is GS1. Else it must begin with a GTIN or an SSCC
    whose check digit is right, or write its identifiers in brackets. Refuses (Ambiguous) where separators are
    lost and it can be cut in several ways.
    """
    text = payload.text
    if bracketed := _bracketed(text):
        return _label(payload, bracketed)
    if not declared and not _begins_with_a_key(text):
        return None
    ways = list(
        _ways(text.lstrip(GS), len(text) - len(text.lstrip(GS)), sends_separators=GS in text.strip(GS))
    )
    if not ways:
        return None
    if len(ways) > 1:
        raise separators_lost([_label(payload, way) for way in ways])
    return _label(payload, ways[0])


def _begins_with_a_key(text: str) -> bool:
    return (text[:2] in {"01", "02"} and is_gtin(text[2:16])) or (
        text[:2] == "00" and len(text) >= 20 and is_whole(text[2:20])
    )


def _bracketed(text: str) -> list[_Found]:
    found = list(_IN_BRACKETS.finditer(text))
    if not found or "".join(one[0] for one in found) != text.replace(GS, "").strip() != "":
        return []
    ways = [(one["code"], one["text"].strip(GS + " "), one.start(), one.end()) for one in found]
    return ways if all(_fits(code, said) for code, said, _, _ in ways) else []


def _fits(code: str, said: str) -> bool:
    row = identifier(code)
    if row is None or not said or len(said) > row.length:
        return False
    if row.variable:
        return row.name != "quantity" or said.isdigit()
    if len(said) != row.length or not said.isdigit():
        return False
    if row.name in {"gtin", "content_gtin", "sscc"}:
        return is_whole(said)
    return row.name not in _DATES or _gs1_day(said) is not None


def _gs1_day(said: str) -> str | None:
    """YYMMDD; where the day is 00 the month alone (7.12): no day is made up."""
    if said[4:] == "00":
        return f"20{said[:2]}-{said[2:4]}" if "01" <= said[2:4] <= "12" else None
    found = day(said, "YYMMDD")
    return found.isoformat() if found else None


def _ways(text: str, at: int, *, sends_separators: bool) -> Iterator[list[_Found]]:
    """Ways to cut a text; where separators are sent, a text of any length ends at one alone."""
    dead: set[int] = set()

    def go(position: int) -> Iterator[list[_Found]]:
        if position >= len(text):
            yield []
            return
        if position in dead:
            return
        alive = False
        for code, start, end in _fields(text, position, sends_separators=sends_separators):
            following = end + 1 if end < len(text) and text[end] == GS else end
            for rest in go(following):
                alive = True
                yield [(code, text[start:end], at + position, at + end), *rest]
        if not alive:
            dead.add(position)

    if len(text) <= LONGEST:
        yield from islice(go(0), _MOST_FOUND)


def _fields(text: str, position: int, *, sends_separators: bool) -> Iterator[tuple[str, int, int]]:
    """The elements that may stand here: identifier, where its text begins, where it ends."""
    for width in (2, 3, 4):
        code, start = text[position : position + width], position + width
        row = identifier(code)
        if row is None:
            continue
        for end in _ends(row, text, start, sends_separators=sends_separators):
            if _fits(code, text[start:end]):
                yield code, start, end


def _ends(row: ApplicationIdentifier, text: str, start: int, *, sends_separators: bool) -> Sequence[int]:
    if not row.variable:
        return [start + row.length]
    found = text.find(GS, start)
    stop = len(text) if found < 0 else found
    if sends_separators:
        return [stop]
    return range(min(stop, start + row.length), start, -1)


def _label(payload: Payload, found: Sequence[_Found]) -> Label:
    doubts: list[Doubt] = []
    elements = [_element(payload, *one) for one in found]
    fields = agreed(elements, doubts)
    if origin := fields.pop("origin", None):
        doubts.append(
            Doubt(
                "country_by_number",
                Severity.NOTE,
                f"The country of origin is number {origin} of ISO 3166-1.",
                "(422)",
            )
        )
    return Label(
        form="gs1", elements=tuple(elements), fields=fields, doubts=tuple(doubts), symbology=payload.symbology
    )


def _element(payload: Payload, code: str, said: str, start: int, end: int) -> Element:
    row = identifier(code)
    name = row.name if row else ""
    value: Value = said
    if name in _DATES:
        value = _gs1_day(said) or said
    elif name == "quantity":
        value = Decimal(said)
    return Element(
        identifier=f"({code})",
        text=said,
        at=payload.place(start),
        length=payload.place(end) - payload.place(start),
        name=name,
        value=value,
    )


def read_digital_link(payload: Payload) -> Label | None:
    """The label of a GS1 digital link (``https://.../01/05012345678900/10/ABC?17=271231``); None where it is
    none.
    """
    address = urlsplit(payload.text)
    if address.scheme not in {"http", "https"}:
        return None
    steps = [unquote(step) for step in address.path.split("/") if step]
    keys = [at for at, step in enumerate(steps) if step in {"00", "01", "8006", "8003", "8004"}]
    if not keys:
        return None
    pairs = list(zip(steps[keys[-1] :: 2], steps[keys[-1] + 1 :: 2], strict=False))
    pairs += [(key, said) for key, said in parse_qsl(address.query) if identifier(key) is not None]
    pairs = [(code, said.zfill(14) if code == "01" else said) for code, said in pairs]
    if not all(_fits(code, said) for code, said in pairs):
        return None
    found = [(code, said, *_place(payload.text, code, said)) for code, said in pairs]
    return _label(payload, found)


def _place(text: str, code: str, said: str) -> tuple[int, int]:
    """Where in a link an element stands; all of it where the link spells it otherwise."""
    for joint in (f"/{code}/{said}", f"{code}={said}"):
        if (at := text.find(joint)) >= 0:
            return at, at + len(joint)
    return 0, len(text)
