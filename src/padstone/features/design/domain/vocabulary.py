"""The words by which columns are called, in the languages that clients' files come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from padstone.features.design.domain.column_names import NAMES


class Meaning(StrEnum):
    """What a column says."""

    ITEM = "item"
    DESIGNATORS = "designators"
    QUANTITY = "quantity"
    PART_NUMBER = "part_number"
    """The house's or the client's own number."""

    MPN = "mpn"
    MANUFACTURER = "manufacturer"
    SUPPLIER = "supplier"
    SUPPLIER_NUMBER = "supplier_number"
    DESCRIPTION = "description"
    VALUE = "value"
    FOOTPRINT = "footprint"
    NOT_FITTED = "not_fitted"
    FITTED = "fitted"
    ALTERNATE = "alternate"
    CLIENT_SUPPLIED = "client_supplied"
    ATTRITION = "attrition"
    VARIANT = "variant"
    ASSEMBLY = "assembly"
    LEVEL = "level"
    COMMENT = "comment"
    X = "x"
    Y = "y"
    ROTATION = "rotation"
    SIDE = "side"
    MIRROR = "mirror"
    FIDUCIAL = "fiducial"
    ROW_KIND = "row_kind"
    """Only in files that this product wrote: each row says what it is, and nothing needs guessing."""

    STATED_ROTATION = "stated_rotation"
    """Only in files that this product wrote: the turn as the first file had it."""

    IGNORED = ""
    """Kept as it stands, and read as nothing."""


_UNIT: Final = re.compile(
    r"[(\[/_ ]+(mm|mil|mils|inch|inches|in|µm|um|millimeters?|deg|degrees|°|pcs)[)\]]?$"
)
_NUMBERED: Final = re.compile(r"^(.+?)[ _]?\(?([1-9])\)?$")
_LEADING: Final = re.compile(
    r"^(manufacturer|mfr|mfg|manf|maker|hersteller|supplier|distributor|vendor|lieferant|alternate|alternative|alt"
    r"|approved manufacturer|second source)[ _]?([1-9])[ _]?(.*)$"
)
_STAND_IN: Final = re.compile(
    r"^(?:alt|alternate|alternative|altern|2nd|second|secondary|zweit|ersatz|alternativ|equivalent|substitute|替代)"
    r"[ _]?([1-9]?)[ _]?(?:source[ _]?)?(.+?)[ _]?([1-9]?)$"
)
"""A further maker's name or number: it belongs to the pair after the one it counts."""

_WHOSE: Final = (
    (
        Meaning.MPN,
        Meaning.MANUFACTURER,
        """manufacturer manufacturers mfr mfrs mfg manf manuf mnf maker hersteller herst fabricant fabricante
        fabrikant produttore costruttore producent constructeur""",
    ),
    (
        Meaning.SUPPLIER_NUMBER,
        Meaning.SUPPLIER,
        """supplier suppliers distributor distrib vendor lieferant fournisseur proveedor fornitore fornecedor
        leverancier dostawca distributeur digikey mouser farnell lcsc newark tme""",
    ),
    (
        Meaning.PART_NUMBER,
        Meaning.PART_NUMBER,
        """internal inhouse house company customer client erp sap mrp oem our kunden intern interne interno
        stock warehouse""",
    ),
)
"""The words that say whose something is: what a number of theirs is, what they alone are."""

_OF_A_NUMBER: Final = frozenset(
    """number num no nr # pn p/n partnumber part code ref reference référence artikelnr artikelnummer artikel
    teilenr teilenummer bestellnr bestellnummer código codigo codice referencia numero número item id sku typ
    type""".split()
)
_STANDING_IN: Final = frozenset(
    "alternate alternates alternative alternatives substitute substitutes equivalent equivalents alternativen"
    " ersatztypen équivalents alternativas sustitutos".split()
)
_ELSE: Final = frozenset(
    """price cost url link date status stock description desc lead time moq package country page datasheet
    total comment comments note notes address quantity qty email contact revision rev pcs weight""".split()
)
"""Words after which a maker's or supplier's column says something else."""
GENERAL_NUMBER: Final = (
    "part number",
    "part no",
    "part #",
    "part num",
    "p/n",
    "pn",
    "part",
    "partnumber",
    "part-number",
    "number",
)
"""A house's own number where another column holds the maker's; else the maker's own."""


