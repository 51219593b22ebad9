"""The only code that writes kits."""

from __future__ import annotations

from padstone.features.kitting.commands.kits import begin_kit, close_kit, issue_kit
from padstone.features.kitting.commands.picking import Picked, may_be_picked, pick
from padstone.features.kitting.commands.returning import GivenBack, close_used_up, give_back

__all__ = [
    "GivenBack",
    "Picked",
    "begin_kit",
    "close_kit",
    "close_used_up",
    "give_back",
    "issue_kit",
    "may_be_picked",
    "pick",
]
