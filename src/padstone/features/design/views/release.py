from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.features.design.commands import release, sign_release, waive_finding
from padstone.features.design.domain.phases import policy
from padstone.features.design.queries import readiness as readiness_report
from padstone.features.design.queries import revision_card
from padstone.features.design.views.sign import Signed, signed_by, signing_page
from padstone.features.parts.commands import retire_revision
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.reauthentication import in_series
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def readiness(request: HttpRequest, revision_id: int) -> HttpResponse:
    """What speaks against a release, gravest first: each with its evidence and its remedy."""
    actor = actor_of(request)
    card = revision_card(actor, revision_id)
    context = {
        "revision": card,
        "report": readiness_report(actor, revision_id),
        "policy": policy(card.phase),
        "may_sign": actor.may("sign_record") and card.state == "draft",
        "may_release": actor.may("release_revision") and card.state == "draft",
    }
    return render(request, "design/readiness.html", context)


def waive(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Sign that a finding is accepted as it is."""
    actor = actor_of(request)
    actor.must("sign_record")
    key = text_asked(request, "finding") or request.POST.get("finding", "")
    refusal = None
    if request.method == "POST":
        refusal = signed_by(
            request,
            f"revision:{revision_id}",
            lambda proof: waive_finding(
                actor,
                revision_id=revision_id,
                finding=key,
                reason=request.POST.get("reason", ""),
                reauthenticated=proof,
            ),
        )
        if refusal is None:
            messages.success(request, gettext("Waived and signed."))
            return HttpResponseRedirect(reverse("readiness", args=[revision_id]))
    report = readiness_report(actor, revision_id)
    finding = next((one for one in report.findings if one.key == key), None)
    if finding is None:
        raise NotFound(
            "finding_unknown", "The report has no such finding any more.", way_out="Look at it again."
        )
    context = {
        "revision": revision_card(actor, revision_id),
        "finding": finding,
        "following": in_series(request),
        "refusal": refusal,
        "given": request.POST,
    }
    return render(request, "design/waive.html", context, status=refusal.status if refusal else 200)


def sign_draft(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Sign a draft as it stands."""
    actor = actor_of(request)
    actor.must("sign_record")

    def shown() -> Signed:
        card = revision_card(actor, revision_id)
        return Signed(
            what=f"{card.product} {card.revision}",
            back=reverse("readiness", args=[revision_id]),
            sha256=card.sha256,
            facts=((gettext("Lines"), len(card.lines)), (gettext("Places"), card.placed)),
        )

    return signing_page(
        request,
        f"revision:{revision_id}",
        lambda proof: sign_release(
            actor,
            revision_id=revision_id,
            sha256=request.POST.get("sha256", ""),
            meaning=request.POST.get("meaning", ""),
            reason=request.POST.get("reason", ""),
            reauthenticated=proof,
        ),
        shown,
    )


@require_POST
def release_draft(request: HttpRequest, revision_id: int) -> HttpResponse:
    """From now on it is built to, and never changes."""
    actor = actor_of(request)
    try:
        release(actor, revision_id=revision_id)
    except Conflict as refused:
        messages.error(request, f"{refused.reason} {refused.way_out}".strip())
        return HttpResponseRedirect(reverse("readiness", args=[revision_id]))
    messages.success(request, gettext("Released. It never changes from now on."))
    return HttpResponseRedirect(reverse("revision", args=[revision_id]))


@require_POST
def retire(request: HttpRequest, revision_id: int) -> HttpResponse:
    """No new order is planned for it."""
    retire_revision(actor_of(request), revision_id=revision_id, why=request.POST.get("why", ""))
    return HttpResponseRedirect(reverse("revision", args=[revision_id]))
