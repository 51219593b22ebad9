"""``padstone bom`` and ``padstone part``."""

from __future__ import annotations

from padstone.features.parts.cli.bills import bom
from padstone.features.parts.cli.parts import part

__all__ = ["bom", "part"]
