"""Whether anything that was found on a unit speaks against working on it (IPC-2591, UnitStatusValidation).

Scrapped, failed and disqualified units are held, and those with an open defect or a last test that failed. A
defect is closed by a person's word (rejected, accepted, repaired, closed), by a successful repair of it, or
by a later inspection of the unit that passed. The repair bench takes everything but scrap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from padstone.features.production.judging import Judged, Verdict, failed_if
from padstone.features.production.route import disqualified_because, status_told
from padstone.features.quality.queries import findings_of_unit

if TYPE_CHECKING:
    from padstone.features.production.models import Unit
    from padstone.features.quality.queries import RepairLine, UnitFindings
    from padstone.kernel.actor import Actor

_CLOSED = frozenset({"DefectRejected", "DefectAccepted", "DefectRepaired", "DefectClosed"})
_FAILED = frozenset({"Failed", "Error", "Aborted"})
_REPAIRED = "RepairSuccessful"
_SCRAP = "Scrap"


@dataclass(frozen=True, slots=True)
class Found:
    """A defect, when it was found, and the last word on it."""

    code: str
    designator: str
    identifier: str
    verification: str
    at: datetime


def open_defects(findings: UnitFindings) -> tuple[Found, ...]:
    """The defects that nothing has closed, in the order in which they were found."""
    told = [(one.at, defect) for one in findings.inspections for defect in one.defects]
    told += [(one.at, defect) for one in findings.tests for defect in one.defects]
    found = [Found(d.code or d.category, d.designator, d.identifier, d.verification, at) for at, d in told]
    passed = [one.at for one in findings.inspections if one.result == "Passed" and not one.defects]
    return tuple(
        one
        for one in found
        if one.verification not in _CLOSED
        and not any(_repairs(repair, one) for repair in findings.repairs)
        and not any(at > one.at for at in passed)
    )


def _repairs(repair: RepairLine, defect: Found) -> bool:
    if repair.result != _REPAIRED or repair.at < defect.at:
        return False
    if defect.identifier and repair.defect_identifiers:
        return defect.identifier in repair.defect_identifiers
    return bool(defect.designator) and repair.designator == defect.designator


def failed_tests(findings: UnitFindings) -> tuple[str, ...]:
    """The tests whose last run failed, as "test at station"."""
    last: dict[tuple[str, str], str] = {}
    for test in findings.tests:
        last[test.station, test.name] = test.result
    return tuple(
        f"{name or 'the test'} at {station}" for (station, name), result in last.items() if result in _FAILED
    )


def judge_standing(
    findings: UnitFindings, status: str, said_by: str, disqualified: str | None, *, at_repair: bool
) -> Judged:
    """``status`` is what the station ``said_by`` told last as it took the unit in ("" for nothing)."""
    reasons = list(_scrapped(findings, status, said_by, disqualified))
    if status == "Skip" and not reasons:
        return Judged(Verdict.SKIPPED, (f"{said_by} said that it is to be skipped.",))
    if not at_repair:
        if status == "Fail":
            reasons.append(f"{said_by} took it in as failed.")
        reasons += [
            f"Its defect {' '.join(filter(None, (one.code, one.designator))) or 'without a name'} is open."
            for one in open_defects(findings)
        ]
        reasons += [f"Its last run of {test} failed." for test in failed_tests(findings)]
    return failed_if(reasons)


def _scrapped(findings: UnitFindings, status: str, said_by: str, disqualified: str | None) -> Iterable[str]:
    if status == _SCRAP:
        yield f"{said_by} said that it is scrap."
    if disqualified is not None:
        yield f"It is disqualified: {disqualified}."
    if any(repair.result == _SCRAP for repair in findings.repairs):
        yield "It was scrapped at repair."


def standing_of(actor: Actor, unit: Unit, *, at_repair: bool) -> Judged:
    """Whether the unit may be worked on, as far as what was found on it goes."""
    status, said_by = status_told(unit)
    findings = findings_of_unit(actor, unit.pk)
    return judge_standing(findings, status, said_by, disqualified_because(unit), at_repair=at_repair)
