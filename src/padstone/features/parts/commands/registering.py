"""Parts that come onto the books, with the keys by which they are found and the makers that were named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from padstone.features.parts.domain.search import key_of, words_of
from padstone.features.parts.models import ManufacturerPart, Part, PartKey

AT_ONCE = 500


def register(wanted: Sequence[Part]) -> dict[str, Part]:
    """The parts by number, new ones created; two imports at once both end with the same rows.

    Of parts that the books know, only what is blank is filled in.
    """
    numbers = sorted({part.number for part in wanted})
    known = parts_by_number(numbers)
    new = {part.number: part for part in reversed(wanted) if part.number not in known}
    if new:
        Part.objects.bulk_create(new.values(), batch_size=AT_ONCE, ignore_conflicts=True)
        known |= parts_by_number(sorted(new))
    filled = {part.pk: part for one in wanted if (part := _filled(known[one.number], one))}
    Part.objects.bulk_update(
        filled.values(), ["description", "manufacturer", "manufacturer_part_number"], batch_size=AT_ONCE
    )
    changed = {known[number].pk: known[number] for number in new} | filled
    propose_sources(changed.values())
    write_keys(changed.values())
    return known


def parts_by_number(numbers: Iterable[str]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    rest = iter(numbers)
    while chunk := list(islice(rest, AT_ONCE)):
        found |= {part.number: part for part in Part.objects.filter(number__in=chunk)}
    return found


def propose_sources(parts: Iterable[Part]) -> None:
    """The maker's number that a part came with is a source that nobody has approved yet."""
    ManufacturerPart.objects.bulk_create(
        [
            ManufacturerPart(part=part, manufacturer=part.manufacturer, number=part.manufacturer_part_number)
            for part in parts
            if part.manufacturer_part_number
        ],
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def write_keys(parts: Iterable[Part]) -> None:
    """What the parts are found by, as they stand. What they were found by before stays: it may be on a
    label.
    """
    PartKey.objects.bulk_create(
        [
            PartKey(part=part, kind=kind, key=key)
            for part in parts
            for kind, key in dict.fromkeys(_keys(part))
            if key
        ],
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def add_key(part: Part, kind: str, text: str) -> None:
    if key := key_of(text):
        PartKey.objects.get_or_create(part=part, kind=kind, key=key)


def _keys(part: Part) -> Iterable[tuple[str, str]]:
    yield "number", key_of(part.number)
    yield "maker", key_of(part.manufacturer_part_number)
    for word in words_of(f"{part.description} {part.manufacturer}"):
        yield "word", word


def _filled(part: Part, by: Part) -> Part | None:
    """The part with its blanks filled from ``by``, or None where there was nothing to fill."""
    before = (part.description, part.manufacturer, part.manufacturer_part_number)
    part.description = part.description or by.description
    if not part.manufacturer_part_number:
        part.manufacturer = part.manufacturer or by.manufacturer
        if part.manufacturer == by.manufacturer:
            part.manufacturer_part_number = by.manufacturer_part_number
    return part if before != (part.description, part.manufacturer, part.manufacturer_part_number) else None
