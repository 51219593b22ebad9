"""Symbols that only name a page: whose, and of which part, where the address says it."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from padstone.features.labels.domain.label import Doubt, Element, Label, Severity, Value
from padstone.features.labels.domain.payload import Payload

_PAGES: Final = (
    (
        "TME",
        re.compile(
            r"https?://(?:www\.)?tme\.(?:eu|com)/(?:[a-z]{2}/)?(?:[a-z]{2}/)?details/(?P<sku>[^/?#]+)"
        ),
    ),
    (
        "LCSC",
        re.compile(
            r"https?://(?:www\.|item\.)?(?:lcsc|szlcsc)\.com/(?:product-detail/)?[^?#]*?(?P<sku>C[0-9]{2,9})(?:\.html)?(?:[?#]|$)"
        ),
    ),
    (
        "Digi-Key",
        re.compile(r"https?://(?:www\.)?digikey\.[a-z.]{2,6}/[^?#]*?products/detail/[^/]+/(?P<mpn>[^/?#]+)"),
    ),
    (
        "Mouser",
        re.compile(
            r"https?://(?:[a-z]{2}\.|www\.)?mouser\.[a-z.]{2,6}/(?:[a-z]{2}/)?ProductDetail/[^/]+/(?P<mpn>[^/?#]+)"
        ),
    ),
    ("Farnell", re.compile(r"https?://[a-z]{2}\.farnell\.com/(?:[^?#]*/)?(?P<sku>[0-9]{7})(?:[/?#]|$)")),
)


def read_page(payload: Payload) -> Label | None:
    """The label of a web address; None where it is none."""
    text = payload.text.strip()
    if not re.fullmatch(r"https?://\S+", text, re.IGNORECASE):
        return None
    start = payload.place(0)
    length = payload.place(len(payload.text)) - start
    elements = [Element(identifier="", text=text, at=start, length=length, name="url", value=text)]
    fields: dict[str, Value] = {"url": text}
    for supplier, pattern in _PAGES:
        if found := pattern.match(text):
            fields["supplier"] = supplier
            for name, said in found.groupdict().items():
                value = unquote(said)
                fields[name] = value
                elements.append(
                    Element(
                        identifier=name,
                        text=said,
                        at=start + found.start(name),
                        length=len(said),
                        name=name,
                        value=value,
                    )
                )
            break
    doubt = Doubt(
        "only_a_page", Severity.ASK, "The symbol names a page: it does not say what is in this package."
    )
    return Label(
        form="url", elements=tuple(elements), fields=fields, doubts=(doubt,), symbology=payload.symbology
    )
