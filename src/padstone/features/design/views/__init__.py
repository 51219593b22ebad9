"""Pages of design: files taken in, drafts worked at, revisions released, compared and changed."""

from __future__ import annotations

from padstone.features.design.views.abilities import abilities
from padstone.features.design.views.changes import (
    change_order,
    decide_change,
    raise_change,
    sign_change,
)
from padstone.features.design.views.intake import intake, new_import
from padstone.features.design.views.release import readiness, release_draft, retire, sign_draft, waive
from padstone.features.design.views.revision import compare, design_file, designs, revision
from padstone.features.design.views.substitute import substitute
from padstone.features.design.views.work import doubts, line, panel_of, register_parts

__all__ = [
    "abilities",
    "change_order",
    "compare",
    "decide_change",
    "design_file",
    "designs",
    "doubts",
    "intake",
    "line",
    "new_import",
    "panel_of",
    "raise_change",
    "readiness",
    "register_parts",
    "release_draft",
    "retire",
    "revision",
    "sign_change",
    "sign_draft",
    "substitute",
    "waive",
]
