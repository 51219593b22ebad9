"""The words by which parts are found."""

from __future__ import annotations

import re
from typing import Final

LONGEST_KEY: Final = 200
MOST_WORDS: Final = 12
_NOT_IN_KEYS: Final = re.compile(r"[^0-9A-Z]+")
_LAST: Final = "Z" * 40


def key_of(text: str) -> str:
    """Upper case, ASCII letters and digits alone; "" where nothing is left."""
    return _NOT_IN_KEYS.sub("", text.upper().replace("µ", "U").replace("Μ", "U").replace("Ω", "R"))[
        :LONGEST_KEY
    ]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a description that are worth a key, each once."""
    words = (key_of(word) for word in text.split())
    return tuple(dict.fromkeys(word for word in words if len(word) > 1))[:MOST_WORDS]


def range_of(word: str) -> tuple[str, str]:
    """Between which keys all lie that begin with the word."""
    return word, f"{word}{_LAST}"[: LONGEST_KEY + len(_LAST)]
