"""Checks of a bill's parts against what the books know of them; the facts are filled in by who holds the
books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from padstone.features.design.domain.bill import Bill, BillLine
from padstone.features.design.domain.designators import joined
from padstone.features.design.domain.findings import Finding, Gravity
from padstone.features.design.domain.packages import family


class Lifecycle(StrEnum):
    ACTIVE = "active"
    NOT_FOR_NEW_DESIGNS = "not_for_new_designs"
    LAST_TIME_BUY = "last_time_buy"
    OBSOLETE = "obsolete"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """What the books know of the part that a line means.

    ``rohs``: True compliant, False not, None unknown; ``proved_until``: how long the document that proves it
    serves, None where there is none. ``alternates``: approved ones for this line.
    """

    part_number: str
    lifecycle: Lifecycle = Lifecycle.UNKNOWN
    rohs: bool | None = None
    reach: bool | None = None
    document: str = ""
    proved_until: date | None = None
    approved_sources: int = 0
    approved_makers: int = 0
    alternates: int = 0
    lead_time_days: int | None = None
    package: str = ""
    moisture_level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPolicy:
    """What a release asks of parts."""

    longest_lead_time_days: int = 84
    rohs_required: bool = True
    reach_required: bool = False
    proof_required: bool = True
    second_source_required: bool = False


def check_parts(
    bill: Bill, facts: Mapping[int, PartFacts], policy: PartPolicy, today: date
) -> Iterator[Finding]:
    """Rules about the parts of the fitted lines; ``facts`` by the index of the line, absent: nobody knows the
    part.

    Rules: unknown_part, no_approved_source, obsolete, last_time_buy, not_for_new_designs, rohs_gap,
    reach_gap, rohs_unproved, single_source, long_lead_time, package_differs.
    """
    for index, line in enumerate(bill.lines):
        if not line.fitted:
            continue
        known = facts.get(index)
        if known is None:
            if line.part:
                yield _finding(
                    "unknown_part",
                    Gravity.BLOCKER,
                    index,
                    line,
                    f"The books know no part {line.part}.",
                    "Match the line to a part, or enter the part.",
                )
            continue
        yield from _sources(index, line, known, policy)
        yield from _life(index, line, known)
        yield from _compliance(index, line, known, policy, today)
        yield from _package(index, line, known)


def _finding(rule: str, gravity: Gravity, index: int, line: BillLine, evidence: str, remedy: str) -> Finding:
    subject = line.part or joined(line.designators, 5)
    return Finding(rule, gravity, subject, evidence, remedy, line.designators, index)


def _sources(index: int, line: BillLine, known: PartFacts, policy: PartPolicy) -> Iterator[Finding]:
    if known.approved_sources == 0 and not line.client_supplied:
        yield _finding(
            "no_approved_source",
            Gravity.BLOCKER,
            index,
            line,
            f"Nobody is approved to supply {known.part_number}.",
            "Approve a source, or mark the line as client-supplied.",
        )
    elif known.approved_makers + known.alternates < 2 and not line.client_supplied:
        yield _finding(
            "single_source",
            Gravity.MAJOR if policy.second_source_required else Gravity.MINOR,
            index,
            line,
            f"{known.part_number} has one approved manufacturer and no approved alternate.",
            "Approve an alternate before it is short.",
        )
    days = known.lead_time_days
    if days is not None and days > policy.longest_lead_time_days:
        yield _finding(
            "long_lead_time",
            Gravity.MAJOR,
            index,
            line,
            f"{known.part_number} takes {days} days; {policy.longest_lead_time_days} are planned for.",
            "Order ahead, hold stock, or approve an alternate.",
        )


def _life(index: int, line: BillLine, known: PartFacts) -> Iterator[Finding]:
    told = {
        Lifecycle.OBSOLETE: (
            "obsolete",
            Gravity.BLOCKER,
            "is no longer made",
            "Choose a substitute, or prove the stock.",
        ),
        Lifecycle.LAST_TIME_BUY: (
            "last_time_buy",
            Gravity.MAJOR,
            "can be ordered for the last time",
            "Order for the whole life of the product, or choose a substitute.",
        ),
        Lifecycle.NOT_FOR_NEW_DESIGNS: (
            "not_for_new_designs",
            Gravity.MINOR,
            "is not recommended for new designs",
            "Choose a substitute with the next revision.",
        ),
    }.get(known.lifecycle)
    if told:
        rule, gravity, evidence, remedy = told
        yield _finding(rule, gravity, index, line, f"{known.part_number} {evidence}.", remedy)


def _compliance(
    index: int, line: BillLine, known: PartFacts, policy: PartPolicy, today: date
) -> Iterator[Finding]:
    for name, status, required in (
        ("rohs", known.rohs, policy.rohs_required),
        ("reach", known.reach, policy.reach_required),
    ):
        if not required or status:
            continue
        said = "does not comply" if status is False else "is of unknown status"
        yield _finding(
            f"{name}_gap",
            Gravity.BLOCKER if status is False else Gravity.MAJOR,
            index,
            line,
            f"{known.part_number} {said} ({name.upper() if name == 'reach' else 'RoHS'}).",
            "Ask the manufacturer for a declaration, or choose a substitute.",
        )
    if policy.rohs_required and policy.proof_required and known.rohs:
        expired = known.proved_until is not None and known.proved_until < today
        if not known.document or expired:
            why = f"its document expired on {known.proved_until}" if expired else "no document proves it"
            yield _finding(
                "rohs_unproved",
                Gravity.MAJOR,
                index,
                line,
                f"{known.part_number} is said to comply with RoHS, and {why}.",
                "File the manufacturer's declaration.",
            )


def _package(index: int, line: BillLine, known: PartFacts) -> Iterator[Finding]:
    has, wanted = family(known.package), family(line.footprint)
    if has and wanted and has != wanted:
        yield _finding(
            "package_differs",
            Gravity.BLOCKER,
            index,
            line,
            f"{known.part_number} comes as {has}; the footprint is for {wanted}.",
            "Choose a part in the right package, or correct the footprint.",
        )
