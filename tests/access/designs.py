"""Designs for whoever asks the API: of two clients each a released revision, a draft, and a change order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from padstone.features.design import commands, queries
from tests.features.design.wild import BILL, NEXT_BILL
from tests.shop_floor import AUDITOR

PART, OTHER_PART = "RC0402FR-0710KL", "GRM155R71C104KA88D"
ABILITY = {
    "least_gap": "0.15",
    "smallest_length": "0.6",
    "smallest_width": "0.3",
    "tallest": "25",
    "board_length": "500",
    "board_width": "400",
}
BODIES: dict[str, Any] = {
    "POST /api/v1/designs/files": BILL,
    "PUT /api/v1/designs/lines/{line}": ABILITY,
    "POST /api/v1/designs/{revision_id}/changes": {
        "revision": "C",
        "reason": "Shortage.",
        "effective_by": "date",
        "effectivity": "2026-06-01",
    },
    "POST /api/v1/designs/{revision_id}/doubts/{key}": {"how": "accepted", "why": "Asked."},
    "POST /api/v1/designs/{revision_id}/lines/{line}/part": {"part": OTHER_PART},
    "POST /api/v1/designs/{revision_id}/retire": {"why": "Its successor is built."},
    "POST /api/v1/changes/{number}/decide": {"approved": False, "why": "Not now."},
    "POST /api/v1/parts": {"number": "NEW-1"},
    "POST /api/v1/parts/import": b"part_number,description\nNEW-2,Resistor\n",
    "POST /api/v1/parts/merge/{number}": {"into": OTHER_PART, "why": "One part."},
    "POST /api/v1/parts/sources/{number}": {"number": PART, "manufacturer": "Yageo"},
    "PATCH /api/v1/parts/{number}": {"description": "Resistor"},
}
"""By operation what is sent with a request that ought to be answered well."""

MEDIA = {
    "POST /api/v1/designs/files": "application/octet-stream",
    "POST /api/v1/parts/import": "text/csv",
}
QUERIES = {
    "POST /api/v1/designs/files": {name: name for name in ("product", "revision", "file_name")},
    "GET /api/v1/designs/{revision_id}/difference": {"since": "revision_id"},
}
OF_DRAFTS = ("/register", "/release", "/part", "/doubts/{key}")


def designs_of(clients: Iterable[str]) -> dict[str, list[Any]]:
    """Put them on the books; answers what exists, by the name of a parameter."""
    there: dict[str, list[Any]] = {
        name: [] for name in ("revision_id", "draft_id", "key", "change", "product")
    }
    for number, client in enumerate(clients, start=1):
        product = f"BOARD-{number}"
        released, draft = (
            _taken(product, label, content, client) for label, content in (("A", BILL), ("B", NEXT_BILL))
        )
        commands.release(AUDITOR, revision_id=released)
        there["revision_id"].append(released)
        there["draft_id"].append(draft)
        there["product"].append(product)
        there["key"].append(queries.revision_card(AUDITOR, draft).doubts[0].key)
        there["change"].append(
            commands.raise_change_order(
                AUDITOR,
                revision_id=released,
                label="B",
                reason="Shortage.",
                effective_by="date",
                effectivity="2026-06-01",
            )
        )
    return {**there, "revision": ["A", "C"], "file_name": ["bom.csv"]}


def _taken(product: str, label: str, content: bytes, client: str) -> int:
    told = commands.take_in(
        AUDITOR, file_name="bom.csv", content=content, product=product, revision=label, client=client
    )
    commands.register_new_parts(AUDITOR, revision_id=told.revision_id)
    for doubt in queries.revision_card(AUDITOR, told.revision_id).doubts:
        if doubt.asks and not doubt.settled:
            commands.settle_doubt(AUDITOR, revision_id=told.revision_id, key=doubt.key, why="Asked.")
    return told.revision_id
