"""How pages say what the ledger says: ``{% load stock %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext, gettext_noop

register = template.Library()

_WORDS = {
    "received": gettext_noop("received"),
    "stored": gettext_noop("in store"),
    "placed": gettext_noop("placed"),
    "spoiled": gettext_noop("spoiled"),
    "scrapped": gettext_noop("scrapped"),
    "returned": gettext_noop("returned"),
    "counted_away": gettext_noop("counted away"),
    "missing": gettext_noop("missing"),
    "booked_in": gettext_noop("Booked in"),
    "moved": gettext_noop("Moved"),
    "used": gettext_noop("Used"),
    "settled": gettext_noop("Settled by a count"),
    "counted": gettext_noop("Counted"),
    "split": gettext_noop("Split"),
    "joined": gettext_noop("Poured together"),
    "written_off": gettext_noop("Written off"),
    "held": gettext_noop("Put in quarantine"),
    "released": gettext_noop("Released"),
    "inherited": gettext_noop("Inherited"),
    "reserved": gettext_noop("Reserved"),
    "unreserved": gettext_noop("Freed"),
    "unlogged_splice": gettext_noop("Splice nobody told of"),
    "wrong_reel": gettext_noop("Wrong reel"),
    "wrong_feeder": gettext_noop("Wrong feeder"),
    "wrong_split": gettext_noop("Wrong split"),
    "pieces_taken": gettext_noop("Pieces taken"),
    "lost_at_machine": gettext_noop("Lost at the machine"),
    "double_receipt": gettext_noop("Received twice"),
    "more_than_received": gettext_noop("More than received"),
    "wrong_count": gettext_noop("Wrong count"),
    "used_when_gone": gettext_noop("Used when gone"),
    "used_in_quarantine": gettext_noop("Used in quarantine"),
    "used_for_another_client": gettext_noop("Used for another client"),
    "in_two_places": gettext_noop("In two places"),
    "ledger_broken": gettext_noop("Ledger broken"),
    "site": gettext_noop("Site"),
    "warehouse": gettext_noop("Warehouse"),
    "rack": gettext_noop("Rack"),
    "shelf": gettext_noop("Shelf"),
    "dry_cabinet": gettext_noop("Dry cabinet"),
    "fridge": gettext_noop("Fridge"),
    "tower": gettext_noop("Tower"),
    "quarantine": gettext_noop("Quarantine"),
    "line": gettext_noop("Line"),
    "trolley": gettext_noop("Trolley"),
    "feeder": gettext_noop("Feeder"),
    "bench": gettext_noop("Bench"),
}
_TONES = {
    "held": "bad",
    "missing": "bad",
    "scrapped": "warn",
    "returned": "warn",
    "written_off": "warn",
    "released": "good",
    "counted": "info",
    "booked_in": "info",
}


@register.filter
def stock_word(word: str) -> str:
    """A word of the ledger as people say it; a code stays what it is."""
    return gettext(_WORDS[word]) if word in _WORDS else word.replace("_", " ")


@register.filter
def account_word(word: str) -> str:
    """An account in words; a location's code as it is."""
    return gettext(_WORDS[word]) if word in _ACCOUNTS else word


_ACCOUNTS = frozenset(list(_WORDS)[:8])


@register.filter
def stock_tone(kind: str) -> str:
    return _TONES.get(kind, "idle")
