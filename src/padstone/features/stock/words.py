"""How the ledger's words are said to people."""

from __future__ import annotations

_SAID = {
    "booked_in": "booked in",
    "moved": "moved",
    "used": "used",
    "settled": "settled",
    "counted": "counted",
    "split": "split",
    "joined": "joined",
    "scrapped": "scrapped",
    "spoiled": "booked as spoiled",
    "returned": "returned to the supplier",
    "written_off": "written off",
    "held": "put in quarantine",
    "released": "released from quarantine",
    "reserved": "reserved",
    "unreserved": "freed",
}


def said_of(how: str) -> str:
    return _SAID.get(how, how.replace("_", " "))
