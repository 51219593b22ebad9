from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from padstone.features.design.commands import (
    arrange_panel,
    choose_part,
    edit_line,
    register_new_parts,
    settle_doubt,
    state_conventions,
)
from padstone.features.design.domain.content import Step
from padstone.features.design.domain.designators import write_designators
from padstone.features.design.domain.placement import BottomTurn, BottomX, Side
from padstone.features.design.queries import EDIT, content_of, revision_card
from padstone.features.parts.cards import parts as found_parts
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

DOUBTS_PER_PAGE = 100
FOUND = 20


def doubts(request: HttpRequest, revision_id: int) -> HttpResponse:
    """What the files left open, each with its place; those that wait for somebody first."""
    actor = actor_of(request)
    if request.method == "POST":
        actor.must(EDIT)
        if "bottom_x" in request.POST:
            state_conventions(
                actor,
                revision_id=revision_id,
                bottom_x=request.POST["bottom_x"],
                bottom_turn=request.POST.get("bottom_turn", ""),
            )
        for key in request.POST.getlist("doubt"):
            settle_doubt(
                actor,
                revision_id=revision_id,
                key=key,
                how=request.POST.get("how", "accepted"),
                why=request.POST.get("why", ""),
            )
        return HttpResponseRedirect(reverse("doubts", args=[revision_id]))
    card = revision_card(actor, revision_id)
    placement = content_of(actor, revision_id).placement
    has_bottom = placement is not None and any(one.side is Side.BOTTOM for one in placement.placed)
    rows = sorted(card.doubts, key=lambda one: (not one.asks, bool(one.settled)))
    context = {
        "revision": card,
        "doubts": Paginator(rows, DOUBTS_PER_PAGE).get_page(request.GET.get("page")),
        "waiting": sum(one.asks and not one.settled for one in rows),
        "conventions": placement.conventions if placement is not None and has_bottom else None,
        "bottom_x": [one.value for one in BottomX],
        "bottom_turn": [one.value for one in BottomTurn],
        "may_edit": actor.may(EDIT) and card.state == "draft",
    }
    return render(request, "design/doubts.html", context)


def line(request: HttpRequest, revision_id: int, number: int) -> HttpResponse:
    """One line of a draft: which part it means, and what it holds."""
    actor = actor_of(request)
    actor.must(EDIT)
    refusal = None
    if request.method == "POST":
        try:
            if "part" in request.POST:
                choose_part(actor, revision_id=revision_id, line=number, part=request.POST["part"])
            else:
                _edit(request, revision_id, number)
            messages.success(request, gettext("Line %(n)s is changed.") % {"n": number})
            return HttpResponseRedirect(f"{reverse('revision', args=[revision_id])}#line-{number}")
        except (Invalid, Conflict, NotFound) as refused:
            refusal = refused
    card = revision_card(actor, revision_id)
    if not 1 <= number <= len(card.lines):
        raise NotFound("line_unknown", "There is no such line.")
    shown = card.lines[number - 1]
    wanted = text_asked(request, "q")
    looked_for = wanted or shown.said or shown.value
    context = {
        "revision": card,
        "line": shown,
        "designators": write_designators(shown.designators),
        "q": wanted,
        "looked_for": looked_for,
        "found": found_parts(actor, looked_for, most=FOUND) if looked_for else (),
        "refusal": refusal,
        "may_edit": card.state == "draft",
    }
    return render(request, "design/line.html", context, status=refusal.status if refusal else 200)


@require_POST
def register_parts(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Put the parts that nobody knows on the books, under the numbers that the file gives."""
    made = register_new_parts(actor_of(request), revision_id=revision_id)
    messages.success(
        request,
        ngettext("%(n)s part is new on the books.", "%(n)s parts are new on the books.", made) % {"n": made},
    )
    return HttpResponseRedirect(reverse("revision", args=[revision_id]))


@require_POST
def panel_of(request: HttpRequest, revision_id: int) -> HttpResponse:
    """How the boards lie on their panel."""
    arrange_panel(
        actor_of(request),
        revision_id=revision_id,
        step=Step(
            columns=int(decimal_given(request, "columns", "1")),
            rows=int(decimal_given(request, "rows", "1")),
            dx=decimal_given(request, "dx", "0"),
            dy=decimal_given(request, "dy", "0"),
        ),
    )
    return HttpResponseRedirect(f"{reverse('revision', args=[revision_id])}#board")


def decimal_given(request: HttpRequest, name: str, otherwise: str) -> Decimal:
    """A number of the form. Raises Invalid for what is none."""
    text = request.POST.get(name, "").strip().replace(",", ".") or otherwise
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 12:
        raise Invalid(
            "number_unreadable", "{name}: “{text}” is no number.", field=name, name=name, text=text[:40]
        )
    return found


def _edit(request: HttpRequest, revision_id: int, line_number: int) -> None:
    attrition = request.POST.get("attrition", "").strip()
    edit_line(
        actor_of(request),
        revision_id=revision_id,
        line=line_number,
        designators=request.POST.get("designators", ""),
        quantity=decimal_given(request, "quantity", "0"),
        fitted="fitted" in request.POST,
        client_supplied="client_supplied" in request.POST,
        attrition=decimal_given(request, "attrition", "0") if attrition else None,
    )
