"""The door: from what was scanned to a label, or to a refusal that says what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from padstone.features.labels.domain import epc, gs1, pages
from padstone.features.labels.domain.check_digits import is_gtin
from padstone.features.labels.domain.codes import looks_like_ours, package_number
from padstone.features.labels.domain.data_identifiers import SHAPE, TABLE
from padstone.features.labels.domain.elements import element_of, understood
from padstone.features.labels.domain.envelope import Body, Piece, opened, within
from padstone.features.labels.domain.forms import read
from padstone.features.labels.domain.label import Doubt, Element, Label, Severity, separators_lost, unreadable
from padstone.features.labels.domain.packed import LONGEST, Cut, TooManyWays, by_layouts, by_table
from padstone.features.labels.domain.payload import EOT, GS1_SYMBOLOGIES, RS, Payload, taken
from padstone.features.labels.domain.text_elements import read_text_elements
from padstone.features.labels.domain.written_forms import by_written_form

_PUNCTUATED: Final = re.compile(r"[^\x21-\x7e]")
_PERHAPS_SEPARATORS: Final = re.compile(r"[^\x20-\x7e]|[\]^|~@{}<>\\`]")
"""Signs by which scanners spell separators, and which part numbers do not have."""

_UNREADABLE: Final = re.compile(r"[\x00-\x1f\ue000-\uf8ff\ufffd]")

_SURE_ALONE: Final = frozenset({"amount", "country", "n/n", "YYYYMMDD", "DDMMYYYY", "n18"})
"""Forms that a plain identifier hardly has: a code with one of them is what its identifier says."""


def decode(given: str | bytes, symbology: str = "") -> Label:
    """What a label says, from the text that a scanner sent, or the bytes of a symbol and its AIM identifier.

    Refuses (Unreadable) what is no label, and (Ambiguous, with the readings) what can be read in several
    ways: nothing is guessed. A label whose ``asks`` is true was read in the likelier of two ways, or has a
    field that could not be used: its doubts say which.
    """
    payload = taken(given, symbology)
    return (
        _ours(payload)
        or _epc(payload)
        or _web(payload)
        or _by_own_form(payload)
        or _gs1(payload)
        or _enveloped(payload)
        or _space_joined(payload)
        or _unheaded(payload)
        or _alone(payload)
    )


def _ours(payload: Payload) -> Label | None:
    text = payload.text.strip()
    if package_number(text) is not None and re.fullmatch(r"[Xx][Pp].{8,10}", text):
        code = text.upper().replace(" ", "").replace("-", "")
        element = _whole(payload, "", code, "package")
        return Label(
            form="package", elements=(element,), fields={"package": code}, symbology=payload.symbology
        )
    if looks_like_ours(text):
        raise unreadable(
            "package_code_mistyped",
            "“{seen}” is of the form of our package codes, but its check character is wrong.",
            "Scan it again, or compare it with the label letter by letter.",
            seen=text,
        )
    return None


def _epc(payload: Payload) -> Label | None:
    fields = epc.fields_of(payload.text.strip())
    if fields is None:
        return None
    elements = tuple(_whole(payload, "EPC", said, name) for name, said in fields.items())
    return Label(form="epc", elements=elements, fields=dict(fields), symbology=payload.symbology)


def _web(payload: Payload) -> Label | None:
    return gs1.read_digital_link(payload) or pages.read_page(payload)


def _by_own_form(payload: Payload) -> Label | None:
    fitting = by_written_form(payload)
    if len(fitting) > 1 and any(one.fields != fitting[0].fields for one in fitting):
        raise separators_lost(fitting)
    return fitting[0] if fitting else None


def _gs1(payload: Payload) -> Label | None:
    return gs1.read_element_strings(payload, declared=payload.symbology in GS1_SYMBOLOGIES)


def _enveloped(payload: Payload) -> Label | None:
    body = opened(payload)
    if body is None:
        return None
    if not body.pieces:
        raise unreadable(
            "label_empty",
            "The label has an envelope and no fields.",
            "Scan it again; the symbol was read in part.",
        )
    if body.format == "05":
        return _gs1_inside(body)
    if body.format == "12":
        return read_text_elements(body)
    if body.packed:
        return _packed(body.payload, body.pieces[0].text, headed=True)
    if body.contested:
        return _joined(body)
    return _separated(body)


def _joined(body: Body) -> Label:
    """Fields with a sign between them that texts have too. At the end it belongs to a text, or to nothing."""
    text = body.payload.text.rstrip(RS + EOT).strip()
    if body.separator != " " and text.endswith(body.separator):
        text = text.rstrip(body.separator)
        label = _packed(body.payload, text, headed=True, joint=body.separator)
        raise separators_lost([label])
    return _packed(body.payload, text, headed=True, joint=body.separator)


def _gs1_inside(body: Body) -> Label:
    label = gs1.read_element_strings(body.payload.part(0, _end_of(body)), declared=True)
    if label is None:
        raise _no_fields()
    return label


def _end_of(body: Body) -> int:
    last = body.pieces[-1]
    return last.at + len(last.text)


def _separated(body: Body) -> Label | None:
    """Fields between separators: what begins with an identifier is one, known to us or not."""
    elements: list[Element] = []
    doubts: list[Doubt] = []
    if body.trailer:
        doubt = _note if body.ended or body.trailer.isdigit() else _ask
        doubts.append(doubt("trailer", f"“{body.trailer}” stands behind the end and was not read."))
    for piece in body.pieces:
        element = element_of(body.payload, piece.text, piece.at)
        if element is None:
            doubts.append(
                _ask("piece_without_identifier", f"“{piece.text.strip()}” begins with no identifier.")
            )
        else:
            elements.append(element)
    if not elements if body.headed else not any(one.identifier in TABLE for one in elements):
        if body.headed:
            raise _no_fields()
        return None
    doubts += _doubts_of_identifiers(body.pieces)
    return understood("iso15434", elements, doubts, symbology=body.payload.symbology)


def _doubts_of_identifiers(pieces: Sequence[Piece]) -> list[Doubt]:
    found = [shape for piece in pieces if (shape := SHAPE.fullmatch(piece.text))]
    letters = [shape["code"][-1] for shape in found]
    values = "".join(shape["text"] for shape in found)
    doubts = []
    if letters and all(map(str.islower, letters)) and len(letters) > 1:
        why = "All identifiers are small letters: the scanner changes letters, in part numbers too."
        doubts.append(_ask("case_lost", why))
    elif any(map(str.islower, letters)):
        doubts.append(
            _note("small_identifiers", "Some identifiers are small letters, and were read as capitals.")
        )
    if any(shape[0].startswith("0") for shape in found):
        doubts.append(_note("zeros_before", "Some identifiers have zeros before them, which were left out."))
    if _UNREADABLE.search(values):
        doubts.append(_ask("characters_lost", "Some characters could not be read."))
    return doubts


def _packed(payload: Payload, text: str, *, headed: bool, joint: str = "") -> Label:
    """Fields that run into one another, or are joined by a sign that texts have too."""
    if len(text) > LONGEST:
        raise _too_long_to_search(text)
    if not joint and _PERHAPS_SEPARATORS.search(text):
        raise _separators_unknown(text)
    start = payload.text.index(text)
    try:
        fitting = by_layouts(text, headed=headed, joint=joint)
    except TooManyWays as error:
        raise _too_long_to_search(text) from error
    if fitting is not None and len(fitting.cuts) == 1 and not fitting.bare:
        return _label_of(payload, text, start, fitting.cuts[0], known=True)
    ways = by_table(text, joint)
    if fitting is None and len(ways.cuts) == 1 and ways.all_of_them:
        return _label_of(payload, text, start, ways.cuts[0], known=False)
    cuts = tuple(dict.fromkeys((*(fitting.cuts if fitting else ()), *ways.cuts)))
    if not cuts:
        raise _no_fields()
    raise separators_lost([_label_of(payload, text, start, cut, known=False) for cut in cuts])


def _label_of(payload: Payload, text: str, start: int, cut: Cut, *, known: bool) -> Label:
    elements = [element_of(payload, text[at:end], start + at) for _, at, end in cut]
    how = "by the order in which such labels bear them" if known else "in the only way that fits"
    note = _note("separators_lost", f"The separators are lost; the fields were told apart {how}.")
    return understood("iso15434", [one for one in elements if one], [note], symbology=payload.symbology)


def _space_joined(payload: Payload) -> Label | None:
    """Fields with identifiers and spaces between them, without an envelope, where a known label is so."""
    text = payload.text.strip()
    if " " not in text or len(text) > LONGEST:
        return None
    fitting = by_layouts(text, headed=False, joint=" ")
    if fitting is None or len(fitting.cuts) != 1:
        return None
    label = _label_of(payload, text, 0, fitting.cuts[0], known=True)
    if fitting.layout != "tme":
        return label
    return Label(
        form="tme",
        elements=label.elements,
        fields={**label.fields, "supplier": "TME", "sku": label.fields["customer_part"]},
        doubts=(),
        symbology=label.symbology,
    )


def _unheaded(payload: Payload) -> Label | None:
    """Fields that run into one another, and the envelope lost too: only a known label is read."""
    text = within(payload.text).strip()
    if len(text) > LONGEST:
        raise _too_long_to_search(text)
    fitting = by_layouts(text, headed=False)
    if fitting is None:
        return None
    if len(fitting.cuts) > 1:
        raise separators_lost([_label_of(payload, text, 0, cut, known=False) for cut in fitting.cuts])
    return _label_of(payload, text, 0, fitting.cuts[0], known=True)


def _alone(payload: Payload) -> Label:
    """A plain code: one identifier with its text, or a GTIN. What says not what it is, is refused."""
    text = within(payload.text).strip()
    if is_gtin(text):
        gtin = _whole(payload, "", text.zfill(14), "gtin")
        doubt = _ask(
            "perhaps_a_gtin", "A number with a right check digit: a GTIN, or by chance another number."
        )
        return Label(
            form="plain",
            elements=(gtin,),
            fields={"gtin": text.zfill(14)},
            doubts=(doubt,),
            symbology=payload.symbology,
        )
    found = SHAPE.fullmatch(text)
    row = TABLE.get(found["code"]) if found else None
    if found is None or row is None or not row.name or text[0] == "0" or _PUNCTUATED.search(text):
        raise _says_not_what(text)
    if read(row.form, found["text"]) is None:
        raise _says_not_what(text)
    element = element_of(payload, text, payload.text.index(text))
    doubts = []
    if row.form not in _SURE_ALONE:
        doubts.append(
            _ask(
                "perhaps_no_identifier",
                f"Read as {row.title} ({row.code}); “{text}” could also be a code as a whole.",
            )
        )
    return understood("plain", [element] if element else [], doubts, symbology=payload.symbology)


def _whole(payload: Payload, identifier: str, said: str, name: str) -> Element:
    start, end = payload.place(0), payload.place(len(payload.text))
    return Element(identifier=identifier, text=said, at=start, length=end - start, name=name, value=said)


def _note(code: str, reason: str) -> Doubt:
    return Doubt(code, Severity.NOTE, reason)


def _ask(code: str, reason: str) -> Doubt:
    return Doubt(code, Severity.ASK, reason)


def _no_fields() -> Exception:
    return unreadable(
        "label_without_fields",
        "The label's fields begin with no data identifier that is known.",
        "Scan the maker's own label, or type what is printed.",
    )


def _says_not_what(text: str) -> Exception:
    return unreadable(
        "label_says_not_what",
        "“{text}” says not what it is: no data identifier stands before it, and it is no form that is known.",
        "Say what it is (part number, lot, quantity), or scan the label's two-dimensional symbol.",
        text=text[:80],
    )


def _separators_unknown(text: str) -> Exception:
    found = _PERHAPS_SEPARATORS.search(text)
    return unreadable(
        "label_separators_unknown",
        "The label's header does not say by which sign its fields are separated; “{sign}” may be it.",
        "Program the scanner to send GS, RS and EOT (or to spell them, {{GS}}).",
        sign=found[0] if found else "",
    )


def _too_long_to_search(text: str) -> Exception:
    return unreadable(
        "label_too_entangled",
        "The separators are lost, and the {length} characters can be cut in more ways than are tried.",
        "Program the scanner to send GS, RS and EOT (or to spell them, {{GS}}).",
        length=str(len(text)),
    )
