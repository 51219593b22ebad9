"""Our own identifiers of packages: short, without letters that are mistaken for another, with a check
character.

``XP`` and eight characters of 29: seven of the number, one that checks. The alphabet has no vowels (no
words), and no L, Y: what looks like 0 or 1 is one. Since 29 is a prime and every place has a weight of its
own, a character mistaken for another and two characters in each other's place are always found.
"""

from __future__ import annotations

import re
from typing import Final

ALPHABET: Final = "0123456789BCDFGHJKMNPQRSTVWXZ"
PREFIX: Final = "XP"
_BODY: Final = 7
_SHAPE: Final = re.compile(rf"{PREFIX}[{ALPHABET}]{{{_BODY + 1}}}")
LARGEST: Final = len(ALPHABET) ** _BODY - 1
"""17,249,876,308: a package each second for five hundred years."""


def package_code(number: int) -> str:
    """The code of our package with this number, from 0 to LARGEST."""
    if not 0 <= number <= LARGEST:
        raise ValueError(number)
    body = ""
    rest = number
    for _ in range(_BODY):
        rest, place = divmod(rest, len(ALPHABET))
        body = ALPHABET[place] + body
    return f"{PREFIX}{body}{_check(body)}"


def package_number(text: str) -> int | None:
    """The number of a package's code, as typed or scanned; None where the text is none of ours or mistyped.

    Small letters are taken, and blanks and hyphens between groups; O is 0, and I and L are 1.
    """
    code = re.sub(r"[\s-]", "", text.upper()).translate(str.maketrans("OIL", "011"))
    if not _SHAPE.fullmatch(code):
        return None
    body, check = code[len(PREFIX) : -1], code[-1]
    if _check(body) != check:
        return None
    number = 0
    for character in body:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return number


def looks_like_ours(text: str) -> bool:
    """Whether a text is of our codes' shape, right or mistyped."""
    return bool(_SHAPE.fullmatch(text.strip().upper()))


def grouped(code: str) -> str:
    """As it is printed for people: ``XP 2K7Q 9M4D``."""
    return f"{code[:2]} {code[2:6]} {code[6:]}"


def _check(body: str) -> str:
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
