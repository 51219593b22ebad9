"""Labels without data identifiers: what distributors and makers write in their own order.

Each row is a form as a whole: its pattern fits all of a payload or nothing. Names of groups are names of
fields; ``x`` and a number is what stands there and means nothing to us.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from padstone.features.labels.domain.elements import agreed
from padstone.features.labels.domain.forms import read
from padstone.features.labels.domain.label import Doubt, Element, Label, Severity, Value
from padstone.features.labels.domain.payload import Payload


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """A maker's own form. ``says`` are fields that the form itself states; ``loose``: a person confirms."""

    name: str
    pattern: re.Pattern[str]
    says: dict[str, Value] = field(default_factory=dict)
    loose: bool = False


def _form(name: str, pattern: str, *, loose: bool = False, **says: Value) -> WrittenForm:
    return WrittenForm(name, re.compile(pattern), says, loose)


_PART: Final = r"[0-9A-Z][0-9A-Z.+/#()_-]{3,40}"
FORMS: Final = (
    _form(
        "samsung",
        r"(?P<lot>[0-9A-Z]{7})/(?P<mpn>(?:C[ILQRS]|R[CFGU])[0-9A-Z-]{6,20})/(?P<date_code>[0-9]{4})/(?P<quantity>[0-9]{7})",
        manufacturer="Samsung Electro-Mechanics",
    ),
    _form(
        "koa",
        rf"(?P<x1>KHK):(?P<x2>[0-9]+):(?P<mpn>{_PART}):(?P<quantity>[0-9]+):(?P<x3>[A-Z]):(?P<lot>[0-9A-Z]+):(?P<x4>[0-9]+):(?P<x5>[0-9A-Z-]+)",
        manufacturer="KOA",
    ),
    _form(
        "lite-on",
        rf"(?P<x1>[^;]*);(?P<customer_part>[^;]*);(?P<mpn>{_PART});(?P<lot>[0-9A-Z]+);(?P<quantity>[0-9]+);(?P<x2>[^;]*);"
        r"(?P<package_id>[0-9A-Z]+);(?P<date_code>[0-9]{4});(?P<x3>[^;]*)",
        manufacturer="Lite-On",
    ),
    _form(
        "stackpole",
        rf"1P(?P<mpn>{_PART}),Q(?P<quantity>[0-9]+),1T(?P<lot>[0-9A-Z]+),(?P<date_code>[0-9]{{2}}/[0-9]{{2}}),(?P<country>[A-Z]{{2}})",
        manufacturer="Stackpole",
    ),
    _form(
        "kemet",
        r"(?P<x1>[0-9]{9}) (?P<x2>[A-Z][0-9])(?P<x3>[0-9]{3})(?P<mpn>[CTA][0-9A-Z]{10,20}) +"
        r"(?P<quantity>[0-9]{7})(?P<x4>[A-Z]*)(?: +(?P<country>[A-Z]{2}))?",
        manufacturer="KEMET",
    ),
    _form("japanese-1", r"3N1 ?(?P<mpn>[0-9A-Z][0-9A-Z/+.-]{3,24}) +(?P<quantity>[0-9]{1,7})", loose=True),
    _form("japanese-2", r"3N2 ?(?P<serial>[0-9A-Z-]{3,24}) +(?P<x1>[0-9]{1,8})", loose=True),
    _form(
        "rohm",
        r"(?=.{19}[0-9]{10})(?P<mpn>[0-9A-Z][0-9A-Z/.+-]{4,17} +)"
        r"(?P<quantity>[0-9]{6})(?P<date_code>[0-9]{4})(?P<lot>[0-9A-Z]{6})(?P<x1>.{3}) *",
        manufacturer="ROHM",
    ),
    _form(
        "walsin",
        r"P(?P<mpn>[0-9]{4}[A-Z][0-9A-Z]{6,12})Q(?P<quantity>[0-9]{3,6})L(?P<lot>[0-9A-Z]{6,12})D(?P<date_code>[0-9]{6})",
        manufacturer="Walsin",
    ),
    _form(
        "kefico",
        r"(?P<customer_part>[0-9]{10}),(?P<serial>[0-9A-Z]{4,14}),(?P<supplier_id>[0-9A-Z]{4}),(?P<quantity>[0-9]{4})",
    ),
)
"""Read off public examples of each maker's labels, 2011 to 2026."""

_LCSC_NAMES: Final = {
    "pbn": "pick",
    "on": "order",
    "pc": "sku",
    "pm": "mpn",
    "qty": "quantity",
    "mc": "customer_part",
    "pdi": "part_id",
    "wc": "warehouse",
    "cc": "",
    "hp": "",
}
_LCSC_SPLIT: Final = re.compile(rf",(?=(?:{'|'.join(_LCSC_NAMES)}):)")
_TME_NAMES: Final = {
    "QTY": "quantity",
    "PN": "sku",
    "MPN": "mpn",
    "PO": "order",
    "CPO": "customer_po",
    "MFR": "manufacturer",
}
_TME_KEY: Final = re.compile(
    rf"(?:(?<=\s)|^)(?:(?P<key>{'|'.join(_TME_NAMES)}):|(?P<rohs>RoHS)(?=\s|$)|(?P<url>https?://\S+))"
)