_WEAK: Final = frozenset(
    (
        "symbol",
        "symbols",
        "total qty",
        "total quantity",
        "build quantity",
        "order qty",
        "order quantity",
        "r",
        "device",
        "device type",
        "comp device type",
        "name",
        "title",
        "component",
        "parts",
        "part type",
        "parttype",
        "规格",
        "designation",
    )
)
"""Names that tools use for other things too."""


def is_weak(word: str) -> bool:
    """Whether another column's name that says the same is to be preferred to this one."""
    return word in _WEAK


def unit_named(name: str) -> str:
    """The unit that ends a column's name (“X (mil)”); empty where none does."""
    match = _UNIT.search(normal(name))
    return match[1] if match else ""


def normal(name: str) -> str:
    """A column's name as the vocabulary writes it: NFKC, lower case, one space for dots, dashes and
    underlines.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().replace("*", " ")
    return re.sub(r"[\s_.:\-]+", " ", folded).strip()


@cache
def _meanings() -> Mapping[str, Meaning]:
    table: dict[str, Meaning] = {}
    for meaning, names in NAMES.items():
        for name in names.split("|"):
            table.setdefault(normal(name), Meaning(meaning))
    return table


@cache
def meaning_of(name: str) -> tuple[Meaning, int, str]:
    """What a column of that name says, the pair it belongs to (``MPN 2``: 2; else 1), and the word that told.

    ``Meaning.IGNORED`` where no word is known.
    """
    word = normal(name)
    if found := _word(word):
        return found, 1, word
    if (bare := _UNIT.sub("", word)) != word and (found := _word(bare)):
        return found, 1, bare
    if (match := _STAND_IN.match(word)) and (stand_in := _stand_in(match)):
        return stand_in
    if match := _LEADING.match(word):
        rest = f"{match[1]} {match[3]}".strip() if match[3] else match[1]
        if found := _word(rest):
            return found, int(match[2]), rest
    if (match := _NUMBERED.match(word)) and (found := _word(match[1].strip())):
        return found, int(match[2]), match[1].strip()
    told = _by_parts(word)
    return told if told[0] else _composed(word)


def _stand_in(match: re.Match[str]) -> tuple[Meaning, int, str] | None:
    """“Alt MPN 1” is the second of the makers' numbers that may be fitted; “Alternates” is no such column."""
    found = _word(match[2]) or _composed(match[2])[0]
    if found not in {Meaning.MPN, Meaning.MANUFACTURER, Meaning.SUPPLIER, Meaning.SUPPLIER_NUMBER}:
        return None
    return found, int(match[1] or match[3] or 1) + 1, match[0]


def _composed(word: str) -> tuple[Meaning, int, str]:
    """A name put together of whose it is and that it is a number: “Mfr. Cat. No”, “Lieferanten-Code”."""
    pair = re.search(r"(?:^| )([1-9])(?: |$)", word)
    words = {part.strip("()[]'’") for part in word.split()}
    if words & _ELSE:
        return Meaning.IGNORED, 1, ""
    if words & _STANDING_IN:
        return Meaning.ALTERNATE, int(pair[1]) if pair else 1, word
    for number, alone, names in _WHOSE:
        known = words & set(names.split())
        if known:
            bare = alone if len(words - known) <= 1 else Meaning.IGNORED
            meaning = number if words & _OF_A_NUMBER else bare
            return meaning, int(pair[1]) if pair else 1, word if meaning else ""
    return Meaning.IGNORED, 1, ""


def _word(word: str) -> Meaning | None:
    return _meanings().get(word) or _meanings().get(word.replace(" ", ""))


def _by_parts(word: str) -> tuple[Meaning, int, str]:
    """A name in two languages (“位号 Designator”, “Qty / Menge”) or with an explanation in brackets."""
    for part in re.split(r"[/\n()（）\[\]【】|]| (?=[⺀-힯])|(?<=[⺀-힯]) ", word):
        if part.strip() and (found := _word(part.strip())):
            return found, 1, part.strip()
    return Meaning.IGNORED, 1, ""


def is_general_number(name: str) -> bool:
    """Whether the name says “part number” without saying whose."""
    word = normal(name)
    return word in GENERAL_NUMBER or word.replace(" ", "") in GENERAL_NUMBER


def knows(name: str) -> bool:
    """Whether it is the name of a column in any of the languages."""
    return meaning_of(name)[0] is not Meaning.IGNORED or is_general_number(name)
