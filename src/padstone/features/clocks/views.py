from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from padstone.features.clocks.boards import board_clock
from padstone.features.clocks.commands import DECIDE, NOTE, decide_policy, note_board_exposure, note_exposure
from padstone.features.clocks.domain.happenings import BY_PEOPLE, Happened
from padstone.features.clocks.domain.policy import STANDARD
from padstone.features.clocks.domain.rules import as_told
from padstone.features.clocks.queries import clock_of, found_feeding, policy_lines, running_out
from padstone.features.clocks.rules_form import policy_from, rows, tables
from padstone.features.materials.past import ids_of
from padstone.features.production.lookups import panels as panel_ids
from padstone.features.sites.lookups import site_names
from padstone.kernel.errors import Conflict, Invalid, NotFound
from padstone.platform.accounts.identity import actor_of
from padstone.platform.questions import text_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from padstone.features.clocks.queries import PolicyLine

KINDS = tuple(kind.value for kind in BY_PEOPLE if kind is not Happened.MIXED)
_HOUR_S = 3_600


def clocks(request: HttpRequest) -> HttpResponse:
    """What runs out next, and what has: on feeders, open, thawed, or by its label."""
    actor = actor_of(request)
    context = {
        "rows": running_out(actor),
        "found": found_feeding(actor),
        "may_note": actor.may(NOTE),
    }
    return render(request, "clocks/clocks.html", context)


def scan(request: HttpRequest) -> HttpResponse:
    """Tell what packages go through, one scan for each. What happens stays chosen."""
    actor = actor_of(request)
    actor.must(NOTE)
    form = request.POST if request.method == "POST" else request.GET
    kind, value, package = (form.get(name, "").strip() for name in ("kind", "value", "package"))
    context: dict[str, Any] = {
        "kinds": KINDS,
        "kind": kind if kind in KINDS else KINDS[0],
        "value": value,
        "package": package if request.method == "GET" else "",
    }
    if request.method != "POST":
        return render(request, "clocks/scan.html", context)
    try:
        figure = _figure(kind, value)
        if ids_of([package]) or not panel_ids([package]):
            note_exposure(actor, packages=[package], kind=kind, value=figure)
            context |= {"one": clock_of(actor, package), "done": kind}
        else:
            note_board_exposure(actor, panels=[package], kind=kind, value=figure)
            context |= {"board": board_clock(actor, package), "done": kind}
    except (Invalid, NotFound, Conflict) as refusal:
        context |= {"refusal": refusal, "package": package}
        return render(request, "clocks/scan.html", context, status=refusal.status)
    return render(request, "clocks/scan.html", context)


def _figure(kind: str, text: str) -> int | None:
    """The figure of those that have one; a label's time is told in hours."""
    if kind not in {Happened.BAKE_BEGAN, Happened.CARD_READ, Happened.LABEL_LIFE} or not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Invalid("not_a_number", "“{text}” is no number.", field="value", text=text[:40])
    return int(text) * (_HOUR_S if kind == Happened.LABEL_LIFE else 1)


def board(request: HttpRequest, identifier: str) -> HttpResponse:
    """The floor life of the parts that a half-built panel has."""
    actor = actor_of(request)
    context = {"board": board_clock(actor, identifier), "may_note": actor.may(NOTE)}
    return render(request, "clocks/board.html", context)


def rules(request: HttpRequest) -> HttpResponse:
    """The rules of the house or of a site, what they were, and where the tables came from."""
    actor = actor_of(request)
    lines = policy_lines(actor)
    site = (request.POST.get("site", "") if request.method == "POST" else text_asked(request, "site")).strip()
    before = _in_force(lines, site)
    refusal, shown = None, before
    if request.method == "POST":
        actor.must(DECIDE)
        try:
            shown = policy_from(request.POST, before)
            decide_policy(actor, policy=shown, why=request.POST.get("why", ""), site=site)
            back = f"{reverse('clock_rules')}?site={site}" if site else reverse("clock_rules")
            return HttpResponseRedirect(back)
        except (Invalid, NotFound) as refused:
            refusal = refused
    context = {
        "rows": list(rows(before if refusal is not None and shown is before else shown)),
        "site": site,
        "sites": site_names(),
        "revisions": lines,
        "tables": tables(),
        "may_decide": actor.may(DECIDE),
        "refusal": refusal,
        "why": request.POST.get("why", ""),
    }
    return render(request, "clocks/rules.html", context, status=refusal.status if refusal else 200)


def _in_force(lines: tuple[PolicyLine, ...], site: str) -> Mapping[str, Any]:
    """The newest of the site, else of the house."""
    for wanted in dict.fromkeys((site, "")):
        for one in lines:
            if one.site == wanted:
                return one.policy
    return as_told(STANDARD)
