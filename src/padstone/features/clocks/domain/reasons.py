from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not be used, or should be looked at: a stable code, and a sentence for people."""

    code: str
    text: str
