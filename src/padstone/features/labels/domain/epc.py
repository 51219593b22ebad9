"""What RFID readers send: SGTIN-96 and SSCC-96 as hexadecimal text, and EPC URNs (GS1 Tag Data Standard)."""

from __future__ import annotations

import re
from typing import Final

from padstone.features.labels.domain.check_digits import check_digit

_HEX: Final = re.compile(r"(?:0x)?(?P<hex>3[01][0-9A-Fa-f]{22})")
_URN: Final = re.compile(
    r"urn:epc:(?:(?:id|class):(?P<scheme>sgtin|sscc|lgtin):|tag:(?P<tag>sgtin-96|sscc-96):[0-7]\.)"
    r"(?P<prefix>[0-9]{6,12})\.(?P<item>[0-9]{1,11})(?:\.(?P<serial>.{1,40}))?"
)
_SGTIN: Final = (
    (40, 12, 4, 1),
    (37, 11, 7, 2),
    (34, 10, 10, 3),
    (30, 9, 14, 4),
    (27, 8, 17, 5),
    (24, 7, 20, 6),
    (20, 6, 24, 7),
)
"""By partition: bits and digits of the company's prefix, of the item (TDS table 14-2)."""

_SSCC: Final = (
    (40, 12, 18, 5),
    (37, 11, 21, 6),
    (34, 10, 24, 7),
    (30, 9, 28, 8),
    (27, 8, 31, 9),
    (24, 7, 34, 10),
    (20, 6, 38, 11),
)


def fields_of(text: str) -> dict[str, str] | None:
    """GTIN and serial number, or SSCC, of an EPC; None where it is none, or one that breaks its own form."""
    if found := _HEX.fullmatch(text):
        return _of_bits(int(found["hex"], 16))
    if found := _URN.fullmatch(text):
        return _of_urn(found)
    return None


def _of_bits(number: int) -> dict[str, str] | None:
    header, partition = number >> 88, (number >> 82) & 0b111
    if partition > 6:
        return None
    bits, digits, item_bits, item_digits = (_SGTIN if header == 0x30 else _SSCC)[partition]
    prefix = (number >> (82 - bits)) & ((1 << bits) - 1)
    item = (number >> (82 - bits - item_bits)) & ((1 << item_bits) - 1)
    if prefix >= 10**digits or item >= 10**item_digits:
        return None
    prefix_text, item_text = f"{prefix:0{digits}}", f"{item:0{item_digits}}"
    if header == 0x30:
        return _sgtin(prefix_text, item_text, str(number & ((1 << 38) - 1)))
    return _sscc(prefix_text, item_text) if not number & ((1 << 24) - 1) else None


def _of_urn(found: re.Match[str]) -> dict[str, str] | None:
    scheme = found["scheme"] or found["tag"].removesuffix("-96")
    prefix, item, serial = found["prefix"], found["item"], found["serial"]
    if scheme == "sscc":
        return _sscc(prefix, item) if len(prefix) + len(item) == 17 and not serial else None
    if len(prefix) + len(item) != 13 or not serial:
        return None
    fields = _sgtin(prefix, item, serial)
    if scheme == "lgtin":
        fields["lot"] = fields.pop("serial")
    return fields


def _sgtin(prefix: str, item: str, serial: str) -> dict[str, str]:
    key = item[0] + prefix + item[1:]
    return {"gtin": key + check_digit(key), "serial": serial}


def _sscc(prefix: str, item: str) -> dict[str, str]:
    key = item[0] + prefix + item[1:]
    return {"sscc": key + check_digit(key)}
