"""Designs for people: what there is, what a revision holds, whether it is ready, and what changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from padstone.features.design.changes import difference_of, differences, digest_of_change
from padstone.features.design.domain.content import Content, asks
from padstone.features.design.domain.doubts import Doubt
from padstone.features.design.domain.phases import PHASES, Policy, policy
from padstone.features.design.domain.sources import Source
from padstone.features.design.lookups import approved_change_to, held, meanings, waivers
from padstone.features.design.lookups import change_order as order_by_number
from padstone.features.design.lookups import intake as intake_by_number
from padstone.features.design.models import ChangeOrder, Intake, Release, RevisionFile, Working
from padstone.features.design.readiness import finding_key, findings_of, is_blocking
from padstone.features.design.shown import (
    ChangeOrderCard,
    ChangeShown,
    Comparison,
    DesignLine,
    DoubtShown,
    DraftUse,
    FileShown,
    FindingShown,
    IntakeCard,
    LineShown,
    Readiness,
    RevisionCard,
)
from padstone.features.design.signing import change_signers, signers
from padstone.features.design.taken import propose
from padstone.features.parts.lookups import known_parts, part_ids, revision_by_id
from padstone.features.parts.queries import seen_revisions
from padstone.kernel.errors import NotFound

if TYPE_CHECKING:
    from padstone.features.parts.models import Revision
    from padstone.kernel.actor import Actor

EDIT = "edit_design"


def designs(actor: Actor) -> tuple[DesignLine, ...]:
    """Every revision that the asker may see: all of them for the house, what is released for its client."""
    return tuple(map(design_line, seen_revisions(actor)))


def design_line(row: Revision) -> DesignLine:
    return DesignLine(
        id=row.pk,
        product=row.product.number,
        product_name=row.product.name,
        client=row.product.client,
        revision=row.label,
        state=row.state,
        phase=row.phase,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
    )


def seen_revision(actor: Actor, revision_id: int) -> Revision:
    """Raises NotFound where there is none that the asker may see."""
    row = seen_revisions(actor).filter(pk=revision_id).first()
    if row is None:
        raise NotFound("revision_unknown", "There is no such revision.")
    return row


def content_of(actor: Actor, revision_id: int) -> Content:
    return held(seen_revision(actor, revision_id)).content


def revision_card(actor: Actor, revision_id: int) -> RevisionCard:
    """A revision whole. Raises NotFound."""
    row = seen_revision(actor, revision_id)
    present = held(row)
    content = present.content
    release = Release.objects.filter(revision_id=row.pk).defer("content").first()
    change = approved_change_to(row.pk)
    return RevisionCard(
        id=row.pk,
        product=row.product.number,
        product_name=row.product.name,
        client=row.product.client,
        revision=row.label,
        state=row.state,
        phase=row.phase,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        released_at=release.released_at if release else None,
        released_by=release.released_by if release else "",
        sha256=present.sha256.hex(),
        edition=present.edition,
        lines=lines_shown(content),
        doubts=_doubts(content) if not actor.client else (),
        files=_files(row.pk) if not actor.client else (),
        placed=len(content.placement.placed) if content.placement else 0,
        signatures=signers(row, present.sha256) if not actor.client else (),
        approvals_wanted=policy(row.phase).approvals,
        change_order=change.number if change is not None and not actor.client else "",
    )


def lines_shown(content: Content) -> tuple[LineShown, ...]:
    """The lines with what the books know of their parts."""
    known = part_ids({pick.part for pick in content.picks if pick.part})
    facts = known_parts(known.values())
    placed = {one.designator for one in content.placement.placed} if content.placement else set()
    shown = []
    for number, (line, pick) in enumerate(zip(content.bill.lines, content.picks, strict=True), start=1):
        part = facts.get(known.get(pick.part, 0))
        shown.append(
            LineShown(
                number=number,
                row=line.row,
                part=pick.part,
                how=pick.how,
                candidates=pick.candidates,
                said=line.part_number or line.mpn,
                description=line.description or (part.description if part else ""),
                value=line.value,
                footprint=line.footprint,
                manufacturer=line.manufacturer,
                mpn=line.mpn,
                quantity=line.quantity,
                designators=line.designators,
                fitted=line.fitted,
                variants=line.variants,
                client_supplied=line.client_supplied,
                attrition_percent=line.attrition,
                alternates=tuple(f"{one.manufacturer} {one.number}".strip() for one in line.alternates),
                assembly=line.assembly,
                moisture_level=part.moisture_level if part else "",
                approved=bool(part and part.approved),
                placed=sum(name in placed for name in line.designators),
            )
        )
    return tuple(shown)


def readiness(actor: Actor, revision_id: int) -> Readiness:
    """The report on a revision, gravest first. For the house alone."""
    actor.must("view_bills")
    row = seen_revision(actor, revision_id)
    content = held(row).content
    signed = waivers(row.pk)
    shown = []
    for one in findings_of(row, content):
        key = finding_key(one)
        waiver = signed.get(key)
        shown.append(
            FindingShown(
                key=key,
                rule=one.rule,
                gravity=one.gravity,
                subject=one.subject,
                evidence=one.evidence,
                remedy=one.remedy,
                designators=one.designators,
                blocks=is_blocking(row, one) and waiver is None,
                waivable=one.waivable,
                waived_by=waiver.waived_by if waiver else "",
                waived_why=waiver.reason if waiver else "",
            )
        )
    waiting = len(content.open_doubts())
    holding = sum(one.blocks for one in shown)
    return Readiness(
        product=row.product.number,
        revision=row.label,
        state=row.state,
        phase=row.phase,
        ready=not waiting and not holding,
        open_doubts=waiting,
        holding_up=holding,
        findings=tuple(shown),
    )


def comparison(actor: Actor, before_id: int, after_id: int) -> Comparison:
    """What changed from one revision to another, of the same product or not."""
    before, after = seen_revision(actor, before_id), seen_revision(actor, after_id)
    found = differences(held(before).content, held(after).content)
    return Comparison(
        before=design_line(before),
        after=design_line(after),
        changes=tuple(
            ChangeShown(
                code=str(one.code),
                designators=tuple(one.designators),
                before=str(one.before),
                after=str(one.after),
                text=one.text,
                line_before=one.line_before + 1 or None,
                line_after=one.line_after + 1 or None,
            )
            for one in found
        ),
    )


def change_orders(actor: Actor, product: str = "") -> tuple[ChangeOrderCard, ...]:
    """The change orders, newest first; their differences are in each one's own card."""
    actor.must("view_bills")
    rows = ChangeOrder.objects.select_related("before__product", "after__product").order_by("-id")
    if product:
        rows = rows.filter(before__product__number=product)
    return tuple(_order(row, ()) for row in rows[:500])


