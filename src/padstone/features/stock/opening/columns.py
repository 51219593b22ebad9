"""Which column says what: spreadsheets by usual names, and InvenTree's export of stock items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from padstone.features.design.domain.rows import Row, Sheet
from padstone.kernel.errors import Invalid

_NAMES: Final = {
    "package": "package|packageid|reel|reelid|uniqueid|uid|identifier|packageidentifier|handlingunit",
    "inventree": "stockitemid|id|pk",
    "part": "partnumber|internalpartnumber|ipn|part.ipn|partipn|itemnumber|material|article|artikel|part",
    "part_name": "partname|part.name|name",
    "quantity": "quantity|qty|stock|onhand|count|menge|pieces",
    "location": "location|locationcode|storagelocation|bin|shelf|place|lagerplatz|locationname|location.name",
    "lot": "lot|lotcode|lotnumber|batch|batchcode|charge",
    "date_code": "datecode|dc",
    "mpn": "mpn|manufacturerpartnumber|mfrpn|supplierpart.mpn",
    "manufacturer": "manufacturer|maker|mfr|hersteller",
    "supplier": "supplier|suppliername|vendor|lieferant",
    "description": "description|partdescription|part.description|bezeichnung",
    "owner": "owner|client|consignor",
    "expires": "expiry|expirydate|expires|expirationdate|bestbefore",
    "received": "received|receivedat|receiveddate|receiptdate",
    "codes": "codes|othercodes|serial|makerpackageid",
    "unit": "unit|uom|units|part.units",
}
MEANINGS: Final = tuple(_NAMES)
_BY_NAME: Final = {name: meaning for meaning, names in _NAMES.items() for name in names.split("|")}
_RANK: Final = {name: place for names in _NAMES.values() for place, name in enumerate(names.split("|"))}
_HEADER_WITHIN: Final = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each meaning stands (columns from 0), under which name, and the number of the header's row."""

    places: dict[str, int]
    names: dict[str, str]
    header: int

    def text(self, row: Row, meaning: str) -> str:
        place = self.places.get(meaning, -1)
        return " ".join(row.cell(place).split())


def columns_of(sheet: Sheet, told: dict[str, str]) -> Columns:
    """The columns of a sheet, by the names in one of its first rows; ``told`` says of a name what it means.

    Refuses a sheet that has no column for the part or none for the quantity.
    """
    by_name = _BY_NAME | {_key(name): meaning for name, meaning in told.items()}
    best: Columns | None = None
    for row in sheet.rows[:_HEADER_WITHIN]:
        found = _found(row, by_name, {_key(name) for name in told})
        if best is None or len(found.places) > len(best.places):
            best = found
    if best is None or "quantity" not in best.places or not {"part", "part_name"} & best.places.keys():
        raise Invalid(
            "opening_columns_missing",
            "{file} has no columns for part and quantity.",
            field="file",
            way_out="Name them in the first row (package,part,quantity), or say --column NAME=MEANING.",
            file=sheet.file,
        )
    return best


def _found(row: Row, by_name: dict[str, str], told: set[str]) -> Columns:
    places: dict[str, int] = {}
    names: dict[str, str] = {}
    for place, cell in enumerate(row.cells):
        key = _key(cell)
        meaning = by_name.get(key)
        if meaning is None or (meaning in places and not _better(key, _key(names[meaning]), told)):
            continue
        places[meaning], names[meaning] = place, cell.strip()
    return Columns(places, names, row.number)


def _better(name: str, other: str, told: set[str]) -> bool:
    """Whether a name says it more clearly than another that means the same."""
    return name in told or (other not in told and _RANK.get(name, 99) < _RANK.get(other, 99))


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", name.lower()).strip(".")


def check_meanings(told: Sequence[str]) -> None:
    """Refuse a meaning that no column can have."""
    for meaning in told:
        if meaning not in MEANINGS:
            raise Invalid(
                "opening_meaning_unknown",
                "No column means “{meaning}”.",
                field="column",
                way_out=f"A column can mean {', '.join(MEANINGS)}.",
                meaning=meaning,
            )
