"""Rules of panels and units."""

from __future__ import annotations

from padstone.kernel.bounds import LONGEST_IDENTIFIER

LONGEST_PANEL = LONGEST_IDENTIFIER - len(":2147483647")
"""Characters of a panel's or a unit's identifier: with its position behind it, it still names a unit."""
