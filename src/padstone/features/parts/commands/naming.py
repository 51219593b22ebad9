"""What a number, a label or another name may be, and the refusal of what is none."""

from __future__ import annotations

from collections.abc import Collection

from padstone.features.parts.lookups import part_by_any_number
from padstone.features.parts.models import Part
from padstone.kernel.errors import Invalid, NotFound

LONGEST_NUMBER = 200
LONGEST_REVISION = 100
LONGEST_NAME = 300


def name(text: str, field: str, longest: int) -> str:
    """The text without superfluous blanks. Raises Invalid where nothing is left, or too much."""
    found = " ".join(text.split())
    if not found:
        raise Invalid("name_missing", "{subject} must not be blank.", field=field, subject=field)
    return at_most(found, field, longest)


def at_most(text: str, field: str, longest: int) -> str:
    if len(text) > longest:
        raise Invalid(
            "name_too_long",
            "{subject} may have {longest} characters.",
            field=field,
            subject=field,
            longest=longest,
        )
    return text


def one_of(word: str, field: str, allowed: Collection[str]) -> str:
    """The word, "" where none is given. Raises Invalid for one that is not in the list."""
    if word and word not in allowed:
        raise Invalid(
            "word_unknown",
            "“{word}” is no {field}.",
            field=field,
            way_out=f"Use one of: {', '.join(allowed)}.",
            word=word[:60],
        )
    return word


def known_part(number: str, field: str = "part") -> Part:
    """The part under its own number or an older one. Raises NotFound."""
    part = part_by_any_number(" ".join(number.split()))
    if part is None:
        raise part_unknown(number, field)
    return part


def part_unknown(number: str, field: str) -> NotFound:
    return NotFound(
        "part_unknown",
        "The books know no part {number}.",
        field=field,
        way_out="Register it first.",
        number=number[:200],
    )
