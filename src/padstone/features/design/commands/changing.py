"""Engineering change orders: from a released revision to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from padstone.features.design.changes import difference_of, digest_of_change
from padstone.features.design.domain.content import packed
from padstone.features.design.domain.phases import policy
from padstone.features.design.lookups import change_order, held
from padstone.features.design.models import ChangeOrder, Working
from padstone.features.design.signing import SIGNED_CHANGE, change_signers
from padstone.features.parts.commands import open_draft
from padstone.features.parts.lookups import locked_revision
from padstone.kernel import clock
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.audit.record import record
from padstone.platform.command import command
from padstone.platform.signatures.commands import sign

if TYPE_CHECKING:
    from padstone.kernel.actor import Actor
    from padstone.platform.accounts.reauthentication import Reauthenticated

EFFECTIVE_BY = ("date", "work_order", "serial")


@command("edit_design")
def raise_change_order(
    actor: Actor, *, revision_id: int, label: str, reason: str, effective_by: str, effectivity: str
) -> str:
    """Propose to go from a released revision to ``label``; answers the order's number.

    ``label`` is a draft of the same product, or a new one that begins as a copy. ``effectivity`` is a day
    (2026-03-01), a work order or a serial number. Raises NotFound, Conflict where nothing is released,
    Invalid without a reason or for an effectivity that is none.
    """
    before = locked_revision(revision_id)
    if before is None:
        raise NotFound("revision_unknown", "There is no such revision.")
    if before.state == "draft":
        raise Conflict(
            "revision_not_released", "A draft is changed without an order.", way_out="Edit the draft."
        )
    if not reason.strip():
        raise Invalid("reason_missing", "Say why.", field="reason")
    _check_effectivity(effective_by, effectivity)
    after = open_draft.within(actor, product=before.product.number, revision=label, phase=before.phase)
    if not Working.objects.filter(revision_id=after.pk).exists():
        Working.objects.create(
            revision_id=after.pk,
            content=packed(replace(held(before).content, settled={}, doubts=())),
            changed_by=actor.name,
            changed_at=clock.now(),
        )
    if ChangeOrder.objects.filter(after_id=after.pk).exclude(state="rejected").exists():
        raise Conflict(
            "change_order_exists", "Another change order leads to {label} already.", label=after.label
        )
    order = ChangeOrder.objects.create(
        number=_next_number(),
        before_id=before.pk,
        after_id=after.pk,
        reason=reason.strip()[:2000],
        effective_by=effective_by,
        effectivity=" ".join(effectivity.split())[:200],
        raised_by=actor.name,
        raised_at=clock.now(),
    )
    record(
        actor,
        "raise_change_order",
        f"change_order:{order.number}",
        why=order.reason,
        before={"revision": str(before)},
        after={"revision": str(after)},
        effective_by=effective_by,
        effectivity=order.effectivity,
    )
    return order.number


@command("sign_record")
def sign_change_order(
    actor: Actor, *, number: str, sha256: str, meaning: str, reason: str, reauthenticated: Reauthenticated
) -> int:
    """Sign a change order with its difference as it stands; answers the signature's number."""
    order = _open(number)
    present = digest_of_change(order)
    if present.hex() != sha256:
        raise Conflict(
            "change_order_changed",
            "The difference is not the one that you were shown.",
            way_out="Look at it again, and sign what it says now.",
            clause="21 CFR 11.70",
        )
    return sign.within(
        actor,
        subject_kind=SIGNED_CHANGE,
        subject_id=number,
        version="difference",
        version_digest=present,
        meaning=meaning,
        reason=reason,
        reauthenticated=reauthenticated,
    )


@command("release_revision")
def decide_change_order(actor: Actor, *, number: str, approved: bool, why: str = "") -> None:
    """Approve a change order, or reject it. What it changes is written down with it.

    Raises Conflict where it was decided before, changes nothing, or misses signatures that the phase asks
    for.
    """
    order = _open(number)
    rules = policy(order.before.phase)
    difference, present = difference_of(order), digest_of_change(order)
    if approved and not difference:
        raise Conflict("change_order_empty", "It changes nothing.", way_out="Change the draft first.")
    signed = change_signers(order, present)
    if approved and len(signed) < rules.change_approvals:
        raise Conflict(
            "signatures_missing",
            "Phase {phase} asks for {wanted} signatures of different people; there are {there}.",
            way_out="Have the change order signed as it stands now.",
            phase=rules.title,
            wanted=rules.change_approvals,
            there=len(signed),
        )
    order.state = "approved" if approved else "rejected"
    order.decided_by, order.decided_at = actor.name, clock.now()
    order.difference = [one.text for one in difference]
    order.sha256 = present
    order.save()
    record(
        actor,
        "decide_change_order",
        f"change_order:{number}",
        why=why,
        after={"state": order.state},
        sha256=present.hex(),
        signatures=[one.number for one in signed],
    )


def _open(number: str) -> ChangeOrder:
    order = change_order(number)
    locked_revision(order.after_id)
    if order.state != "raised":
        raise Conflict(
            "change_order_decided", "It was {state} by {by}.", state=order.state, by=order.decided_by
        )
    return order


def _next_number() -> str:
    last = ChangeOrder.objects.order_by("-pk").values_list("pk", flat=True).first()
    return f"ECO-{(last or 0) + 1:04d}"


def _check_effectivity(effective_by: str, effectivity: str) -> None:
    if effective_by not in EFFECTIVE_BY or not effectivity.strip():
        raise Invalid(
            "effectivity_missing",
            "Say from which date, work order or serial number on it holds.",
            field="effectivity",
        )
    if effective_by == "date":
        try:
            date.fromisoformat(effectivity.strip())
        except ValueError as error:
            raise Invalid(
                "effectivity_unreadable",
                "“{text}” is no day.",
                field="effectivity",
                way_out="Write it like 2026-03-01.",
                text=effectivity[:40],
            ) from error
