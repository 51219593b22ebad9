from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.features.design.commands import release, sign_release, waive_finding
from padstone.features.design.domain.phases import policy
from padstone.features.design.queries import readiness as readiness_report
from padstone.features.design.queries import revision_card
from padstone.features.design.shown import FindingShown
from padstone.features.design.views.sign import Signed, signed_by, signing_page
from padstone.features.parts.commands import retire_revision
from padstone.kernel.errors import Conflict, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.accounts.reauthentication import in_series
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse


FINDINGS_PER_PAGE: Final = 100
OF_A_RULE: Final = 12
"""Findings of one rule that are shown among others; all of them are a page of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings of one rule; ``blocking`` of them hold a release up, and ``shown`` are the first."""

    rule: str
    gravity: str
    blocking: int
    count: int
    shown: tuple[FindingShown, ...]


def readiness(request: HttpRequest, revision_id: int) -> HttpResponse:
    """What speaks against a release, by rule and gravest first: each with its evidence and its remedy."""
    actor = actor_of(request)
    card = revision_card(actor, revision_id)
    report = readiness_report(actor, revision_id)
    rule = text_asked(request, "rule")
    of_rule = [one for one in report.findings if one.rule == rule]
    context = {
        "revision": card,
        "report": report,
        "groups": () if rule else _by_rule(report.findings),
        "of_rule": Paginator(of_rule, FINDINGS_PER_PAGE).get_page(request.GET.get("page")) if rule else None,
        "rule": rule,
        "policy": policy(card.phase),
        "may_sign": actor.may("sign_record") and card.state == "draft",
        "may_release": actor.may("release_revision") and card.state == "draft",
    }
    return render(request, "design/readiness.html", context)


def _by_rule(findings: Sequence[FindingShown]) -> list[Group]:
    """The findings of each rule together, where the gravest of them stands; of many the first."""
    together: dict[str, list[FindingShown]] = {}
    for one in findings:
        together.setdefault(one.rule, []).append(one)
    return [
        Group(
            rule=rule,
            gravity=found[0].gravity,
            blocking=sum(one.blocks and not one.waived_by for one in found),
            count=len(found),
            shown=tuple(found[:OF_A_RULE]),
        )
        for rule, found in together.items()
    ]


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
