"""How a maker writes its lots: as somebody declared, or as the lots that came before look."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 100
_ONE: Final = {"#": "[0-9]", "@": "[A-Za-z]", "?": "."}


def form_of(lot: str) -> str:
    """What is common to lots of one kind: ``A1B22-3`` is ``@#@#-#``."""
    text = re.sub(r"[0-9]+", "#", lot.strip().upper())
    return re.sub(r"[A-Z]+", "@", text)


def fits(pattern: str, lot: str) -> bool:
    """Whether a lot is of a declared form: ``#`` is a digit, ``@`` a letter, ``?`` any sign, ``*`` any number
    of signs at the end; all else stands for itself.
    """
    body, star = (pattern[:-1], ".*") if pattern.endswith("*") else (pattern, "")
    wanted = "".join(_ONE.get(sign) or re.escape(sign) for sign in body)
    return re.fullmatch(wanted + star, lot.strip(), re.IGNORECASE | re.DOTALL) is not None
