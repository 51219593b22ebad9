from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext

from padstone.features.design.commands import substitute_part
from padstone.features.design.queries import EDIT, draft_uses
from padstone.features.parts.cards import differences_between, part_card
from padstone.kernel.errors import Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def substitute(request: HttpRequest) -> HttpResponse:
    """What would change if one part took another's place in every bill; then, in the drafts, that it does."""
    actor = actor_of(request)
    actor.must("view_bills")
    part, other = text_asked(request, "part"), text_asked(request, "other")
    refusal = None
    if request.method == "POST":
        actor.must(EDIT)
        part, other = request.POST.get("part", "").strip(), request.POST.get("other", "").strip()
        try:
            changed = substitute_part(actor, part=part, other=other, why=request.POST.get("why", ""))
        except (Invalid, NotFound) as refused:
            refusal = refused
        else:
            messages.success(
                request,
                ngettext("%(n)s line of a draft is changed.", "%(n)s lines of drafts are changed.", changed)
                % {"n": changed},
            )
            return HttpResponseRedirect(reverse("part", args=[other]))
    context: dict[str, Any] = {"part": part, "other": other, "refusal": refusal, "may_edit": actor.may(EDIT)}
    if part and other:
        card = part_card(actor, part)
        context |= {
            "card": card,
            "other_card": part_card(actor, other),
            "differences": differences_between(actor, part, other),
            "drafts": draft_uses(actor, card.number),
        }
    return render(request, "design/substitute.html", context, status=refusal.status if refusal else 200)
