"""Put parts and bills of materials on the books."""

from __future__ import annotations

from padstone.features.parts.commands.alternates import (
    Scope,
    allow_alternate,
    decide_alternate,
    withdraw_alternate,
)
from padstone.features.parts.commands.bills import ImportReport, import_bom, register_from_bill
from padstone.features.parts.commands.importing import PartsReport, import_parts
from padstone.features.parts.commands.merging import merge_parts
from padstone.features.parts.commands.parts import PartFacts, describe_part, register_part
from padstone.features.parts.commands.revisions import (
    BilledAlternate,
    LineToRelease,
    note_release,
    open_draft,
    retire_revision,
)
from padstone.features.parts.commands.sources import (
    Offer,
    approve_source,
    offer_part,
    state_compliance,
    store_document,
)

__all__ = [
    "BilledAlternate",
    "ImportReport",
    "LineToRelease",
    "Offer",
    "PartFacts",
    "PartsReport",
    "Scope",
    "allow_alternate",
    "approve_source",
    "decide_alternate",
    "describe_part",
    "import_bom",
    "import_parts",
    "merge_parts",
    "note_release",
    "offer_part",
    "open_draft",
    "register_from_bill",
    "register_part",
    "retire_revision",
    "state_compliance",
    "store_document",
    "withdraw_alternate",
]
