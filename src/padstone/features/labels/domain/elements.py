"""From the pieces of an envelope to elements, and from elements to a label's fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from padstone.features.labels.domain.data_identifiers import SHAPE, TABLE
from padstone.features.labels.domain.forms import has_grouped_digits, read
from padstone.features.labels.domain.label import Doubt, Element, Label, Severity, Value
from padstone.features.labels.domain.payload import Payload

_NOT_TRACEABLE: Final = frozenset({"N/T", "NT"})
_INCIDENTAL: Final = frozenset(
    {"cage", "manufacturer_cage", "weight", "price", "mac", "tariff_code", "document"}
)
"""Fields of which nothing follows for a package: that one of them is not of its form is only noted."""

_UNITS: Final = frozenset(
    (
        "G GR GRM KG KGM MG ML LTR L CL M MTR MM CM FT FOT IN INH YD LB LBR OZ ONZ "
        "RL REEL ROL M2 MTK M3 PK PACK BX TU"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a kind of label means by identifiers that are free to be agreed on, and who puts it on."""

    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    supplier: str = ""
    manufacturer: str = ""


MAT_LABEL: Final = Dialect(
    "mat-label",
    {
        "12S": "label_version",
        "30P": "rohs",
        "Z": "msl",
        "20P": "part_information",
        "10V": "manufacturer_location",
        "6D": "production_date",
        "20T": "batch_counter",
        "1Z": "supplier_data",
    },
)
"""MAT-Label 2.6 (2014), as its makers' examples use the identifiers."""

TEXAS_INSTRUMENTS: Final = Dialect(
    "texas-instruments",
    {
        "4W": "processing",
        "20L": "chip_site",
        "21L": "chip_country",
        "22L": "assembly_site",
        "23L": "assembly_country",
        "3Z": "msl",
    },
    manufacturer="Texas Instruments",
)
DIGI_KEY: Final = Dialect("digi-key", supplier="Digi-Key")
MOUSER: Final = Dialect("mouser", supplier="Mouser")
FARNELL: Final = Dialect("farnell", {"3P": "sku"}, supplier="Farnell")
NEWARK: Final = Dialect("newark", {"3P": "sku"}, supplier="Newark")
PLAIN: Final = Dialect("")


def element_of(payload: Payload, text: str, at: int) -> Element | None:
    """The element of a piece of a payload's text; None where it begins with no identifier."""
    found = SHAPE.fullmatch(text)
    if found is None:
        return None
    start, end = payload.place(at), payload.place(at + len(text))
    said = found["text"].strip()
    return Element(identifier=found["code"].upper(), text=said, at=start, length=end - start, value=said)


_BY_ONE_TEXT: Final = (
    (MAT_LABEL, "12S", re.compile(r"000[0-9]")),
    (TEXAS_INSTRUMENTS, "V", re.compile("0033317")),
    (DIGI_KEY, "30P", re.compile(".+-ND")),
    (FARNELL, "3P", re.compile("[0-9]{7}")),
    (NEWARK, "3P", re.compile("[0-9]{2}[A-Z][0-9]{4}")),
)


def dialect_of(elements: Sequence[Element]) -> Dialect:
    """Whose label it is, by what only theirs bear."""
    texts = {element.identifier: element.text for element in elements}
    if len({"11Z", "12Z", "13Z", "20Z"} & texts.keys()) > 1:
        return DIGI_KEY
    if re.fullmatch("[0-9]{3}", texts.get("14K", "")) and {"11K", "1V"} & texts.keys():
        return MOUSER
    for dialect, identifier, pattern in _BY_ONE_TEXT:
        if pattern.fullmatch(texts.get(identifier, "")):
            return dialect
    return PLAIN


def understood(
    form: str, elements: Sequence[Element], doubts: Iterable[Doubt] = (), *, symbology: str = ""
) -> Label:
    """A label from its elements: each named and valued, fields where all say the same."""
    dialect = dialect_of(elements)
    told = list(doubts)
    named = tuple(_named(element, dialect, told) for element in elements)
    fields = agreed(named, told)
    _complete(fields, named, dialect)
    return Label(form=form, elements=named, fields=fields, doubts=tuple(told), symbology=symbology)


def _named(element: Element, dialect: Dialect, doubts: list[Doubt]) -> Element:
    row = TABLE.get(element.identifier)
    name = dialect.names.get(element.identifier) or (row.name if row else "")
    if not element.text or not name:
        return element
    if element.text.upper() in _NOT_TRACEABLE and name in {"lot", "date_code"}:
        doubts.append(
            Doubt(
                "not_traceable",
                Severity.NOTE,
                f"The label says that its {words(name)} is not traceable.",
                element.identifier,
            )
        )
        return element
    form = (
        "YYYYMMDD"
        if name == "production_date" and element.identifier == "6D"
        else (row.form if row else "text")
    )
    if element.identifier == "D":
        form = "D"
    found = read(form, element.text)
    if found is None:
        doubts.append(_not_of_the_form(element, name))
        return element
    if name == "quantity" and found.unit and found.unit not in _UNITS:
        doubts.append(
            Doubt(
                "unit_unknown",
                Severity.ASK,
                f"“{element.text}” counts in “{found.unit}”, which is no unit that is known.",
                element.identifier,
            )
        )
    return replace(element, name=name, value=found.value, unit=found.unit)


def _not_of_the_form(element: Element, name: str) -> Doubt:
    why = f"“{element.text}” is no {words(name)}"
    if name == "quantity" and has_grouped_digits(element.text):
        why = f"“{element.text}” can be a number with a fraction or one of thousands"
    return Doubt(
        "value_not_of_its_form",
        Severity.NOTE if name in _INCIDENTAL else Severity.ASK,
        f"{why}.",
        element.identifier,
    )


def agreed(elements: Iterable[Element], doubts: list[Doubt]) -> dict[str, Value]:
    """One value for each name, in the elements' order; where two differ there is a doubt, and no field."""
    fields: dict[str, Value] = {}
    by_name: dict[str, Element] = {}
    differing: set[str] = set()
    for element in elements:
        if not element.name:
            continue
        first = by_name.setdefault(element.name, element)
        fields.setdefault(element.name, element.value)
        if element.name == "quantity" and element.unit:
            fields.setdefault("unit", element.unit)
        if first.value != element.value and element.name not in differing:
            differing.add(element.name)
            doubts.append(
                Doubt(
                    "said_twice",
                    Severity.ASK,
                    f"The label gives two values for {words(element.name)}: “{first.text}” "
                    f"({first.identifier}) and “{element.text}” ({element.identifier}).",
                    element.identifier,
                )
            )
    for name in differing:
        del fields[name]
    return fields


def words(name: str) -> str:
    """A field's name for a person."""
    return {
        "mpn": "maker's part number",
        "sku": "supplier's part number",
        "msl": "moisture level",
        "customer_po": "purchase order",
        "po_line": "order line",
    }.get(name, name.replace("_", " "))


def _complete(fields: dict[str, Value], elements: Sequence[Element], dialect: Dialect) -> None:
    """What follows from whose label it is."""
    part = str(fields.get("customer_part", ""))
    if dialect is DIGI_KEY and "sku" not in fields and part.endswith("-ND"):
        fields["sku"] = fields.pop("customer_part")
    if dialect.manufacturer:
        fields.setdefault("manufacturer", dialect.manufacturer)
    supplier = dialect.supplier or (str(fields.get("supplier_id", "")) if dialect is MAT_LABEL else "")
    if supplier:
        fields.setdefault("supplier", supplier)
