"""Whether a draft can be built: what its files, its parts and its board have against it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from padstone.features.design.abilities import GEOMETRY, by_the_ablest
from padstone.features.design.domain.content import ASSEMBLY, as_understood
from padstone.features.design.domain.crosscheck import (
    Finding,
    Gravity,
    Lifecycle,
    PartFacts,
    PartPolicy,
    check_geometry,
    cross_check,
)
from padstone.features.design.domain.findings import by_gravity
from padstone.features.design.domain.phases import Policy, policy
from padstone.features.design.matching import known_alternates
from padstone.features.parts.lookups import alternates_for, known_parts, part_ids
from padstone.kernel import clock

if TYPE_CHECKING:
    from datetime import date

    from padstone.features.design.domain.content import Content
    from padstone.features.design.models import Waiver
    from padstone.features.parts.lookups import KnownPart
    from padstone.features.parts.models import Alternate, Revision

UNWAIVABLE: Final = frozenset({"no_bill", "unknown_part", "part_missing", "designator_twice"})
"""What the books could not hold, whoever signed for it."""

_LIFECYCLES: Final = {
    "active": Lifecycle.ACTIVE,
    "not_recommended": Lifecycle.NOT_FOR_NEW_DESIGNS,
    "last_time_buy": Lifecycle.LAST_TIME_BUY,
    "obsolete": Lifecycle.OBSOLETE,
}
_COMPLIES: Final = {"compliant": True, "exempt": True, "not_compliant": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessFinding:
    """Something that speaks against a release: by which rule, of what, with which evidence, and what to do.

    ``waivable`` is False where the books could not hold what is found.
    """

    rule: str
    gravity: str
    subject: str
    evidence: str
    remedy: str
    designators: tuple[str, ...] = ()
    waivable: bool = True

    @property
    def digest(self) -> bytes:
        """Names the finding as it is: with other evidence it is another one."""
        told = (self.rule, self.gravity, self.subject, self.evidence, *self.designators)
        return hashlib.sha256("\x1f".join(told).encode()).digest()


def finding_key(finding: ReadinessFinding) -> str:
    return finding.digest.hex()


def findings_of(revision: Revision, content: Content) -> tuple[ReadinessFinding, ...]:
    """All findings, gravest first."""
    rules = policy(revision.phase)
    today = clock.now().date()
    found = cross_check(
        as_understood(content),
        content.placement,
        geometry=False,
        facts=_facts(revision, content, rules, today),
        policy=PartPolicy(
            longest_lead_time_days=rules.longest_lead_time_days,
            second_source_required=rules.second_source_required,
        ),
        today=today,
    )
    both = by_gravity([*found, *_geometry(content)])
    return (*_shown(both, content), *_alternates(content))


def _geometry(content: Content) -> tuple[Finding, ...]:
    """What the ablest line has against the board; each finding that is the line's names it."""
    placement = content.placement
    if placement is None:
        return ()
    outline = content.outline[0] if content.outline else ()
    line, found = by_the_ablest(lambda ability: check_geometry(placement, content.packages, ability, outline))
    return tuple(
        replace(one, evidence=f"{one.evidence} Checked for {line}.") if line and one.rule in GEOMETRY else one
        for one in found
    )


def is_blocking(revision: Revision, finding: ReadinessFinding) -> bool:
    """Whether the finding holds a release up in the revision's phase."""
    rules = policy(revision.phase)
    return finding.gravity in rules.blocking and finding.rule not in rules.told_only


def holding_up(
    revision: Revision, content: Content, waived: Mapping[str, Waiver]
) -> tuple[ReadinessFinding, ...]:
    """The findings that hold a release up and that nobody has signed for."""
    return tuple(
        one
        for one in findings_of(revision, content)
        if is_blocking(revision, one) and not (one.waivable and finding_key(one) in waived)
    )


def _shown(found: tuple[Finding, ...], content: Content) -> Iterator[ReadinessFinding]:
    if not content.bill.lines:
        yield ReadinessFinding(
            rule="no_bill",
            gravity=Gravity.BLOCKER.value,
            subject="bill of materials",
            evidence="No file has told a bill of materials.",
            remedy="Import one.",
            waivable=False,
        )
    for one in found:
        pick = content.picks[one.line] if one.line >= 0 else None
        if pick is not None and pick.how == ASSEMBLY and one.rule == "unknown_part":
            continue
        among = ""
        if pick is not None and pick.candidates and one.rule == "unknown_part":
            among = f" It may be any of {', '.join(pick.candidates[:5])}."
        yield ReadinessFinding(
            rule=one.rule,
            gravity=one.gravity.value,
            subject=f"line {one.line + 1}: {one.subject}" if one.line >= 0 else one.subject,
            evidence=one.evidence + among,
            remedy=one.remedy,
            designators=tuple(one.designators),
            waivable=one.rule not in UNWAIVABLE,
        )


def _alternates(content: Content) -> Iterator[ReadinessFinding]:
    """What the bill allows in a line's place and the books do not know: a release cannot approve it."""
    lines = content.bill.lines
    for index, meant in enumerate(known_alternates(lines, content.picks)):
        unknown = [one.number or one.description for pick, one in meant if not pick.part]
        if unknown and lines[index].fitted:
            yield ReadinessFinding(
                rule="alternate_unknown",
                gravity=Gravity.MINOR.value,
                subject=f"line {index + 1}: {lines[index].part}",
                evidence=f"The bill's alternates that are no part of the books: {', '.join(unknown)}.",
                remedy="Register the unknown parts; with the release they are approved for this line.",
                designators=lines[index].designators,
            )


def _facts(revision: Revision, content: Content, rules: Policy, today: date) -> dict[int, PartFacts]:
    ids = part_ids({pick.part for pick in content.picks if pick.part})
    known = known_parts(ids.values())
    alternates = alternates_for(revision, ids.values(), today)
    return {
        index: _facts_of(known[ids[pick.part]], alternates.get(ids[pick.part], ()), index + 1, rules)
        for index, pick in enumerate(content.picks)
        if pick.part in ids
    }


def _facts_of(part: KnownPart, alternates: tuple[Alternate, ...], line: int, rules: Policy) -> PartFacts:
    rohs = part.statements.get("RoHS")
    reach = part.statements.get("REACH")
    proved = rohs is not None and rohs.proved
    package = part.parameters.get("package")
    return PartFacts(
        part_number=part.number,
        lifecycle=_LIFECYCLES.get(part.lifecycle, Lifecycle.UNKNOWN),
        rohs=_COMPLIES.get(rohs.status) if rohs else None,
        reach=_COMPLIES.get(reach.status) if reach else None,
        document=rohs.document if rohs else "",
        proved_until=rohs.dated + timedelta(days=365 * rules.proof_serves_years) if rohs and proved else None,
        approved_sources=len(part.approved),
        approved_makers=len(set(part.makers)),
        alternates=sum(one.line_number in {None, line} for one in alternates),
        lead_time_days=part.lead_time_days,
        package=package.word if package else "",
        moisture_level=part.moisture_level,
    )
