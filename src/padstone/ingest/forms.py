"""Messages that say again, byte for byte, what one before them said, save for a few values.

A machine that places the same recipe on panel after panel writes the same ninety thousand bytes each time,
but for the times, the units' names and the ids. A form is such a message with the places of those values: to
see that another message has the form takes a fraction of the time of decoding it.

It is exact, and this is why. A form is made of a message that was decoded, without repair, and that holds no
backslash: so each quotation mark in it begins or ends a text, and a name that stands between two of them and
before a colon is the name of a member. A place is the whole of a member's value, between the quotation marks
of a text, or a number. Another message has the form if all its bytes outside of the places are those of the
first message, and if each of its values is a text of plain characters (printing ASCII, no quotation mark, no
backslash), or a whole number of few digits as JSON writes it. Then both messages consist of the same tokens,
but for the values: whoever decodes the second gets what the first one was decoded to, with these values in
it. Whatever else is said, or is written otherwise, has not the form.

Where a place is, is found by names, and so only supposed to be where a decoder finds the value: whoever makes
a form holds what it reads of the first message against what was decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Values = Mapping[str, bytes]
    """By the name: all values of it, one after the other with nothing between."""

_Numbers: TypeAlias = NDArray[np.int64]

_PLAIN = bytes(byte for byte in range(0x20, 0x7F) if byte not in b'"\\')
_NOUGHT = ord("0")
_MOST_DIGITS = 9
MOST_MOVED = 32
"""So many values may be longer or shorter than before: to look for more takes longer than to decode."""
_BLOCK = 8_192
"""Bytes that are compared at once on the way to the next of them."""


class Form:
    """A message, and where its values are. ``widths``: of each name's values, in the order of the message."""

    def __init__(self, names: _Names, message: bytes, starts: _Numbers, stops: _Numbers) -> None:
        """The values are from one of ``starts`` to one of ``stops`` each, in the order of the message."""
        self._names, self._message, self._starts, self._stops = names, message, starts, stops
        self._bytes = np.frombuffer(message, np.uint8)
        starts, widths = starts[names.order], (stops - starts)[names.order]
        self._places = _bytes_of(starts, widths)
        self._is_constant = np.ones(len(message), bool)
        self._is_constant[self._places] = False
        self.widths = {name: widths[first:last] for name, (first, last) in names.places.items()}
        ends = np.append(0, widths.cumsum())
        self._cuts = {name: slice(*ends[[one, end]].tolist()) for name, (one, end) in names.places.items()}
        self._texts = int(ends[names.texts])
        self._leading = starts[names.texts :][widths[names.texts :] > 1]

    @classmethod
    def of(cls, message: bytes, texts: Sequence[str], numbers: Sequence[str]) -> Form | None:
        """The form of a message that was decoded, with the values of these names. None where it can have
        none.
        """
        if b"\\" in message:
            return None
        found = list(_members(tuple(texts), tuple(numbers)).finditer(message))
        names = [str(one.lastgroup) for one in found]
        edges = [edge for one, name in zip(found, names, strict=True) for edge in one.span(name)]
        starts, stops = np.array(edges[::2], np.int64), np.array(edges[1::2], np.int64)
        return cls(_Names.of(message, stops, names, texts, numbers), message, starts, stops)

    def values(self, message: bytes) -> Values | None:
        """The values of a message that has the form; None of any other."""
        content = self._bytes
        if message is not self._message:
            if len(message) != len(self._message):
                return None
            content = np.frombuffer(message, np.uint8)
            if ((content != self._bytes) & self._is_constant).any():
                return None
        together = content[self._places].tobytes()
        numbers = together[self._texts :]
        if together[: self._texts].translate(None, _PLAIN) or (numbers and not numbers.isdigit()):
            return None
        if (content[self._leading] == _NOUGHT).any():
            return None
        return {name: together[cut] for name, cut in self._cuts.items()}

    def fitted(self, message: bytes) -> Form | None:
        """The same form with the places where they are in this message, where some values are longer or
        shorter; None where it has another form, or more than ``MOST_MOVED`` have another width.
        """
        content, constant, after = np.frombuffer(message, np.uint8), self._is_constant, self._names.after
        starts, stops = self._starts.copy(), self._stops.copy()
        at = shift = least = moved = 0
        while at < len(self._bytes):  # from here on, this message is so many bytes further than ours
            there = content[at + shift : at + shift + _BLOCK]
            ours = self._bytes[at : at + len(there)]
            differs = (ours != there[: len(ours)]) & constant[at : at + len(ours)]
            first = int(differs.argmax()) if len(ours) else 0
            if len(ours) and not differs[first]:
                at += len(ours)
                continue
            # The value before the first byte that differs has another width, if it is any.
            value = int(np.searchsorted(self._starts, at + first, "right")) - 1
            end = message.find(after[value], starts[value]) if value >= least else -1
            if end in {-1, stops[value]} or moved == MOST_MOVED:
                return None
            shift += end - int(stops[value])
            starts[value + 1 :] += end - stops[value]
            stops[value:] += end - stops[value]
            at, least, moved = int(self._stops[value]), value + 1, moved + 1
        if len(self._bytes) + shift != len(message):
            return None
        digits = (stops - starts)[self._names.order][self._names.texts :]
        if (digits < 1).any() or (digits > _MOST_DIGITS).any():
            return None
        return Form(self._names, message, starts, stops)


@dataclass(frozen=True, slots=True)
class _Names:
    """Whose values a form has. ``order`` brings the values together by their names, texts first, which are so
    many; there, each name's are in these ``places``. ``after``: the byte that ends each value.
    """

    after: Sequence[bytes]
    order: _Numbers
    texts: int
    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(
        cls,
        message: bytes,
        stops: _Numbers,
        names: Sequence[str],
        texts: Sequence[str],
        numbers: Sequence[str],
    ) -> _Names:
        order: list[int] = []
        places = {}
        for name in (*texts, *numbers):
            those = [at for at, one in enumerate(names) if one == name]
            if those:
                places[name] = (len(order), len(order) + len(those))
                order += those
        return cls(
            after=[message[stop : stop + 1] for stop in stops.tolist()],
            order=np.array(order, np.int64),
            texts=sum(name in texts for name in names),
            places=places,
        )


def _bytes_of(starts: _Numbers, widths: _Numbers) -> _Numbers:
    """Where each byte of these places is."""
    before = np.cumsum(widths) - widths
    return np.repeat(starts - before, widths) + np.arange(int(widths.sum()))


def cut(together: bytes, widths: _Numbers) -> list[bytes]:
    """The single ones of a name's values."""
    width = int(widths[0])
    if width and (widths == width).all():
        return [together[begin : begin + width] for begin in range(0, len(together), width)]
    stops = list(accumulate(widths.tolist()))
    return [together[begin:end] for begin, end in zip([0, *stops], stops, strict=False)]


@cache
def _members(texts: tuple[str, ...], numbers: tuple[str, ...]) -> re.Pattern[bytes]:
    """Finds members of these names, each value as the group of its name."""
    members = [rf'{name}"\s*:\s*"(?P<{name}>[^"]*)"' for name in texts]
    digits = f"[0-9]{{1,{_MOST_DIGITS}}}"
    members += [rf'{name}"\s*:\s*(?P<{name}>{digits})(?=[\s,}}\]])' for name in numbers]
    return re.compile(rf'"(?:{"|".join(members)})'.encode())
