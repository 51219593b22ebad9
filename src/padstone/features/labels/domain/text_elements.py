"""Format 12 of ISO/IEC 15434: text element identifiers (ATA Spec 2000), a word and its text."""

from __future__ import annotations

from typing import Final

from padstone.features.labels.domain.elements import agreed
from padstone.features.labels.domain.envelope import Body
from padstone.features.labels.domain.forms import read
from padstone.features.labels.domain.label import Doubt, Element, Label, Severity

_NAMES: Final = {
    "MFR": "manufacturer_cage",
    "SPL": "supplier_id",
    "PNO": "mpn",
    "PNR": "mpn",
    "SER": "serial",
    "SEQ": "serial",
    "UCN": "serial",
    "LOT": "lot",
    "LTN": "lot",
    "BII": "lot",
    "QTY": "quantity",
    "ORD": "customer_po",
    "EXP": "expiry",
    "DMF": "production_date",
    "CNT": "country",
}
_FORMS: Final = {
    "quantity": "amount",
    "expiry": "YYYYMMDD",
    "production_date": "YYYYMMDD",
    "country": "country",
}


def read_text_elements(body: Body) -> Label:
    """The label of an envelope of format 12; words that are not known are kept without a name."""
    elements: list[Element] = []
    doubts: list[Doubt] = []
    for piece in body.pieces:
        word, _, rest = piece.text.strip().partition(" ")
        name = _NAMES.get(word.upper(), "")
        said = rest.strip()
        found = read(_FORMS.get(name, "text"), said)
        if name and found is None:
            doubts.append(
                Doubt(
                    "value_not_of_its_form", Severity.ASK, f"“{said}” is no {name.replace('_', ' ')}.", word
                )
            )
        start = body.payload.place(piece.at)
        elements.append(
            Element(
                identifier=word.upper(),
                text=said,
                at=start,
                length=body.payload.place(piece.at + len(piece.text)) - start,
                name=name if found else "",
                value=found.value if found else said,
                unit=found.unit if found else "",
            )
        )
    fields = agreed(elements, doubts)
    return Label(
        form="iso15434",
        elements=tuple(elements),
        fields=fields,
        doubts=tuple(doubts),
        symbology=body.payload.symbology,
    )