def change_order(actor: Actor, number: str) -> ChangeOrderCard:
    """One change order whole. Raises NotFound."""
    actor.must("view_bills")
    row = order_by_number(number)
    changes = row.difference if row.state != "raised" else [one.text for one in difference_of(row)]
    return _order(row, changes, whole=True)


def intake_card(actor: Actor, number: int) -> IntakeCard:
    """An uploaded file and how it would be read. Raises NotFound."""
    actor.must(EDIT)
    row = intake_by_number(number)
    return IntakeCard(
        number=row.pk,
        file_name=row.file_name,
        purpose=row.purpose,
        product=row.product,
        revision=row.label,
        client=row.client,
        phase=row.phase,
        taken_into=row.revision_id,
        proposal=propose(
            Source(row.file_name, bytes(row.document.content)), row.purpose, meanings(row.client, row.purpose)
        ),
    )


def waiting_intakes(actor: Actor) -> tuple[Intake, ...]:
    """Files that were uploaded and are not confirmed, newest first."""
    actor.must(EDIT)
    return tuple(Intake.objects.filter(revision__isnull=True).order_by("-id")[:20])


def original_file(actor: Actor, revision_id: int, number: int) -> tuple[str, bytes]:
    """A file of a revision as it came, to the byte, and its name. Raises NotFound."""
    actor.must("view_bills")
    row = seen_revision(actor, revision_id)
    kept = RevisionFile.objects.select_related("document").filter(revision_id=row.pk, pk=number).first()
    if kept is None:
        raise NotFound("file_unknown", "The revision has no such file.")
    return kept.file_name, bytes(kept.document.content)


def draft_uses(actor: Actor, part: str) -> tuple[DraftUse, ...]:
    """Where drafts name a part: what a substitution would change."""
    actor.must("view_bills")
    found = []
    for working in Working.objects.order_by("revision_id"):
        revision = revision_by_id(working.revision_id)
        if revision is None:
            continue
        picks = held(revision).content.picks
        lines = tuple(number for number, pick in enumerate(picks, start=1) if pick.part == part)
        if lines:
            found.append(
                DraftUse(
                    revision_id=revision.pk,
                    product=revision.product.number,
                    revision=revision.label,
                    lines=lines,
                )
            )
    return tuple(found)


def policies() -> dict[str, Policy]:
    return dict(PHASES)


def _doubts(content: Content) -> tuple[DoubtShown, ...]:
    return tuple(_doubt(content, key, doubt) for key, doubt in content.keyed_doubts())


def _doubt(content: Content, key: str, doubt: Doubt) -> DoubtShown:
    settled = content.settled.get(key)
    return DoubtShown(
        key=key,
        code=doubt.code,
        severity=str(doubt.severity),
        place=doubt.place.text,
        said=doubt.said,
        reason=doubt.reason,
        way_out=doubt.way_out,
        asks=asks(doubt),
        settled=settled.how if settled else "",
        settled_by=settled.by if settled else "",
        why=settled.why if settled else "",
    )


def _files(revision_id: int) -> tuple[FileShown, ...]:
    rows = RevisionFile.objects.filter(revision_id=revision_id).select_related("document").order_by("id")
    return tuple(
        FileShown(
            number=row.pk,
            name=row.file_name,
            purpose=row.purpose,
            sha256=bytes(row.document.sha256).hex(),
            size=len(row.document.content),
            added_by=row.added_by,
            added_at=row.added_at,
        )
        for row in rows
    )


def _order(row: ChangeOrder, changes: Iterable[str], *, whole: bool = False) -> ChangeOrderCard:
    sha256 = digest_of_change(row) if whole and row.state == "raised" else bytes(row.sha256)
    return ChangeOrderCard(
        number=row.number,
        product=row.before.product.number,
        before=row.before.label,
        before_id=row.before_id,
        after=row.after.label,
        after_id=row.after_id,
        reason=row.reason,
        effective_by=row.effective_by,
        effectivity=row.effectivity,
        state=row.state,
        raised_by=row.raised_by,
        raised_at=row.raised_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        changes=tuple(changes),
        sha256=sha256.hex(),
        signatures=change_signers(row, sha256) if whole else (),
        approvals_wanted=policy(row.before.phase).change_approvals,
    )
