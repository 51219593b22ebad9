"""How much care a revision gets in each phase of its life. Data: releases and change orders read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from padstone.kernel.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds in a phase.

    ``traceability`` is how far a board's parts are to be known (IPC-1782 names four levels of material and
    process data); ``tests`` how it is tested. ``approvals`` and ``change_approvals`` are how many different
    people sign a release, and a change order. ``change_order``: another revision than the first is released
    only with an approved one. ``blocking`` are the gravities of findings that hold a release up, but for the
    rules of ``told_only``. A document proves a statement for ``proof_serves_years``.
    """

    title: str
    traceability: int
    tests: tuple[str, ...]
    approvals: int
    change_approvals: int
    change_order: bool
    blocking: frozenset[str]
    told_only: frozenset[str] = frozenset()
    longest_lead_time_days: int = 84
    second_source_required: bool = False
    proof_serves_years: int = 3


PHASES: Final[Mapping[str, Policy]] = {
    "prototype": Policy(
        title="Prototype",
        traceability=1,
        tests=("visual inspection", "continuity", "functional test"),
        approvals=0,
        change_approvals=0,
        change_order=False,
        blocking=frozenset({"blocker"}),
        told_only=frozenset({"no_approved_source"}),
    ),
    "pilot": Policy(
        title="Pilot",
        traceability=2,
        tests=("automated optical inspection", "X-ray of hidden joints", "functional test"),
        approvals=1,
        change_approvals=1,
        change_order=True,
        blocking=frozenset({"blocker", "major"}),
    ),
    "mass": Policy(
        title="Mass production",
        traceability=3,
        tests=(
            "automated optical inspection",
            "X-ray of hidden joints",
            "in-circuit test",
            "functional test",
            "reliability sampling",
        ),
        approvals=2,
        change_approvals=2,
        change_order=True,
        blocking=frozenset({"blocker", "major"}),
    ),
}


def policy(phase: str) -> Policy:
    """Raises Invalid for a phase that there is not."""
    try:
        return PHASES[phase]
    except KeyError:
        raise Invalid(
            "phase_unknown",
            "There is no phase {phase}.",
            field="phase",
            way_out=f"Use one of: {', '.join(PHASES)}.",
            phase=phase[:40],
        ) from None
