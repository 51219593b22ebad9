"""What a check of a unit comes to (IPC-2591, ValidationResult)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    PASSED = "Passed"
    FAILED = "Failed"
    SKIPPED = "Skipped"
    """There is not enough on the books to say."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict with its reasons, whole sentences; none where it passed."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


PASSED = Judged(Verdict.PASSED)


def failed_if(reasons: list[str]) -> Judged:
    """Passed where nothing speaks against it."""
    return Judged(Verdict.FAILED, tuple(reasons)) if reasons else PASSED


def skipped(reason: str) -> Judged:
    return Judged(Verdict.SKIPPED, (reason,))
