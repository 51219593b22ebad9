"""What a check found: its rule, how grave it is, the evidence, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Gravity(StrEnum):
    BLOCKER = "blocker"
    """What is built would be wrong, or could not be built."""

    MAJOR = "major"
    """Likely wrong, or likely to stop the line."""

    MINOR = "minor"
    NOTE = "note"


_ORDER: Final = {gravity: position for position, gravity in enumerate(Gravity)}


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a rule. ``line`` is the index of the bill's line that it is about, -1 where it is about
    none.
    """

    rule: str
    gravity: Gravity
    subject: str
    evidence: str
    remedy: str
    designators: tuple[str, ...] = ()
    line: int = -1


def by_gravity(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The gravest first; within one gravity by rule, in the order found."""
    return tuple(sorted(findings, key=lambda finding: (_ORDER[finding.gravity], finding.rule)))
