"""The only code that writes the ledger of stock."""

from __future__ import annotations

from padstone.features.stock.commands.counting import count, note_retired
from padstone.features.stock.commands.dividing import join, note_split, split
from padstone.features.stock.commands.holding import dispose, hold, note_blocked, release_hold
from padstone.features.stock.commands.leaving import leave, return_to_supplier, scrap, spoil, write_off
from padstone.features.stock.commands.ledger import Whereabouts
from padstone.features.stock.commands.locations import close_location, define_location, log_condition
from padstone.features.stock.commands.moving import Arrival, BookedIn, add_codes, book_in, move
from padstone.features.stock.commands.reserving import reserve, unreserve

__all__ = [
    "Arrival",
    "BookedIn",
    "Whereabouts",
    "add_codes",
    "book_in",
    "close_location",
    "count",
    "define_location",
    "dispose",
    "hold",
    "join",
    "leave",
    "log_condition",
    "move",
    "note_blocked",
    "note_retired",
    "note_split",
    "release_hold",
    "reserve",
    "return_to_supplier",
    "scrap",
    "split",
    "spoil",
    "unreserve",
    "write_off",
]
