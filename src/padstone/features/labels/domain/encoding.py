"""A label's fields written as ISO/IEC 15434 asks: what our own labels hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from padstone.features.labels.domain.payload import EOT, GS, RS
from padstone.kernel.errors import Invalid

_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")


def encoded(fields: Iterable[tuple[str, str]]) -> str:
    """The payload of fields in format 06: data identifiers with their texts, in this order; empty texts are
    left out.

    Refuses (Invalid) characters beyond printable ASCII, which the envelope does not hold.
    """
    kept = [(code, text.strip()) for code, text in fields if text.strip()]
    for code, text in kept:
        if not _PRINTABLE.fullmatch(text):
            raise Invalid(
                "label_text_not_printable",
                "“{text}” ({identifier}) has characters that a label's symbol cannot hold.",
                field=code,
                way_out="Write it with letters, digits and signs of ASCII.",
                text=text,
                identifier=code,
            )
    return f"[)>{RS}06{GS}" + GS.join(code + text for code, text in kept) + RS + EOT
