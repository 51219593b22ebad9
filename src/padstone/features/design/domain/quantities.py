"""Quantities as people write them: pieces, and which a mark between digits means: thousands or decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from padstone.features.design.domain.numbers import plain, read_measure, uses_comma

_PIECES: Final = frozenset(
    "pcs pc ea each x stk stück stck pce piece pieces nos no st units unit off szt шт 个 只 pz ks uds"
    " ud".split()
) | {""}
_TIMES: Final = re.compile(r"[x×]\s*(?=[0-9])", re.IGNORECASE)
_THREE: Final = re.compile(r"([1-9][0-9]{0,2})([.,])([0-9]{3})(?:\s*[^\s0-9.,]*)")
"""“1.000” and “1,000”: a thousand, or one and nothing behind it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a cell says; ``doubtful`` where a mark could mean thousands as well as decimals."""

    value: Decimal
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class QuantityStyle:
    """How a column writes its quantities.

    ``comma``: decimals behind a comma. ``three_decimals``: what looks like thousands has three decimals, as
    ERP systems write each of their quantities.
    """

    comma: bool = False
    three_decimals: bool = False

    @classmethod
    def of(cls, cells: Iterable[tuple[str, int]]) -> QuantityStyle:
        """By all cells of the column, each with how many designators its row names."""
        filled = [(plain(text), named) for text, named in cells if text.strip()]
        comma = uses_comma(text for text, _ in filled)
        alike = [(match, named) for text, named in filled if (match := _THREE.fullmatch(text))]
        if not alike:
            return cls(comma)
        decimals = sum(named > 0 and Decimal(match[1]) == named for match, named in alike)
        thousands = sum(named > 0 and Decimal(match[1] + match[3]) == named for match, named in alike)
        written_so = sum(bool(re.search(r"[.,][0-9]{3}(?![0-9])", text)) for text, _ in filled)
        return cls(comma, decimals > thousands or (decimals == thousands and written_so == len(filled) > 1))

    def read(self, text: str, named: int) -> Quantity | None:
        """The quantity in a cell; None where it holds none, or one with a unit that is no piece."""
        text = _TIMES.sub("", plain(text)).rstrip(". ")
        match = _THREE.fullmatch(text)
        if match:
            value = Decimal(match[1] + match[3])
            if self.three_decimals:
                value = Decimal(f"{match[1]}.{match[3]}")
            return Quantity(value, not self.three_decimals and value != named)
        measure = read_measure(text, comma=self.comma)
        if measure is None or measure.unit.rstrip(".") not in _PIECES:
            return None
        return Quantity(measure.value)
