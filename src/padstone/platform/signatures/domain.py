"""What a signature may mean."""

from __future__ import annotations

MEANINGS = {
    "authorship": "Authorship",
    "review": "Review",
    "approval": "Approval",
    "responsibility": "Responsibility",
}
"""21 CFR 11.50(a)(3): the meaning that is part of every signature."""
