"""Take files in, work at drafts, release them, change what was released."""

from __future__ import annotations

from padstone.features.design.commands.changing import (
    decide_change_order,
    raise_change_order,
    sign_change_order,
)
from padstone.features.design.commands.drafting import (
    arrange_panel,
    choose_part,
    edit_line,
    register_new_parts,
    settle_doubt,
    state_conventions,
    substitute_part,
)
from padstone.features.design.commands.lines import Ability, state_ability
from padstone.features.design.commands.releasing import release, sign_release, waive_finding
from padstone.features.design.commands.taking_in import TakenIn, confirm_intake, take_in, upload

__all__ = [
    "Ability",
    "TakenIn",
    "arrange_panel",
    "choose_part",
    "confirm_intake",
    "decide_change_order",
    "edit_line",
    "raise_change_order",
    "register_new_parts",
    "release",
    "settle_doubt",
    "sign_change_order",
    "sign_release",
    "state_ability",
    "state_conventions",
    "substitute_part",
    "take_in",
    "upload",
    "waive_finding",
]
