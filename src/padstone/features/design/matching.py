"""Which part of the books each line of a bill means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.features.design.domain.content import ASSEMBLY, Pick
from padstone.features.parts.domain.search import key_of
from padstone.features.parts.lookups import numbers_of, parts_by_key, products_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from padstone.features.design.domain.bill import BillLine, MakerPart

BY_NUMBER = ("number", "alias")
BY_MAKER = ("maker",)


def match(lines: Sequence[BillLine]) -> tuple[Pick, ...]:
    """For each line its part, found by index: by the number that the file gives, else by its maker's.

    A name that several parts have is no match: they are its candidates. A number of a product is a
    sub-assembly.
    """
    by_number = parts_by_key(BY_NUMBER, {line.part_number for line in lines if line.part_number})
    makers = {line.mpn for line in lines if line.mpn}
    # Many files give the maker's number as the part number, and the house's number nowhere.
    makers |= {line.part_number for line in lines if line.part_number and not line.mpn}
    by_maker = parts_by_key(BY_MAKER, makers)
    ids = {one for found in (by_number, by_maker) for some in found.values() for one in some}
    names = numbers_of(ids)
    products = products_among({number for line in lines if (number := line.part_number or line.mpn)})
    return tuple(
        Pick(how=ASSEMBLY)
        if (line.part_number or line.mpn) in products
        else _pick(line, by_number, by_maker, names)
        for line in lines
    )


def known_alternates(
    lines: Sequence[BillLine], picks: Sequence[Pick]
) -> tuple[tuple[tuple[Pick, MakerPart], ...], ...]:
    """For each line its file's alternates, each with the part of the books that it means, if it is one.

    One that means the line's own part is none: it is another source of it.
    """
    numbers = {one.number for line in lines for one in line.alternates if one.number}
    by_key = parts_by_key((*BY_NUMBER, *BY_MAKER), numbers)
    names = numbers_of({one for some in by_key.values() for one in some})
    found = []
    for line, pick in zip(lines, picks, strict=True):
        meant = []
        for one in line.alternates:
            parts = by_key.get(key_of(one.number), ()) if one.number else ()
            meaning = Pick("", "", tuple(names[part] for part in parts))
            if len(parts) == 1:
                meaning = Pick(names[parts[0]], "maker")
            if not meaning.part or meaning.part != pick.part:
                meant.append((meaning, one))
        found.append(tuple(meant))
    return tuple(found)


def _pick(
    line: BillLine,
    by_number: dict[str, tuple[int, ...]],
    by_maker: dict[str, tuple[int, ...]],
    names: dict[int, str],
) -> Pick:
    numbered = by_number.get(key_of(line.part_number), ()) if line.part_number else ()
    if len(numbered) == 1:
        return Pick(names[numbered[0]], "number")
    exact = [names[one] for one in numbered if names[one] == line.part_number]
    if exact:
        return Pick(exact[0], "number")
    made = by_maker.get(key_of(line.mpn or line.part_number), ())
    if len(made) == 1 and not numbered:
        return Pick(names[made[0]], "maker")
    return Pick("", "", tuple(names[one] for one in (*numbered, *made)))
