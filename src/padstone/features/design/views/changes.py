from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from padstone.features.design.commands import decide_change_order, raise_change_order, sign_change_order
from padstone.features.design.queries import EDIT, revision_card
from padstone.features.design.queries import change_order as order_card
from padstone.features.design.views.sign import Signed, signing_page
from padstone.kernel.errors import Conflict, Invalid
from padstone.platform.accounts.identity import actor_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def raise_change(request: HttpRequest, revision_id: int) -> HttpResponse:
    """From a released revision to the next: why, and from when on."""
    actor = actor_of(request)
    actor.must(EDIT)
    refusal = None
    if request.method == "POST":
        try:
            number = raise_change_order(
                actor,
                revision_id=revision_id,
                label=request.POST.get("label", ""),
                reason=request.POST.get("reason", ""),
                effective_by=request.POST.get("effective_by", ""),
                effectivity=request.POST.get("effectivity", ""),
            )
            return HttpResponseRedirect(reverse("change_order", args=[number]))
        except (Invalid, Conflict) as refused:
            refusal = refused
    context = {"revision": revision_card(actor, revision_id), "refusal": refusal, "given": request.POST}
    return render(request, "design/raise_change.html", context, status=refusal.status if refusal else 200)


def change_order(request: HttpRequest, number: str) -> HttpResponse:
    """A change order: what it changes, who has signed it, what became of it."""
    actor = actor_of(request)
    context = {
        "order": order_card(actor, number),
        "may_sign": actor.may("sign_record"),
        "may_decide": actor.may("release_revision"),
    }
    return render(request, "design/change_order.html", context)


@require_POST
def decide_change(request: HttpRequest, number: str) -> HttpResponse:
    """Approve it, or reject it."""
    try:
        decide_change_order(
            actor_of(request),
            number=number,
            approved=request.POST.get("do") == "approve",
            why=request.POST.get("why", ""),
        )
    except Conflict as refused:
        messages.error(request, f"{refused.reason} {refused.way_out}".strip())
    return HttpResponseRedirect(reverse("change_order", args=[number]))


def sign_change(request: HttpRequest, number: str) -> HttpResponse:
    """Sign a change order with its difference as it stands."""
    actor = actor_of(request)
    actor.must("sign_record")

    def shown() -> Signed:
        card = order_card(actor, number)
        return Signed(
            what=f"{card.number}: {card.product} {card.before} → {card.after}",
            back=reverse("change_order", args=[number]),
            sha256=card.sha256,
            facts=((gettext("Changes"), len(card.changes)), (gettext("Reason"), card.reason)),
        )

    return signing_page(
        request,
        f"change_order:{number}",
        lambda proof: sign_change_order(
            actor,
            number=number,
            sha256=request.POST.get("sha256", ""),
            meaning=request.POST.get("meaning", ""),
            reason=request.POST.get("reason", ""),
            reauthenticated=proof,
        ),
        shown,
    )
