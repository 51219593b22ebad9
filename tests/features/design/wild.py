"""Files as clients send them, small enough to read: our own inventions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from padstone.features.design.domain.bill import BillLine
from padstone.features.design.domain.placement import Placed
from padstone.features.design.domain.sources import Source

GOLDEN = Path(__file__).parent / "golden"
_HEAD = re.compile(r"(?m)^==== (.+?) \| (.+?) \| (.+)\n")


class Wild(NamedTuple):
    """A file of the collection: what it must be read as, and what a person must be asked, sorted."""

    source: Source
    told: tuple[str, ...]
    asks: tuple[str, ...]


def collection(name: str) -> dict[str, Wild]:
    """The files of a collection (see its own first lines) by what they are called."""
    _, *pieces = _HEAD.split((GOLDEN / name).read_text(encoding="utf-8"))
    found = {}
    for title, file, encoding, text in zip(*(pieces[n::4] for n in range(4)), strict=True):
        head, _, content = text.partition("----\n")
        lines = head.splitlines()
        told = tuple(line[3:] for line in lines if line.startswith("-> "))
        asks = tuple(code for line in lines if line.startswith("?? ") for code in line[3:].split())
        content = content.rstrip("\n").replace("␍", "\r") + "\n"
        found[title] = Wild(Source(file, content.encode(encoding)), told, asks)
    return found


def tell_line(line: BillLine) -> str:
    """A line in the words of the collection: ``!2 C1 C2 GRM155 + Samsung CL05B``."""
    part = f"{line.part_number}={line.mpn}" if line.part_number and line.mpn else line.part
    words = [f"{line.quantity.normalize():f}", *line.designators, part]
    for maker in line.alternates:
        words += ["+", maker.manufacturer, maker.number]
    return ("" if line.fitted else "!") + " ".join(filter(None, words))


def tell_place(placed: Placed) -> str:
    """A place in the words of the collection: ``C1 1.5 2.5 90 top``."""
    numbers = (f"{number.normalize():f}" for number in (placed.x, placed.y, placed.rotation))
    return " ".join((placed.designator, *numbers, placed.side.value))


BILL = """Board X - Rev A - exported by somebody;;;;;
;;;;;
Menge;Bauteil;Wert;Gehäuse;Hersteller;Herstellernummer
3;R1-R3;10k;R_0402_1005Metric;Yageo;RC0402FR-0710KL
2;C1, C2;100n;C_0402_1005Metric;Murata;GRM155R71C104KA88D
2;U1;LDO 3.3V;SOT-23-5;Texas Instruments;TLV75533PDBVR
1;R9;0R;R_0402_1005Metric;Yageo;RC0402JR-070RL
""".encode("latin-1")
"""A preamble, German column names in Latin-1, semicolons, and one quantity that does not fit its designators.
"""

NEXT_BILL = (
    BILL.replace(b"RC0402FR-0710KL", b"CRCW040210K0FKED")
    .replace(b"Yageo;CRCW", b"Vishay;CRCW")
    .replace(b"2;C1, C2;", b"3;C1, C2, C3;")
    .replace(b"2;U1;", b"1;U1;")
)

PLACEMENT = b"""Designator,Layer,Mid X,Mid Y,Rotation,Footprint
R1,Top,2.5mm,3.0mm,0,R_0402_1005Metric
R2,Top,4.5mm,3.0mm,90,R_0402_1005Metric
R3,Top,6.5mm,3.0mm,180,R_0402_1005Metric
C1,Top,2.5mm,6.0mm,0,C_0402_1005Metric
C2,Bottom,4.5mm,6.0mm,0,C_0402_1005Metric
U1,Top,9.0mm,6.0mm,270,SOT-23-5
R9,Top,9.0mm,2.0mm,0,R_0402_1005Metric
"""
