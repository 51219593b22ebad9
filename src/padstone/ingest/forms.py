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
_QUOTE, _NOUGHT = ord('"'), ord("0")
_MOST_DIGITS = 9


class Form:
    """A message, and where its values are. ``widths``: of each name's values, in the order of the message."""

    def __init__(self, constants: _Constants, message: bytes, starts: _Numbers, stops: _Numbers) -> None:
        """The message is the ``constants`` with a value between any two of them, from one of ``starts`` to
        one of ``stops``.
        """
        self._constants, self._message = constants, message
        self._bytes = np.frombuffer(message, np.uint8)
        starts, widths = starts[constants.order], (stops - starts)[constants.order]
        self._places = _bytes_of(starts, widths)
        self._is_constant = np.ones(len(message), bool)
        self._is_constant[self._places] = False
        self.widths = {name: widths[first:last] for name, (first, last) in constants.places.items()}
        ends = [0, *np.cumsum(widths).tolist()]
        self._cuts = {name: slice(ends[one], ends[end]) for name, (one, end) in constants.places.items()}
        self._texts = ends[constants.texts]
        self._leading = starts[constants.texts :][widths[constants.texts :] > 1]

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
        return cls(_Constants.of(message, starts, stops, names, texts, numbers), message, starts, stops)

    def values(self, message: bytes) -> Values | None:
        """The values of a message that has the form; None of any other."""
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
        """The same form with the places where they are in this message, whose values are longer or shorter;
        None where it has another form. Quotation marks come as often and in the same order.
        """
        constants, quotes = self._constants, _quotes(message)
        if len(quotes) != constants.quotes:
            return None
        starts = quotes[constants.quote_before] + constants.since_quote
        stops = quotes[constants.quote_before + 1] - constants.until_quote
        begins, ends = np.append(0, stops), np.append(starts, len(message))
        if (ends - begins != constants.widths).any():
            return None
        if not all(map(message.startswith, constants.pieces, begins.tolist())):
            return None
        widths = (stops - starts)[constants.order]
        digits = widths[constants.texts :]
        if (widths < 0).any() or (digits < 1).any() or (digits > _MOST_DIGITS).any():
            return None
        return Form(constants, message, starts, stops)


@dataclass(frozen=True, slots=True)
class _Constants:
    """What a form's messages have in common: the ``pieces`` outside of their values, and so many ``quotes``
    (and one, the end). For each value the quotation mark before it, how far it begins from there, and how far
    from the next it ends.

    ``order`` brings the values together by their names, texts first, which are so many; there, each name's
    are in these ``places``.
    """

    pieces: Sequence[bytes]
    widths: _Numbers
    quotes: int
    quote_before: _Numbers
    since_quote: _Numbers
    until_quote: _Numbers
    order: _Numbers
    texts: int
    places: Mapping[str, tuple[int, int]]

    @classmethod
    def of(
        cls,
        message: bytes,
        starts: _Numbers,
        stops: _Numbers,
        names: Sequence[str],
        texts: Sequence[str],
        numbers: Sequence[str],
    ) -> _Constants:
        order: list[int] = []
        places = {}
        for name in (*texts, *numbers):
            those = [at for at, one in enumerate(names) if one == name]
            if those:
                places[name] = (len(order), len(order) + len(those))
                order += those
        edges = zip([0, *stops.tolist()], [*starts.tolist(), len(message)], strict=True)
        pieces = [message[begin:end] for begin, end in edges]
        quotes = _quotes(message)
        before = np.searchsorted(quotes, starts) - 1
        return cls(
            pieces=pieces,
            widths=np.array([len(piece) for piece in pieces]),
            quotes=len(quotes),
            quote_before=before,
            since_quote=starts - quotes[before],
            until_quote=quotes[before + 1] - stops,
            order=np.array(order, np.int64),
            texts=sum(name in texts for name in names),
            places=places,
        )


def _quotes(message: bytes) -> _Numbers:
    """Where quotation marks are, and the end."""
    return np.append(np.flatnonzero(np.frombuffer(message, np.uint8) == _QUOTE), len(message))


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
