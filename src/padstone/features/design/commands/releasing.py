"""From a draft to what is built: findings waived, signatures given, lines written down for ever."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from padstone.features.design.changes import digest_of_change
from padstone.features.design.domain.content import ASSEMBLY, Content, unpacked
from padstone.features.design.domain.phases import policy
from padstone.features.design.lookups import approved_change_to, held, locked_working, waivers
from padstone.features.design.matching import known_alternates
from padstone.features.design.models import Release, Waiver
from padstone.features.design.readiness import finding_key, findings_of, holding_up
from padstone.features.design.signing import SIGNED_REVISION, name_of, signers
from padstone.features.parts.commands import BilledAlternate, LineToRelease, note_release
from padstone.features.parts.lookups import locked_revision, part_ids, revisions_of
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.signatures.commands import sign

if TYPE_CHECKING:
    from padstone.features.parts.models import Revision
    from padstone.kernel.actor import Actor
    from padstone.platform.accounts.reauthentication import Reauthenticated


@command("sign_record")
def waive_finding(
    actor: Actor, *, revision_id: int, finding: str, reason: str, reauthenticated: Reauthenticated
) -> int:
    """Sign that a finding of the readiness report is accepted as it is; answers the signature's number.

    Raises NotFound for a finding that there is not, Conflict for one that nobody may waive or that was waived
    before, and what ``platform.signatures.commands.sign`` raises.
    """
    revision = _draft(revision_id)
    present = held(revision)
    found = {finding_key(one): one for one in findings_of(revision, present.content)}.get(finding)
    if found is None:
        raise NotFound("finding_unknown", "The report has no such finding any more.")
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", field="reason")
    if not found.waivable:
        raise Conflict("finding_not_waivable", "This cannot be waived: {why}", why=found.remedy)
    if Waiver.objects.filter(revision_id=revision.pk, finding=finding).exists():
        raise Conflict("waived_before", "It was waived before.")
    signature = sign.within(
        actor,
        subject_kind="finding",
        subject_id=f"{name_of(revision)}: {found.rule} {found.subject}"[:500],
        version=finding,
        version_digest=found.digest,
        meaning="responsibility",
        reason=reason,
        reauthenticated=reauthenticated,
    )
    Waiver.objects.create(
        revision_id=revision.pk,
        finding=finding,
        rule=found.rule[:60],
        subject=found.subject[:300],
        reason=reason.strip()[:1000],
        signature=signature,
        waived_by=actor.name,
        waived_at=clock.now(),
    )
    record(
        actor,
        "waive_finding",
        name_of(revision),
        why=reason.strip(),
        rule=found.rule,
        finding=found.subject[:300],
        signature=signature,
    )
    return signature


@command("sign_record")
def sign_release(
    actor: Actor,
    *,
    revision_id: int,
    sha256: str,
    meaning: str,
    reason: str,
    reauthenticated: Reauthenticated,
) -> int:
    """Sign a draft as it stands; answers the signature's number. ``sha256`` is that of what the signer was
    shown.

    Raises Conflict where the draft says something else by now.
    """
    revision = _draft(revision_id)
    present = held(revision)
    if present.sha256.hex() != sha256:
        raise Conflict(
            "draft_changed",
            "The draft is not the one that you were shown.",
            way_out="Look at it again, and sign what it says now.",
            clause="21 CFR 11.70",
        )
    return sign.within(
        actor,
        subject_kind=SIGNED_REVISION,
        subject_id=name_of(revision),
        version=f"edition={present.edition}",
        version_digest=present.sha256,
        meaning=meaning,
        reason=reason,
        reauthenticated=reauthenticated,
    )


@command("release_revision")
def release(actor: Actor, *, revision_id: int) -> None:
    """Release a draft: from now on it is built to, and never changes.

    Raises Conflict while a doubt is open, a finding holds it up, a signature that its phase asks for is
    missing, or a change order that must lead to it is not approved.
    """
    revision = _draft(revision_id)
    rules = policy(revision.phase)
    working = locked_working(revision.pk)
    present = held(revision)
    if working is None or present.edition != working.edition:
        raise Conflict("draft_changed", "The draft has changed meanwhile.", way_out="Look at it again.")
    content = unpacked(working.content)
    _check_doubts(content)
    _check_findings(revision, content)
    signed = signers(revision, present.sha256)
    if len(signed) < rules.approvals:
        raise Conflict(
            "signatures_missing",
            "Phase {phase} asks for {wanted} signatures of different people; there are {there}.",
            way_out="Have the draft signed as it stands now.",
            phase=rules.title,
            wanted=rules.approvals,
            there=len(signed),
        )
    is_first = all(one.state == "draft" for one in revisions_of(revision.product_id))
    if rules.change_order and not is_first:
        _check_change_order(revision, rules.title)
    Release.objects.create(
        revision_id=revision.pk,
        content=working.content,
        sha256=present.sha256,
        phase=revision.phase,
        released_by=actor.name,
        released_at=clock.now(),
        signatures=[one.number for one in signed],
    )
    note_release.within(actor, revision_id=revision.pk, lines=_lines(content), content_digest=present.sha256)
    working.delete()
    record(
        actor,
        "release",
        name_of(revision),
        sha256=present.sha256.hex(),
        signatures=[one.number for one in signed],
    )


def _draft(revision_id: int) -> Revision:
    revision = locked_revision(revision_id)
    if revision is None:
        raise NotFound("revision_unknown", "There is no such revision.")
    if revision.state != "draft":
        raise Conflict(
            "revision_not_draft",
            "Revision {revision} is {state}.",
            revision=revision.label,
            state=revision.state,
        )
    return revision


def _check_change_order(revision: Revision, phase: str) -> None:
    order = approved_change_to(revision.pk)
    if order is None:
        raise Conflict(
            "change_order_missing",
            "Phase {phase}: another revision needs an approved change order.",
            way_out="Raise a change order from the released revision to this one.",
            phase=phase,
        )
    if digest_of_change(order) != bytes(order.sha256):
        raise Conflict(
            "change_order_outgrown",
            "The draft holds other changes than {order} was approved for.",
            way_out="Undo them, or raise a change order anew.",
            order=order.number,
        )


def _check_doubts(content: Content) -> None:
    if waiting := content.open_doubts():
        raise Conflict(
            "doubts_open",
            "{count} doubts about the files are open; the first: {first}",
            way_out="Resolve each of them.",
            count=len(waiting),
            first=waiting[0][1].reason,
        )


def _check_findings(revision: Revision, content: Content) -> None:
    if held_up := holding_up(revision, content, waivers(revision.pk)):
        raise Conflict(
            "not_ready",
            "{count} findings hold the release up; the first: {first}",
            way_out="Put them right, or have those waived that may be.",
            count=len(held_up),
            first=f"{held_up[0].rule}: {held_up[0].subject}",
        )


def _lines(content: Content) -> list[LineToRelease]:
    alternates = known_alternates(content.bill.lines, content.picks)
    named = {meant.part for line in alternates for meant, _ in line if meant.part}
    ids = part_ids({pick.part for pick in content.picks if pick.part} | named)
    file = content.bill.file
    return [
        LineToRelease(
            number=number,
            part_id=ids[pick.part] if pick.part else None,
            quantity=line.quantity,
            designators=line.designators,
            fitted=line.fitted,
            fitted_in=line.variants,
            value=line.value,
            footprint=line.footprint,
            sub_assembly=(line.part_number or line.mpn) if pick.how == ASSEMBLY else "",
            client_supplied=line.client_supplied,
            attrition_percent=line.attrition or Decimal(0),
            alternates=tuple(
                BilledAlternate(ids[part], f"Named in the bill as released: {file}, row {row}.")
                for part, row in {meant.part: maker.row for meant, maker in allowed if meant.part}.items()
                if pick.part
            ),
        )
        for number, (line, pick, allowed) in enumerate(
            zip(content.bill.lines, content.picks, alternates, strict=True), start=1
        )
    ]
