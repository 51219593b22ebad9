"""A label in ZPL II, the language of Zebra's printers and of most that stand beside them."""

from __future__ import annotations

import string
from typing import Final

from padstone.features.labels.domain.our_labels import OurLabel
from padstone.features.labels.domain.sizes import Size

_MARGIN: Final = 2.0
_MODULE: Final = 0.45
_PLAIN: Final = frozenset(string.ascii_letters + string.digits + " .,-+/()[]>:;=*#%&!?")
MODULES: Final = 36
"""Modules of the largest Data Matrix that our labels need, quiet zone included."""


def zpl(label: OurLabel, size: Size, *, dots_per_mm: int = 8, copies: int = 1) -> str:
    """The label for a printer with that resolution: 8 dots to the millimetre are 203 dpi, 12 are 300."""
    width, height = round(size.width * dots_per_mm), round(size.height * dots_per_mm)
    margin = round(_MARGIN * dots_per_mm)
    module = max(2, min((height - 2 * margin) // MODULES, round(_MODULE * dots_per_mm)))
    text_at = margin + MODULES * module + margin
    room = max(width - text_at - margin, 40)
    title = max(round(min(4.0, size.height / 7) * dots_per_mm), 18)
    line = max(round(title * 0.72), 14)
    parts = [
        "^XA",
        "^CI28",
        f"^PW{width}",
        f"^LL{height}",
        f"^FO{margin},{margin}^BXN,{module},200,,,,~^FH_^FD{_field(label.payload)}^FS",
        _text(label.title, text_at, margin, title, room),
    ]
    top = margin + round(title * 1.3)
    for said in label.lines:
        if top + line > height - margin // 2:
            break
        parts.append(_text(said, text_at, top, line, room))
        top += round(line * 1.25)
    parts += [f"^PQ{copies}", "^XZ"]
    return "\n".join(parts) + "\n"


def _text(said: str, left: int, top: int, height: int, room: int) -> str:
    """One line, cut where the label ends."""
    return f"^FO{left},{top}^A0N,{height},{height}^TBN,{room},{height}^FH_^FD{_field(said)}^FS"


def _field(text: str) -> str:
    """A text in which nothing is a command: all but plain characters as the bytes of UTF-8 in hexadecimal.

    A tilde would be taken for the symbol's own escape; it is written twice.
    """
    doubled = text.replace("~", "~~") if text.startswith("[)>") else text
    return "".join(
        character if character in _PLAIN else "".join(f"_{byte:02X}" for byte in character.encode())
        for character in doubled
    )
