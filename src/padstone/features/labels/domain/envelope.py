"""ISO/IEC 15434: the envelope around a label's fields, whole or in the pieces that scanners leave of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from padstone.features.labels.domain.label import unreadable
from padstone.features.labels.domain.payload import EOT, FS, GS, RS, Payload

FORMATS: Final = {"05": "GS1", "06": "data identifiers", "12": "text element identifiers"}
_SEPARATOR: Final = r"(?:[^\x20-\x7e]{1,4}|[^0-9A-Za-z\s\x00-\x1f\x7f-\U0010ffff]| )"
_HEADER: Final = re.compile(
    rf"(?P<mark>>?\[\)>|\[\)|\)>|>|\[>)?(?P<rs>{_SEPARATOR}?)(?P<format>0[1-9]|1[0-2])(?P<gs>{_SEPARATOR}?)",
    re.DOTALL,
)
_OF_GERMAN_KEYS: Final = re.compile(r"[üÜ]=:")
_CONTROLS: Final = GS + RS + FS + "\r\n\t"
_CONTESTED: Final = frozenset(" ,-./+#_:%()")
"""Signs that texts contain too: where one of them stands for GS, it need not everywhere."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands between two separators, and where in the text."""

    text: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The fields of one envelope. ``separator`` is "" where none is left of them: they run into one another.

    ``contested`` says that the separator is a sign that texts contain too. ``trailer`` is what stood behind
    the end of the record; ``ended``: the end of the message stood there too.
    """

    payload: Payload
    format: str
    pieces: tuple[Piece, ...]
    separator: str
    headed: bool
    ended: bool = False
    trailer: str = ""

    @property
    def contested(self) -> bool:
        return self.separator in _CONTESTED

    @property
    def packed(self) -> bool:
        return not self.separator


def opened(payload: Payload) -> Body | None:
    """The fields of an enveloped payload, or of one whose envelope is lost but not its separators; None where
    neither is there.

    The header itself tells how this scanner spells RS and GS. Refuses other formats than 05, 06 and 12.
    """
    if _OF_GERMAN_KEYS.match(payload.text):
        raise unreadable(
            "label_keyboard_layout",
            "The scanner types as a keyboard of another country: “[)>” came as “{seen}”.",
            "Set the scanner's keyboard country to this computer's, or let it type Alt codes.",
            seen=payload.text[:3],
        )
    found = _HEADER.match(payload.text)
    if found is None or not _is_header(found):
        return _without_header(payload)
    _must_be_handled(found["format"], payload)
    separator = found["gs"]
    body = payload.part(found.end())
    if not separator:
        separator = _left_of_separators(body.text, found["rs"])
    return _split(body, found["format"], separator, found["rs"], headed=True)


_GARBLED_END: Final = {
    True: re.compile(r"[\x00-\x1f\ue000-\uf8ff]+$"),
    False: re.compile(r"[^\x20-\x7e]+$"),
}
"""What is left of RS and EOT where the header does not say how they are spelled: by whether the separator is
of ASCII."""


def within(text: str) -> str:
    """A text without the end of its message and what stands behind it."""
    return text.partition(EOT)[0].rstrip(RS)


_LEFT: Final = (GS, RS, FS, "\t", "\r\n", "\r", "\n")
"""What separates where the header does not say it; the first that is there."""


def _left_of_separators(text: str, record: str) -> str:
    """The separator of a text whose header has lost its own; "" where none is left."""
    inside = within(text).rstrip("\r\n" + (record if not record.isprintable() else ""))
    if record and inside.count(record) > 1 and not re.search(f"[{GS}]", inside):
        return record
    return next((sign for sign in _LEFT if sign in inside), "")


def _is_header(found: re.Match[str]) -> bool:
    """Whether it is one and not a text that begins with digits: its mark is there, or both separators."""
    if found["mark"]:
        return found["mark"] != ">" or bool(found["rs"] or found["gs"]) or found["format"] == "06"
    return (found["gs"] or "x") in _CONTROLS and found["format"] in FORMATS


def _must_be_handled(form: str, payload: Payload) -> None:
    if form not in FORMATS:
        raise unreadable(
            "label_format_not_handled",
            "The label is in format {form} of ISO/IEC 15434, which holds no package's fields.",
            "Scan the label's other symbol, or type what is printed.",
            form=form,
        )
    if not payload.text.strip(_CONTROLS + EOT):
        raise unreadable("label_empty", "Nothing was scanned.", "Scan the label again.")


def _without_header(payload: Payload) -> Body | None:
    separator = _left_of_separators(payload.text, "")
    if not separator:
        return None
    return _split(payload, "06", separator, "", headed=False)


def _split(body: Payload, form: str, separator: str, record: str, *, headed: bool) -> Body:
    text, trailer = _to_the_end(body.text, record, separator)
    pieces: list[Piece] = []
    at = 0
    for found in re.finditer(re.escape(separator), text) if separator else ():
        pieces.append(Piece(text[at : found.start()], at))
        at = found.end()
    pieces.append(Piece(text[at:], at))
    kept, trailer = _without_trailer(pieces, trailer)
    return Body(
        payload=body,
        format=form,
        pieces=kept,
        separator=separator,
        headed=headed,
        ended=EOT in body.text,
        trailer=trailer,
    )


def _to_the_end(text: str, record: str, separator: str) -> tuple[str, str]:
    """The text up to the end of its record, and what stands behind it.

    A scanner that sends “^” for RS (Control-^ without Control) sends “D” for EOT.
    """
    message, ended, behind = text.partition(EOT)
    record = record or {"]": "^"}.get(separator, RS)
    if record != separator:
        message, recorded, rest = message.partition(record)
        rest = rest.removeprefix("D") if record == "^" else rest
        behind = rest + behind if recorded and not ended else behind if not rest.strip() else rest
    return _GARBLED_END[separator.isascii()].sub("", message), behind.strip()


def _without_trailer(pieces: list[Piece], trailer: str) -> tuple[tuple[Piece, ...], str]:
    """Without empty pieces; what follows an empty one and begins with no identifier is the scanner's own."""
    if len(pieces) > 2 and not pieces[-2].text and re.fullmatch(r"[0-9]*", pieces[-1].text.strip()):
        trailer = pieces[-1].text.strip() or trailer
        pieces = pieces[:-1]
    return tuple(piece for piece in pieces if piece.text.strip()), trailer
