"""Names and numbers, as people write them."""

from __future__ import annotations

import re
from decimal import Decimal


def bare(text: str) -> str:
    """A name or number without what people write in different ways: capitals and digits."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def plain(number: Decimal) -> str:
    """A number without empty places."""
    return f"{number.normalize():f}"
