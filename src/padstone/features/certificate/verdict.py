"""One word for a board, and why: what a person two metres away wants to know of a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_noop, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from padstone.features.certificate.queries import Certificate

_FAILED = frozenset({"Failed", "Error", "Aborted", "Fail", "Scrap"})
_NO_DEFECT = frozenset({"DefectRejected", "DefectAccepted", "DefectRepaired", "DefectClosed"})
"""CFX VerificationResult: somebody looked and it is no (longer a) defect."""


class Word(StrEnum):
    SCRAPPED = gettext_noop("Scrapped")
    FAILED = gettext_noop("Failed")
    INCOMPLETE = gettext_noop("Incomplete")
    CHECK = gettext_noop("To check")
    IN_WORK = gettext_noop("In work")
    COMPLETE = gettext_noop("Complete")
    RECORDED = gettext_noop("Recorded")


TONES = {
    Word.SCRAPPED: "bad",
    Word.FAILED: "bad",
    Word.INCOMPLETE: "warn",
    Word.CHECK: "warn",
    Word.IN_WORK: "info",
    Word.COMPLETE: "good",
    Word.RECORDED: "info",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, its tone, and the reasons, most important first."""

    word: Word
    tone: str
    reasons: tuple[str, ...]


def verdict_on(known: Certificate) -> Verdict:
    """The gravest thing that is known of the unit names it; every reason is told."""
    found = [
        *_scrapped(known),
        *_failures(known),
        *_open_work(known),
        *_gaps(known),
        *_doubts(known),
    ]
    if not found:
        found = [_nothing_wrong(known)]
    gravest = min((word for word, _ in found), key=list(Word).index)
    return Verdict(gravest, TONES[gravest], tuple(reason for _, reason in found))


def _scrapped(known: Certificate) -> list[tuple[Word, str]]:
    reasons = [
        (Word.SCRAPPED, gettext("Scrapped at %(station)s.") % {"station": one.station})
        for one in known.repairs
        if one.result == "Scrap"
    ]
    reasons += [
        (
            Word.SCRAPPED,
            gettext("Disqualified at %(station)s: it goes no further.") % {"station": one.station},
        )
        for one in known.events
        if one.kind == "disqualified"
    ]
    said = [one for one in known.passes if one.unit_status]
    last = said[-1].unit_status if said else ""
    since = next((one for one in said if one.unit_status == last), None)
    if since and last == "Scrap":
        reasons.append(
            (Word.SCRAPPED, gettext("Taken in as scrap since %(station)s.") % {"station": since.station})
        )
    if since and last == "Fail":
        reasons.append(
            (Word.FAILED, gettext("Taken in as failed since %(station)s.") % {"station": since.station})
        )
    return reasons


def _failures(known: Certificate) -> list[tuple[Word, str]]:
    reasons = []
    for one in _last_of_each([*known.inspections, *known.tests]):
        if one.result not in _FAILED or _only_false_calls(one):
            continue
        what = one.name or one.method or one.station
        if any(repair.at > one.at and repair.result == "RepairSuccessful" for repair in known.repairs):
            text = gettext("Repaired after %(what)s failed, and not checked again since.")
            reasons.append((Word.CHECK, text % {"what": what}))
        else:
            text = gettext("%(what)s at %(station)s: %(result)s.")
            reasons.append((Word.FAILED, text % {"what": what, "station": one.station, "result": one.result}))
    return reasons


def _last_of_each(findings: Iterable[Any]) -> list[Any]:
    """Of every kind of inspection and test the last one: a later pass overrules an earlier failure."""
    last = {(one.station, one.method, one.name): one for one in sorted(findings, key=lambda one: one.at)}
    return list(last.values())


def _only_false_calls(finding: Any) -> bool:
    return bool(finding.defects) and all(defect.verification in _NO_DEFECT for defect in finding.defects)


def _gaps(known: Certificate) -> list[tuple[Word, str]]:
    reasons = []
    if missing := len(known.missing):
        text = ngettext(
            "%(n)s designator of the bill of materials is not filled.",
            "%(n)s designators of the bill of materials are not filled.",
            missing,
        )
        # A board on its way through the line is not yet full, and nobody needs to be alarmed.
        word = Word.IN_WORK if _is_in_work(known) else Word.INCOMPLETE
        reasons.append((word, text % {"n": missing}))
    if unexpected := len(known.unexpected):
        text = ngettext(
            "%(n)s designator holds a part that the bill of materials does not name there.",
            "%(n)s designators hold parts that the bill of materials does not name there.",
            unexpected,
        )
        reasons.append((Word.CHECK, text % {"n": unexpected}))
    return reasons


def _doubts(known: Certificate) -> list[tuple[Word, str]]:
    doubtful = len({one.designator for one in known.installations if one.certainty == "possible"})
    if not doubtful:
        return []
    text = ngettext(
        "For %(n)s designator the machine could not tell which of two reels its part came from.",
        "For %(n)s designators the machine could not tell which of two reels their parts came from.",
        doubtful,
    )
    return [(Word.COMPLETE if known.revision else Word.RECORDED, text % {"n": doubtful})]


def _open_work(known: Certificate) -> list[tuple[Word, str]]:
    return [
        (Word.IN_WORK, gettext("Now at %(station)s.") % {"station": one.station})
        for one in known.passes[-1:]
        if one.completed_at is None
    ]


def _is_in_work(known: Certificate) -> bool:
    return bool(known.passes) and known.passes[-1].completed_at is None


def _nothing_wrong(known: Certificate) -> tuple[Word, str]:
    if known.revision:
        text = gettext(
            "Every designator of %(product)s %(revision)s is filled with its part, and nothing failed."
        )
        return Word.COMPLETE, text % {"product": known.product, "revision": known.revision}
    return Word.RECORDED, gettext(
        "Nothing failed. No bill of materials is known for its work order, so nobody can say whether a part "
        "is missing."
    )