def by_written_form(payload: Payload) -> tuple[Label, ...]:
    """The readings of a payload in a distributor's or maker's own form: none, one, or several."""
    text = payload.text.rstrip()
    special = _lcsc(payload, text) or _tme(payload, text)
    if special is not None:
        return (special,)
    fitting = (
        _label(payload, form, found) for form in FORMS if (found := form.pattern.fullmatch(text)) is not None
    )
    return tuple(label for label in fitting if label is not None)


def _label(payload: Payload, form: WrittenForm, found: re.Match[str]) -> Label | None:
    elements = []
    for name, said in found.groupdict().items():
        if said and name[0] != "x":
            element = _element(payload, name, said.strip(), found.start(name), name)
            if not element.name:
                return None
            elements.append(element)
    elements.sort(key=lambda element: element.at)
    doubts = []
    if form.loose:
        doubts.append(
            Doubt(
                "form_is_loose",
                Severity.ASK,
                "Makers use this form in different ways: compare with the printed text.",
            )
        )
    fields = agreed(elements, doubts)
    return Label(
        form=form.name,
        elements=tuple(elements),
        fields=fields | form.says,
        doubts=tuple(doubts),
        symbology=payload.symbology,
    )


_FORM_OF: Final = {"quantity": "amount", "country": "country"}


def _element(payload: Payload, key: str, said: str, at: int, name: str, length: int = 0) -> Element:
    start = payload.place(at)
    end = payload.place(min(at + (length or len(said)), len(payload.text)))
    found = read(_FORM_OF.get(name, "text"), said) if said else None
    if found is None:
        return Element(identifier=key, text=said, at=start, length=end - start, value=said)
    return Element(
        identifier=key, text=said, at=start, length=end - start, name=name, value=found.value, unit=found.unit
    )


def _of_keys(
    payload: Payload, form: str, supplier: str, found: list[tuple[str, str, int, int]], names: dict[str, str]
) -> Label:
    """A label of keys with values: key, value, where the key stands, how long both are."""
    doubts: list[Doubt] = []
    elements = []
    for key, said, at, length in found:
        element = _element(payload, key, said, at, names.get(key, ""), length)
        if said and names.get(key) == "quantity" and not element.name:
            doubts.append(Doubt("value_not_of_its_form", Severity.ASK, f"“{said}” is no quantity.", key))
        elements.append(element)
    fields = agreed(elements, doubts)
    if supplier:
        fields["supplier"] = supplier
    return Label(
        form=form, elements=tuple(elements), fields=fields, doubts=tuple(doubts), symbology=payload.symbology
    )


def _lcsc(payload: Payload, text: str) -> Label | None:
    """``{pbn:...,on:...,pc:C25744,pm:...,qty:100,mc:C20, C21,cc:1}``: a value may have commas."""
    if text.startswith("{") and '"' in text:
        return _lcsc_as_json(payload, text)
    inner = text.removeprefix("{")
    begin = len(text) - len(inner)
    inner = inner.removesuffix("}")
    if not re.match(rf"(?:{'|'.join(_LCSC_NAMES)}):", inner):
        return None
    found = []
    at = begin
    for part in _LCSC_SPLIT.split(inner):
        key, _, said = part.partition(":")
        empty = said.strip() in {"", "null"}
        found.append((key, "" if empty else said.strip(), at, len(part)))
        at += len(part) + 1
    return _of_keys(payload, "lcsc", "LCSC", found, _LCSC_NAMES) if len(found) > 1 else None


def _lcsc_as_json(payload: Payload, text: str) -> Label | None:
    try:
        told = json.loads(text, parse_float=str, parse_int=str)
    except ValueError:
        return None
    if not isinstance(told, dict) or not {"pc", "pm"} <= told.keys():
        return None
    found = [
        (str(key), "" if said is None else str(said), max(text.find(f'"{key}"'), 0), len(str(key)) + 2)
        for key, said in told.items()
    ]
    return _of_keys(payload, "lcsc", "LCSC", found, _LCSC_NAMES)


def _tme(payload: Payload, text: str) -> Label | None:
    """``QTY:5 PN:MIC334 PO:16200130/6 MFR:... MPN:... RoHS https://...``: a value ends where a key begins."""
    keys = list(_TME_KEY.finditer(text))
    if not keys or keys[0].start() != 0 or "PN" not in {one["key"] for one in keys}:
        return None
    found = []
    for one, following in zip(keys, [*keys[1:], None], strict=True):
        end = following.start() if following is not None else len(text)
        if one["key"]:
            found.append((one["key"], text[one.end() : end].strip(), one.start(), end - one.start()))
        else:
            found.append(("RoHS" if one["rohs"] else "url", one[0], one.start(), len(one[0])))
            if text[one.end() : end].strip():
                return None
    label = _of_keys(payload, "tme", "TME", found, _TME_NAMES | {"url": "url"})
    fields = dict(label.fields)
    if "RoHS" in label.identifiers:
        fields["rohs"] = True
    doubts = list(label.doubts)
    if "mpn" not in fields and "sku" in fields:
        fields["mpn"] = fields["sku"]
        doubts.append(
            Doubt(
                "mpn_by_symbol",
                Severity.NOTE,
                "TME's own symbol stands for the maker's part number, which is not there.",
                "PN",
            )
        )
    return Label(
        form="tme", elements=label.elements, fields=fields, doubts=tuple(doubts), symbology=label.symbology
    )
